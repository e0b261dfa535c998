package relocation_test

import (
	"strings"
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
	"anju/internal/relocation"
	"anju/internal/residence"
)

func redating(on calendar.Date, version int64) relocation.Redating {
	return relocation.Redating{On: on, Reason: "把农历写成了公历", Evidence: "交房签收单，安置办2026年第1卷", Version: version}
}

// TestWhoMayRedate begins with the wrong people.
func TestWhoMayRedate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m, err := w.Record(t.Context(), as(actor.Registrar, town), "", w.toFar())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			who  string
			by   actor.Actor
			want fault.Kind
		}{
			{"nobody", actor.Actor{}, fault.NotFound},
			{"a registrar of a third town", as(actor.Registrar, third), fault.NotFound},
			{"the grid worker there", as(actor.GridWorker, far+"001"), fault.Forbidden},
			{"the village clerk there", as(actor.VillageClerk, far), fault.Forbidden},
			{"the head of the station", as(actor.StationHead, town), fault.Forbidden},
			{"civil affairs", as(actor.CivilAffairs, county), fault.Forbidden},
			{"the system administrator", as(actor.SystemAdmin, county), fault.Forbidden},
		} {
			if _, err := w.Redate(t.Context(), c.by, "", m.ID, redating("2026-02-01", m.Version)); fault.KindOf(err) != c.want {
				t.Errorf("%s: %v, want %q", c.who, err, c.want)
			}
		}
		if _, err := w.Redate(t.Context(), as(actor.Registrar, town), "", "nothing", redating("2026-02-01", 1)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a move that is not there: %v", err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.people[0], farTown); return err })
		if _, err := w.Redate(t.Context(), as(actor.Registrar, town), "", m.ID, redating("2026-02-01", m.Version)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("protected by another unit: %v", err)
		}
		if n := w.rows(t, `select id from move_act`); len(n) > 0 {
			t.Errorf("the wrong people have left %d acts", len(n))
		}
	})
}

// TestRedateRefused: what cannot be is said beside its field, and nothing has
// changed.
func TestRedateRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as(actor.Registrar, town)
		r := w.toFar()
		r.MovedOn = "2024-05-01"
		m, err := w.Record(t.Context(), by, "", r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = w.Record(t.Context(), by, "", relocation.Request{HouseholdID: w.house, HouseID: w.flat, MovedOn: "2025-06-01", Programme: "natural", Answer: relocation.Stays}); err != nil {
			t.Fatal(err)
		}
		spells := `select id || valid_from || valid_to || superseded_at from spell order by id`
		before := w.rows(t, spells)
		for _, c := range []struct {
			name string
			d    relocation.Redating
			want string
		}{
			{"nothing given", relocation.Redating{}, "reason form.required, evidence form.required, on relocation.record.date"},
			{"no such day", redating("2024-02-30", 0), "on relocation.record.date"},
			{"a day to come", redating("2026-03-05", 0), "on relocation.record.future"},
			{"the same day", redating("2024-05-01", 0), "on relocation.redate.same"},
			{"no reason", relocation.Redating{On: "2024-04-01", Evidence: "x"}, "reason form.required"},
			{"a long paper", relocation.Redating{On: "2024-04-01", Reason: "x", Evidence: strings.Repeat("据", 201)}, "evidence form.long"},
			{"on the day they moved on", redating("2025-06-01", 0), "on relocation.redate.after"},
			{"before they lived at the origin", redating("2010-01-01", 0), "on residence.redate.before"},
		} {
			c.d.Version = m.Version
			_, err := w.Redate(t.Context(), by, "", m.ID, c.d)
			var got []string
			if f := fault.Of(err); f != nil {
				for _, field := range f.Fields {
					got = append(got, field.Name+" "+field.Key)
				}
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("%s: %v (%v), want %s", c.name, got, err, c.want)
			}
		}
		if _, err := w.Redate(t.Context(), by, "", m.ID, redating("2024-04-01", m.Version+1)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("changed meanwhile: %v", err)
		}
		if after := w.rows(t, spells); strings.Join(after, "") != strings.Join(before, "") {
			t.Error("a refused correction has changed spells")
		}
	})
}

// TestRedate: stays, grids and the move follow; what was believed is kept; who
// was born meanwhile has not lived there before being born.
func TestRedate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as(actor.Registrar, farTown)
		m, err := w.Record(t.Context(), by, "", w.toFar())
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Move(48 * time.Hour)
		for n, on := range []calendar.Date{"2025-12-20", "2026-02-10"} { // earlier, and later again
			w.clock.Move(time.Hour)
			if m, err = w.Redate(t.Context(), by, "", m.ID, redating(on, m.Version)); err != nil || m.MovedOn != on {
				t.Fatalf("to %s: %+v, %v", on, m, err)
			}
			w.DB.Read(t.Context(), func(tx *db.Tx) error {
				for _, id := range w.people {
					s, lives, err := residence.StayFrom(tx, id, residence.Living, on)
					if err != nil || !lives || s.Path != far+"001" {
						t.Errorf("from %s on: %+v, %v", on, s, err)
					}
				}
				for day, want := range map[calendar.Date]string{on.AddDays(-1): origin + "001", on: far + "001"} {
					ties, err := grid.TiesAt(tx, w.house, residence.When{On: day})
					if err != nil || len(ties) != 2 || ties[0].Path != want {
						t.Errorf("grids on %s: %+v, %v", day, ties, err)
					}
				}
				at, err := residence.PlacesAt(tx, w.people, residence.When{On: "2026-02-20", Known: "2026-03-05"})
				if err != nil || len(at) != 3 || at[0].Path != origin+"001" {
					t.Errorf("as known before: %+v, %v", at, err)
				}
				return nil
			})
			acts, err := w.Acts(t.Context(), by, m.ID)
			if err != nil || len(acts) != n+1 || acts[0].IsOn != on || acts[0].Kind != relocation.ActRedated || acts[0].Reason == "" || acts[0].Evidence == "" || acts[0].Office != by.Office {
				t.Errorf("acts: %+v, %v", acts, err)
			}
		}
		if jobs := w.rows(t, `select kind from job where kind = $1`, household.JobChanged); len(jobs) == 0 {
			t.Error("the booklet hears nothing of it")
		}
		// A child born at the new place, and one who moved as an infant.
		var child person.Person
		dbtest.Given(t, w.DB, func(tx *db.Tx) (err error) {
			if child, err = person.Insert(tx, w.Keys, person.Draft{Name: "王小宝", Sex: "1", Birth: "2026-02-15", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-03-01"}); err != nil {
				return err
			}
			if _, err := residence.Register(tx, child.ID, w.house, origin+"001", "20", "2026-02-15", "test"); err != nil {
				return err
			}
			return residence.GrowUp(tx, child.ID, w.people[2], "2026-02-15", "test")
		})
		_, err = w.Redate(t.Context(), by, "", m.ID, redating("2026-02-20", m.Version))
		if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != "relocation.redate.joined" {
			t.Errorf("after a birth there: %v", err)
		}
	})
}
