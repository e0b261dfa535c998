package staff

import (
	"net/http"

	"anju/internal/booklet"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/proof"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type codePage struct {
	ui.OfficeArgs
	Fields []ui.FieldArgs
	Wrong  []ui.FieldError
	Found  *ui.DescriptionsArgs
	Title  string
	Tone   ui.Tone
	Text   string
	Open   string // the booklet's own page
}

// codeForm asks for the code or the number on a booklet that somebody holds
// out, and what for.
func (p *Pages) codeForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if !policy.May(s.Actor, policy.BookletFind) { // no form whose answer will be refused
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return gate.Render(w, r, codeView(p.codeAsk(r, s, nil)))
}

func (p *Pages) codeAsk(r *http.Request, s *gate.Session, wrong map[string]string) codePage {
	g := codePage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.code"), "/booklets/check")}
	var purposes []ui.Option
	for _, k := range booklet.Purposes {
		purposes = append(purposes, ui.Option{Value: k, Label: i18n.T("booklet.find.for." + k)}) //i18n:dynamic booklet.find.for.
	}
	g.Fields = []ui.FieldArgs{
		{Name: "code", Label: i18n.T("staff.code.code"), Kind: ui.TextArea, Required: true, Max: 2048, Hint: i18n.T("staff.code.hint")},
		{Name: "purpose", Label: i18n.T("staff.code.purpose"), Kind: ui.SelectField, Required: true, Options: purposes},
		{Name: "why", Label: i18n.T("staff.code.why"), Max: 100, Hint: i18n.T("staff.code.why_hint")},
	}
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return g
}

// codeFind says what an office with a purpose may see of it.
func (p *Pages) codeFind(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	found, err := p.Booklets.Find(r.Context(), s.Actor, r.PostFormValue("code"), gate.Trim(r, "purpose"), gate.Trim(r, "why"))
	if key := fault.KeyOf(err); key == booklet.Forged || key == booklet.Unknown {
		g := p.codeAsk(r, s, nil)
		g.Title, g.Tone, g.Text = i18n.T("check.bad"), ui.Bad, i18n.T(key) //i18n:dynamic booklet.find.
		return gate.RenderCode(w, r, http.StatusNotFound, codeView(g))
	}
	if wrong, again := gate.Invalid(err); again {
		return gate.RenderCode(w, r, http.StatusUnprocessableEntity, codeView(p.codeAsk(r, s, wrong)))
	}
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.codeAsk(r, s, nil)
	g.Title, g.Tone = i18n.T("check.good"), ui.Good
	switch found.Status {
	case proof.Revoked:
		g.Title, g.Tone, g.Text = i18n.T("check.bad"), ui.Bad, i18n.T("staff.code.revoked")
	case proof.Suspended:
		g.Title, g.Tone, g.Text = i18n.T("check.bad"), ui.Bad, i18n.T("staff.code.suspended")
	case proof.Superseded:
		g.Title, g.Tone, g.Text = i18n.T("check.bad"), ui.Bad, i18n.T("check.superseded", "on", found.Superseded.Chinese())
	}
	k := ui.DescriptionsArgs{}
	add := func(key, value string) {
		if value != "" {
			k.Items = append(k.Items, ui.Item{Label: i18n.T("staff.code." + key), Text: value}) //i18n:dynamic staff.code.
		}
	}
	add("number", found.Number)
	add("head", found.Head)
	add("member", found.Member)
	if found.Path != "" {
		add("lives", x.FullName(found.Path))
		add("from", x.FullName(found.Origin))
	}
	add("issued", found.IssuedOn.Chinese())
	add("version", i18n.T("staff.code.version_n", "n", found.N))
	g.Found = &k
	if found.ID != "" {
		g.Open = "/booklets/" + string(found.ID)
	}
	return gate.Render(w, r, codeView(g))
}
