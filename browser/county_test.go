package browser

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"anju/internal/app"
	"anju/internal/db/dbtest"
	"anju/internal/seed"
)

// A county is a running program on one engine.
type county struct {
	*app.App
	url     string
	signIns []seed.SignIn
}

// scaleOf is how large the demonstration county of the journeys is.
const scaleOf = 0.02

// demoCounty makes the demonstration county and serves it, with its jobs and
// its sweep.
func demoCounty(t *testing.T, engine string) *county {
	t.Helper()
	c := config(t, engine)
	a, made, err := app.MakeDemo(t.Context(), c, func(int, int, string) {})
	if err != nil {
		t.Fatal(err)
	}
	if made == nil {
		t.Fatal("the county was there already")
	}
	return serve(t, a, made.SignIns)
}

func config(t *testing.T, engine string) *app.Config {
	c := &app.Config{Data: filepath.Join(t.TempDir(), "data"), County: "610929", Scale: scaleOf, Seed: 1, NoProgress: true}
	c.Keys = c.Data + ".key"
	if engine == "postgres" {
		c.DB = dbtest.Postgres(t)
	}
	return c
}

func serve(t *testing.T, a *app.App, signIns []seed.SignIn) *county {
	t.Helper()
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	ctx, stop := context.WithCancel(context.Background())
	var jobs sync.WaitGroup
	jobs.Go(func() { a.Jobs.Run(ctx) })
	t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
		stop()
		jobs.Wait()
		a.Close()
	})
	return &county{a, srv.URL, signIns}
}

// engines are those a county can stand on.
var engines = []string{"sqlite", "postgres"}

// status is what a page answers. That it is refused is no problem of the page.
func status(p *Page, path string) int {
	r := p.Get(path)
	p.Problems()
	return r.Status
}

// as opens a tab and signs in as the demonstration user whose account begins
// so, by the list on the sign-in page.
func (c *county) as(t *testing.T, account string, size Size) *Page {
	t.Helper()
	for _, s := range c.signIns {
		if strings.HasPrefix(s.Account, account) {
			p := Open(t, c.url, size)
			next := "/"
			if s.Phone {
				next = "/m/"
			}
			p.Goto("/sign-in?demo=" + s.Account + "&next=" + next)
			p.Click("登录")
			eventually(t, "the first page of "+account, func() bool { return !strings.Contains(p.URL(), "/sign-in") })
			p.See(s.Name)
			return p
		}
	}
	t.Fatalf("no demonstration account %s", account)
	return nil
}

// eventually waits for something the background does.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for range 100 {
		if f() {
			return
		}
		time.Sleep(100 * time.Millisecond) // the background has its own pace
	}
	t.Fatalf("%s never came", what)
}
