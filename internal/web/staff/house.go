package staff

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/dwelling"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type housesPage struct {
	ui.OfficeArgs
	Filter ui.FilterArgs
	Table  ui.TableArgs
}

// oldHouses is the choice of every house of which something becomes.
const oldHouses = "old"

// houses lists the houses of the actor's area, by place and by what becomes of
// old ones.
func (p *Pages) houses(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	q := r.URL.Query()
	f := overview.HouseFilter{Under: q.Get("at"), After: q.Get("after"), Limit: limit}
	if f.Old = q.Get("disposal") == oldHouses; !f.Old {
		f.Disposal = dwelling.Disposal(q.Get("disposal"))
	}
	list, err := p.Overview.Houses(r.Context(), s.Actor, f)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	next := ""
	if len(list) == limit {
		next = list[limit-1].ID
	}
	where := ui.FieldArgs{Name: "at", Label: i18n.T("staff.organisation.village"), Kind: ui.SelectField, Empty: i18n.T("staff.all")}
	for _, v := range x.Villages(firstPath(s)[:6]) {
		if s.Actor.Over(v.Code) {
			where.Options = append(where.Options, ui.Option{Value: v.Code, Label: x.FullName(v.Code), Selected: v.Code == f.Under})
		}
	}
	what := ui.FieldArgs{Name: "disposal", Label: i18n.T("staff.house.disposal"), Kind: ui.SelectField, Empty: i18n.T("staff.all"), Options: []ui.Option{{Value: oldHouses, Label: i18n.T("staff.houses.old"), Selected: f.Old}}}
	for _, d := range dwelling.Disposals[1:] {
		what.Options = append(what.Options, ui.Option{Value: string(d), Label: disposal(d), Selected: d == f.Disposal})
	}
	g := housesPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.houses"), "/houses")}
	g.Filter = ui.FilterArgs{Action: "/houses", Reset: "/houses", Live: "list", Fields: []ui.FieldArgs{where, what}}
	g.Table = ui.TableArgs{
		Caption: i18n.T("staff.menu.houses"), Pager: live(gate.More(r, "/houses", "after", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.house.address"), Wide: true}, {Label: i18n.T("staff.house.use")}, {Label: i18n.T("staff.house.ownership")}, {Label: i18n.T("staff.house.disposal")}, {Label: i18n.T("staff.houses.people"), Num: true}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.houses.none"), Hint: i18n.T("staff.houses.none_hint"), Icon: ui.IconHouse},
	}
	for _, h := range list {
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.LinkTo(h.Address, "/houses/"+h.ID), ui.Text(i18n.T("dwelling.use." + h.Use)), ui.Text(i18n.T("dwelling.ownership." + h.Ownership)), ui.Text(disposal(h.Disposal)), ui.Num(int(h.People)), //i18n:dynamic dwelling.ownership.
		}})
	}
	return gate.Render(w, r, housesView(g))
}

type housePage struct {
	ui.OfficeArgs
	ID      string
	Version string
	Key     string
	When    *ui.FilterArgs // to another day, for those who may look back
	Facts   []ui.Item
	People  ui.TableArgs
	Units   ui.TableArgs
	Change  bool
	Fields  []ui.FieldArgs
	Wrong   []ui.FieldError
}

