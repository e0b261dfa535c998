package visit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/proposal"
	"anju/internal/residence"
	"anju/internal/seal"
	"anju/internal/visit"
)

const (
	village = "610929100207"
	here    = village + "001"
	next    = village + "002"
	far     = "610929101001001"
	town    = "610929100"
	day     = 24 * time.Hour
)

func as(k actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: string(k) + path, Name: "甲", Kind: k, Paths: []string{path}}
}

var visitor = as(actor.GridWorker, here)

// A world has three households in the grid, one beside it, one that lives far
// away, and one in the grid whose address is protected.
func each(t *testing.T, f func(t *testing.T, s *visit.Service, c *dbtest.Clock)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for i, h := range []struct{ id, path, sealedTo string }{{"a", here, ""}, {"b", here, ""}, {"c", here, ""}, {"beside", next, ""}, {"far", far, ""}, {"hidden", here, town}} {
				if err := given(tx, household.ID(h.id), "王"+string([]rune("甲乙丙丁戊己")[i]), h.path, h.sealedTo); err != nil {
					return err
				}
			}
			return nil
		})
		f(t, &visit.Service{DB: d}, c)
	})
}

func given(tx *db.Tx, id household.ID, name, path, sealedTo string) error {
	p, err := person.Insert(tx, seal.FromSeed(1), person.Draft{Name: name, Sex: "1", Birth: "1961-02-14", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	for _, k := range []string{residence.Registered, residence.Living} {
		s := residence.Spell{PersonID: p.ID, Kind: k, Path: path, HouseholdID: id, ValidFrom: "2020-01-01", Source: "test"}
		if k == residence.Registered {
			s.Relation, s.Path = "02", here
		} else {
			s.SealedTo = sealedTo
		}
		if _, err := residence.Begin(tx, s); err != nil {
			return err
		}
	}
	return grid.Bind(tx, id, "living", path, "2020-01-01", sealedTo)
}

func TestWrongPeople(t *testing.T) {
	each(t, func(t *testing.T, s *visit.Service, _ *dbtest.Clock) {
		for _, tt := range []struct {
			by           actor.Actor
			id           household.ID
			record, read fault.Kind
		}{
			{actor.Actor{}, "a", fault.NotFound, fault.NotFound},
			{as("mayor", here), "a", fault.Forbidden, fault.Forbidden},
			{as(actor.GridWorker, next), "a", fault.NotFound, fault.NotFound},
			{as(actor.GridLeader, far), "a", fault.NotFound, fault.NotFound},
			{as(actor.Registrar, town), "a", fault.Forbidden, fault.Forbidden},
			{as(actor.SectionLeader, village), "a", fault.Forbidden, ""},
			{as(actor.GeneralLeader, town), "a", fault.Forbidden, ""},
			{as(actor.TownCentre, town), "a", fault.Forbidden, fault.Forbidden},
			{as(actor.SystemAdmin, "610929"), "a", fault.Forbidden, fault.Forbidden},
			{visitor, "no such", fault.NotFound, fault.NotFound},
			{visitor, "far", fault.Forbidden, fault.Forbidden}, // registered here, lives elsewhere
			{visitor, "hidden", fault.Forbidden, fault.Forbidden},
			{as(actor.GridLeader, village), "hidden", fault.Forbidden, fault.Forbidden},
			{visitor, "a", "", ""},
			{as(actor.GridLeader, next), "a", "", ""}, // of the same village
		} {
			_, err := s.Record(t.Context(), tt.by, "", tt.id, visit.Well, "")
			if got := fault.KindOf(err); got != tt.record || (err == nil) != (tt.record == "") {
				t.Errorf("%s %s records at %s: %v, want %q", tt.by.Kind, tt.by.Paths, tt.id, err, tt.record)
			}
			_, err = s.Of(t.Context(), tt.by, tt.id, 10)
			if got := fault.KindOf(err); got != tt.read || (err == nil) != (tt.read == "") {
				t.Errorf("%s %s reads of %s: %v, want %q", tt.by.Kind, tt.by.Paths, tt.id, err, tt.read)
			}
		}
		for _, by := range []actor.Actor{{}, as(actor.Registrar, town), as(actor.TownCentre, town), as(actor.GeneralLeader, town)} {
			if _, err := s.Due(t.Context(), by, visit.Filter{Limit: 50}); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s goes round: %v", by.Kind, err)
			}
		}
		for _, by := range []actor.Actor{{}, as(actor.Registrar, town), as(actor.CountyCentre, "610929")} {
			if _, err := s.Coverage(t.Context(), by, village); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s sees coverage: %v", by.Kind, err)
			}
		}
	})
}

