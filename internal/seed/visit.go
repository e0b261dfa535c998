package seed

import (
	"maps"
	"slices"

	"anju/internal/db"
	"anju/internal/visit"
)

var notes = []string{"想了解合疗报销手续。", "希望介绍附近的零工。", "老人腿脚不便，需要代办。", "反映楼道灯不亮，已上报。", "家里玉米收不过来，想找人搭把手。", "孩子上学接送有困难。"}

// visits invents the visits of the last quarter: most households once, some
// twice, some not yet.
func (m *maker) visits() {
	for _, g := range slices.Sorted(maps.Keys(m.homes)) {
		for _, f := range m.homes[g] {
			if f.sealed != "" {
				continue
			}
			for range []int{0, 1, 1, 1, 2}[m.r.IntN(5)] {
				m.visit(f, g)
			}
		}
	}
}

func (m *maker) visit(f *family, grid string) {
	w := pick(m.r, m.workers[grid])
	at := m.hours(m.ago(1, 90), 8, 19)
	v := visit.Visit{
		ID: m.idOf(at), HouseholdID: f.id, Path: grid, Account: string(w.id), Name: w.name,
		VisitedAt: at.UnixMilli(), Outcome: visit.Well, RecordedAt: at.UnixMilli(),
	}
	switch {
	case m.chance(0.1):
		v.Outcome, v.Note = visit.NeedsHelp, pick(m.r, notes)
	case m.chance(0.08):
		v.Outcome = visit.NobodyIn
	}
	put(m, "visit", v)
}

// series sets the series to where the county has come, so that the next number
// is a new one.
func (m *maker) series() error {
	type series struct {
		Name string `db:"name"`
		Last int64  `db:"last"`
	}
	return m.write("series", func(tx *db.Tx) (int, error) {
		n := 0
		for _, k := range slices.Sorted(maps.Keys(m.numbers)) {
			if !slices.ContainsFunc(numbered, func(p string) bool { return len(k) > len(p) && k[:len(p)] == p }) {
				continue
			}
			if err := db.Insert(tx, "series", series{k, int64(m.numbers[k])}); err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
}

// numbered are the beginnings of the names of series.
var numbered = []string{"matter/", "supervision/", "booklet/", "receipt/"}
