package overview

import (
	"context"
	"slices"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/matter"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/relocation"
	"anju/internal/residence"
)

// A HouseholdPage is a household as its page shows it. What the actor may not
// see is left empty: the fields of the decision say which groups are filled.
type HouseholdPage struct {
	Fields       policy.Fields
	Household    household.Household
	Village      string // where it is registered, in words
	Registered   string // address
	Living       string // address of the head, "" where not known or not seen
	LivingPlace  string // town and village
	LivingPath   string
	VisitedIn    string // the grid that sees the household at home, "" if none that the actor may know
	Separated    bool
	Members      []MemberRow
	Grids        []GridRow
	Booklets     []booklet.Booklet // live: one for each address that some of it have moved to
	Moves        []relocation.Move
	OriginRights []entitlement.Line
	LivingRights []entitlement.Line
	OpenMatters  int64 // that the actor may see, in whichever of its grids
	places       policy.Places
}

// WorksHere reports whether the household's working grid is one of the county.
func (p HouseholdPage) WorksHere() bool {
	return slices.ContainsFunc(p.Grids, func(g GridRow) bool { return g.Relation == residence.Working && grid.InCounty(g.Path) })
}

// A MemberRow is one registered member.
type MemberRow struct {
	ID       person.ID
	Name     string
	Relation string // GB/T 4761
	Sex      string
	Birth    calendar.Date // only where the number's tail is never shown beside it
	Age      int
	Number   string // masked
	Phone    string // masked
	HouseID  string // where the actor may open the house's page
	Place    string // where they live or work, in words
	Working  bool
	WorkPath string // of a place that they work at
	Merged   bool   // a record that is read as another of the same person
}

// A GridRow is one of the three grids with its people.
type GridRow struct {
	Relation string
	Path     string
	Name     string
	Main     bool
	Why      string        // why it is the main one, where somebody has said so
	Since    calendar.Date // "" where it is not told
	Duties   []string      // those of grid.Duties that it has for the household
	Call     *grid.Contact // whom to call, at a working grid outside the county
	Staff    []StaffRow
}

// A StaffRow is a post of the network and who holds it; no name when vacant.
type StaffRow struct {
	Kind   actor.Kind
	Name   string
	Phone  string // masked
	MadeOf string
}

// Household is the whole page of a household, in a constant number of queries.
func (s *Service) Household(ctx context.Context, by actor.Actor, id household.ID) (HouseholdPage, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HouseholdRead), For: "household/" + string(id)}, func(tx *db.Tx) (HouseholdPage, error) {
		return s.household(tx, by, id)
	})
}

func (s *Service) household(tx *db.Tx, by actor.Actor, id household.ID) (p HouseholdPage, err error) {
	places, err := residence.PlacesOf(tx, id)
	if err != nil {
		return p, err
	}
	d, err := policy.Decide(by, policy.HouseholdRead, places)
	if err != nil {
		return p, err
	}
	p.Fields, p.places = d.Fields, places
	tx.Saw("household/" + string(id))
	if p.Household, err = household.Get(tx, id); err != nil {
		return p, err
	}
	if !d.Fields.Has(policy.Address) {
		p.Household.AddressID = ""
	}
	x, err := s.index(tx)
	if err != nil {
		return p, err
	}
	p.Village = x.FullName(p.Household.Village)
	if g := x.GroupName(p.Household.Village, p.Household.GroupNo); g != "" {
		p.Village += g
	}
	if err := s.members(tx, by, id, &p); err != nil {
		return p, err
	}
	hidden := !policy.SeesAll(by, places)
	if err := s.gridsOf(tx, by, id, hidden, &p); err != nil {
		return p, err
	}
	if p.Separated = residence.Separated(p.Household.Village, p.LivingPath); p.LivingPath != "" {
		p.LivingPlace = placeName(x, p.LivingPath)
	}
	return p, s.rest(tx, by, id, hidden, &p)
}

type memberRow struct {
	person.Person
	Relation string `db:"relation"`
	Living   string `db:"living_path"`
	LivingTo string `db:"living_seal"`
	HouseID  string `db:"house_id"`
	Address  string `db:"address"`
	Work     string `db:"work"`
	WorkPath string `db:"work_path"`
	WorkSeal string `db:"work_seal"`
	HomeText string `db:"home_text"`
	Main     string `db:"main_id"`
}

