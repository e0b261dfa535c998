package staff

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"anju/internal/dwelling"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// addresses lists the addresses that wait to be taken into the register of
// addresses, and those that are in it.
func (p *Pages) addresses(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	q := r.URL.Query()
	f := overview.AddressFilter{Under: q.Get("at"), State: orElse(q.Get("state"), overview.AddressWaiting), After: q.Get("after"), Limit: limit}
	list, err := p.Overview.Addresses(r.Context(), s.Actor, f)
	if err != nil {
		return err
	}
	n, err := p.Overview.AddressesWaiting(r.Context(), s.Actor)
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
	title := i18n.T("staff.menu.addresses")
	g := requestsPage{OfficeArgs: p.frame(r, s, title, "/addresses"), Tabs: ui.TabBarArgs{Label: title}}
	for _, state := range []string{overview.AddressWaiting, overview.AddressRefused, overview.AddressApproved} {
		t := ui.TabItem{Label: i18n.T("staff.address.tab." + state), Href: "/addresses?state=" + state, Current: state == f.State} //i18n:dynamic staff.address.tab.
		if state == overview.AddressWaiting {
			t.Count = int(n)
		}
		g.Tabs.Items = append(g.Tabs.Items, t)
	}
	g.Table = ui.TableArgs{
		Caption: title, Pager: live(gate.More(r, "/addresses", "after", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.house.address"), Wide: true}, {Label: i18n.T("staff.organisation.village")}, {Label: i18n.T("staff.address.houses"), Num: true}, {Label: i18n.T("staff.address.households"), Num: true}, {Label: i18n.T("staff.col.state")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.address.none"), Hint: i18n.T("staff.address.none_hint"), Icon: ui.IconHouse},
	}
	for _, a := range list {
		href := "/addresses/" + a.ID
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.LinkTo(a.Text, href), ui.Text(x.FullName(a.Village)), ui.Num(int(a.Houses)), ui.Num(int(a.Households)), ui.Tag(addressTag(a.Address))},
			Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return gate.Render(w, r, requestsView(g))
}

func addressTag(a dwelling.Address) ui.TagArgs {
	switch {
	case a.Refused():
		return ui.TagArgs{Label: i18n.T("staff.house.refused"), Tone: ui.Bad}
	case a.Waits():
		return ui.TagArgs{Label: i18n.T("staff.house.pending"), Tone: ui.Warn}
	}
	return ui.TagArgs{Label: i18n.T("staff.house.approved"), Tone: ui.Good}
}

// address is one address with what hangs on it, and the two answers.
func (p *Pages) address(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showAddress(w, r, s, "", nil)
}

