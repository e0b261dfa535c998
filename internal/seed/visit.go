package seed

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"anju/internal/db"
	"anju/internal/household"
	"anju/internal/visit"
)

var notes = []string{"想了解合疗报销手续。", "希望介绍附近的零工。", "老人腿脚不便，需要代办。", "反映楼道灯不亮，已上报。"}

// visits writes the visits of the last quarter: most households once, some
// twice, some not yet.
func (m *maker) visits() error {
	type home struct {
		HouseholdID string `db:"household_id"`
		Path        string `db:"path"`
	}
	var homes []home
	if err := m.d.Read(m.ctx, func(tx *db.Tx) (err error) {
		homes, err = db.All[home](tx, `select household_id, path from tie where relation = 'living' and sealed_to = '' order by path, household_id`)
		return err
	}); err != nil {
		return err
	}
	const part = 20000
	for i := 0; i < len(homes); i += part {
		if err := m.write("visit", func() error {
			for _, h := range homes[i:min(i+part, len(homes))] {
				for range m.r.IntN(3) * m.r.IntN(2) {
					if err := m.visit(h.HouseholdID, h.Path); err != nil {
						return err
					}
				}
			}
			return nil
		}); err != nil {
			return err
		}
		m.o.Progress(70+10*i/len(homes), 90, "visit")
	}
	return nil
}

func (m *maker) visit(id, path string) error {
	w := pick(m.r, m.workers[path])
	at := m.at.Add(-time.Duration(m.r.IntN(90*24*60)+60) * time.Minute).UnixMilli()
	v := visit.Visit{ID: m.id(), Path: path, Account: string(w.id), Name: w.name, VisitedAt: at, Outcome: visit.Well, RecordedAt: at}
	switch {
	case m.chance(0.1):
		v.Outcome, v.Note = visit.NeedsHelp, pick(m.r, notes)
	case m.chance(0.08):
		v.Outcome = visit.NobodyIn
	}
	v.HouseholdID = household.ID(id)
	return put(m, "visit", v)
}

// finish sets the series to where the county has come, so that the next number
// is a new one.
func (m *maker) finish() error {
	m.made.SignIns = m.signIns()
	return m.write("series", func() error {
		names := make([]string, 0, len(m.numbers))
		for k := range m.numbers {
			if strings.HasPrefix(k, "matter/") || strings.HasPrefix(k, "supervision/") {
				names = append(names, k)
			}
		}
		slices.Sort(names)
		m.numbers[fmt.Sprintf("booklet/%d", m.o.Day.Year())] = m.numbers["booklet"]
		names = append(names, fmt.Sprintf("booklet/%d", m.o.Day.Year()))
		for _, k := range names {
			m.rows++
			if _, err := m.tx.Exec(`insert into series (name, last) values ($1, $2)`, k, m.numbers[k]); err != nil {
				return err
			}
		}
		return nil
	})
}