// members reads everybody with where they live and work in one statement.
func (s *Service) members(tx *db.Tx, by actor.Actor, id household.ID, p *HouseholdPage) error {
	rows, err := db.All[memberRow](tx, `select `+db.Columns[person.Person]("p.")+`, r.relation,
			coalesce(l.path, '') as living_path, coalesce(l.sealed_to, '') as living_seal, coalesce(l.house_id, '') as house_id, coalesce(a.text, '') as address,
			coalesce(w.place, '') as work, coalesce(w.path, '') as work_path, coalesce(w.sealed_to, '') as work_seal, coalesce(o.text, '') as home_text,
			coalesce((select y.main_id from person_alias y where y.person_id = r.person_id and y.until_at = 0), '') as main_id
		from spell r join person p on p.id = r.person_id
		left join spell l on l.person_id = r.person_id and l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31'
		left join house h on h.id = l.house_id left join address a on a.id = h.address_id
		left join spell w on w.person_id = r.person_id and w.kind = 'working' and w.superseded_at = 0 and w.valid_to = '9999-12-31'
		left join household hh on hh.id = r.household_id left join address o on o.id = hh.address_id
		where r.household_id = $1 and r.kind = 'registered' and r.superseded_at = 0 and r.valid_to = '9999-12-31'
		order by case when r.relation = '02' then 0 else 1 end, r.relation, p.birth, p.id`, id)
	if err != nil {
		return err
	}
	rows = slices.CompactFunc(rows, func(a, b memberRow) bool { return a.ID == b.ID }) // who works in two places is one person
	for i, r := range rows {
		tx.Saw("person/" + string(r.ID))
		m := MemberRow{ID: r.ID, Name: r.Name, Relation: r.Relation, Sex: r.Sex, Birth: r.Birth, Age: age(string(r.Birth), tx.Now()), Merged: r.Main != ""}
		if m.Number, m.Phone, err = r.Masked(s.Keys); err != nil {
			return err
		}
		if !p.Fields.Has(policy.Phone) {
			m.Phone = ""
		}
		home := policy.Place{Relation: policy.Living, Path: r.Living, SealedTo: r.LivingTo}
		seesHome := policy.Sees(by, home)
		if p.Fields.Has(policy.Address) && seesHome {
			m.Place = r.Address
			if opensHouse(by, home) {
				m.HouseID = r.HouseID
			}
		}
		if r.Work != "" && policy.Sees(by, policy.Place{SealedTo: r.WorkSeal}) && seesHome {
			m.Working, m.WorkPath, m.Place = true, r.WorkPath, r.Work
		}
		if i == 0 {
			if p.Fields.Has(policy.Address) {
				p.Registered = r.HomeText
			}
			if seesHome {
				p.LivingPath = r.Living
				if p.Fields.Has(policy.Address) {
					p.Living = r.Address
				}
			}
		}
		p.Members = append(p.Members, m)
	}
	return nil
}

var networkKinds = []actor.Kind{actor.GridWorker, actor.GridLeader, actor.SectionLeader, actor.GeneralLeader}

