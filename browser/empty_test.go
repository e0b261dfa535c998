package browser

import (
	"os"
	"path/filepath"
	"testing"

	"anju/internal/actor"
	"anju/internal/app"
	"anju/internal/importer"
)

// The journeys of an empty county made by anju init and filled from examples/,
// on both engines.
func TestEmptyCounty(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			c := emptyCounty(t, engine)
			t.Run("administrator", func(t *testing.T) { administrator(t, c) })
			t.Run("move to booklet", func(t *testing.T) { moveToBooklet(t, c, "mj102", "sz102", "610929102206", "高庄社区") })
			t.Run("matter", func(t *testing.T) { matterNotForgotten(t, c, worker(t, c), "wz102206001", "zc102", "xzz") })
		})
	}
}

// emptyCounty makes a county as the IT person does: init, grids, accounts, the
// register.
func emptyCounty(t *testing.T, engine string) *county {
	t.Helper()
	cfg := config(t, engine)
	admins, err := app.Init(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if len(admins) != 3 {
		t.Fatalf("%d administrators, want 3", len(admins))
	}
	a, err := app.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"grids", "accounts"} {
		f, size := example(t, kind+".xlsx")
		ok, err := a.ImportStaff(t.Context(), kind, kind+".xlsx", f, size, false, writer{t})
		if err != nil || !ok {
			t.Fatalf("import %s: %v, %v", kind, ok, err)
		}
	}
	f, size := example(t, "register-good.xlsx")
	rep, err := a.ImportFile(t.Context(), importer.File{Kind: importer.KindRegister, Name: "register-good.xlsx"}, f, size, false, nil)
	if err != nil || rep.Bad != 0 || rep.New == 0 {
		t.Fatalf("import register: %+v, %v", rep, err)
	}
	return serve(t, a, nil)
}

type writer struct{ t *testing.T }

func (w writer) Write(p []byte) (int, error) { return len(p), nil }

func example(t *testing.T, name string) (*os.File, int64) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return f, info.Size()
}

// administrator: signs in for the first time, and sees accounts and no person.
func administrator(t *testing.T, c *county) {
	p := c.enter(t, "sysadmin", Office)
	p.Goto("/accounts")
	p.See("账号与岗位", "mj102")
	p.AssertNot("6109**")
	p.Axe()
	if n := status(p, "/residents"); n == 200 {
		t.Errorf("an administrator lists residents: %d", n)
	}
}

// worker is the login of the worker of 东坡村's first grid.
func worker(t *testing.T, c *county) (login string) {
	t.Helper()
	err := c.EachAccount(t.Context(), func(l, _, kind, path, _ string) {
		if kind == string(actor.GridWorker) && path == "610929102206001" {
			login = l
		}
	})
	if err != nil || login == "" {
		t.Fatalf("no worker: %v", err)
	}
	return login
}
