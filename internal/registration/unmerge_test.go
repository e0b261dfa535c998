package registration_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/duplicate"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/registration"
	"anju/internal/seal"
)

// The two records of one man, as somebody has decided: he is a son of the 王
// and, misspelt, a lodger of the 李.
const one, two = "王建军", "王建君"

// A step is an act in names: the same in every world.
type step struct {
	kind    household.ActKind
	home    string // 户号
	who     string
	on      calendar.Date
	head    string // of who is left
	persons []string
	no      string // of a new household
	child   string
}

// request is a step in a world's ids. Whatever relation the words of the
// register do not say is 其他亲属.
func (w *world) request(s step) registration.Request {
	r := registration.Request{Kind: s.kind, HouseholdID: w.homes[s.home], On: s.on, Evidence: paper(s.kind.Documents()[0]), Person: w.people[s.who], Head: w.people[s.head],
		Successor: w.people[s.head], RegisterNo: s.no, OtherNo: s.no, To: "610102", Relations: map[person.ID]string{}}
	for _, id := range w.people {
		r.Relations[id] = "97"
	}
	switch s.kind {
	case household.Birth:
		r.Kin, r.Relation = w.people[s.who], "97"
		r.Newcomer = registration.Newcomer{Name: s.child, Sex: "1", Birth: s.on, Ethnicity: "01", NoNumberReason: "待编", Distinct: "核对过"}
	case household.Split:
		r.Head = w.people[s.who]
		for _, name := range s.persons {
			r.Persons = append(r.Persons, w.people[name])
		}
	case household.ChangeHead:
		r.Head = w.people[s.who]
	}
	return r
}

// steps makes up a history: most of it about the one man.
func steps(rng *rand.Rand, n int) (all []step) {
	day := calendar.Date("2026-01-05")
	homes := []string{"户王", "户李"}
	names := []string{one, two, one, two, "王守山", "陈桂兰", "周小梅", "李长河", "李春燕", "王乐"}
	pick := func(from []string) string { return from[rng.IntN(len(from))] }
	kinds := []household.ActKind{household.Birth, household.Death, household.Split, household.Merge, household.MoveOut, household.ChangeHead, household.Birth, household.Split}
	for i := range n {
		day = day.AddDays(1 + rng.IntN(20))
		s := step{kind: kinds[rng.IntN(len(kinds))], home: pick(homes), who: pick(names), on: day, head: pick(names), no: fmt.Sprintf("户%d", i), child: fmt.Sprintf("%s%c", "丁", rune('一'+37*i))}
		switch s.kind {
		case household.Split:
			s.persons = []string{s.who, pick(names)}
			if rng.IntN(2) == 0 {
				s.persons = s.persons[:1]
			}
			if rng.IntN(3) == 0 { // refused as often as not, and then nobody's
				homes = append(homes, s.no)
			}
		case household.Merge:
			s.no = pick(homes)
		}
		all = append(all, s)
	}
	return all
}

// learn reads the names and numbers that acts have added.
func (w *world) learn(t *testing.T) {
	t.Helper()
	w.read(t, func(tx *db.Tx) error {
		people, err := db.All[struct {
			ID   person.ID `db:"id"`
			Name string    `db:"name"`
		}](tx, `select id, name from person`)
		for _, p := range people {
			w.people[p.Name] = p.ID
		}
		if err != nil {
			return err
		}
		homes, err := db.All[struct {
			ID household.ID `db:"id"`
			No string       `db:"register_no"`
		}](tx, `select id, register_no from household`)
		for _, h := range homes {
			w.homes[h.No] = h.ID
		}
		return err
	})
}

// through lists whom an act was asked for and whom it was written to, where
// the two differ.
func (w *world) through(t *testing.T, act string) (all []string) {
	t.Helper()
	w.read(t, func(tx *db.Tx) (err error) {
		all, err = db.All[string](tx, `select p.name from household_act_person a join person p on p.id = a.named_id where a.act_id = $1 and a.named_id <> a.record_id`, act)
		return err
	})
	return all
}

func (w *world) mergeTwo(t *testing.T, s *duplicate.Service) {
	t.Helper()
	pair := person.Pair{}
	dbtest.Given(t, w.DB, func(tx *db.Tx) error {
		pair = person.NewPair(tx, w.people[one], w.people[two], first, first, []person.Sign{person.SamePinyin, person.SameBirth})
		_, err := person.InsertPair(tx, pair)
		return err
	})
	before := w.state(t)
	if _, err := s.Decide(t.Context(), station, "", pair.ID, duplicate.Decision{Same: true, Main: w.people[one], Reason: "本人到场核实"}); err != nil {
		t.Fatal(err)
	}
	if w.state(t) != before {
		t.Error("a merge has rewritten a fact")
	}
}

