package app

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"anju/internal/fault"
	"anju/internal/i18n"
)

// A Config is everything that can be set about a running program: by flag, by
// environment variable (ANJU_…), or in one TOML file, the first of these that
// says something being the one that counts.
type Config struct {
	File         string // --config
	Data         string // the data folder
	DB           string // PostgreSQL instead of SQLite: postgres://…
	Keys         string // the key file; outside the data folder, never in a backup
	Root         string // the root of the booklets' codes; carried away once the trust list is signed
	CheckURL     string // public address of the check page, printed on booklets
	DayCap       int64  // booklets one account can have signed in a day; 0: as the county has it
	Addr         string
	TLSCert      string
	TLSKey       string
	TrustedProxy string // addresses or prefixes whose X-Forwarded-For and X-Forwarded-Proto are believed
	LogLevel     string
	County       string // six digits
	Scale        float64
	Seed         uint64
	NoProgress   bool
	FixedClock   bool // the demonstration county's pages have no control of its clock

	flags *flag.FlagSet
}

// settings are the names that flag, variable and file share.
var settings = []string{"data", "db", "keys", "root", "check-url", "day-cap", "addr", "tls-cert", "tls-key", "trusted-proxy", "log-level", "county", "scale", "seed", "no-progress"}

// Flags adds the program's flags to a command's.
func Flags(f *flag.FlagSet) *Config {
	c := &Config{flags: f}
	word := func(name string) string { return i18n.T("cli.option." + strings.ReplaceAll(name, "-", "_")) } //i18n:dynamic cli.option.
	f.StringVar(&c.File, "config", "", word("config"))
	f.StringVar(&c.Data, "data", "data", word("data"))
	f.StringVar(&c.DB, "db", "", word("db"))
	f.StringVar(&c.Keys, "keys", "", word("keys"))
	f.StringVar(&c.Root, "root", "", word("root"))
	f.StringVar(&c.CheckURL, "check-url", "", word("check-url"))
	f.Int64Var(&c.DayCap, "day-cap", 0, word("day-cap"))
	f.StringVar(&c.Addr, "addr", "127.0.0.1:8080", word("addr"))
	f.StringVar(&c.TLSCert, "tls-cert", "", word("tls-cert"))
	f.StringVar(&c.TLSKey, "tls-key", "", word("tls-key"))
	f.StringVar(&c.TrustedProxy, "trusted-proxy", "", word("trusted-proxy"))
	f.StringVar(&c.LogLevel, "log-level", "info", word("log-level"))
	f.StringVar(&c.County, "county", "610929", word("county"))
	f.Float64Var(&c.Scale, "scale", 1, word("scale"))
	f.Uint64Var(&c.Seed, "seed", 1, word("seed"))
	f.BoolVar(&c.NoProgress, "no-progress", false, word("no-progress"))
	return c
}

// Finish reads what the flags did not say from the environment and the file,
// and checks that the whole makes sense. Its errors are one line each.
func (c *Config) Finish() error {
	if err := c.fill(); err != nil {
		return err
	}
	if c.Data == "" { // a variable without a value, say
		return fault.New(fault.Invalid, "config.no_data")
	}
	c.Data = filepath.Clean(c.Data)
	if c.Keys == "" {
		c.Keys = c.Data + ".key"
	}
	if c.Root == "" {
		c.Root = c.Data + ".root.key"
	}
	return c.check()
}

// fill takes over what the environment and the file say, and refuses names
// that nobody knows.
func (c *Config) fill() error {
	given := map[string]bool{}
	c.flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	environ := os.Environ()
	slices.Sort(environ)
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		key, ours := strings.CutPrefix(name, "ANJU_")
		if !ours || strings.HasPrefix(key, "TEST_") || strings.HasPrefix(key, "SEED_") || strings.HasPrefix(key, "BENCH_") || key == "SCREENSHOTS" || key == "PROOF" {
			continue
		}
		key = strings.ReplaceAll(strings.ToLower(key), "_", "-")
		if key == "config" {
			if !given[key] {
				c.File = value
			}
			continue
		}
		if err := c.take(given, key, value, name); err != nil {
			return err
		}
	}
	if c.File == "" {
		return nil
	}
	c.flags.Visit(func(f *flag.Flag) { given[f.Name] = true }) // what the environment said counts more than the file
	var file map[string]any
	if _, err := toml.DecodeFile(c.File, &file); err != nil {
		return fault.Wrap(fault.Invalid, "app.config_file", err, "file", c.File, "why", reason(err))
	}
	for _, key := range slices.Sorted(maps.Keys(file)) { // the same complaint each time
		text := fmt.Sprint(file[key])
		switch file[key].(type) {
		case map[string]any, []any, []map[string]any:
			if slices.Contains(settings, key) {
				return fault.New(fault.Invalid, "app.bad_setting", "name", key, "value", text)
			}
		}
		if err := c.take(given, key, text, c.File); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) take(given map[string]bool, key, value, where string) error {
	if !slices.Contains(settings, key) {
		if near := Nearest(key, settings); near != "" {
			return fault.New(fault.Invalid, "config.near", "name", key, "where", where, "near", near)
		}
		return fault.New(fault.Invalid, "app.unknown_setting", "name", key, "where", where, "known", strings.Join(settings, " "))
	}
	if given[key] {
		return nil
	}
	if err := c.flags.Set(key, value); err != nil {
		return fault.Wrap(fault.Invalid, "app.bad_setting", err, "name", key, "value", value)
	}
	return nil
}

// Nearest is the known name that was probably meant, or "".
func Nearest(key string, names []string) string {
	key = strings.ReplaceAll(strings.ToLower(key), "_", "-")
	best, least := "", 1+len(key)/4
	for _, known := range names {
		if d := distance(strings.ReplaceAll(key, "-", ""), strings.ReplaceAll(known, "-", "")); d <= least {
			best, least = known, d-1
		}
	}
	return best
}

// distance is the number of letters to put in, take out or change to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		above := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := above
			if a[i] != b[j] {
				change++
			}
			above = row[j+1]
			row[j+1] = min(change, row[j]+1, above+1)
		}
	}
	return row[len(b)]
}
