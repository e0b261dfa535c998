// Package seed makes the demonstration county: Baihe's own towns, villages and
// communities, with a population of the true size that is invented from end to
// end. Seed, scale and day determine every byte of every row. ID numbers carry
// the division 610999, which was never issued; phones begin with 1540, which
// was never assigned; the resettlement sites and their forms are fictional and
// marked so.
package seed

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/grid"
	"anju/internal/relocation"
	"anju/internal/seal"
)

// The size of the county at scale 1.
const (
	fullHouseholds = 65000
	fullAway       = 30000 // live away from their registration
	fullCross      = 18000 // of these, in another village or town
	fullSites      = 156
	fullBooklets   = 1200
	fullMatters    = 4200
)

// gcPercent lets the heap grow while a county is made: rows live for a moment,
// but each collection goes through all the keys and families that stay.
const gcPercent = 300

// firstMatter is the day from which matters are there.
const firstMatter = calendar.Date("2025-01-01")

// Options say what county to make.
type Options struct {
	Seed     uint64
	Scale    float64 // 1 is the whole county; less populates a share of the villages, those wholly
	Day      calendar.Date
	Progress func(done, total int, what string) // what: place, people, keys, staff, matter, visit, booklet, series
}

// Made is what was made.
type Made struct {
	Households, People, Away, AwayPeople, Cross, CrossPeople, Sites, Grids, Accounts, Workers, Matters, Rows int
	SignIns                                                                                                  []SignIn
	Booklets                                                                                                 []string // numbers of those issued
	Faults                                                                                                   []Fault  // planted in the lists of rights
}

// maker is the state of making a county. Everything but the booklets is
// invented in one goroutine, which alone draws from r and src, and written in
// another; see load.go.
type maker struct {
	ctx   context.Context
	d     *db.DB
	keys  *seal.Keys
	o     Options
	r     *rand.Rand
	src   source
	at    time.Time // the moment everything is recorded: the beginning of the day
	ids   int64
	made  Made
	bulk  *db.Bulk
	step  string
	flow  chan rows
	done  <-chan struct{}
	rules []relocation.Rule

	places     places
	villages   []*village
	keyRows    []keyRow
	numbers    map[string]int // how many so far, of whatever is counted
	phones     int
	accounts   map[string]*staffer   // by login
	workers    map[string][]*staffer // by grid
	leaders    map[string]*staffer   // by grid
	homes      map[string][]*family  // who lives in a grid
	routes     grid.Routes           // which grid of a household answers for what
	candidates []*candidate          // moves that lead to a booklet
}

type source struct{ r *rand.ChaCha8 }

func (s source) Read(p []byte) (int, error) { return s.r.Read(p) }

// County makes the county in an empty, migrated database, whose clock should
// stand still at the beginning of the day: it is part of the record.
func County(ctx context.Context, d *db.DB, keys *seal.Keys, o Options) (*Made, error) {
	if o.Scale <= 0 || o.Scale > 1 {
		return nil, fmt.Errorf("scale %v is not between 0 and 1", o.Scale)
	}
	if calendar.DaysBetween(firstMatter, o.Day) < 60 {
		return nil, fmt.Errorf("day %s: the county has matters from %s on, and two months of them", o.Day, firstMatter)
	}
	if o.Progress == nil {
		o.Progress = func(int, int, string) {}
	}
	m, err := newMaker(ctx, d, keys, o)
	if err != nil {
		return nil, err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	if err := m.plan(); err != nil {
		return nil, fmt.Errorf("plan the county: %w", err)
	}
	if err := m.load(m.invent); err != nil {
		return nil, fmt.Errorf("write the county: %w", err)
	}
	if err := d.Analyze(ctx); err != nil { // the booklets are made from what is read back
		return nil, err
	}
	if err := m.booklets(); err != nil {
		return nil, fmt.Errorf("issue booklets: %w", err)
	}
	if err := m.series(); err != nil {
		return nil, err
	}
	if err := d.Analyze(ctx); err != nil {
		return nil, err
	}
	m.made.SignIns = m.signIns()
	m.o.Progress(m.expected(), m.expected(), "series")
	return &m.made, nil
}

func newMaker(ctx context.Context, d *db.DB, keys *seal.Keys, o Options) (*maker, error) {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], o.Seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(o.Scale*1e6))
	copy(key[16:], o.Day)
	rules, err := relocation.DefaultRules()
	if err != nil {
		return nil, err
	}
	second := key
	second[31] = 1 // bytes for ids and secrets come from another stream than choices
	return &maker{
		ctx: ctx, d: d, keys: keys, o: o, rules: rules,
		r: rand.New(rand.NewChaCha8(key)), src: source{rand.NewChaCha8(second)}, at: o.Day.Start(),
		numbers: map[string]int{}, accounts: map[string]*staffer{}, workers: map[string][]*staffer{},
		leaders: map[string]*staffer{}, homes: map[string][]*family{},
	}, nil
}

// invent invents everything that needs nothing read back.
func (m *maker) invent() error {
	for _, s := range []struct {
		step string
		run  func()
	}{
		{"place", m.writePlaces}, {"people", m.people}, {"keys", m.writeKeys},
		{"staff", m.staff}, {"matter", m.matters}, {"visit", m.visits},
	} {
		m.step = s.step
		s.run()
		m.bulk.Flush()
		if m.stopped() {
			return errors.Join(m.ctx.Err(), errStopped)
		}
	}
	return nil
}

// id is the next id: they sort in the order of making.
func (m *maker) id() string {
	m.ids++
	return db.NewID(m.at.Add(-48*time.Hour+time.Duration(m.ids)*time.Millisecond), m.src)
}

// idOf is the id of what happened at a moment: where the program lists by id it
// lists by time.
func (m *maker) idOf(at time.Time) string { return db.NewID(at, m.src) }

// put sends one row on its way.
func put[T any](m *maker, table string, v T) { db.Put(m.bulk, table, v) }

// scaled is n at the county's scale, at least least.
func (m *maker) scaled(n, least int) int { return max(least, int(float64(n)*m.o.Scale+0.5)) }

// count counts one more of something and says the how-manieth it is, from 1.
func (m *maker) count(what string) int {
	m.numbers[what]++
	return m.numbers[what]
}

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// chance is true once in a while: with probability p.
func (m *maker) chance(p float64) bool { return m.r.Float64() < p }

// between is a random whole number from lo to hi.
func (m *maker) between(lo, hi int) int { return lo + m.r.IntN(hi-lo+1) }

func (m *maker) ms() int64 { return m.at.UnixMilli() }

// ago is a random day from lo to hi days before the county's day.
func (m *maker) ago(lo, hi int) calendar.Date { return m.o.Day.AddDays(-m.between(lo, hi)) }

// hours is an hour of the day between from and to, on a day.
func (m *maker) hours(day calendar.Date, from, to int) time.Time {
	return day.Start().Add(time.Duration(from*3600+m.r.IntN((to-from)*3600)) * time.Second)
}

// office is t, or when t is at night the next morning.
func (m *maker) office(t time.Time) time.Time {
	switch h := t.In(calendar.Zone).Hour(); {
	case h < 8:
		return m.hours(calendar.On(t), 8, 10)
	case h >= 19:
		return m.hours(calendar.On(t).AddDays(1), 8, 10)
	}
	return t
}
