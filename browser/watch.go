package browser

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// watch listens to a tab: what went wrong in it, and what it is still loading.
type watch struct {
	mu        sync.Mutex
	problems  []string
	documents map[string]bool // addresses opened as pages: their 404 or 422 is the journey's business
	loading   map[network.RequestID]bool
	navigates bool
	moved     time.Time // of the last change of the above
	dialogs   chan struct{}
}

func newWatch() *watch {
	return &watch{documents: map[string]bool{}, loading: map[network.RequestID]bool{}, dialogs: make(chan struct{}, 16)}
}

// event runs on the goroutine that reads from the browser: it must be quick.
func (w *watch) event(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if e := ev.ExceptionDetails.Exception; e != nil {
			text += " " + e.Description
		}
		w.problem("exception", text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeAssert {
			w.problem("console", arguments(ev.Args))
		}
	case *log.EventEntryAdded:
		w.entry(ev.Entry)
	case *network.EventRequestWillBeSent:
		if ev.Type == network.ResourceTypeDocument {
			w.documents[ev.Request.URL] = true
		}
		if ev.Type != network.ResourceTypeEventSource && ev.Type != network.ResourceTypePing {
			w.loading[ev.RequestID] = true
		}
		w.moved = time.Now()
	case *network.EventResponseReceived:
		if ev.Response.Status >= 500 {
			w.problem("server", fmt.Sprintf("%d %s", ev.Response.Status, ev.Response.URL))
		}
	case *network.EventLoadingFinished:
		w.finished(ev.RequestID)
	case *network.EventLoadingFailed:
		w.finished(ev.RequestID)
	case *page.EventFrameStartedNavigating, *page.EventFrameRequestedNavigation, *page.EventFrameStartedLoading:
		w.navigates, w.moved = true, time.Now()
	case *page.EventFrameStoppedLoading:
		w.navigates, w.moved = false, time.Now()
		clear(w.loading) // requests of the page before may never report their end
	case *page.EventJavascriptDialogOpening:
		select {
		case w.dialogs <- struct{}{}:
		default:
		}
	}
}

// entry is a line that the browser itself writes to the console: among them
// every breach of the Content Security Policy.
func (w *watch) entry(e *log.Entry) {
	page := e.Source == log.EntrySourceNetwork && w.documents[e.URL]
	if e.Level == log.EntryLevelError && !page {
		w.problem(string(e.Source), strings.TrimSpace(e.Text+" "+e.URL))
	}
}

func (w *watch) finished(id network.RequestID) {
	delete(w.loading, id)
	w.moved = time.Now()
}

func (w *watch) problem(source, text string) {
	w.problems = append(w.problems, source+": "+text)
}

// take returns the problems so far and forgets them.
func (w *watch) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.problems
	w.problems = nil
	return p
}

// quiet says that nothing is loading and nothing has begun for a moment.
func (w *watch) quiet() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.navigates && len(w.loading) == 0 && time.Since(w.moved) > 60*time.Millisecond
}

func arguments(args []*runtime.RemoteObject) string {
	var parts []string
	for _, a := range args {
		var text string
		switch {
		case a.Description != "":
			text = a.Description
		case json.Unmarshal(a.Value, &text) != nil:
			text = string(a.Value)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}
