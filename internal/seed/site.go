package seed

import (
	"fmt"
	"slices"

	"anju/internal/calendar"
	"anju/internal/community"
	"anju/internal/division"
)

// From how many households on a resettlement site governs itself, and from how
// many it does so with a neighbour.
const (
	ownFrom   = 1000
	jointFrom = 300
)

var siteNames = []string{"惠民", "幸福", "兴盛", "安康", "和谐", "锦绣", "阳光", "滨河", "福源", "新和", "康乐", "宏远", "朝阳", "春晖", "秀水", "金桥", "凤栖", "家和", "永兴", "天福"}

var foundings = []string{"整村划转", "整村划分", "分村组建", "撤组成立"}

// placeSites sets up the resettlement sites: 16 in 156 are large, each in a
// community of its own; the others are spread over all villages.
func (m *maker) placeSites() {
	n := m.scaled(fullSites, 4)
	large := n * 16 / fullSites
	receivers := m.receivers(large, n)
	for i, v := range receivers {
		s := &site{Site: division.Site{
			ID: m.id(), Village: v.Code, Name: v.Name + siteNames[(7*slices.Index(m.villages, v)+len(v.sites))%len(siteNames)] + "安置小区",
			Founding: foundings[i%len(foundings)], OpenedOn: m.ago(900, 3600), Fictional: 1,
		}}
		switch {
		case i < (large*6+15)/16:
			s.want = m.between(1040, 1380)
		case i < large:
			s.want = m.between(330, 720)
		}
		v.sites = append(v.sites, s)
	}
	m.fillSites()
}

// receivers lists the village of each site: the large ones' first.
func (m *maker) receivers(large, n int) []*village {
	var towns, all []*village
	for _, v := range m.villages {
		if v.Kind == division.ResidentsCommittee {
			towns = append(towns, v)
		}
	}
	m.r.Shuffle(len(towns), func(i, j int) { towns[i], towns[j] = towns[j], towns[i] })
	out := append([]*village(nil), towns[:min(large, len(towns))]...)
	all = append(all, m.villages...)
	for _, v := range m.villages {
		if v.Kind == division.CommunityVillage {
			all = append(all, v)
		}
	}
	for i := 0; len(out) < n; i++ {
		out = append(out, all[i%len(all)])
	}
	return out
}

// fillSites decides how many households each site takes: first what moves
// within the village, then what comes from elsewhere; and by that its form.
func (m *maker) fillSites() {
	cross, large := 0, 0
	var sites []*site
	for _, v := range m.villages {
		cross += v.leaving
		if v.inside > 0 && len(v.sites) == 0 { // who moves within a village without a site lives in a row of new houses
			v.sites = append(v.sites, &site{Site: division.Site{Village: v.Code, Name: v.Name + "新居点"}})
		}
		for i, s := range v.sites {
			s.capacity = v.inside / len(v.sites)
			if i < v.inside%len(v.sites) {
				s.capacity++
			}
			if s.ID != "" {
				sites = append(sites, s)
				large += max(0, s.want-s.capacity)
			}
		}
	}
	share := 1.0 // of what the large ones want
	if large > cross*3/4 {
		share = float64(cross) * 3 / 4 / float64(large)
	}
	var small []*site
	for _, s := range sites {
		if add := int(float64(s.want-s.capacity) * share); add > 0 {
			s.capacity += add
			cross -= add
		} else {
			small = append(small, s)
		}
	}
	m.spreadOver(small, cross)
	for _, v := range m.villages {
		for _, s := range v.sites {
			s.form = formOf(s.capacity)
			s.build(v)
		}
	}
}

// spreadOver gives n households to sites by chance.
func (m *maker) spreadOver(sites []*site, n int) {
	weights := make([]float64, len(sites))
	sum := 0.0
	for i := range sites {
		weights[i] = 0.35 + m.r.Float64()
		sum += weights[i]
	}
	given, acc := 0, 0.0
	for i, s := range sites {
		acc += weights[i]
		upTo := int(float64(n)*acc/sum + 0.5)
		s.capacity += upTo - given
		given = upTo
	}
}

// open is for how many days people have moved in.
func (s *site) open(day calendar.Date) int {
	if s.OpenedOn == "" {
		return 3600
	}
	return calendar.DaysBetween(s.OpenedOn, day)
}

// formOf is how a site governs itself, by the article's table of sizes.
func formOf(households int) string {
	switch {
	case households >= ownFrom:
		return "own"
	case households >= jointFrom:
		return "joint"
	}
	return "attached"
}

// build gives a site its buildings.
func (s *site) build(v *village) {
	n := max(1, (s.capacity+maxUnit-5)/(maxUnit-4))
	for b := range n {
		u := &unit{building: fmt.Sprint(b + 1), site: s, room: s.capacity / n}
		if b < s.capacity%n {
			u.room++
		}
		s.buildings = append(s.buildings, u)
		v.units = append(v.units, u)
	}
}

// formsFrom is the day from which the sites' forms are there.
const formsFrom = calendar.Date("2021-04-09")

// writeForm writes how a site organises itself, as the county's table has it;
// one large community counts fewer full members than an organisation of its own
// wants, since most have theirs where they are registered.
func (m *maker) writeForm(v *village, s *site, n int) {
	f := community.Form{ID: fmt.Sprintf("%s-%d", s.ID, 1), SiteID: s.ID, Members: int64(s.capacity/40 + 1), Self: s.form, Document: fmt.Sprintf("白政函〔2021〕%d号（虚构）", 100+n),
		ValidFrom: max(s.OpenedOn, formsFrom), ValidTo: calendar.Forever, RecordedName: "民政局", RecordedAt: m.ms(), Version: 1}
	if s.form == community.Own && n == 1 {
		f.Members = 2
	}
	p := community.First().Propose(int64(s.capacity), f.Members)
	if f.Party = p.Party; f.Self != community.Own || f.Party != community.Alone {
		f.With = m.neighbour(v)
	}
	put(m, "site_form", f)
}

// neighbour is the village after a village in its town, else the one itself.
func (m *maker) neighbour(v *village) string {
	for i, o := range m.villages {
		if o == v {
			for _, d := range []int{1, -1} {
				if j := i + d; j >= 0 && j < len(m.villages) && m.villages[j].town.Code == v.town.Code {
					return m.villages[j].Code
				}
			}
		}
	}
	return v.Code
}
