package docs

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"anju/internal/app"
)

var (
	commandForm = regexp.MustCompile(`(?m)(?:^    |sudo -u anju |/usr/local/bin/|` + "`" + `)anju ([a-z]+(?: [a-z]+)?)([^` + "`" + `\n]*)`)
	flagForm    = regexp.MustCompile(`--([a-z-]+)`)
	knownForm   = regexp.MustCompile(`(?m)^\s+\{"([a-z ]+)", "`)
	ownForm     = regexp.MustCompile(`f\.(?:Bool|String)\("([a-z-]+)"`)
)

// The runbook speaks of commands, flags and files that are there.
func TestRunbookIsTrue(t *testing.T) {
	source := read(t, "../cmd/anju/main.go") + read(t, "../cmd/anju/county.go")
	commands, flags := map[string]bool{"help": true}, map[string]bool{}
	for _, m := range knownForm.FindAllStringSubmatch(source, -1) {
		commands[m[1]] = true
	}
	for _, m := range ownForm.FindAllStringSubmatch(source, -1) {
		flags[m[1]] = true
	}
	f := flag.NewFlagSet("all", flag.ContinueOnError)
	app.Flags(f)
	f.VisitAll(func(f *flag.Flag) { flags[f.Name] = true })
	files, err := filepath.Glob("runbook/*")
	if err != nil || len(files) < 7 {
		t.Fatal(files, err)
	}
	said := map[string]bool{}
	for _, file := range files {
		text := read(t, file)
		for _, m := range commandForm.FindAllStringSubmatch(text, -1) {
			name := m[1]
			if first, _, _ := strings.Cut(name, " "); commands[first] {
				name = first
			}
			if !commands[name] {
				t.Errorf("%s: there is no command anju %s", file, name)
			}
			said[name] = true
			for _, option := range flagForm.FindAllStringSubmatch(m[2], -1) {
				if !flags[option[1]] {
					t.Errorf("%s: anju %s has no flag --%s", file, name, option[1])
				}
			}
		}
		for _, m := range regexp.MustCompile(`\]\(([a-z.-]+)\)`).FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("runbook", m[1])); err != nil {
				t.Errorf("%s points to %s: %v", file, m[1], err)
			}
		}
	}
	for _, must := range []string{"init", "serve", "import", "backup", "restore", "migrate", "audit verify", "check"} {
		if !said[must] {
			t.Errorf("the runbook does not say when to use anju %s", must)
		}
	}
	install := read(t, "runbook/install.md")
	f.VisitAll(func(f *flag.Flag) {
		if name := f.Name; name != "config" && name != "scale" && name != "seed" && !strings.Contains(install, "`"+name+"`") {
			t.Errorf("install.md does not say what %s means", name)
		}
	})
}

// The units take away what the program does not need.
func TestUnitsAreHardened(t *testing.T) {
	for _, name := range []string{"runbook/anju.service", "runbook/anju-backup.service"} {
		text := read(t, name)
		for _, must := range []string{"User=anju", "ProtectSystem=strict", "NoNewPrivileges=yes", "PrivateTmp=yes", "ProtectHome=yes", "MemoryDenyWriteExecute=yes", "StateDirectory=anju", "UMask=0077"} {
			if !strings.Contains(text, "\n"+must+"\n") {
				t.Errorf("%s: no %s", name, must)
			}
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