// house is a house, those who live in it or lived in it on a day, and the
// organisations at its address.
func (p *Pages) house(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if when, asked := whenOf(r); asked {
		return p.pastHouse(w, r, s, when)
	}
	return p.showHouse(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showHouse(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	h, err := p.Overview.House(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	g := housePage{OfficeArgs: p.frame(r, s, h.Address.Text, "/residents"), ID: h.House.ID, Version: strconv.FormatInt(h.House.Version, 10), Key: gate.NewKey()}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.residents.title"), Href: "/residents"}, {Label: h.Place, Href: "/residents?at=" + h.Address.Village}}
	g.Facts = houseFacts(h)
	if h.Past {
		f := whenForm("/houses/"+h.House.ID, residence.When{}, nil)
		g.When = &f
	}
	g.People = residentTable(overview.ResidentPage{Rows: h.People}, s.Actor, nil)
	g.People.Caption = i18n.T("staff.house.people")
	g.People.Empty = ui.EmptyArgs{Title: i18n.T("staff.house.nobody"), Icon: ui.IconHouse}
	g.Units = unitTable(h.Units)
	g.Change = policy.May(s.Actor, policy.HouseChange)
	if policy.May(s.Actor, policy.AddressRead) && s.Actor.Over(h.Address.Village) {
		g.Actions = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.address.open"), Href: "/addresses/" + h.Address.ID})
	}
	g.Fields = houseFields(h.House)
	if status != http.StatusOK {
		for i := range g.Fields {
			gate.Fill(r, wrong, &g.Fields[i])
		}
		g.Wrong = ui.Errors(g.Fields...)
	}
	return gate.RenderCode(w, r, status, houseView(g))
}

func disposal(d dwelling.Disposal) string {
	return i18n.T("dwelling.disposal." + orElse(string(d), "in_use"))
} //i18n:dynamic dwelling.disposal.

func houseFacts(h overview.HousePage) []ui.Item {
	items := []ui.Item{
		{Label: i18n.T("staff.house.address"), Text: h.Address.Text, Wide: true},
		{Label: i18n.T("staff.house.use"), Text: i18n.T("dwelling.use." + h.House.Use)},                   //i18n:dynamic dwelling.use.
		{Label: i18n.T("staff.house.ownership"), Text: i18n.T("dwelling.ownership." + h.House.Ownership)}, //i18n:dynamic dwelling.ownership.
		{Label: i18n.T("staff.house.area"), Text: strconv.FormatFloat(h.House.Area, 'f', -1, 64) + i18n.T("staff.house.square")},
		{Label: i18n.T("staff.house.state"), Value: ui.Tag(addressTag(h.Address))},
		{Label: i18n.T("staff.house.disposal"), Text: disposal(h.House.Disposal)},
	}
	if h.Address.Refused() {
		items = append(items, ui.Item{Label: i18n.T("staff.address.refused_because"), Text: h.Address.Refusal, Wide: true})
	}
	if h.House.Disposal != dwelling.InUse {
		items = append(items, ui.Item{Label: i18n.T("staff.house.disposed_on"), Text: string(h.House.DisposedOn)}, ui.Item{Label: i18n.T("staff.house.document"), Text: h.House.DisposalDocument, Wide: true})
	}
	return items
}

func unitTable(all []dwelling.Organisation) ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.house.units"), Columns: []ui.Column{{Label: i18n.T("staff.organisation.name"), Wide: true}, {Label: i18n.T("staff.organisation.uscc"), Code: true}, {Label: i18n.T("staff.organisation.from"), Code: true}}}
	for _, o := range all {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.NameLink(o.Name, "/organisations/"+o.ID), ui.Text(string(o.USCC)), ui.Text(string(o.ValidFrom))}})
	}
	return t
}

// houseFields are what can be said of a house; what may become of it follows
// from what it is.
func houseFields(h dwelling.House) []ui.FieldArgs {
	options := func(words string, all []string, now string) (out []ui.Option) {
		for _, v := range all {
			out = append(out, ui.Option{Value: v, Label: i18n.T(words + v), Selected: v == now}) //i18n:dynamic dwelling.use.
		}
		return out
	}
	d := ui.FieldArgs{Name: "disposal", Label: i18n.T("staff.house.disposal"), Kind: ui.SelectField, Hint: i18n.T("staff.house.disposal_hint")}
	for _, next := range h.Next() {
		d.Options = append(d.Options, ui.Option{Value: string(next), Label: disposal(next), Selected: next == h.Disposal})
	}
	return []ui.FieldArgs{
		{Name: "use", Label: i18n.T("staff.house.use"), Kind: ui.SelectField, Required: true, Options: options("dwelling.use.", dwelling.Uses, h.Use)},
		{Name: "ownership", Label: i18n.T("staff.house.ownership"), Kind: ui.SelectField, Required: true, Options: options("dwelling.ownership.", dwelling.Ownerships, h.Ownership)},
		{Name: "area", Label: i18n.T("staff.house.area"), Required: true, Unit: i18n.T("staff.house.square"), Short: true, Value: strconv.FormatFloat(h.Area, 'f', -1, 64), Max: 8},
		d,
		{Name: "disposed_on", Label: i18n.T("staff.house.disposed_on"), Kind: ui.DateField, Value: string(h.DisposedOn)},
		{Name: "document", Label: i18n.T("staff.house.document"), Value: h.DisposalDocument, Max: 100},
	}
}