func newWorld(t *testing.T, d *db.DB, c *dbtest.Clock) *world {
	t.Helper()
	c.Set(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
	w := &world{Service: &registration.Service{DB: d, Keys: seal.FromSeed(1)}, clock: c}
	w.given(t)
	w.learn(t)
	return w
}

// TestUnmergeIsNoMerge: merge, any acts, un-merge, and the register is as if
// there had been no merge. Acts that name a record go with it; acts that were
// possible only because the two were one are put before a person, each of them.
func TestUnmergeIsNoMerge(t *testing.T) {
	done, passed := 0, 0
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			both := dbtest.EachClock
			if seed > 0 { // one history on both engines, the others where they cost little
				both = func(t *testing.T, f func(*testing.T, *db.DB, *dbtest.Clock)) { d, c := dbtest.SQLite(t); f(t, d, c) }
			}
			both(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
				merged := newWorld(t, d, c)
				dup := &duplicate.Service{DB: d, Keys: merged.Keys}
				merged.mergeTwo(t, dup)
				var did []step
				var by [][]string
				for _, s := range steps(rand.New(rand.NewPCG(seed, 7)), 60) {
					a, err := merged.Record(t.Context(), station, "", merged.request(s))
					if fault.Of(err) != nil {
						continue
					}
					if err != nil {
						t.Fatalf("%+v: %v", s, err)
					}
					merged.learn(t)
					did, by = append(did, s), append(by, merged.through(t, a.ID))
				}
				divided, err := dup.Unmerge(t.Context(), station, "", merged.people[two], "指纹不符")
				if err != nil {
					t.Fatal(err)
				}

				apart, clock := dbtest.SQLite(t) // the engine is the other world's matter
				plain := newWorld(t, apart, clock)
				wanted := 0
				for i, s := range did {
					if len(by[i]) > 0 {
						wanted += len(by[i])
						passed++
						if _, err := plain.Record(t.Context(), station, "", plain.request(s)); fault.KindOf(err) != fault.Invalid {
							t.Errorf("%+v went through the merge, and without it: %v", s, err)
						}
						s = s.under(by[i][0])
					}
					if _, err := plain.Record(t.Context(), station, "", plain.request(s)); err != nil {
						t.Fatalf("%+v was done with the merge, and cannot be without it: %v", s, err)
					}
					plain.learn(t)
					done++
				}
				if divided.ToDecide != wanted {
					t.Errorf("%d acts for a person to decide, want %d", divided.ToDecide, wanted)
				}
				if a, b := merged.state(t), plain.state(t); a != b {
					t.Errorf("merged and un-merged:\n%s\nnever merged:\n%s", a, b)
				}
			})
		})
	}
	if done < 20 || passed < 3 {
		t.Errorf("only %d acts, %d of them through the merge: the histories say nothing", done, passed)
	}
}

// under is the step as it reads by the record it was written to.
func (s step) under(named string) step {
	record := one
	if named == one {
		record = two
	}
	swap := func(name string) string {
		if name == named {
			return record
		}
		return name
	}
	s.who, s.head = swap(s.who), swap(s.head)
	s.persons = slices.Clone(s.persons)
	for i := range s.persons {
		s.persons[i] = swap(s.persons[i])
	}
	return s
}

// TestUnmergeAsks: who decides about what went through the merge.
func TestUnmergeAsks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s := &duplicate.Service{DB: w.DB, Keys: w.Keys}
		if _, err := s.Unmerge(t.Context(), station, "", w.people[two], "x"); fault.KeyOf(err) != "person.duplicate.not_merged" {
			t.Errorf("un-merged what is not merged: %v", err)
		}
		w.mergeTwo(t, s)
		other := actor.Actor{Account: "x", Kind: actor.Registrar, Paths: []string{unit}}
		if _, err := s.Unmerge(t.Context(), other, "", w.people[two], "x"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another station: %v", err)
		}
		r := w.death(two, "") // asked for the lodger, in the household of the son
		w.act(t, r)
		page, err := w.Reviews(t.Context(), station, "")
		lines := page.Lines
		if err != nil || len(lines) != 1 || lines[0].Kind != registration.SamePersonReview || lines[0].HouseholdID != w.homes["李"] {
			t.Errorf("the other record of the dead: %+v %v", lines, err)
		}
		r.HouseholdID = w.homes["李"]
		w.act(t, r)
		if _, err := s.Unmerge(t.Context(), station, "", w.people[two], " "); fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
	})
}
