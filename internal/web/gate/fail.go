package gate

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"

	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/web/ui"
)

var errPanic = errors.New("panic")

// status maps the kinds of fault to HTTP: the doors' own business.
func status(err error) int {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	switch fault.KindOf(err) {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Conflict:
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}

// fail answers with a page that says what happened and how to go on. What is
// ours to mend is logged once, here, with the reference number on the page.
func (g *Gate) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody is waiting any more
	}
	code := status(err)
	p := failPage{PlainArgs: ui.PlainArgs{PageArgs: ui.PageArgs{County: g.County}}}
	switch {
	case code == http.StatusInternalServerError:
		p.Ref = rand.Text()[:8]
		p.Text = i18n.T("gate.broken")
		slog.Error("a page failed", "ref", p.Ref, "method", r.Method, "page", r.Pattern, "err", err)
	case code == http.StatusRequestEntityTooLarge:
		p.Text = i18n.T("gate.too_large")
	default:
		f := fault.Of(err)
		p.Text = i18n.T(f.Key, f.Args...)
		for _, e := range f.Fields {
			p.Details = append(p.Details, i18n.T(e.Key, e.Args...))
		}
	}
	switch code {
	case http.StatusNotFound:
		p.Title, p.How = i18n.T("gate.title.not_found"), i18n.T("gate.how.not_found")
	case http.StatusForbidden:
		p.Title, p.How = i18n.T("gate.title.forbidden"), i18n.T("gate.how.forbidden")
	case http.StatusConflict:
		p.Title, p.How = i18n.T("gate.title.conflict"), i18n.T("gate.how.conflict")
	case http.StatusInternalServerError:
		p.Title, p.How = i18n.T("gate.title.broken"), i18n.T("gate.how.broken", "ref", p.Ref)
	default:
		p.Title, p.How = i18n.T("gate.title.invalid"), i18n.T("gate.how.invalid")
	}
	p.Home = "/"
	if len(r.URL.Path) > 2 && r.URL.Path[:3] == "/m/" {
		p.Home = "/m/"
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	if err := failed(p).Render(r.Context(), w); err != nil {
		slog.Warn("an error page was not delivered", "err", err)
	}
}

type failPage struct {
	ui.PlainArgs
	Text    string
	How     string
	Ref     string
	Home    string
	Details []string
}
