package browser

import (
	"context"
	"encoding/base64"
	"fmt"
	"path/filepath"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// point is where an element can be clicked, in pixels of the viewport.
type point struct{ X, Y float64 }

// Click clicks the link, button, tab, box or label that has this name: the
// whole name, or else its beginning, or else a part of it. It must be one,
// visible, enabled and not covered.
func (p *Page) Click(name string) {
	p.t.Helper()
	p.click("", name)
}

// ClickRole is Click among the elements of one role: link, button, tab, checkbox, radio, menuitem, …
func (p *Page) ClickRole(role, name string) {
	p.t.Helper()
	p.click(role, name)
}

func (p *Page) click(role, name string) {
	p.t.Helper()
	*p.clicks++
	p.wait("click "+name, func() (string, error) {
		at, err := query[point](p, "clickable", role, name)
		if err != nil {
			return "", err
		}
		return "", p.do(chromedp.MouseClickXY(at.X, at.Y))
	})
	p.Settle()
}

// Fill types a value into the field with this label, in place of what was
// there. A date is given as 2026-11-23, whatever the page shows.
func (p *Page) Fill(label, value string) {
	p.t.Helper()
	p.wait("fill "+label, func() (string, error) {
		typed, err := query[bool](p, "fill", label, value)
		if err != nil || !typed {
			return "", err
		}
		_, err = chromedp.Call(p.ctx, input.InsertText, input.InsertTextParams{Text: value})
		return "", err
	})
}

// Choose picks an option, by its text, in the list with this label.
func (p *Page) Choose(label, option string) {
	p.t.Helper()
	p.wait("choose "+option+" in "+label, func() (string, error) {
		_, err := query[bool](p, "choose", label, option)
		return "", err
	})
	p.Settle()
}

// Upload puts a file into the file field with this label.
func (p *Page) Upload(label, path string) {
	p.t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		p.t.Fatal(err)
	}
	p.wait("upload to "+label, func() (string, error) {
		mark, err := query[string](p, "mark", label)
		if err != nil {
			return "", err
		}
		return "", p.do(chromedp.SetUploadFiles(chromedp.CSS(mark), []string{path}))
	})
	p.Settle()
}

// Value is what stands in the field with this label.
func (p *Page) Value(label string) string {
	p.t.Helper()
	return p.wait("read "+label, func() (string, error) { return query[string](p, "value", label) })
}

// Press presses a key where the focus is: Enter, Tab, Escape, ArrowDown, …, or types text.
func (p *Page) Press(key string) {
	p.t.Helper()
	named := map[string]string{"Enter": kb.Enter, "Tab": kb.Tab, "Escape": kb.Escape, "Space": " ", "Backspace": kb.Backspace,
		"ArrowDown": kb.ArrowDown, "ArrowUp": kb.ArrowUp, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight, "F5": kb.F5}
	if k, ok := named[key]; ok {
		key = k
	}
	if err := p.do(chromedp.KeyEvent(key)); err != nil {
		p.t.Fatalf("press %s: %v", key, err)
	}
	p.Settle()
}

// Offline takes the line away from the tab, or gives it back.
func (p *Page) Offline(off bool) {
	p.t.Helper()
	rule := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}}}
	if _, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, rule); err != nil {
		p.t.Fatalf("take the line away: %v", err)
	}
}

// Focused names what has the focus, as "role name".
func (p *Page) Focused() string {
	p.t.Helper()
	return p.wait("look for the focus", func() (string, error) { return query[string](p, "focused") })
}

// Response is what a path answered.
type Response struct {
	Status int
	Type   string
	Body   []byte
}

// Get fetches a path with the cookies of the tab and without opening it: a
// document, or a page of someone else's.
func (p *Page) Get(path string) Response {
	p.t.Helper()
	got := Eval[struct {
		Status int
		Type   string
		Body   string
	}](p, fmt.Sprintf(`fetch(%s).then(async r => {
		const bytes = new Uint8Array(await r.arrayBuffer());
		let text = '';
		for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
		return {Status: r.status, Type: r.headers.get('content-type') || '', Body: btoa(text)};
	})`, js(path)))
	body, err := base64.StdEncoding.DecodeString(got.Body)
	if err != nil {
		p.t.Fatalf("get %s: %v", path, err)
	}
	return Response{got.Status, got.Type, body}
}

func (p *Page) do(a chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, a)
}
