package seed

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/ident"
)

// A candidate is a move that leads to a booklet.
type candidate struct {
	*family
	move string
	seq  int // which of its town it is
}

// bookletDays is for how long the county has given out booklets.
const bookletDays = 400

// applicants chooses n of those who may have a booklet from the whole county,
// the first of every town at the end: they are still on their way.
func (m *maker) applicants(n int) []*candidate {
	all := m.candidates
	m.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = all[:min(n, len(all))]
	seen := map[string]int{}
	for _, c := range all {
		c.seq = seen[c.homeIn.Parent]
		seen[c.homeIn.Parent]++
	}
	slices.SortStableFunc(all, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(b.seq, a.seq), cmp.Compare(b.homeIn.Parent, a.homeIn.Parent))
	})
	return all
}

// booklets issues booklets to some of those who may have one, and leaves others
// on their way. What each says is composed by package booklet from what has
// been written.
func (m *maker) booklets() error {
	all := m.applicants(m.scaled(fullBooklets, 60))
	const part = 100
	for i := 0; i < len(all); i += part {
		err := m.write("booklet", func(tx *db.Tx) (n int, err error) {
			x, err := division.Load(tx)
			if err != nil {
				return 0, err
			}
			for k := i; k < min(i+part, len(all)); k++ {
				wrote, err := m.booklet(tx, x, all[k], len(all)-k, len(all))
				if err != nil {
					return n, err
				}
				n += wrote
			}
			return n, nil
		})
		if err != nil {
			return err
		}
		m.o.Progress(min(m.made.Rows, m.expected()-1), m.expected(), "booklet")
	}
	return nil
}

// booklet makes one booklet, of which left (from 1) of all come: the last ones
// are still on their way.
func (m *maker) booklet(tx *db.Tx, x *division.Index, c *candidate, left, all int) (n int, err error) {
	town := c.homeIn.Parent[6:]
	registrar, head := m.accounts["mj"+town], m.accounts["sz"+town]
	applied := m.hours(max(m.o.Day.AddDays(-3-left*bookletDays/all), c.movedOn.AddDays(2)), 9, 12)
	b := booklet.Booklet{
		ID: booklet.ID(m.idOf(applied)), HouseholdID: c.id, MoveID: c.move, Path: c.home.grid, OriginPath: c.groupUnit.grid,
		HeadName: c.head, State: booklet.Applied, AppliedBy: string(registrar.id), AppliedName: registrar.name, AppliedAt: applied.UnixMilli(), Version: 1,
	}
	waiting := max(4, all/40)
	switch {
	case left <= waiting/2:
		return 1, db.Insert(tx, "booklet", b)
	case left <= waiting:
		b.State, b.VerifiedBy, b.VerifiedName, b.VerifiedAt, b.Version = booklet.Verified, b.AppliedBy, b.AppliedName, applied.Add(20*time.Minute).UnixMilli(), 2
		return 1, db.Insert(tx, "booklet", b)
	case left <= waiting+2:
		b.State, b.Reason, b.Version = booklet.Returned, "住址门牌号与现场不符，请核对后补正。", 2
		return 1, db.Insert(tx, "booklet", b)
	}
	approved := applied.Add(time.Duration(m.between(60, 300)) * time.Minute)
	year := calendar.On(approved).Year()
	number, err := ident.NewBookletNumber(m.places.county.Code, year, m.count(fmt.Sprintf("booklet/%d", year)))
	if err != nil {
		return 0, err
	}
	b.VerifiedBy, b.VerifiedName, b.VerifiedAt = b.AppliedBy, b.AppliedName, applied.Add(20*time.Minute).UnixMilli()
	b.Number, b.State, b.ApprovedBy, b.ApprovedName, b.ApprovedAt, b.Version = string(number), booklet.Approved, string(head.id), head.name, approved.UnixMilli(), 2
	if left <= 2*waiting+2 {
		return 1, db.Insert(tx, "booklet", b)
	}
	made := approved.Add(time.Duration(m.between(20, 90)) * time.Minute)
	b.State, b.MadeAt, b.Version = booklet.Made, made.UnixMilli(), 3
	if left > 3*waiting+2 {
		issued := m.hours(calendar.On(made).AddDays(1), 9, 17)
		b.State, b.IssuedAt, b.ReceivedBy, b.Version = booklet.Issued, issued.UnixMilli(), b.HeadName, 4
		due := calendar.On(issued).AddYears(1)
		if due < m.o.Day && left%3 > 0 { // most came for the annual check; who did not loses nothing
			seen := m.hours(due.AddDays(-m.between(1, 28)), 9, 17)
			b.CheckedAt, due = seen.UnixMilli(), calendar.On(seen).AddYears(1)
		}
		b.CheckDue = due.Start().UnixMilli()
		if left == all || left%97 == 0 { // a few are lost, so that a loss can be followed by hand
			b.State, b.LostAt, b.Reason, b.Version = booklet.Lost, m.ms(), "户主来所挂失，居住簿在赶集时遗失。", 5
		}
		if left == all-1 || left%97 == 1 { // and a few have ended
			b.CheckDue = 0
			b.State, b.EndedAt, b.EndedWhy, b.Reason, b.Version = booklet.Cancelled, m.ms(), "given_back", "户主自愿交回。", 5
		}
	}
	if b.State == booklet.Issued {
		m.made.Booklets = append(m.made.Booklets, b.Number)
	}
	if err := db.Insert(tx, "booklet", b); err != nil {
		return 0, err
	}
	v, err := m.freeze(tx, x, b, 1, made)
	if err != nil {
		return 1, err
	}
	if b.IssuedAt > 0 {
		v.IssuedAt, v.Printed = b.IssuedAt, 1
	}
	if b.State != booklet.Issued || left != all-2 && left%97 != 2 {
		return 2, db.Insert(tx, "booklet_version", v)
	}
	v.SupersededAt = b.IssuedAt
	if err := db.Insert(tx, "booklet_version", v); err != nil {
		return 1, err
	}
	next, err := m.freeze(tx, x, b, 2, time.UnixMilli(b.IssuedAt)) // the paper was spoilt and made again at once
	if err != nil {
		return 2, err
	}
	next.MadeWhy, next.IssuedAt, next.Printed = "damaged", b.IssuedAt, 1
	return 3, db.Insert(tx, "booklet_version", next)
}

// freeze is what a booklet said when it was made.
func (m *maker) freeze(tx *db.Tx, x *division.Index, b booklet.Booklet, n int64, made time.Time) (booklet.Version, error) {
	content, err := booklet.Sign(tx, m.keys, booklet.Ask{Booklet: b.ID, N: n, At: made, Index: x, Log: func(booklet.Code) error { return nil }}) // the county's rows are recorded together
	if err != nil {
		return booklet.Version{}, fmt.Errorf("make %s: %w", b.Number, err)
	}
	day := calendar.On(made).Chinese()
	content.IssuedOn, content.FirstIssuedOn, content.PrintedAt = day, day, made.UTC()
	return booklet.Freeze(m.keys, b.ID, n, content, b.AppliedBy, made.UnixMilli())
}
