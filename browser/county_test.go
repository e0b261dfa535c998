package browser

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/app"
	"anju/internal/db/dbtest"
	"anju/internal/seal"
	"anju/internal/seed"
)

// A county is a running program on one engine.
type county struct {
	*app.App
	url     string
	signIns []seed.SignIn
	codes   map[string]int64 // the step of the last code an account signed in with
	ahead   *atomic.Int64    // how far people's own phones, which make the codes, are ahead
}

func (c *county) phone() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

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
	c.Keys, c.Root = c.Data+".key", c.Data+".root.key"
	if engine == "postgres" {
		c.DB = dbtest.Postgres(t)
	}
	return c
}

func serve(t *testing.T, a *app.App, signIns []seed.SignIn) *county {
	t.Helper()
	c := &county{a, "", signIns, map[string]int64{}, new(atomic.Int64)}
	a.Entrance.Wall, a.Accounts.Wall = c.phone, c.phone
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	c.url = srv.URL
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
	return c
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
			refused := true
			for try := 0; try < 3 && refused; try++ { // on a busy machine a code may be over when the button is pressed
				c.freshCode(s.Account)
				p.Goto("/sign-in?demo=" + s.Account + "&next=" + next)
				p.Click("登录")
				eventually(t, "what the sign-in of "+s.Account+" says", func() bool {
					refused = strings.Contains(p.Text(), "请核对后再试")
					return refused || !strings.Contains(p.URL(), "/sign-in")
				})
				if refused {
					p.Problems()
				}
			}
			if refused {
				t.Fatalf("%s cannot sign in", s.Account)
			}
			p.See(s.Name)
			return p
		}
	}
	return c.enter(t, account, size)
}

// freshCode makes sure that there is a code that the account has not signed in
// with: each opens once, and the page can give that of this half minute and of
// the next. Nobody waits: people's phones go ahead.
func (c *county) freshCode(account string) {
	step := func() int64 { return c.phone().Unix() / 30 }
	last := c.codes[account]
	if late := last - step(); late > 0 {
		c.ahead.Add(late * int64(30*time.Second))
	}
	c.codes[account] = max(step(), last+1)
}

// enter opens a tab and signs in for the first time with a one-time password:
// another is chosen, and the second factor bound.
func (c *county) enter(t *testing.T, login string, size Size) *Page {
	t.Helper()
	password, err := c.ResetAccount(t.Context(), login)
	if err != nil {
		t.Fatal(err)
	}
	p := Open(t, c.url, size)
	p.Goto("/sign-in")
	p.Fill("账号", login)
	p.Fill("口令", password.Reveal()) // of a county that lives for one test
	p.Click("登录")
	p.See("请先改成只有自己知道的口令")
	p.Fill("原口令", password.Reveal())
	p.Fill("新口令", "Shan-2026-he")
	p.Fill("再输一次新口令", "Shan-2026-he")
	p.Click("保存")
	p.See("绑定动态码")
	secret := Eval[string](p, `[...document.querySelectorAll('strong, code')].map(e => e.innerText.replaceAll(' ', '')).find(s => /^[A-Z2-7]{32}$/.test(s)) || ''`)
	code, err := seal.TOTPCode(seal.Hide(secret), c.phone())
	if err != nil {
		t.Fatal(err)
	}
	p.Fill("动态码", code)
	p.ClickRole("button", "绑定")
	eventually(t, "the first page of "+login, func() bool { return !strings.Contains(p.URL(), "/me/") })
	return p
}

// pass lets time pass on a page: by the control of the demonstration county,
// or, in a real one, at the machine.
func (c *county) pass(t *testing.T, p *Page, days int) {
	t.Helper()
	if c.Moves != nil {
		p.Click("快进7天")
		return
	}
	clock := &app.ClockService{DB: c.DB, Clock: c.Clock, Stay: c.Entrance.Shift, After: c.Sweep}
	by := actor.Actor{Account: "test", Name: "test", Kind: actor.Chief, Paths: []string{"610929"}}
	if err := clock.Move(t.Context(), by, time.Duration(days)*24*time.Hour); err != nil {
		t.Fatal(err)
	}
	p.Goto(strings.TrimPrefix(p.URL(), c.url))
}

// eventually waits for something the background does.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for range 600 {
		if f() {
			return
		}
		time.Sleep(100 * time.Millisecond) // the background has its own pace
	}
	t.Fatalf("%s never came", what)
}