func (p *Pages) showAddress(w http.ResponseWriter, r *http.Request, s *gate.Session, sent string, wrong map[string]string) error {
	a, err := p.Overview.Address(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	g := p.sheet(r, s, a.Text, "/addresses")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.addresses"), Href: "/addresses"}}
	if a.Refused() {
		g.Notice = &ui.NoticeArgs{Tone: ui.Bad, Title: i18n.T("staff.address.refused_because"), Text: a.Refusal}
	}
	g.Panels = []sheetPanel{{Title: i18n.T("staff.address.facts"), Facts: addressFacts(a)}}
	houses := ui.TableArgs{Caption: i18n.T("staff.address.hangs"), Columns: []ui.Column{{Label: i18n.T("staff.address.what"), Wide: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.address.nothing"), Icon: ui.IconHouse}}
	for _, h := range a.Dwellings {
		houses.Rows = append(houses.Rows, ui.Row{Cells: []templ.Component{ui.LinkTo(i18n.T("staff.address.house"), "/houses/"+h.ID)}})
	}
	for _, o := range a.Units {
		houses.Rows = append(houses.Rows, ui.Row{Cells: []templ.Component{ui.LinkTo(o.Name, "/organisations/"+o.ID)}})
	}
	g.Panels = append(g.Panels, sheetPanel{Title: houses.Caption, Table: &houses})
	if a.Waits() && s.Actor.Over(a.Village) {
		g.Panels = append(g.Panels, addressAnswers(s, a)...)
	}
	return g.render(w, r, sent, wrong)
}

func addressFacts(a overview.AddressPage) []ui.Item {
	items := []ui.Item{
		{Label: i18n.T("staff.house.address"), Text: a.Text, Wide: true}, {Label: i18n.T("staff.organisation.village"), Text: a.Place},
		{Label: i18n.T("staff.col.state"), Value: ui.Tag(addressTag(a.Address))},
		{Label: i18n.T("staff.address.building"), Text: a.Building}, {Label: i18n.T("staff.address.unit"), Text: a.Unit}, {Label: i18n.T("staff.address.room"), Text: a.Room}, {Label: i18n.T("staff.address.group"), Text: a.GroupNo},
		{Label: i18n.T("staff.address.households"), Text: ui.Thousands(int(a.Households))},
	}
	if a.Lng != nil && a.Lat != nil {
		items = append(items, ui.Item{Label: i18n.T("staff.address.point"), Text: strconv.FormatFloat(*a.Lng, 'f', 6, 64) + ", " + strconv.FormatFloat(*a.Lat, 'f', 6, 64) + " " + a.CRS})
	}
	if a.Entered != "" {
		items = append(items, ui.Item{Label: i18n.T("staff.address.entered"), Text: a.Entered})
	}
	if a.DecidedAt != 0 {
		items = append(items, ui.Item{Label: i18n.T("staff.requests.decided"), Text: a.DecidedName + " " + gate.At(a.DecidedAt)})
	}
	return items
}

// addressAnswers are the forms of who decides; who wrote the address down is
// told that somebody else does.
func addressAnswers(s *gate.Session, a overview.AddressPage) (all []sheetPanel) {
	hidden := []ui.Option{{Value: "version", Label: strconv.FormatInt(a.Version, 10)}}
	if policy.May(s.Actor, policy.AddressApprove) {
		yes := sheetPanel{Title: i18n.T("staff.address.approve"), Sub: i18n.T("staff.address.approve_sub")}
		if a.Own {
			yes.Sub = i18n.T("dwelling.approve_address.own")
		} else {
			yes.Forms = []sheetForm{{Name: "approve", Action: "/addresses/" + a.ID + "/approve", Button: i18n.T("staff.address.approve_do"), Kind: ui.Primary, Hidden: hidden, Fields: []ui.FieldArgs{
				{Name: "building", Label: i18n.T("staff.address.building"), Value: a.Building, Max: 30}, {Name: "unit", Label: i18n.T("staff.address.unit"), Value: a.Unit, Max: 30},
				{Name: "room", Label: i18n.T("staff.address.room"), Value: a.Room, Max: 30}, {Name: "group_no", Label: i18n.T("staff.address.group"), Value: a.GroupNo, Kind: ui.NumberField, Max: 2, Short: true},
			}}}
		}
		all = append(all, yes)
	}
	if policy.May(s.Actor, policy.AddressRefuse) {
		all = append(all, sheetPanel{Title: i18n.T("staff.address.refuse"), Sub: i18n.T("staff.address.refuse_sub"), Forms: []sheetForm{{Name: "refuse", Action: "/addresses/" + a.ID + "/refuse", Button: i18n.T("staff.address.refuse_do"), Hidden: hidden,
			Fields: []ui.FieldArgs{{Name: "reason", Label: i18n.T("staff.requests.reason"), Kind: ui.TextArea, Required: true, Wide: true, Max: 200}}}}})
	}
	return all
}

// addressApprove takes an address into the register of addresses.
func (p *Pages) addressApprove(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Dwellings.ApproveAddress(r.Context(), s.Actor, gate.Key(r), dwelling.Approval{ID: id, Version: versionOf(r), GroupNo: gate.Trim(r, "group_no"),
		Building: gate.Trim(r, "building"), Unit: gate.Trim(r, "unit"), Room: gate.Trim(r, "room")})
	return p.addressDone(w, r, s, "approve", "address_approved", err)
}

// addressRefuse says why an address is none.
func (p *Pages) addressRefuse(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Dwellings.RefuseAddress(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), versionOf(r), gate.Trim(r, "reason"))
	return p.addressDone(w, r, s, "refuse", "address_refused", err)
}

func (p *Pages) addressDone(w http.ResponseWriter, r *http.Request, s *gate.Session, form, done string, err error) error {
	if wrong, ok := gate.Invalid(err); ok {
		return p.showAddress(w, r, s, form, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/addresses/"+r.PathValue("id")+"?done="+done)
}

// versionOf is the version that a form was made from; one that cannot be read
// is of nothing, and so changed meanwhile.
func versionOf(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
