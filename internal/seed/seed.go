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
	"fmt"
	"math/rand/v2"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/relocation"
	"anju/internal/seal"
)

// The size of the county at scale 1.
const (
	fullHouseholds = 65000
	fullAway       = 30000 // live away from their registration
	fullCross      = 18000 // of these, in another village or town
	fullSites      = 156
	fullBooklets   = 1100
	fullMatters    = 4200
)

// Options say what county to make.
type Options struct {
	Seed     uint64
	Scale    float64 // 1 is the whole county; less populates a share of the villages
	Day      calendar.Date
	Progress func(done, total int, what string)
}

// Made is what was made.
type Made struct {
	Households, People, Away, AwayPeople, Cross, CrossPeople, Sites, Grids, Accounts, Matters, Rows int
	SignIns                                                                                         []SignIn
	Booklets                                                                                        []string
}

// maker is the state of making a county.
type maker struct {
	ctx  context.Context
	d    *db.DB
	keys *seal.Keys
	o    Options
	r    *rand.Rand
	src  source
	at   time.Time // the moment everything is recorded: the beginning of the day
	ids  int64
	made Made
	rows int // in this transaction
	tx   *db.Tx

	places   places
	villages []*village
	byCode   map[string]*village
	keyRows  []keyRow
	numbers  map[string]int // birth date and sex → people so far
	phones   int
	accounts map[string]*staffer // by login
	workers  map[string][]*staffer
	leaders  map[string]*staffer // by grid

	rules      []relocation.Rule
	candidates []candidate // moves that lead to a booklet
	protected  int
}

type source struct{ r *rand.ChaCha8 }

func (s source) Read(p []byte) (int, error) { return s.r.Read(p) }

// County makes the county in an empty, migrated database.
func County(ctx context.Context, d *db.DB, keys *seal.Keys, o Options) (*Made, error) {
	if o.Scale <= 0 || o.Scale > 1 {
		return nil, fmt.Errorf("scale %v is not between 0 and 1", o.Scale)
	}
	if o.Progress == nil {
		o.Progress = func(int, int, string) {}
	}
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], o.Seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(o.Scale*1e6))
	copy(key[16:], o.Day)
	rules, err := relocation.DefaultRules()
	if err != nil {
		return nil, err
	}
	m := &maker{
		rules: rules,
		ctx:   ctx, d: d, keys: keys, o: o, r: rand.New(rand.NewChaCha8(key)), src: source{rand.NewChaCha8(key)}, at: o.Day.Start(),
		byCode: map[string]*village{}, numbers: map[string]int{}, accounts: map[string]*staffer{}, workers: map[string][]*staffer{}, leaders: map[string]*staffer{},
	}
	steps := []struct {
		name string
		run  func() error
	}{
		{"place", m.plan}, {"place", m.writePlaces}, {"people", m.people}, {"keys", m.writeKeys}, {"staff", m.staff},
		{"booklet", m.booklets}, {"matter", m.matters}, {"visit", m.visits}, {"series", m.finish},
	}
	for i, s := range steps {
		o.Progress(i*10, len(steps)*10, s.name)
		if err := s.run(); err != nil {
			return nil, fmt.Errorf("make %s: %w", s.name, err)
		}
	}
	o.Progress(len(steps)*10, len(steps)*10, "series")
	return &m.made, nil
}

// id is the next id: they sort in the order of making.
func (m *maker) id() string {
	m.ids++
	return db.NewID(m.at.Add(-48*time.Hour+time.Duration(m.ids)*time.Millisecond), m.src)
}

// write runs f in one transaction and records how many rows it wrote.
func (m *maker) write(what string, f func() error) error {
	return m.d.Write(m.ctx, actor.ForSystem("seed"), "seed."+what, func(tx *db.Tx) error {
		m.tx, m.rows = tx, 0
		if err := f(); err != nil {
			return err
		}
		m.made.Rows += m.rows
		return tx.RecordAll("seed/"+what, m.rows, fmt.Sprintf("seed %d, scale %g, day %s", m.o.Seed, m.o.Scale, m.o.Day))
	})
}

// put inserts one row.
func put[T any](m *maker, table string, v T) error {
	m.rows++
	if err := db.Insert(m.tx, table, v); err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	return nil
}

// scaled is n at the county's scale, at least least.
func (m *maker) scaled(n, least int) int { return max(least, int(float64(n)*m.o.Scale+0.5)) }

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// chance is true once in a while: with probability p.
func (m *maker) chance(p float64) bool { return m.r.Float64() < p }

// between is a random whole number from lo to hi.
func (m *maker) between(lo, hi int) int { return lo + m.r.IntN(hi-lo+1) }

func (m *maker) ms() int64 { return m.at.UnixMilli() }