// TestRecord: once for a key, in the household's own grid, with what is wrong
// told by field.
func TestRecord(t *testing.T) {
	each(t, func(t *testing.T, s *visit.Service, c *dbtest.Clock) {
		leader := as(actor.GridLeader, next)
		one, err := s.Record(t.Context(), leader, "k", "a", visit.NeedsHelp, " 想了解报销手续 ")
		if err != nil || one.Path != here || one.Note != "想了解报销手续" || one.VisitedAt != c.Now().UnixMilli() {
			t.Fatalf("got %+v, %v", one, err)
		}
		c.Move(time.Hour)
		if two, err := s.Record(t.Context(), leader, "k", "a", visit.NeedsHelp, "想了解报销手续"); err != nil || two != one {
			t.Errorf("sent twice: %+v, %v", two, err)
		}
		if _, err := s.Record(t.Context(), leader, "k", "b", visit.Well, ""); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the key of another: %v", err)
		}
		if all, err := s.Of(t.Context(), visitor, "a", 10); err != nil || len(all) != 1 || all[0] != one {
			t.Errorf("got %+v, %v, want the one", all, err)
		}
		for field, r := range map[string][2]string{"outcome": {"red", ""}, "note": {visit.NeedsHelp, " "}} {
			_, err := s.Record(t.Context(), visitor, "", "a", r[0], r[1])
			if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
	})
}

// TestDue: those not seen for longest come first; nobody home is nobody seen;
// who is not of the grid, or is protected, is not on the list, nor found by it.
func TestDue(t *testing.T) {
	each(t, func(t *testing.T, s *visit.Service, c *dbtest.Clock) {
		for _, v := range []struct {
			id      household.ID
			outcome string
		}{{"a", visit.Well}, {"b", visit.Well}, {"c", visit.NobodyIn}, {"a", visit.NobodyIn}} {
			c.Move(day)
			if _, err := s.Record(t.Context(), visitor, "", v.id, v.outcome, ""); err != nil {
				t.Fatal(err)
			}
		}
		due := func(by actor.Actor, search string) (ids []string, late []bool) {
			t.Helper()
			all, err := s.Due(t.Context(), by, visit.Filter{Search: search, Limit: 50})
			if err != nil {
				t.Fatal(err)
			}
			after := ""
			for _, d := range all {
				ids, late = append(ids, string(d.HouseholdID)), append(late, d.Late(c.Now()))
				one, err := s.Due(t.Context(), by, visit.Filter{Search: search, After: after, Limit: 1})
				if err != nil || len(one) != 1 || one[0] != d {
					t.Fatalf("one at a time, after %q: %v, %v, want %v", after, one, err, d)
				}
				after = d.Key()
			}
			if rest, err := s.Due(t.Context(), by, visit.Filter{Search: search, After: after, Limit: 1}); err != nil || after != "" && len(rest) != 0 {
				t.Errorf("after the last: %v, %v", rest, err)
			}
			return ids, late
		}
		ids, late := due(visitor, "")
		if want := []string{"c", "a", "b"}; !slices.Equal(ids, want) || !slices.Equal(late, []bool{true, false, false}) {
			t.Errorf("got %v %v, want %v with the first late", ids, late, want)
		}
		c.Move(88 * day)
		if _, late = due(visitor, ""); !slices.Equal(late, []bool{true, true, false}) {
			t.Errorf("91 days after the first and 90 after the second: late %v", late)
		}
		if ids, _ = due(as(actor.GridWorker, next), ""); !slices.Equal(ids, []string{"beside"}) {
			t.Errorf("the grid beside: %v", ids)
		}
		if ids, _ = due(visitor, "王乙"); !slices.Equal(ids, []string{"b"}) {
			t.Errorf("by name: %v", ids)
		}
		for _, search := range []string{"王己", "%", "_"} { // the protected one; signs that mean any
			if ids, _ = due(visitor, search); len(ids) != 0 {
				t.Errorf("search %q finds %v", search, ids)
			}
		}
		looks, err := s.DB.LooksAt(t.Context(), "household/c", 50)
		if err != nil || len(looks) == 0 {
			t.Errorf("going round left no trace: %v", err)
		}
	})
}

