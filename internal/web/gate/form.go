package gate

import (
	"bytes"
	"net/http"

	"github.com/a-h/templ"

	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/web/ui"
)

// Render writes a page.
func Render(w http.ResponseWriter, r *http.Request, page templ.Component) error {
	return RenderCode(w, r, http.StatusOK, page)
}

// RenderCode writes a page with a status: 422 for a form shown again.
func RenderCode(w http.ResponseWriter, r *http.Request, code int, page templ.Component) error {
	var b bytes.Buffer // whole or not at all
	if err := page.Render(r.Context(), &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	b.WriteTo(w) // if it fails, nobody is waiting any more
	return nil
}

// Invalid reports whether err says that a form is to be shown again, and the
// words for each field.
func Invalid(err error) (map[string]string, bool) {
	f := fault.Of(err)
	if f == nil || f.Kind != fault.Invalid {
		return nil, false
	}
	words := map[string]string{}
	for _, e := range f.Fields {
		if words[e.Name] == "" {
			words[e.Name] = i18n.T(e.Key, e.Args...)
		}
	}
	if len(f.Fields) == 0 {
		words[""] = i18n.T(f.Key, f.Args...)
	}
	return words, true
}

// Fill puts what was typed, and what is wrong with it, back into fields.
// Passwords and secrets are asked for anew.
func Fill(r *http.Request, wrong map[string]string, fields ...*ui.FieldArgs) {
	for _, f := range fields {
		f.Error = wrong[f.Name]
		if f.Kind == ui.PasswordField || f.Secret || f.Kind == ui.FileField {
			continue
		}
		if v := r.FormValue(f.Name); v != "" || r.Method == http.MethodPost {
			f.Value = v
			for i := range f.Options {
				f.Options[i].Selected = f.Options[i].Value == v
			}
		}
	}
}
