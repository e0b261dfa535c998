package staff

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/proposal"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type categoriesPage struct {
	ui.OfficeArgs
	Key     string
	Add     *ui.ButtonArgs
	Now     ui.TableArgs
	Waiting []proposalCard
	Decided ui.TableArgs
	Wrong   []ui.FieldError
}

// categories is the tree of what can be reported, and what is asked to change.
func (p *Pages) categories(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showCategories(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showCategories(w http.ResponseWriter, r *http.Request, s *gate.Session, id string, wrong map[string]string, status int) error {
	t, err := p.Matters.CategoryTable(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := categoriesPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.categories"), "/categories"), Key: gate.NewKey()}
	g.Sub = i18n.T("staff.category.sub")
	may := policy.May(s.Actor, policy.CategoryPropose)
	if may {
		g.Add = &ui.ButtonArgs{Label: i18n.T("staff.category.add"), Href: "/categories/new", Icon: ui.IconPlus, Small: true}
	}
	g.Now = ui.TableArgs{Caption: i18n.T("staff.category.now"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.category.name"), Wide: true}, {Label: i18n.T("staff.category.days")}, {Label: i18n.T("staff.category.needs")}, {Label: i18n.T("staff.category.route"), Wide: true},
		{Label: i18n.T("staff.category.open"), Num: true}, {Label: i18n.T("staff.rule.basis"), Wide: true}}, Empty: ui.EmptyArgs{Title: i18n.T("staff.rule.no_past"), Icon: ui.IconFile}}
	for _, c := range t.Tree.All {
		row := categoryRow(c, t.Open[c.Code])
		if may {
			row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.category.change"), Href: "/categories/" + c.Code}}
		}
		g.Now.Rows = append(g.Now.Rows, row)
	}
	g.Decided = decidedTable()
	g.Decided.Caption = i18n.T("staff.category.decided")
	for _, k := range t.Changes {
		title := categoryTitle(matter.Category{Code: k.Code, Parent: k.Parent, Name: k.Name})
		if k.State != proposal.Proposed {
			g.Decided.Rows = append(g.Decided.Rows, decidedRow(title, k.Asked))
			continue
		}
		card := waitingCard(title, k.ID, k.Asked, categoryFacts(k), s, policy.CategoryDecide)
		if k.ID == id {
			g.Wrong = answered(r, &card, wrong)
		}
		g.Waiting = append(g.Waiting, card)
	}
	return gate.RenderCode(w, r, status, categoriesView(g))
}

// categoryTitle is a leaf with its root.
func categoryTitle(c matter.Category) string {
	if c.Parent == "" {
		return c.Name
	}
	return i18n.T("staff.category.of", "root", i18n.T("matter.category."+c.Parent), "name", c.Name) //i18n:dynamic matter.category.
}

func categoryRow(c matter.Category, open int64) ui.Row {
	under := i18n.T("staff.category.root")
	if c.Parent != "" {
		under = i18n.T("matter.category." + c.Parent) //i18n:dynamic matter.category.
	}
	switch {
	case c.Ended != 0:
		under += " · " + i18n.T("staff.category.ended")
	case c.Private != 0:
		under += " · " + i18n.T("staff.category.private")
	}
	return ui.Row{Cells: []templ.Component{ui.Two(c.Name, under), ui.Text(i18n.T("staff.category.days_n", "n", c.Days)), ui.Text(needsWords(c.Needs)),
		ui.Two(i18n.T("staff.category.from_level", "level", level(c.Level)), unitName(c.Unit)), ui.Text(ui.Thousands(int(open))), ui.Text(c.Basis)}}
}

func unitName(unit string) string {
	if unit == "" {
		return i18n.T("staff.category.unit_none")
	}
	return gate.Kind(actor.Kind(unit))
}

func needsWords(needs string) string {
	var all []string
	for _, n := range matter.Needs {
		if (matter.Category{Needs: needs}).Asks(n) {
			all = append(all, i18n.T("staff.category.need."+n)) //i18n:dynamic staff.category.need.
		}
	}
	return orElse(strings.Join(all, "、"), i18n.T("staff.category.needs_none"))
}

func categoryFacts(c matter.CategoryChange) []ui.Item {
	items := []ui.Item{{Label: i18n.T("staff.category.days"), Text: i18n.T("staff.category.days_n", "n", c.Days)}, {Label: i18n.T("staff.category.needs"), Text: needsWords(c.Needs)},
		{Label: i18n.T("staff.category.level"), Text: level(c.Level)}, {Label: i18n.T("staff.category.unit"), Text: unitName(c.Unit)}, {Label: i18n.T("staff.rule.basis"), Text: c.Basis}}
	if c.Private != 0 {
		items = append(items, ui.Item{Label: i18n.T("staff.category.private"), Text: i18n.T("staff.category.private_text")})
	}
	if c.Ended != 0 {
		items = append(items, ui.Item{Label: i18n.T("staff.category.or"), Text: i18n.T("staff.category.ends")})
	}
	return items
}

// categoryForm asks for another row of a category, beginning with the one in
// force, or for a new one.
func (p *Pages) categoryForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showCategory(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showCategory(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	t, err := p.Matters.CategoryTable(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	if !policy.May(s.Actor, policy.CategoryPropose) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	code, title := r.PathValue("code"), i18n.T("staff.category.add_title")
	now := matter.Category{Days: 7, Level: 2}
	if code != "" {
		was, ok := t.Tree.Of(code)
		if !ok {
			return fault.New(fault.NotFound, "policy.not_found")
		}
		now, title = was, i18n.T("staff.category.change_title", "name", was.Name)
	}
	g := routePage{OfficeArgs: p.frame(r, s, title, "/categories"), Key: gate.KeyOf(r), Action: "/categories/" + orElse(code, "new")}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.categories"), Href: "/categories"}}
	g.Fields = categoryFields(now, code == "")
	g.Fields = append(g.Fields, ui.FieldArgs{Name: "valid_from", Label: i18n.T("staff.rule.from"), Kind: ui.DateField, Required: true, Value: string(t.Today.AddDays(1)), Hint: i18n.T("staff.category.from_hint")},
		ui.FieldArgs{Name: "reason", Label: i18n.T("staff.rule.reason"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true})
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, routeView(g))
}

// categoryFields are what a category is, as a form asks it.
func categoryFields(now matter.Category, fresh bool) (all []ui.FieldArgs) {
	if fresh {
		f := ui.FieldArgs{Name: "parent", Label: i18n.T("staff.category.root"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
		for _, root := range matter.Categories {
			f.Options = append(f.Options, ui.Option{Value: root, Label: i18n.T("matter.category." + root)}) //i18n:dynamic matter.category.
		}
		all = append(all, f)
	}
	from := ui.FieldArgs{Name: "level", Label: i18n.T("staff.category.level"), Kind: ui.SelectField, Required: true, Value: strconv.FormatInt(now.Level, 10)}
	for n := int64(2); n <= 5; n++ {
		from.Options = append(from.Options, ui.Option{Value: strconv.FormatInt(n, 10), Label: level(n)})
	}
	unit := ui.FieldArgs{Name: "unit", Label: i18n.T("staff.category.unit"), Kind: ui.SelectField, Empty: i18n.T("staff.category.unit_empty"), Value: now.Unit}
	for _, k := range matter.Units {
		unit.Options = append(unit.Options, ui.Option{Value: string(k), Label: gate.Kind(k)})
	}
	all = append(all, ui.FieldArgs{Name: "name", Label: i18n.T("staff.category.name"), Required: true, Max: 20, Value: now.Name},
		ui.FieldArgs{Name: "days", Label: i18n.T("staff.category.days"), Kind: ui.NumberField, Required: true, Value: strconv.FormatInt(now.Days, 10), Hint: i18n.T("matter.category_change.days")}, from, unit,
		ui.FieldArgs{Name: "basis", Label: i18n.T("staff.rule.basis"), Required: true, Max: 200, Value: now.Basis, Wide: true})
	box := func(name, label, text string, on bool) {
		all = append(all, ui.FieldArgs{Name: name, Label: i18n.T("staff.category.box", "what", label, "text", text), Kind: ui.CheckField, Options: []ui.Option{{Value: "1", Selected: on}}})
	}
	for _, n := range matter.Needs {
		box("need_"+n, i18n.T("staff.category.needs"), i18n.T("staff.category.need."+n), now.Asks(n)) //i18n:dynamic staff.category.need.
	}
	box("private", i18n.T("staff.category.private_box"), i18n.T("staff.category.private_text"), now.Private != 0)
	if !fresh && now.Parent != "" {
		box("ended", i18n.T("staff.category.or"), i18n.T("staff.category.ends"), now.Ended != 0)
	}
	return all
}

func (p *Pages) categoryPropose(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	c := matter.CategoryChange{Code: r.PathValue("code"), Parent: gate.Trim(r, "parent"), Name: gate.Trim(r, "name"), Days: wholeNumber(r, "days"), Basis: gate.Trim(r, "basis"),
		Level: wholeNumber(r, "level"), Unit: gate.Trim(r, "unit"), Asked: asked(r)}
	var needs []string
	for _, n := range matter.Needs {
		if gate.Trim(r, "need_"+n) == "1" {
			needs = append(needs, n)
		}
	}
	c.Needs = strings.Join(needs, ",")
	if gate.Trim(r, "private") == "1" {
		c.Private = 1
	}
	if gate.Trim(r, "ended") == "1" {
		c.Ended = 1
	}
	_, err := p.Matters.ProposeCategory(r.Context(), s.Actor, gate.Key(r), c)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showCategory(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/categories?done=proposed")
}

func (p *Pages) categoryApprove(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if _, err := p.Matters.ApproveCategory(r.Context(), s.Actor, gate.Key(r), r.PathValue("id")); err != nil {
		return err
	}
	return gate.See(w, r, "/categories?done=rule_approved")
}

func (p *Pages) categoryRefuse(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Matters.RefuseCategory(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "answer"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showCategories(w, r, s, id, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/categories?done=rule_refused")
}
