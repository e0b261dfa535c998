package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const (
	patience = 10 * time.Second // of a step for what it needs
	brief    = 300 * time.Millisecond
	pause    = 40 * time.Millisecond
)

//go:embed page.js
var pageJS string

// Page is one person's tab. Its steps end the test when they cannot be done.
type Page struct {
	t        testing.TB
	ctx      context.Context
	base     string
	within   string // text of the part of the page that steps are confined to
	watch    *watch
	patience time.Duration
	clicks   *int // so many since the page was opened
}

// Open opens an empty tab with cookies of its own. Paths given to Goto are
// below base. When the test ends, problems seen in the tab fail it, and a test
// that failed leaves a picture of the tab in build/failed.
func Open(t testing.TB, base string, size Size) *Page {
	t.Helper()
	w := newWatch()
	ctx, cancel := chromedp.NewContext(given(t), chromedp.WithNewBrowserContext(), chromedp.WithListener(w.event))
	p := &Page{t: t, ctx: ctx, base: strings.TrimSuffix(base, "/"), watch: w, patience: patience, clicks: new(int)}
	t.Cleanup(func() {
		p.reportProblems()
		p.pictureOfFailure()
		cancel()
	})
	calm := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}}
	_, err1 := chromedp.Call(ctx, emulation.SetEmulatedMedia, calm)
	_, err2 := chromedp.Call(ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Shanghai"})
	for _, err := range []error{err1, err2} {
		if err != nil {
			t.Fatalf("open a tab: %v", err)
		}
	}
	p.Resize(size)
	go p.acceptDialogs()
	return p
}

// Back goes back in the history, as the button of the browser does.
func (p *Page) Back() {
	p.t.Helper()
	Eval[int](p, `setTimeout(() => history.back())`) // once this has been answered
}

// Goto opens a path (or a whole address) and waits until it has loaded.
func (p *Page) Goto(path string) {
	p.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = p.base + path
	}
	ctx, cancel := context.WithTimeout(p.ctx, 3*patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(path)); err != nil && !strings.Contains(err.Error(), "ERR_ABORTED") {
		p.t.Fatalf("go to %s: %v", path, err)
	}
	p.Settle()
}

// URL is the address of the page, without the base.
func (p *Page) URL() string {
	p.t.Helper()
	return strings.TrimPrefix(Eval[string](p, "location.href"), p.base)
}

// Title is the title of the page.
func (p *Page) Title() string {
	p.t.Helper()
	return Eval[string](p, "document.title")
}

// Within gives the same tab with its steps confined to the smallest row,
// list item, card, fieldset, form, dialog or region that shows text:
// p.Within("王秀兰").Click("查看").
func (p *Page) Within(text string) *Page {
	q := *p
	q.within = text
	return &q
}

// Text is what the page (or the part of it) shows.
func (p *Page) Text() string {
	p.t.Helper()
	return p.wait("read the page", func() (string, error) {
		return query[string](p, "shown")
	})
}

// HTML is the source of the page as it stands.
func (p *Page) HTML() string {
	p.t.Helper()
	return Eval[string](p, "document.documentElement.outerHTML")
}

// See waits until the page shows all the texts.
func (p *Page) See(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.wait("see "+text, func() (string, error) {
			shown, err := query[string](p, "shown")
			if err == nil && !strings.Contains(squash(shown), squash(text)) {
				err = fmt.Errorf("%q is not on the page", text)
			}
			return "", err
		})
	}
}

// AssertNot fails when the source of the page holds any of the texts, shown or
// not: in an attribute, a comment or a script too. It waits for what is still
// loading, but See something of the page you mean first.
func (p *Page) AssertNot(texts ...string) {
	p.t.Helper()
	p.Settle()
	html, text := p.HTML(), Eval[string](p, "document.body.innerText + ' ' + [...document.querySelectorAll('input,textarea')].map(e => e.value).join(' ')")
	for _, no := range texts {
		if no == "" {
			p.t.Fatal("AssertNot of nothing is true everywhere")
		}
		if strings.Contains(html, no) || strings.Contains(squash(text), squash(no)) {
			p.t.Errorf("%s: %q must not be on the page", p.URL(), no)
		}
	}
}

// Count is how many elements match a CSS selector. Prefer See.
func (p *Page) Count(css string) int {
	p.t.Helper()
	return Eval[int](p, "document.querySelectorAll("+js(css)+").length")
}

// Problems returns what went wrong in the tab so far and forgets it, for a
// journey that provokes an error. Whatever is not taken fails the test.
func (p *Page) Problems() []string {
	p.Settle()
	return p.watch.take()
}

// Settle waits until nothing is loading any more. What loads for ever (a
// stream) is given patience, then ignored.
func (p *Page) Settle() {
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		if state, err := run[string](p, "document.readyState"); err == nil && state == "complete" && p.watch.quiet() {
			return
		}
		time.Sleep(pause)
	}
}

// Eval runs an expression in the page; a promise is awaited.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	v, err := run[T](p, expression)
	if err != nil {
		p.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return v
}

// wait tries until it works or patience ends.
func (p *Page) wait(what string, try func() (string, error)) string {
	p.t.Helper()
	deadline := time.Now().Add(p.patience)
	for {
		got, err := try()
		if err == nil {
			return got
		}
		if time.Now().After(deadline) {
			shown, _ := query[string](p, "shown")
			p.t.Fatalf("%s: %v\nat %s the page shows:\n%s", what, err, p.URL(), clip(shown, 2000))
		}
		time.Sleep(pause)
	}
}

func run[T any](p *Page, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// query calls one of the functions of page.js with the part of the page that
// steps are confined to and more arguments. It answers {value} or {error}.
func query[T any](p *Page, function string, args ...any) (value T, err error) {
	list, err := json.Marshal(append([]any{p.within}, args...))
	if err != nil {
		return value, err
	}
	answer, err := run[struct {
		Value T      `json:"value"`
		Error string `json:"error"`
	}](p, "("+pageJS+")("+js(function)+", "+string(list)+")")
	if err == nil && answer.Error != "" {
		err = fmt.Errorf("%s", answer.Error)
	}
	return answer.Value, err
}

func (p *Page) acceptDialogs() {
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-p.watch.dialogs:
			_, _ = chromedp.Call(p.ctx, cdpage.HandleJavaScriptDialog, cdpage.HandleJavaScriptDialogParams{Accept: true})
		}
	}
}

func (p *Page) reportProblems() {
	problems := p.watch.take()
	slices.Sort(problems)
	for _, problem := range slices.Compact(problems) {
		p.t.Errorf("in the browser: %s", problem)
	}
}

func js(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "undefined"
	}
	return string(b)
}

func squash(s string) string { return strings.Join(strings.Fields(s), " ") }

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
