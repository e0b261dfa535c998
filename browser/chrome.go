// Package browser holds the journeys: what a person does with Anju, done in a
// real Chromium, with accessibility checked on the way.
//
//	p := browser.Open(t, server.URL, browser.Office)
//	p.Goto("/sign-in")
//	p.Fill("账号", account)
//	p.Click("登录")
//	p.See("待办")
//	p.AssertNot(idNumber)
//	p.Axe()
//
// Things are found as a person finds them: by the text, label or role on the
// page, not by class. Every step waits for what it needs, ten seconds at most,
// and fails the test with what was on the page instead. An error in the
// console, a broken CSP and a server error fail the test at its end, wherever
// they happened.
package browser

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// chrome is the one browser of a test binary; each Page has cookies of its own in it.
var chrome struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

var errNoChromium = errors.New("there is no Chromium: run make deps")

// Run is what a TestMain of this package returns to os.Exit: it runs the tests and ends the browser.
func Run(m *testing.M) int {
	defer func() {
		if chrome.stop != nil {
			chrome.stop()
		}
	}()
	return m.Run()
}

// given starts Chromium on first use. Without it the test is skipped, but in CI it fails.
func given(t testing.TB) context.Context {
	t.Helper()
	chrome.once.Do(start)
	if errors.Is(chrome.err, errNoChromium) && os.Getenv("CI") == "" {
		t.Skip(chrome.err)
	}
	if chrome.err != nil {
		t.Fatalf("start Chromium: %v", chrome.err)
	}
	return chrome.ctx
}

func start() {
	names := []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"}
	if os.Getenv("ANJU_SCREENSHOTS") != "" { // the shell draws no PDF
		names = append(names[1:], names[0])
	}
	path := find(names...)
	if path == "" {
		chrome.err = errNoChromium
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("accept-lang", "zh-CN"),
	)
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator)
	chrome.ctx, chrome.stop = ctx, func() { stop(); stopAllocator() }
	chrome.err = chromedp.Do(ctx) // starts the process
}

func find(names ...string) string {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
