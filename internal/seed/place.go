package seed

import (
	"fmt"

	"anju/internal/calendar"
	"anju/internal/division"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/relocation"
)

// writePlaces writes divisions, groups (with those abolished and created), and
// sites, and the tables of rules and routes.
func (m *maker) writePlaces() error {
	return m.write("place", func() error {
		if err := division.Install(m.tx); err != nil {
			return err
		}
		if err := relocation.InstallRules(m.tx); err != nil {
			return err
		}
		if err := entitlement.InstallRoutes(m.tx); err != nil {
			return err
		}
		abolished, created := m.scaled(28, 4), m.scaled(6, 1)
		for i, v := range m.villages {
			for j, no := range v.groups {
				g := division.Group{Village: v.Code, No: no, Name: groupName(j + 1), ValidFrom: "2003-01-01", ValidTo: calendar.Forever}
				if j == len(v.groups)-1 && i < created {
					g.ValidFrom, g.Document = "2021-03-01", "白政发〔2021〕9号（虚构）"
				}
				if err := put(m, "division_group", g); err != nil {
					return err
				}
			}
			if i < abolished {
				last := fmt.Sprintf("%02d", len(v.groups)+1)
				g := division.Group{Village: v.Code, No: last, Name: groupName(len(v.groups) + 1), ValidFrom: "2003-01-01", ValidTo: "2021-03-01", ReplacedBy: v.groups[0], Document: "白政发〔2021〕9号（虚构）"}
				if err := put(m, "division_group", g); err != nil {
					return err
				}
			}
			for _, s := range v.sites {
				if s.ID == "" {
					continue
				}
				m.made.Sites++
				if err := put(m, "site", s.Site); err != nil {
					return err
				}
			}
		}
		return nil
	})
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

// cutGrids cuts a village into grids of 50 to 100 households, along its groups
// and buildings.
func (m *maker) cutGrids(v *village) error {
	total := 0
	for _, u := range v.units {
		total += u.living
	}
	n := max(1, (total+37)/75)
	acc, k := 0, 0
	for _, u := range v.units {
		middle := acc + u.living/2
		for k < n-1 && middle >= total*(k+1)/n {
			k++
		}
		u.grid = v.Code + fmt.Sprintf("%03d", k+1)
		acc += u.living
	}
	var last string
	var parts []*unit
	flush := func() error {
		if len(parts) == 0 {
			return nil
		}
		code := parts[0].grid
		v.grids = append(v.grids, code)
		m.made.Grids++
		g := grid.Grid{Code: code, Village: v.Code, Name: fmt.Sprintf("%s第%d网格", v.Name, len(v.grids)), Covers: covers(v, parts), ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}
		return put(m, "grid", g)
	}
	for _, u := range v.units {
		if u.grid != last {
			if err := flush(); err != nil {
				return err
			}
			parts, last = nil, u.grid
		}
		parts = append(parts, u)
		p := grid.Part{Grid: u.grid, Village: v.Code, GroupNo: u.group, Building: u.building}
		if u.site != nil {
			p.Building = u.where()
		}
		if err := put(m, "grid_part", p); err != nil {
			return err
		}
	}
	return flush()
}

// where names a building within its village: site and number, since two sites
// may have a building 3.
func (u *unit) where() string {
	if u.site == nil {
		return ""
	}
	return u.site.Name + u.building + "号楼"
}

func covers(v *village, parts []*unit) string {
	first, last := parts[0], parts[len(parts)-1]
	name := func(u *unit) string {
		if u.site != nil {
			return u.where()
		}
		return u.groupName()
	}
	if first == last {
		return name(first)
	}
	return name(first) + "至" + name(last)
}

func (u *unit) groupName() string {
	n := 0
	fmt.Sscanf(u.group, "%d", &n)
	return groupName(n)
}
