package seed

import (
	"fmt"

	"anju/internal/calendar"
	"anju/internal/community"
	"anju/internal/division"
	"anju/internal/grid"
)

// ruralInSeat is the one committee of the county's seat that counts as rural: 4
// urban, 11 of towns, 25 rural.
const ruralInSeat = "610929100005"

// writePlaces writes divisions, groups (with those abolished and created),
// sites and grids, and the tables of rules and routes.
func (m *maker) writePlaces() {
	for _, d := range m.places.all {
		if d.Code == ruralInSeat {
			d.Class = "rural"
		}
		put(m, "division", d)
	}
	put(m, "community_rule", community.First())
	for _, r := range m.rules {
		put(m, "track_rule", r)
	}
	for _, r := range m.places.routes {
		put(m, "right_route", r)
	}
	m.writeAccepting()
	abolished, created := m.scaled(28, 4), m.scaled(6, 1)
	for i, v := range m.villages {
		m.writeGroups(v, i < created, i < abolished)
		for _, s := range v.sites {
			if s.ID != "" {
				m.made.Sites++
				put(m, "site", s.Site)
				m.writeForm(v, s, m.made.Sites)
			}
		}
		m.writeGrids(v)
	}
}

const groupPaper = "白政发〔2021〕9号（虚构）"

// writeGroups writes the groups of a village, the last one created and one
// more abolished in the reform of 2021 if so.
func (m *maker) writeGroups(v *village, created, abolished bool) {
	for j, no := range v.groups {
		g := division.Group{Village: v.Code, No: no, Name: groupName(j + 1), ValidFrom: "2003-01-01", ValidTo: calendar.Forever}
		if created && j == len(v.groups)-1 {
			g.ValidFrom, g.Document = "2021-03-01", groupPaper
		}
		put(m, "division_group", g)
	}
	if n := len(v.groups) + 1; abolished {
		put(m, "division_group", division.Group{
			Village: v.Code, No: fmt.Sprintf("%02d", n), Name: groupName(n), ValidFrom: "2003-01-01", ValidTo: "2021-03-01",
			ReplacedBy: v.groups[0], Document: groupPaper,
		})
	}
}

var numerals = []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}

func groupName(n int) string {
	switch {
	case n <= 10:
		return numerals[n] + "组"
	case n < 20:
		return "十" + numerals[n-10] + "组"
	case n%10 == 0:
		return numerals[n/10] + "十组"
	}
	return numerals[n/10] + "十" + numerals[n%10] + "组"
}

// writeGrids writes the grids of a village and what each is made of.
func (m *maker) writeGrids(v *village) {
	for i, code := range v.grids {
		var parts []*unit
		for _, u := range v.units {
			if u.grid == code {
				parts = append(parts, u)
				put(m, "grid_part", grid.Part{Grid: code, Village: v.Code, GroupNo: u.group, Building: u.where()})
			}
		}
		m.made.Grids++
		put(m, "grid", grid.Grid{
			Code: code, Village: v.Code, Name: fmt.Sprintf("%s第%d网格", v.Name, i+1), Covers: covers(parts),
			ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1,
		})
	}
}

// where names a building within its village: site and number, since two sites
// may have a building 3.
func (u *unit) where() string {
	if u.site == nil {
		return ""
	}
	return u.site.Name + u.building + "号楼"
}

// name is what the unit is called in the village.
func (u *unit) name() string {
	if u.site != nil {
		return u.where()
	}
	n := 0
	fmt.Sscanf(u.group, "%d", &n)
	return groupName(n)
}

func covers(parts []*unit) string {
	first, last := parts[0], parts[len(parts)-1]
	if first == last {
		return first.name()
	}
	return first.name() + "至" + last.name()
}
