// Package check is the public page on which anybody sees whether a residence
// booklet is good: no account, and once opened no network. It shows a masked
// name, who issued it and when, and nothing else.
package check

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"anju/internal/accepting"
	"anju/internal/booklet"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

//go:embed check.js worker.js vendor/jsQR-1.4.0.js vendor/jsQR-LICENSE
var files embed.FS

// Pages are the addresses below /check.
type Pages struct {
	Gate      *gate.Gate
	Codes     *booklet.Public
	Accepting *accepting.Public
	Matters   *matter.Service
}

// kept are the files that the page needs without a network.
var kept = []string{"/check", "/check/services", "/check/check.js", "/check/jsqr.js", ui.Asset("ui.css"), ui.Asset("ui.js"), ui.Asset("htmx.js"), ui.Asset("mark.svg")}

// Mux is the door.
func (p *Pages) Mux() http.Handler {
	m := p.Gate.NewMux(gate.OfficeCookie, "/sign-in")
	m.Open("GET /check", p.page)
	m.Open("POST /check", p.check)
	m.Open("GET /check/services", p.services)
	m.Open("GET /check/refusals", p.refusalForm)
	m.Open("POST /check/refusals", p.refusal)
	m.Open("GET /check/refusals/state", p.stateForm)
	m.Open("POST /check/refusals/state", p.state)
	m.Open("POST /check/type", p.setType)
	m.Open("GET /check/book.json", p.book)
	m.Open("GET /check/check.js", file("check.js", "text/javascript; charset=utf-8"))
	m.Open("GET /check/jsqr.js", file("vendor/jsQR-1.4.0.js", "text/javascript; charset=utf-8"))
	m.Open("GET /check/jsqr-license", file("vendor/jsQR-LICENSE", "text/plain; charset=utf-8"))
	m.Open("GET /check/worker.js", worker)
	m.Missing("/check/")
	return m
}

func file(name, kind string) gate.Handler {
	return func(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
		b, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		return send(w, kind, b)
	}
}

func send(w http.ResponseWriter, kind string, b []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, err := w.Write(b)
	return err
}

// worker is the service worker, with the files it keeps. It rules over /check
// alone.
func worker(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	b, err := files.ReadFile("worker.js")
	if err != nil {
		return err
	}
	list, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	w.Header().Set("Service-Worker-Allowed", "/check")
	return send(w, "text/javascript; charset=utf-8", fmt.Appendf(nil, "const KEPT = %s;\n%s", list, b))
}

// book is what a phone keeps to check without a network.
func (p *Pages) book(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	book, err := p.Codes.Book(r.Context())
	if err != nil {
		return err
	}
	b, err := json.Marshal(book)
	if err != nil {
		return err
	}
	return send(w, "application/json", b)
}

// view is the page, with an answer or without.
type view struct {
	ui.PlainArgs
	Code  ui.FieldArgs
	Asked bool
	booklet.Answer
}

func (p *Pages) view(r *http.Request) view {
	v := view{
		PlainArgs: p.plain(r, i18n.T("check.title")),
		Code:      ui.FieldArgs{Name: "code", Label: i18n.T("check.code"), Hint: i18n.T("check.code_hint"), Kind: ui.TextArea, Rows: 4, Required: true, Max: 2048, Complete: "off"},
	}
	v.Lead = i18n.T("check.lead")
	return v
}

func (p *Pages) page(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	return p.show(w, r, http.StatusOK, p.view(r))
}

func (p *Pages) check(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	v := p.view(r)
	v.Code.Value = r.PostFormValue("code")
	a, err := p.Codes.Check(r.Context(), v.Code.Value)
	switch {
	case booklet.Unreadable(err):
		v.Code.Error = i18n.T(fault.KeyOf(err)) //i18n:dynamic check.
		return p.show(w, r, http.StatusUnprocessableEntity, v)
	case err != nil:
		return err
	}
	v.Asked, v.Answer, v.Code.Value = true, a, ""
	return p.show(w, r, http.StatusOK, v)
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, v view) error {
	var b bytes.Buffer
	if err := checkView(v).Render(r.Context(), &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}

func why(w string) string { return i18n.T("check.why." + w) } //i18n:dynamic check.why.

func word(what string) string { return i18n.T("check." + what) } //i18n:dynamic check.
