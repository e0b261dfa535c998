package division

import (
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
)

// Insert adds a division.
func Insert(tx *db.Tx, d Division) error { return db.Insert(tx, "division", d) }

// InsertGroup adds a group.
func InsertGroup(tx *db.Tx, g Group) error { return db.Insert(tx, "division_group", g) }

// End says that a division was valid until on, the first day it is no longer,
// and what takes its place; "" for nothing. The act that ends it records it.
func End(tx *db.Tx, code string, on calendar.Date, by, document string) error {
	n, err := tx.Exec(`update division set valid_to = $2, replaced_by = $3, document = case when document = '' then $4 else document || '；' || $4 end where code = $1 and valid_to = '9999-12-31'`, code, string(on), by, document)
	if err == nil && n != 1 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return err
}

// EndGroup is End for a group of a village. What takes its place is a village
// code with a group's number.
func EndGroup(tx *db.Tx, village, no string, on calendar.Date, by, document string) error {
	n, err := tx.Exec(`update division_group set valid_to = $3, replaced_by = $4, document = case when document = '' then $5 else document || '；' || $5 end
		where village = $1 and no = $2 and valid_to = '9999-12-31'`, village, no, string(on), by, document)
	if err == nil && n != 1 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return err
}

// Get is the division that had code on a day, or NotFound.
func Get(tx *db.Tx, code string, on calendar.Date) (Division, error) {
	d, err := db.One[Division](tx, `select `+db.Columns[Division]("")+` from division
		where code = $1 and valid_from <= $2 and valid_to > $2 order by valid_from desc`, code, string(on))
	if err == db.ErrNoRow {
		return d, fault.New(fault.NotFound, "division.unknown")
	}
	return d, err
}

// History is everything a code has ever stood for, latest first.
func History(tx *db.Tx, code string) ([]Division, error) {
	return db.All[Division](tx, `select `+db.Columns[Division]("")+` from division where code = $1 order by valid_from desc`, code)
}

// An Index is all divisions, groups and sites in memory: a county has a few
// hundred.
type Index struct {
	byCode   map[string]Division
	meanings map[string][]Division // of a code, the first one first
	replaced map[string][]string   // by a code: those whose place it took
	children map[string][]Division
	groups   map[string][]Group // by village
	sites    map[string][]Site  // by village
	siteByID map[string]Site
}

// OfCounty is the code of the county.
func OfCounty(tx *db.Tx) (string, error) {
	return db.One[string](tx, `select code from division where level = 'county'`)
}

// Load reads the index.
func Load(tx *db.Tx) (*Index, error) {
	x := &Index{byCode: map[string]Division{}, meanings: map[string][]Division{}, replaced: map[string][]string{}, children: map[string][]Division{}, groups: map[string][]Group{}, sites: map[string][]Site{}, siteByID: map[string]Site{}}
	all, err := db.All[Division](tx, `select `+db.Columns[Division]("")+` from division order by code, valid_from`)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		x.byCode[d.Code] = d // the latest meaning of a code wins
		x.meanings[d.Code] = append(x.meanings[d.Code], d)
		if d.ReplacedBy != "" && d.ReplacedBy != d.Code {
			x.replaced[d.ReplacedBy] = append(x.replaced[d.ReplacedBy], d.Code)
		}
		if d.ValidTo == calendar.Forever {
			x.children[d.Parent] = append(x.children[d.Parent], d)
		}
	}
	groups, err := db.All[Group](tx, `select `+db.Columns[Group]("")+` from division_group order by village, no`)
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		x.groups[g.Village] = append(x.groups[g.Village], g)
	}
	sites, err := db.All[Site](tx, `select `+db.Columns[Site]("")+` from site order by village, id`)
	if err != nil {
		return nil, err
	}
	for _, s := range sites {
		x.sites[s.Village] = append(x.sites[s.Village], s)
		x.siteByID[s.ID] = s
	}
	return x, nil
}

// Get is the division with a code.
func (x *Index) Get(code string) (Division, bool) { d, ok := x.byCode[code]; return d, ok }

// Of is the village-level division that a scope path lies in.
func (x *Index) Of(path string) (Division, bool) { return x.Get(path[:min(12, len(path))]) }

