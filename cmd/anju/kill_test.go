package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/ident"
)

// killedRegister writes the register that is imported while the program is
// killed: one person in each of 350 households, so that it takes four
// transactions.
func killedRegister(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("户号,姓名,与户主关系,性别,民族,出生日期,公民身份号码,户籍地址,户籍地区划代码\n")
	for i := range 350 {
		day := time.Date(1970, 1, 1+i, 0, 0, 0, 0, time.UTC)
		first := "610929" + day.Format("20060102") + "997"
		fmt.Fprintf(&b, "6109290%05d,黄大山,户主,男,汉族,%s,%s%c,陕西省白河县构朳镇东坡村一组%d号,610929102206\n",
			i, day.Format("2006-01-02"), first, ident.CheckDigit(first), i+1)
	}
	file := filepath.Join(t.TempDir(), "register.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A program is the real one, built, on a county of its own.
type program struct {
	t    *testing.T
	file string
	list string // the register
	cfg  db.Config
	data string
}

// built is the program as it is delivered, built once for all tests that kill it.
func built(t *testing.T) string {
	t.Helper()
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

var (
	buildDir string
	build    = sync.OnceValues(func() (file string, err error) {
		if buildDir, err = os.MkdirTemp("", "anju-built"); err != nil {
			return "", err
		}
		file = filepath.Join(buildDir, "anju")
		c := exec.Command("go", "build", "-o", file, ".")
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := c.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w\n%s", err, out)
		}
		return file, nil
	})
)

func TestMain(m *testing.M) {
	code := m.Run()
	if buildDir != "" {
		os.RemoveAll(buildDir)
	}
	os.Exit(code)
}

// anju runs a command to its end.
func (p program) anju(args ...string) string {
	p.t.Helper()
	out, err := p.command(p.t.Context(), args...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("anju %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (p program) command(ctx context.Context, args ...string) *exec.Cmd {
	args = append(args, "--data", p.data, "--no-progress")
	if p.cfg.URL != "" {
		args = append(args, "--db", p.cfg.URL)
	}
	return exec.CommandContext(ctx, p.file, args...)
}

// importUntil imports and kills the program after a while: with SIGKILL, as a
// power cut would. It reports whether that hit it: it may have come to its end
// before, or the while may have been over before it began.
func (p program) importUntil(after time.Duration) (killed bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), after)
	defer cancel()
	err := p.command(ctx, "import", "register", p.list).Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == -1:
		return true
	case err != nil && !errors.Is(err, context.DeadlineExceeded):
		p.t.Fatalf("an import ended by itself: %v", err)
	}
	return false
}

// holds is what an import leaves in a county, without ids and times.
func (p program) holds() (all []string) {
	p.t.Helper()
	d, err := db.Open(p.t.Context(), p.cfg)
	if err != nil {
		p.t.Fatal(err)
	}
	defer d.Close()
	err = d.Read(p.t.Context(), func(tx *db.Tx) error {
		for _, q := range []string{
			`select 'person ' || name || ' ' || birth || ' ' || version from person order by 1`,
			`select 'keys ' || p.name || ' ' || p.birth || ' ' || count(*) from person p join person_key k on k.person_id = p.id group by p.id, p.name, p.birth order by 1`,
			`select 'household ' || register_no || ' ' || version from household order by 1`,
			`select 'address ' || village || ' ' || text from address order by 1`,
			`select 'houses ' || count(*) from house`,
			`select 'spell ' || p.name || ' ' || p.birth || ' ' || s.kind || ' ' || s.path || ' ' || s.superseded_at || ' ' || count(*) from spell s join person p on p.id = s.person_id
				group by p.name, p.birth, s.kind, s.path, s.superseded_at order by 1`,
			`select 'tie ' || h.register_no || ' ' || t.relation || ' ' || t.path || ' ' || count(*) from tie t join household h on h.id = t.household_id group by h.register_no, t.relation, t.path order by 1`,
			`select 'recorded ' || p.name || ' ' || p.birth || ' ' || count(*) from change c join person p on c.subject = 'person/' || p.id group by p.name, p.birth order by 1`,
			`select 'unfinished ' || count(*) from import where state <> 'done'`,
		} {
			rows, err := db.All[string](tx, q)
			if err != nil {
				return err
			}
			all = append(all, rows...)
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}

// TestProofKilledImport: an import that is killed at random moments, and run
// again, leaves what an import leaves that nobody disturbed: nothing is lost and
// nothing is there twice. The logs stay whole.
func TestProofKilledImport(t *testing.T) {
	list := killedRegister(t)
	kills := 20
	if os.Getenv("ANJU_PROOF") != "" {
		kills = 500
	}
	dbtest.EachConfig(t, func(t *testing.T, first db.Config) {
		county := func(cfg db.Config) program {
			data := filepath.Join(t.TempDir(), "data")
			if cfg.URL == "" {
				cfg.Dir = data
			}
			p := program{t, built(t), list, cfg, data}
			p.anju("init")
			return p
		}
		fresh := func() db.Config {
			if first.URL != "" {
				return db.Config{URL: dbtest.Postgres(t)}
			}
			return db.Config{}
		}
		whole := county(first)
		began := time.Now()
		whole.anju("import", "register", whole.list)
		took := time.Since(began)
		want := whole.holds()
		if len(want) < 1000 {
			t.Fatalf("the undisturbed import left %d lines", len(want))
		}
		seed := uint64(time.Now().UnixNano())
		r := rand.New(rand.NewPCG(seed, 0))
		for n := 0; n < kills; {
			p := county(fresh())
			for range 6 { // each goes on where the one before it came to
				after := time.Duration(r.Int64N(int64(took * 2 / 3)))
				if p.importUntil(after) {
					n++
				}
			}
			p.anju("import", "register", p.list)
			if got := p.holds(); !slices.Equal(got, want) {
				t.Fatalf("seed %d, after %d kills: %s", seed, n, firstDifference(want, got))
			}
			p.anju("check")
			p.anju("audit", "verify")
		}
	})
}

func firstDifference(want, got []string) string {
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			return "want " + want[i] + ", got " + got[i]
		}
	}
	return "one holds more than the other"
}
