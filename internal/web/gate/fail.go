package gate

import (
	"errors"
	"log/slog"
	"net/http"
	"regexp"

	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/web/ui"
)

var (
	errPanic = errors.New("panic")
	errForm  = errors.New("the form cannot be read")
)

// tooOften are the refusals that time alone mends.
var tooOften = map[string]string{"account.locked": "1800", "account.too_many": "900", "matter.refusal.too_many": "900", "matter.refusal.looked_too_often": "900"}

// Status maps the kinds of fault to HTTP: the doors' own business.
func Status(err error) int {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	if errors.Is(err, errForm) {
		return http.StatusBadRequest
	}
	if tooOften[fault.KeyOf(err)] != "" {
		return http.StatusTooManyRequests
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
// What is not there and what one may not know of look alike to the byte.
func (m *Mux) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody is waiting any more
	}
	code := Status(err)
	p := failPage{PlainArgs: ui.PlainArgs{PageArgs: ui.PageArgs{County: m.Gate.County, Elder: m.Gate.Elder(r)}}, Home: "/"}
	if m.phone() {
		p.Home = "/m/"
	}
	if unsafe(r) && code != http.StatusNotFound {
		p.Back = m.origin(r)
	}
	say := func(title, text, how string) { p.Title, p.Text, p.How = title, text, how }
	f := fault.Of(err)
	switch code {
	case http.StatusNotFound:
		say(i18n.T("gate.title.not_found"), i18n.T("policy.not_found"), i18n.T("gate.how.not_found"))
		if f.Key == "gate.no_page" {
			p.Text = i18n.T(f.Key)
		}
	case http.StatusForbidden:
		say(i18n.T("gate.title.forbidden"), words(f), i18n.T("gate.how.forbidden"))
		if f.Key == "gate.forged" {
			p.How = i18n.T("gate.how.forged")
		}
	case http.StatusConflict:
		say(i18n.T("gate.title.conflict"), words(f), i18n.T("gate.how.conflict"))
	case http.StatusTooManyRequests:
		say(i18n.T("gate.title.too_many"), words(f), i18n.T("gate.how.too_many"))
		w.Header().Set("Retry-After", tooOften[f.Key])
	case http.StatusRequestEntityTooLarge:
		say(i18n.T("gate.title.invalid"), i18n.T("gate.too_large"), i18n.T("gate.how.too_large"))
	case http.StatusBadRequest:
		say(i18n.T("gate.title.invalid"), i18n.T("gate.bad_form"), i18n.T("gate.how.forged"))
	case http.StatusUnprocessableEntity:
		say(i18n.T("gate.title.invalid"), words(f), i18n.T("gate.how.invalid"))
		for _, e := range f.Fields {
			p.Details = append(p.Details, i18n.T(e.Key, e.Args...))
		}
	default:
		ref := w.Header().Get(requestID)
		say(i18n.T("gate.title.broken"), i18n.T("gate.broken"), i18n.T("gate.how.broken", "ref", ref))
		if !errors.Is(err, errPanic) { // already logged, with its place
			slog.Error("a page failed", "ref", ref, "method", r.Method, "page", r.Pattern, "err", scrub(err.Error()))
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	if err := failed(p).Render(r.Context(), w); err != nil {
		slog.Warn("an error page was not delivered", "err", err)
	}
}

func words(f *fault.Fault) string { return i18n.T(f.Key, f.Args...) }

var digits = regexp.MustCompile(`[0-9]{7,}[0-9Xx]?`)

// scrub takes out of a log line what may be somebody's number.
func scrub(s string) string { return digits.ReplaceAllString(s, "•••") }

type failPage struct {
	ui.PlainArgs
	Text    string
	How     string
	Home    string
	Back    string // the page whose form was refused
	Details []string
}