// Name is a division's own name; the code itself if it is unknown (a place
// outside the county).
func (x *Index) Name(code string) string {
	if d, ok := x.byCode[code]; ok {
		return d.Name
	}
	return code
}

// FullName is town and village of a path, without the county: 城关镇清风社区.
func (x *Index) FullName(path string) string {
	var s strings.Builder
	for _, n := range []int{9, 12} {
		if len(path) >= n {
			if d, ok := x.byCode[path[:n]]; ok {
				s.WriteString(d.Name)
			}
		}
	}
	if s.Len() == 0 {
		return x.own(path)
	}
	return s.String()
}

// GridName is FullName with the number of the grid that a path is, if it is one.
func (x *Index) GridName(path string) string { return WithGrid(x.FullName(path), path) }

// WithGrid is the name of a village with the number of the grid that a path is.
// 000 is the village outside its grids.
func WithGrid(village, path string) string {
	if len(path) != 15 || path[12:] == "000" {
		return village
	}
	return i18n.T("division.grid", "village", village, "n", strings.TrimLeft(path[12:], "0"))
}

// own is the name of a path that lies in no town: of the county itself, if
// nothing but zeros follow its code.
func (x *Index) own(path string) string {
	if len(path) > 6 && strings.Trim(path[6:], "0") == "" {
		path = path[:6]
	}
	return x.Name(path)
}

// Known reports whether a code has ever stood for anything: it is never given
// to something else.
func (x *Index) Known(code string) bool { return len(x.meanings[code]) > 0 }

// Meanings are all that a code has stood for, the first one first.
func (x *Index) Meanings(code string) []Division { return x.meanings[code] }

// On is what a code stood for on a day. What is known of it only from a later
// day on stood for the same before.
func (x *Index) On(code string, on calendar.Date) (d Division, ok bool) {
	for i, m := range x.meanings[code] {
		if i == 0 || m.ValidFrom <= on {
			d, ok = m, true
		}
	}
	if ok && on < d.ValidFrom && len(x.replaced[code]) == 1 { // it had another code
		if was, had := x.On(x.replaced[code][0], on); had {
			return was, true
		}
	}
	return d, ok
}

// FullNameOn is FullName by the names of a day.
func (x *Index) FullNameOn(path string, on calendar.Date) string {
	var s strings.Builder
	for _, n := range []int{9, 12} {
		if len(path) >= n {
			if d, ok := x.On(path[:n], on); ok {
				s.WriteString(d.Name)
			}
		}
	}
	if s.Len() == 0 {
		return x.own(path)
	}
	return s.String()
}

// Children lists what lies directly below a division today, by code.
func (x *Index) Children(code string) []Division { return x.children[code] }

// ChildrenOn lists what lay directly below a division on a day, by code.
func (x *Index) ChildrenOn(code string, on calendar.Date) (all []Division) {
	for below := range x.meanings {
		if d, ok := x.On(below, on); ok && d.Code == below && d.Parent == code && d.ValidTo > on && (d.ValidFrom <= on || x.first(d)) {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b Division) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// first reports whether a division was there from the beginning: it took
// nothing's place, and no document of the county made it.
func (x *Index) first(d Division) bool { return d.ValidFrom == edition && d == x.meanings[d.Code][0] }

// Roots lists the counties, by code: in one county, itself.
func (x *Index) Roots() (all []Division) {
	for _, below := range x.children {
		for _, d := range below {
			if d.Level == County {
				all = append(all, d)
			}
		}
	}
	slices.SortFunc(all, func(a, b Division) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// Villages lists every village-level division below code, by code.
func (x *Index) Villages(code string) []Division {
	var all []Division
	for c, d := range x.byCode {
		if d.Level == Village && d.ValidTo == calendar.Forever && strings.HasPrefix(c, code) {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b Division) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// Groups lists a village's groups, those abolished too.
func (x *Index) Groups(village string) []Group { return x.groups[village] }

// GroupName is the name of a group of a village, or "".
func (x *Index) GroupName(village, no string) string {
	for _, g := range x.groups[village] {
		if g.No == no {
			return g.Name
		}
	}
	return ""
}

// Site is a site by id.
func (x *Index) Site(id string) (Site, bool) { s, ok := x.siteByID[id]; return s, ok }