// TestCoverage counts households by grid, in the order of places, and names
// nobody; a visit of more than 90 days ago, or to a closed door, is none.
func TestCoverage(t *testing.T) {
	each(t, func(t *testing.T, s *visit.Service, c *dbtest.Clock) {
		for _, v := range []struct {
			by      actor.Actor
			id      household.ID
			outcome string
			then    time.Duration
		}{
			{visitor, "a", visit.NeedsHelp, 0}, {visitor, "b", visit.NobodyIn, 91 * day}, {visitor, "b", visit.Well, 0},
			{visitor, "c", visit.NobodyIn, 0}, {as(actor.GridWorker, next), "beside", visit.Well, day},
		} {
			note := ""
			if v.outcome == visit.NeedsHelp {
				note = "代办"
			}
			if _, err := s.Record(t.Context(), v.by, "", v.id, v.outcome, note); err != nil {
				t.Fatal(err)
			}
			c.Move(v.then)
		}
		for _, tt := range []struct {
			by    actor.Actor
			under string
			want  []visit.Coverage
		}{
			{as(actor.SectionLeader, village), village, []visit.Coverage{{Path: here, Households: 3, Seen: 1, NeedHelp: 1}, {Path: next, Households: 1, Seen: 1}}},
			{visitor, village, []visit.Coverage{{Path: here, Households: 3, Seen: 1, NeedHelp: 1}}},
			{as(actor.SectionLeader, village), far, nil},
			{as(actor.GeneralLeader, "610929101"), "610929", []visit.Coverage{{Path: far, Households: 1}}},
		} {
			got, err := s.Coverage(t.Context(), tt.by, tt.under)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%s under %s: got %+v, %v, want %+v", tt.by.Kind, tt.under, got, err, tt.want)
			}
		}
		if _, err := s.Coverage(t.Context(), visitor, ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("under nothing: %v", err)
		}
	})
}

