package seed

import (
	"fmt"
	"time"

	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/relocation"
)

// A candidate is a move that leads to a booklet.
type candidate struct {
	f      *family
	move   relocation.Move
	people []person.ID
}

// protectedPeople is how many households of the county have an address that is
// protected.
const protectedPeople = 2

// booklets issues booklets to some of those who may have one, leaves others on
// their way, and protects two addresses.
func (m *maker) booklets() error {
	n := min(m.scaled(fullBooklets, 24), len(m.candidates)-protectedPeople)
	waiting := max(4, n/25)
	if err := m.write("protect", func() error { return m.protect() }); err != nil {
		return err
	}
	const part = 50
	serial := 0
	for i := 0; i < n; i += part {
		if err := m.write("booklet", func() error {
			for k := i; k < min(i+part, n); k++ {
				if err := m.booklet(m.candidates[protectedPeople+k], k, n, waiting, &serial); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		m.o.Progress(50+10*i/n, 90, "booklet")
	}
	m.numbers["booklet"] = serial
	return nil
}

// protect seals where the smallest families among the candidates live.
func (m *maker) protect() error {
	at := 0
	for i := 0; i < len(m.candidates) && at < protectedPeople; i++ {
		if m.candidates[i].f.size > 2 && i < len(m.candidates)-protectedPeople {
			continue
		}
		m.candidates[i], m.candidates[at] = m.candidates[at], m.candidates[i]
		c := m.candidates[at]
		at++
		unit := c.f.homeIn.Parent
		m.rows += 3
		if _, err := m.tx.Exec(`update spell set sealed_to = $2 where household_id = $1 and kind = 'living' and valid_to = '9999-12-31'`, c.f.id, unit); err != nil {
			return err
		}
		if _, err := m.tx.Exec(`update tie set sealed_to = $2 where household_id = $1 and relation = 'living'`, c.f.id, unit); err != nil {
			return err
		}
	}
	return nil
}

// booklet makes the k-th booklet of n: the last ones are still on their way.
func (m *maker) booklet(c candidate, k, n, waiting int, serial *int) error {
	town := c.f.homeIn.Parent[6:]
	registrar, head := m.accounts["mj"+town], m.accounts["sz"+town]
	applied := m.at.Add(-time.Duration(n-k)*7*time.Hour - 24*time.Hour)
	b := booklet.Booklet{
		ID: booklet.ID(m.id()), HouseholdID: c.f.id, MoveID: c.move.ID, Path: c.f.home.grid, OriginPath: c.f.groupUnit.grid,
		HeadName: m.headName(c), State: booklet.Applied, AppliedBy: string(registrar.id), AppliedName: registrar.name, AppliedAt: applied.UnixMilli(), Version: 1,
	}
	left := n - k // how many come after, from 1
	switch {
	case left <= waiting:
		return put(m, "booklet", b)
	case left <= waiting+2:
		b.State, b.Reason, b.Version = booklet.Returned, "住址门牌号与现场不符，请核对后补正。", 2
		return put(m, "booklet", b)
	}
	*serial++
	number, err := ident.NewBookletNumber(m.places.county.Code, m.o.Day.Year(), *serial)
	if err != nil {
		return err
	}
	approved := applied.Add(3 * time.Hour)
	b.Number, b.State, b.ApprovedBy, b.ApprovedName, b.ApprovedAt, b.Version = string(number), booklet.Approved, string(head.id), head.name, approved.UnixMilli(), 2
	if left <= 2*waiting+2 {
		return put(m, "booklet", b)
	}
	made := approved.Add(2 * time.Hour)
	b.State, b.MadeAt, b.Version = booklet.Made, made.UnixMilli(), 3
	if left > 3*waiting+2 {
		b.State, b.IssuedAt, b.ReceivedBy, b.Version = booklet.Issued, made.Add(20*time.Hour).UnixMilli(), b.HeadName, 4
		m.made.Booklets = append(m.made.Booklets, b.Number)
	}
	if err := put(m, "booklet", b); err != nil {
		return err
	}
	content, err := booklet.Compose(m.tx, m.keys, b)
	if err != nil {
		return err
	}
	day := calendar.On(made).Chinese()
	content.IssuedOn, content.FirstIssuedOn, content.PrintedAt = day, day, made.UTC()
	v, err := booklet.Freeze(m.keys, b.ID, 1, content, string(registrar.id), made.UnixMilli())
	if err != nil {
		return err
	}
	return put(m, "booklet_version", v)
}

func (m *maker) headName(c candidate) string {
	name, err := db.One[string](m.tx, `select name from person where id = $1`, string(c.people[0]))
	if err != nil {
		return fmt.Sprint(err)
	}
	return name
}
