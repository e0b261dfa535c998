package staff

import (
	"net/http"

	"github.com/a-h/templ"

	"anju/internal/duplicate"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type duplicatesPage struct {
	ui.OfficeArgs
	Table ui.TableArgs
}

// duplicates lists the pairs of records that may be one person.
func (p *Pages) duplicates(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	page, err := p.Duplicates.List(r.Context(), s.Actor, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := duplicatesPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.duplicates"), "/duplicates")}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.menu.duplicates"), Cards: true, Pager: gate.More(r, "/duplicates", "after", page.Next),
		Columns: []ui.Column{{Label: i18n.T("staff.duplicate.a")}, {Label: i18n.T("staff.duplicate.b")}, {Label: i18n.T("staff.col.signs"), Wide: true}, {Label: i18n.T("staff.duplicate.found")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.duplicate.none"), Hint: i18n.T("staff.duplicate.none_hint"), Icon: ui.IconGood}}
	for _, l := range page.Lines {
		href := "/duplicates/" + l.ID
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.Two(l.AName, x.FullName(l.APath)), ui.Two(l.BName, x.FullName(l.BPath)), ui.Text(signs(l.InCommon())), ui.Text(gate.At(l.FoundAt)),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.duplicate.compare"), Href: href, Spoken: i18n.T("staff.duplicate.compare_two", "a", l.AName, "b", l.BName)}}})
	}
	return gate.Render(w, r, duplicatesView(g))
}

type comparePage struct {
	ui.OfficeArgs
	Key, ID string
	Table   ui.TableArgs
	Open    bool
	Decided string
	Fields  []ui.FieldArgs
	Wrong   []ui.FieldError
}

func (p *Pages) compare(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showCompare(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showCompare(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	c, err := p.Duplicates.Compare(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	g := comparePage{OfficeArgs: p.frame(r, s, i18n.T("staff.duplicate.title"), "/duplicates"), ID: c.Pair.ID, Key: orElse(r.PostFormValue(gate.KeyField), gate.NewKey())}
	g.Sub = signs(c.Pair.InCommon())
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.duplicates"), Href: "/duplicates"}}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.duplicate.title"), Columns: []ui.Column{{Label: i18n.T("staff.duplicate.field")}, {Label: i18n.T("staff.duplicate.a")}, {Label: i18n.T("staff.duplicate.b")}, {Label: i18n.T("staff.duplicate.differs")}}}
	for _, l := range c.Lines {
		mark := ui.Tag(ui.TagArgs{Label: i18n.T("staff.duplicate.same_value"), Tone: ui.Neutral})
		if l.Differs {
			mark = ui.Tag(ui.TagArgs{Label: i18n.T("staff.duplicate.other_value"), Tone: ui.Warn})
		}
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.Text(i18n.T("person.duplicate.field." + l.Field)), ui.Text(l.A), ui.Text(l.B), mark}}) //i18n:dynamic person.duplicate.field.
	}
	g.Open = c.Pair.State == person.PairOpen
	if !g.Open {
		g.Decided = i18n.T("staff.duplicate.state."+c.Pair.State, "by", c.Pair.DecidedName, "at", gate.At(c.Pair.DecidedAt), "reason", c.Pair.Reason) //i18n:dynamic staff.duplicate.state.
	}
	g.Fields = []ui.FieldArgs{
		{Name: "decision", Label: i18n.T("staff.duplicate.decision"), Kind: ui.RadioField, Required: true, Error: wrong["main"], Options: []ui.Option{
			{Value: string(c.A.ID), Label: i18n.T("staff.duplicate.same_a"), Hint: i18n.T("staff.duplicate.same_hint")},
			{Value: string(c.B.ID), Label: i18n.T("staff.duplicate.same_b"), Hint: i18n.T("staff.duplicate.same_hint")},
			{Value: "different", Label: i18n.T("staff.duplicate.different")}}},
		{Name: "reason", Label: i18n.T("staff.duplicate.reason"), Kind: ui.TextArea, Required: true, Max: 200},
	}
	for i := range g.Fields {
		was := g.Fields[i].Error
		gate.Fill(r, wrong, &g.Fields[i])
		g.Fields[i].Error = orElse(g.Fields[i].Error, was)
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, compareView(g))
}

func (p *Pages) duplicateDecide(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	said := gate.Trim(r, "decision")
	d := duplicate.Decision{Same: said != "different", Main: person.ID(said), Reason: gate.Trim(r, "reason")}
	if _, err := p.Duplicates.Decide(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), d); err != nil {
		if wrong, again := gate.Invalid(err); again {
			return p.showCompare(w, r, s, wrong, http.StatusUnprocessableEntity)
		}
		return err
	}
	if !d.Same {
		return gate.See(w, r, "/duplicates?done=different")
	}
	return gate.See(w, r, "/people/"+string(d.Main)+"?done=merged")
}

type otherRecord struct {
	Text, Href string
	Unmerge    *ui.ConfirmArgs
}

// otherRecords are the records that are read as this one, and the way to part
// them again.
func (p *Pages) otherRecords(r *http.Request, s *gate.Session, id person.ID) (all []otherRecord, err error) {
	if !policy.May(s.Actor, policy.DuplicateDecide) {
		return nil, nil
	}
	others, err := p.Duplicates.Others(r.Context(), s.Actor, id)
	if k := fault.KindOf(err); k == fault.NotFound || k == fault.Forbidden {
		return nil, nil // lives here, is registered elsewhere
	}
	for _, o := range others {
		text, dup := "staff.merged.here", o.ID
		if o.Main {
			text, dup = "staff.merged.into", id
		}
		all = append(all, otherRecord{Text: i18n.T(text, "name", o.Name, "by", o.By, "at", gate.At(o.At), "reason", o.Reason), Href: "/people/" + string(o.ID), //i18n:dynamic staff.merged.
			Unmerge: &ui.ConfirmArgs{Label: i18n.T("staff.merged.unmerge"), Title: i18n.T("staff.merged.unmerge_sure"), Text: i18n.T("staff.merged.unmerge_text"), Yes: i18n.T("staff.merged.unmerge_yes"),
				Action: "/people/" + string(dup) + "/unmerge", CSRF: s.CSRF, Hidden: []ui.Option{{Value: gate.KeyField, Label: gate.NewKey()}},
				Fields: []ui.FieldArgs{{Name: "reason", ID: "u-" + string(o.ID), Label: i18n.T("staff.duplicate.reason"), Required: true, Max: 200}}}})
	}
	return all, err
}

func (p *Pages) unmerge(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := person.ID(r.PathValue("id"))
	d, err := p.Duplicates.Unmerge(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "reason"))
	if err != nil {
		return err
	}
	if d.ToDecide > 0 {
		return gate.See(w, r, "/reviews?done=unmerged")
	}
	return gate.See(w, r, "/people/"+string(id)+"?done=unmerged")
}
