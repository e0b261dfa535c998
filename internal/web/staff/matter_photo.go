package staff

import (
	"net/http"

	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// matterPhoto is one photograph of a matter.
func (p *Pages) matterPhoto(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	raw, err := p.Matters.Photo(r.Context(), s.Actor, matter.ID(r.PathValue("id")), r.PathValue("photo"))
	if err != nil {
		return err
	}
	return gate.SendPhoto(w, raw)
}

type redactPage struct {
	ui.OfficeArgs
	At, Key string
	Areas   ui.FieldArgs
	Wrong   []ui.FieldError
}

// redactForm asks which parts of a photograph are to be blackened.
func (p *Pages) redactForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showRedact(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showRedact(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	id, photo := r.PathValue("id"), r.PathValue("photo")
	page, err := p.Matters.Get(r.Context(), s.Actor, matter.ID(id))
	if err != nil {
		return err
	}
	g := redactPage{OfficeArgs: p.frame(r, s, i18n.T("matter.photo.redact_do"), "/matters"), At: "/matters/" + id + "/photos/" + photo, Key: gate.KeyOf(r),
		Areas: ui.FieldArgs{Name: "areas", Label: i18n.T("matter.photo.areas_label"), Kind: ui.TextArea, Required: true, Hint: i18n.T("matter.photo.areas_hint"), Max: 500}}
	g.PageArgs.Blacken, g.Sub = true, page.Matter.Number
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.matters"), Href: "/matters"}, {Label: page.Matter.Number, Href: "/matters/" + id}}
	gate.Fill(r, wrong, &g.Areas)
	g.Wrong = ui.Errors(g.Areas)
	return gate.RenderCode(w, r, status, redactView(g))
}

// redact makes the copy.
func (p *Pages) redact(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Matters.Redact(r.Context(), s.Actor, gate.Key(r), matter.ID(id), r.PathValue("photo"), gate.AreasOf(r.PostFormValue("areas")))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showRedact(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/matters/"+id)
}