// TestVisitsWhereSheHides: the head lives in the visitor's grid; his wife lived
// in the one beside it, whose worker came to see her, and is protected there
// since. That worker's visits would say where she is.
func TestVisitsWhereSheHides(t *testing.T) {
	each(t, func(t *testing.T, s *visit.Service, c *dbtest.Clock) {
		dbtest.Given(t, s.DB, func(tx *db.Tx) error {
			p, err := person.Insert(tx, seal.FromSeed(1), person.Draft{Name: "陈桂兰", Sex: "2", Birth: "1963-08-05", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
			if err != nil {
				return err
			}
			for _, sp := range []residence.Spell{
				{Kind: residence.Registered, Path: here, Relation: "12"}, {Kind: residence.Living, Path: next},
			} {
				sp.PersonID, sp.HouseholdID, sp.ValidFrom, sp.Source = p.ID, "a", "2020-01-01", "test"
				if _, err := residence.Begin(tx, sp); err != nil {
					return err
				}
			}
			for i, v := range []visit.Visit{{Path: here, Name: "本网格员"}, {Path: next, Name: "邻网格员"}} {
				v.ID, v.HouseholdID, v.Account, v.Outcome, v.VisitedAt, v.RecordedAt = fmt.Sprint("v", i), "a", "w", "well", int64(i+1), int64(i+1)
				if err := db.Insert(tx, "visit", v); err != nil {
					return err
				}
			}
			return nil
		})
		names := func() (all []string) {
			list, err := s.Of(t.Context(), visitor, "a", 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range list {
				all = append(all, v.Name)
			}
			return all
		}
		if got := names(); len(got) != 2 {
			t.Fatalf("openly: %q", got)
		}
		dbtest.Given(t, s.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update spell set sealed_to = $1 where household_id = 'a' and kind = 'living' and path = $2`, town, next)
			return err
		})
		if got := names(); len(got) != 1 || got[0] != "本网格员" {
			t.Errorf("protected: %q", got)
		}
	})
}

// TestVisitsFollowTheTable: from the day of another row on it is another grid that
// has the household on its list and records the visits; who leads the grid that the
// row lets see them reads them and does nothing.
func TestVisitsFollowTheTable(t *testing.T) {
	each(t, func(t *testing.T, s *visit.Service, c *dbtest.Clock) {
		stranger, lives, leads := as(actor.GridWorker, next), as(actor.GridWorker, far), as(actor.GridLeader, far)
		dbtest.Given(t, s.DB, func(tx *db.Tx) error {
			if err := grid.Bind(tx, "far", "registered", here, "2020-01-01", ""); err != nil {
				return err
			}
			if err := grid.Bind(tx, "hidden", "registered", here, "2020-01-01", ""); err != nil {
				return err
			}
			r := grid.Route{ID: "r", Subject: grid.Visiting, Answers: residence.Registered, Sees: residence.Living, Basis: "原籍走访",
				Asked: proposal.Asked{ValidFrom: calendar.On(c.Now()).AddDays(1), State: proposal.Approved, ProposedBy: "a", DecidedBy: "b"}}
			if err := db.Insert(tx, "grid_route", r); err != nil {
				return err
			}
			return tx.RecordAll("test", 1, "test")
		})
		record := func(by actor.Actor) fault.Kind {
			_, err := s.Record(t.Context(), by, "", "far", visit.Well, "")
			return fault.KindOf(err)
		}
		listed := func(by actor.Actor, id household.ID) bool {
			all, err := s.Due(t.Context(), by, visit.Filter{Limit: 50})
			if err != nil {
				t.Fatal(err)
			}
			return slices.ContainsFunc(all, func(d visit.Due) bool { return d.HouseholdID == id })
		}
		reads := func(by actor.Actor) bool {
			_, err := s.Of(t.Context(), by, "far", 5)
			return err == nil
		}
		for _, day := range []struct {
			who  actor.Actor
			not  []actor.Actor
			seen []actor.Actor
		}{
			{lives, []actor.Actor{stranger, visitor, as(actor.GridLeader, here)}, []actor.Actor{lives, leads}},
			{visitor, []actor.Actor{stranger, lives, leads}, []actor.Actor{visitor, as(actor.GridLeader, here), leads}},
		} {
			for _, by := range append(day.not, stranger) {
				if record(by) == "" || listed(by, "far") {
					t.Errorf("%s: %s %v goes there", c.Now(), by.Kind, by.Paths)
				}
			}
			if door, err := s.Due(t.Context(), day.who, visit.Filter{Of: "far", Limit: 5}); err != nil || len(door) != 1 || door[0].HouseholdID != "far" || door[0].Path != day.who.Paths[0] {
				t.Errorf("%s: %v finds no door: %+v, %v", c.Now(), day.who.Paths, door, err)
			}
			if got := record(day.who); got != "" || !listed(day.who, "far") {
				t.Errorf("%s: %v does not go there: %s", c.Now(), day.who.Paths, got)
			}
			for _, by := range []actor.Actor{stranger, visitor, lives, leads, as(actor.GridLeader, next), as(actor.GridLeader, here)} {
				village := by.Kind == actor.GridLeader && by.Paths[0][:12] == here[:12] && slices.ContainsFunc(day.seen, func(a actor.Actor) bool { return a.Kind == by.Kind && a.Paths[0] == here })
				want := village || slices.ContainsFunc(day.seen, func(a actor.Actor) bool { return a.Account == by.Account })
				if got := reads(by); got != want {
					t.Errorf("%s: %s %v reads the visits: %v", c.Now(), by.Kind, by.Paths, got)
				}
			}
			all, err := s.Coverage(t.Context(), day.who, day.who.Paths[0])
			n, cerr := s.Counts(t.Context(), day.who)
			if err != nil || cerr != nil || len(all) != 1 || all[0].Households != n.Households || all[0].Seen != n.Households-n.Late || all[0].Seen == 0 {
				t.Errorf("%s: %+v, %+v, %v %v", c.Now(), all, n, err, cerr)
			}
			if hidden := listed(visitor, "hidden"); hidden != (day.who.Account == visitor.Account) {
				t.Errorf("%s: registered here and protected where she lives, on the list: %v", c.Now(), hidden)
			}
			c.Move(24 * time.Hour)
		}
	})
}

// TestHiddenWork: where somebody of a household is protected, where its people work
// is nobody's to visit, and nobody there reads the visits, whatever the row says.
func TestHiddenWork(t *testing.T) {
	each(t, func(t *testing.T, s *visit.Service, c *dbtest.Clock) {
		dbtest.Given(t, s.DB, func(tx *db.Tx) error {
			for _, id := range []household.ID{"far", "hidden"} {
				m, err := residence.Members(tx, id)
				if err != nil {
					return err
				}
				if _, err := residence.Begin(tx, residence.Spell{PersonID: m[0].Person.ID, HouseholdID: id, Kind: residence.Working, Path: next, Place: "厂", ValidFrom: "2020-01-01", Source: "test"}); err != nil {
					return err
				}
				if err := grid.Bind(tx, id, residence.Working, next, "2020-01-01", ""); err != nil {
					return err
				}
			}
			for id, r := range map[string]grid.Route{"sees": {Answers: residence.Living, Sees: residence.Working}, "goes": {Answers: residence.Working}} {
				r.ID, r.Subject, r.Basis = id, grid.Visiting, "厂区走访"
				r.Asked = proposal.Asked{ValidFrom: calendar.On(c.Now()), State: proposal.Approved, ProposedBy: "a", DecidedBy: "b"}
				if id == "goes" {
					r.ValidFrom = r.ValidFrom.AddDays(1)
				}
				if err := db.Insert(tx, "grid_route", r); err != nil {
					return err
				}
			}
			return tx.RecordAll("test", 1, "test")
		})
		for _, goes := range []bool{false, true} {
			for id, known := range map[household.ID]bool{"far": true, "hidden": false} {
				if _, err := s.Record(t.Context(), as(actor.GridWorker, next), "", id, visit.Well, ""); (err == nil) != (goes && known) {
					t.Errorf("%v: %s is visited where they work: %v", goes, id, err)
				}
				if _, err := s.Of(t.Context(), as(actor.GridLeader, next), id, 5); (err == nil) != known {
					t.Errorf("%v: %s: the visits are read where they work: %v", goes, id, err)
				}
			}
			c.Move(day)
		}
	})
}

// TestBehind: the list behind each number of Coverage is as long as the number.
func TestBehind(t *testing.T) {
	each(t, func(t *testing.T, s *visit.Service, c *dbtest.Clock) {
		for id, outcome := range map[household.ID]string{"a": visit.NeedsHelp, "b": visit.NobodyIn} {
			if _, err := s.Record(t.Context(), visitor, "", id, outcome, "代办"); err != nil {
				t.Fatal(err)
			}
		}
		leads := as(actor.SectionLeader, village)
		for _, by := range []actor.Actor{{}, as(actor.Registrar, town), as(actor.TownCentre, town), as(actor.SectionLeader, far[:12])} {
			if all, err := s.Behind(t.Context(), by, visit.Filter{Under: here, Limit: 50}); err == nil && len(all) > 0 {
				t.Errorf("%s %v: %v", by.Kind, by.Paths, all)
			}
		}
		of, err := s.Coverage(t.Context(), leads, here)
		if err != nil || len(of) != 1 {
			t.Fatal(of, err)
		}
		for show, want := range map[string]int64{visit.All: of[0].Households, visit.Seen: of[0].Seen, visit.Unseen: of[0].Households - of[0].Seen, visit.InNeed: of[0].NeedHelp} {
			all, err := s.Behind(t.Context(), leads, visit.Filter{Under: here, Show: show, Limit: 50})
			if err != nil || int64(len(all)) != want || want == 0 {
				t.Errorf("%s: %d, %v, want %d", show, len(all), err, want)
			}
		}
	})
}