// gridsOf reads the three grids and everybody who answers for them in two
// statements. Where somebody of the household is hidden, where they work is too.
func (s *Service) gridsOf(tx *db.Tx, by actor.Actor, id household.ID, hidden bool, p *HouseholdPage) error {
	ties, err := grid.TiesOf(tx, id)
	if err != nil {
		return err
	}
	type gridName struct {
		Code string `db:"code"`
		Name string `db:"name"`
	}
	type staff struct {
		Path   string       `db:"path"`
		Kind   actor.Kind   `db:"kind"`
		Name   string       `db:"name"`
		ID     string       `db:"id"`
		Phone  []byte       `db:"phone_sealed"`
		MadeOf string       `db:"made_of"`
		HeldAs account.Hold `db:"held_as"`
	}
	names, holders := new(db.Query).Add("select code, name from grid where code in ('-'"), new(db.Query).Add(`select p.path, p.kind, a.name, a.id, a.phone_sealed, p.made_of, p.held_as
		from post p join account a on a.id = p.account_id where p.superseded_at = 0 and p.valid_to = '9999-12-31'
		and p.kind in ('grid_worker', 'grid_leader', 'section_leader', 'general_leader') and a.state = 'active' and p.path in ('-'`)
	routes, err := grid.RoutesOn(tx, calendar.On(tx.Now()))
	if err != nil {
		return err
	}
	ties = slices.DeleteFunc(ties, func(t grid.Tie) bool { // nothing that is said of the others tells of these
		return !policy.Sees(by, policy.Place{Path: t.Path, SealedTo: t.SealedTo}) || hidden && t.Relation == residence.Working
	})
	main := grid.MainOf(ties).Relation
	for _, t := range ties {
		row := GridRow{Relation: t.Relation, Path: t.Path, Main: t.Relation == main, Why: t.MainReason}
		if row.Since, err = grid.SinceOf(tx, t); err != nil {
			return err
		}
		for _, d := range grid.Duties {
			r := routes.Of(grid.OfDuty+d, "")
			if grid.OfDuty+d == grid.Visiting {
				if v, ok := r.Visited(ties); ok && v.Relation == t.Relation {
					row.Duties, p.VisitedIn = append(row.Duties, d), t.Path
				}
			} else if r.Pick(ties).Relation == t.Relation {
				row.Duties = append(row.Duties, d)
			}
		}
		if err := s.outside(tx, by, &row, p.places); err != nil {
			return err
		}
		p.Grids = append(p.Grids, row)
		names.Add(", ?", t.Path)
		for _, n := range []int{9, 12, 15} {
			if len(t.Path) >= n {
				holders.Add(", ?", t.Path[:n])
			}
		}
	}
	if len(p.Grids) == 0 {
		return nil
	}
	ns, err := db.All[gridName](tx, names.Add(")").Text(), names.Args()...)
	if err != nil {
		return err
	}
	hs, err := db.All[staff](tx, holders.Add(") order by length(p.path) desc, p.held_as, a.login").Text(), holders.Args()...)
	if err != nil {
		return err
	}
	for i := range p.Grids {
		g := &p.Grids[i]
		for _, n := range ns {
			if n.Code == g.Path {
				g.Name = n.Name
			}
		}
		if !grid.InCounty(g.Path) {
			continue // nobody of the network is there
		}
		for _, k := range networkKinds {
			row := StaffRow{Kind: k}
			for _, h := range hs { // the smallest area first
				if h.Kind == k && len(h.Path) <= len(g.Path) && g.Path[:len(h.Path)] == h.Path {
					row.Name, row.MadeOf = h.HeldAs.Marked(h.Name), h.MadeOf
					if len(h.Phone) > 0 {
						phone, err := s.Keys.Open("account", "phone", h.ID, h.Phone)
						if err != nil {
							return err
						}
						row.Phone = ident.MaskPhone(string(phone))
					}
					break
				}
			}
			g.Staff = append(g.Staff, row)
		}
	}
	return nil
}

// outside fills in the name of a working grid outside the county, and for those
// who serve the household whom to call there.
func (s *Service) outside(tx *db.Tx, by actor.Actor, row *GridRow, places policy.Places) (err error) {
	if row.Relation != residence.Working || grid.InCounty(row.Path) {
		return nil
	}
	if row.Name, err = grid.WorkName(tx, row.Path); err != nil || policy.Check(by, policy.ContactReveal, places) != nil {
		return err
	}
	c, err := grid.ContactMasked(tx, s.Keys, row.Path)
	if c.ID != "" {
		row.Call = &c
	}
	return err
}

func (s *Service) rest(tx *db.Tx, by actor.Actor, id household.ID, hidden bool, p *HouseholdPage) error {
	if p.Fields.Has(policy.Validity) && !hidden {
		all, err := booklet.LiveOf(tx, id)
		if err != nil {
			return err
		}
		p.Booklets = all
	}
	if p.Fields.Has(policy.Booklet) && !hidden {
		moves, err := relocation.Of(tx, id)
		if err != nil {
			return err
		}
		p.Moves = moves
	}
	if p.Fields&(policy.Land|policy.Insurance) != 0 {
		if err := s.rights(tx, id, p); err != nil {
			return err
		}
	}
	if p.Fields.Has(policy.Matters) && !hidden {
		n, err := matter.OpenAbout(tx, by, id)
		if err != nil {
			return err
		}
		p.OpenMatters = n
	}
	return nil
}

func (s *Service) rights(tx *db.Tx, id household.ID, p *HouseholdPage) error {
	x, err := s.index(tx)
	if err != nil {
		return err
	}
	routes, err := entitlement.RoutesBetween(tx, x, p.Household.Village, p.LivingPath, calendar.On(tx.Now()))
	if err != nil {
		return err
	}
	l, err := entitlement.LedgerOf(tx, id, p.LivingPath, routes, p.Fields)
	p.OriginRights, p.LivingRights = l.Origin, l.Living
	return err
}