func (p *Pages) houseChange(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	area, err := strconv.ParseFloat(gate.Trim(r, "area"), 64)
	if err != nil {
		area = 0 // is asked for again
	}
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		version = 0 // of no house: changed meanwhile
	}
	id := r.PathValue("id")
	_, err = p.Dwellings.ChangeHouse(r.Context(), s.Actor, gate.Key(r), dwelling.HouseChange{
		ID: id, Version: version, Use: r.PostFormValue("use"), Ownership: r.PostFormValue("ownership"), Area: area,
		Disposal: dwelling.Disposal(r.PostFormValue("disposal")), DisposedOn: calendar.Date(gate.Trim(r, "disposed_on")), Document: gate.Trim(r, "document"),
	})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showHouse(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/houses/"+url.PathEscape(id)+"?done=saved")
}

type personPage struct {
	ui.OfficeArgs
	Facts []ui.Item
	Day   ui.FilterArgs
	Stays ui.TableArgs
	Years string   // how long they have lived where they live
	Why   []string // and how it was counted

	Others []otherRecord // of the same person
}

// person is one person, and where: today, on a day, or through the years.
func (p *Pages) person(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id, on := r.PathValue("id"), calendar.Date(r.URL.Query().Get("on"))
	who, err := p.Overview.Person(r.Context(), s.Actor, person.ID(id))
	if err != nil {
		return err
	}
	g := personPage{OfficeArgs: p.frame(r, s, who.Name, "/residents")}
	if who.HouseholdID != "" {
		g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.move.household"), Href: "/households/" + string(who.HouseholdID)}}
	}
	relation, _ := code.Relation.Lookup(who.Relation)
	ethnicity, _ := code.Ethnicity.Lookup(who.Ethnicity)
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.col.name"), Text: who.Name}, {Label: i18n.T("staff.col.sex"), Text: sex(who.Sex)},
		{Label: i18n.T("staff.col.age"), Text: i18n.T("staff.years", "n", who.Age)}, {Label: i18n.T("staff.col.relation"), Text: relation},
		{Label: i18n.T("staff.person.ethnicity"), Text: ethnicity}, {Label: i18n.T("staff.col.number"), Text: who.Number},
	}
	g.Day = ui.FilterArgs{Action: "/people/" + id, Reset: "/people/" + id, Fields: []ui.FieldArgs{{Name: "on", Label: i18n.T("staff.person.on"), Kind: ui.DateField, Value: string(on), Short: true}}}
	var acts []ui.ButtonArgs
	if policy.May(s.Actor, policy.ProtectionRead) && slices.ContainsFunc(who.Stays, livesThere) {
		acts = append(acts, ui.ButtonArgs{Label: i18n.T("staff.protection.open"), Href: "/people/" + url.PathEscape(id) + "/protection", Icon: ui.IconShield})
	}
	if policy.May(s.Actor, policy.RequestAsk) {
		acts = append(acts, ui.ButtonArgs{Label: i18n.T("staff.requests.ask"), Href: "/requests/new?person=" + url.QueryEscape(id)})
	}
	if len(acts) > 0 {
		g.Actions = buttons(acts...)
	}
	g.Stays = stayTable(who.Stays, on)
	if c := who.Clock; c != nil {
		g.Years, g.Why = clockWords(*c, who.ClockPlace)
	}
	if g.Others, err = p.otherRecords(r, s, who.ID); err != nil {
		return err
	}
	return gate.Render(w, r, personView(g))
}

// livesThere reports whether a stay that is shown is where somebody lives today.
func livesThere(s overview.Stay) bool { return s.Kind == residence.Living && s.To == calendar.Forever }

func stayTable(stays []overview.Stay, on calendar.Date) ui.TableArgs {
	t := ui.TableArgs{
		Caption: i18n.T("staff.person.stays"), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.person.kind")}, {Label: i18n.T("staff.col.place"), Wide: true}, {Label: i18n.T("staff.person.from"), Code: true}, {Label: i18n.T("staff.person.to"), Code: true}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.person.none"), Hint: i18n.T("staff.person.none_hint"), Icon: ui.IconHouse},
	}
	if on != "" {
		t.Caption = i18n.T("staff.person.stays_on", "on", on)
		stays = slices.DeleteFunc(slices.Clone(stays), func(s overview.Stay) bool { return on < s.From || on >= s.To })
	}
	for _, s := range stays {
		where := ui.Two(s.Place, s.Address)
		if s.HouseID != "" && s.Kind == residence.Living {
			where = ui.LinkTo(orElse(s.Address, s.Place), "/houses/"+s.HouseID)
		}
		to := string(s.To)
		if s.To == calendar.Forever {
			to = i18n.T("staff.person.now")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(i18n.T("staff.person." + s.Kind)), where, ui.Text(string(s.From)), ui.Text(to)}}) //i18n:dynamic staff.person.
	}
	return t
}
