package division

import (
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
)

// Insert adds a division.
func Insert(tx *db.Tx, d Division) error { return db.Insert(tx, "division", d) }

// InsertGroup adds a group.
func InsertGroup(tx *db.Tx, g Group) error { return db.Insert(tx, "division_group", g) }

// InsertSite adds a resettlement site.
func InsertSite(tx *db.Tx, s Site) error { return db.Insert(tx, "site", s) }

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
	children map[string][]Division
	groups   map[string][]Group // by village
	sites    map[string][]Site  // by village
	siteByID map[string]Site
}

// Load reads the index.
func Load(tx *db.Tx) (*Index, error) {
	x := &Index{byCode: map[string]Division{}, children: map[string][]Division{}, groups: map[string][]Group{}, sites: map[string][]Site{}, siteByID: map[string]Site{}}
	all, err := db.All[Division](tx, `select `+db.Columns[Division]("")+` from division order by code, valid_from`)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		x.byCode[d.Code] = d // the latest meaning of a code wins
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
		return x.Name(path)
	}
	return s.String()
}

// Children lists what lies directly below a division today, by code.
func (x *Index) Children(code string) []Division { return x.children[code] }

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
