package seed

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/matter"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/seal"
)

// One small county on each engine, looked at from all sides.
func TestCounty(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		d := open(t, cfg)
		made := county(t, d, 7, 0.012)
		t.Run("sizes", func(t *testing.T) {
			if err := Sizes(t.Context(), d, made, 0.012); err != nil {
				t.Error(err)
			}
		})
		t.Run("consistent", func(t *testing.T) {
			s := &overview.Service{DB: d, Keys: seal.FromSeed(7)}
			found, err := s.CheckConsistency(t.Context(), actor.Actor{Account: "t", Kind: actor.AuditAdmin, Paths: []string{"610929"}})
			if err != nil || len(found) > 0 {
				t.Errorf("%v, %v", found, err)
			}
		})
		t.Run("rights", func(t *testing.T) { rightsAddUp(t, d, made) })
		for name, f := range map[string]func(*db.Tx) error{
			"timelines": timelines, "led": led, "clocks": clocks, "numbers": numbers, "protected": protected, "places": placesAgree, "series": seriesAgree, "sites": sitesBySize, "families": families,
		} {
			t.Run(name, func(t *testing.T) {
				if err := d.Read(t.Context(), f); err != nil {
					t.Error(err)
				}
			})
		}
		t.Run("figures", func(t *testing.T) { golden(t, d) }) // the last, because it reports something
	})
}

// Every stored timeline replays through the rules of package matter to the
// state that is stored.
func timelines(tx *db.Tx) error {
	all, err := db.All[matter.Matter](tx, `select `+db.Columns[matter.Matter]("")+` from matter`)
	if err != nil {
		return err
	}
	acts := map[matter.Act]int{}
	for _, want := range all {
		if err := replay(tx, want, acts); err != nil {
			return fmt.Errorf("%s: %w", want.Number, err)
		}
	}
	lived := []matter.Act{matter.Report, matter.Accept, matter.Comment, matter.Return, matter.Resubmit, matter.SendUp, matter.Handle, matter.Confirm, matter.Reopen,
		matter.Notice, matter.Warn, matter.Supervise, matter.AnswerOrder, matter.CloseOrder}
	for _, a := range lived {
		if acts[a] == 0 {
			return fmt.Errorf("no timeline has %s", a)
		}
	}
	return nil
}

func replay(tx *db.Tx, want matter.Matter, acts map[matter.Act]int) error {
	events, err := matter.Timeline(tx, want.ID)
	if err != nil {
		return err
	}
	got := want
	got.State, got.Level, got.Duty, got.LevelSince, got.Result, got.Version = matter.Reported, 2, 2, want.ReportedAt, "", 1
	got.Solved, got.ClosedAt, got.ClosedLevel, got.HandledBy, got.WordBy, got.Rating = 0, 0, 0, "", 0, 0
	got.Unit, got.PromisedOn, got.ResumeOn, got.Into = "", "", "", ""
	for i, e := range events {
		acts[e.Act]++
		if e.N != int64(i+1) || i > 0 && e.At < events[i-1].At || e.At >= day.Start().UnixMilli() {
			return fmt.Errorf("event %d is out of order", i+1)
		}
		if e.Act == matter.Report {
			if e.At != want.ReportedAt || e.Account != want.Reporter {
				return fmt.Errorf("reported at %d by %s", e.At, e.Account)
			}
			continue
		}
		if e.Kind != string(actor.AtLevel(int(got.Level))) && slices.Contains([]matter.Act{matter.Accept, matter.Return, matter.SendUp, matter.Handle, matter.AnswerOrder}, e.Act) {
			return fmt.Errorf("event %d: %s by a %s at level %d", i+1, e.Act, e.Kind, got.Level)
		}
		version := got.Version
		if got, err = got.Replay(e.Act, e.Said(), time.UnixMilli(e.At)); err != nil {
			return fmt.Errorf("event %d: %w", i+1, err)
		}
		switch e.Act {
		case matter.Notice, matter.Warn, matter.Supervise, matter.AnswerOrder, matter.CloseOrder:
			got.Version = version // they leave the matter alone
		}
	}
	if got != want {
		return fmt.Errorf("replayed to %+v, stored %+v", got, want)
	}
	return nil
}

// Every matter about a household lies with the grid that the table of routes names
// for it, and says by which row.
func led(tx *db.Tx) error {
	all, err := db.All[matter.Matter](tx, `select `+db.Columns[matter.Matter]("")+` from matter where household_id <> ''`)
	if err != nil || len(all) == 0 {
		return fmt.Errorf("%d matters about households: %w", len(all), err)
	}
	routes, err := grid.RoutesOn(tx, calendar.On(tx.Now()))
	if err != nil {
		return err
	}
	for _, m := range all {
		ties, err := grid.TiesOf(tx, household.ID(m.HouseholdID))
		if err != nil {
			return err
		}
		want := matter.LedOf(m, routes.Of(matter.Routed(m.Category), "").Pick(ties))
		got, err := db.All[matter.Led](tx, `select `+db.Columns[matter.Led]("")+` from matter_grid where matter_id = $1 order by answers desc`, m.ID)
		if err != nil || !slices.Equal(got, want) || len(got) == 0 || got[0].Path != m.Path {
			return fmt.Errorf("%s lies with %+v, the table says %+v: %w", m.Number, got, want, err)
		}
	}
	return nil
}

// Every stored clock, warning and order follows the seven-day rule: a clock
// replayed from its start, through its warnings, to its stop or to today is the
// clock stored; each warning has its order, and both stand in the timeline.
func clocks(tx *db.Tx) error {
	all, err := db.All[matter.Matter](tx, `select `+db.Columns[matter.Matter]("")+` from matter`)
	if err != nil {
		return err
	}
	for _, m := range all {
		if err := clocksOf(tx, m); err != nil {
			return fmt.Errorf("%s: %w", m.Number, err)
		}
	}
	return nil
}

func clocksOf(tx *db.Tx, m matter.Matter) error {
	stored, err := deadline.Of(tx, m.Subject())
	if err != nil {
		return err
	}
	warnings, err := deadline.WarningsOf(tx, m.Subject())
	if err != nil {
		return err
	}
	orders, err := matter.OrdersOf(tx, m.ID)
	if err != nil {
		return err
	}
	events, err := matter.Timeline(tx, m.ID)
	if err != nil {
		return err
	}
	n := 0
	for _, want := range stored {
		reached := m
		reached.Level, reached.LevelSince = want.Level, want.StartedAt
		got := reached.Clock()
		got.ID = want.ID
		until := day.Start().UnixMilli()
		if want.StoppedAt != 0 {
			until = want.StoppedAt
		}
		if got.NoticeAt+noticeLate.Milliseconds() < until {
			got.NoticeAt = 0
		}
		for {
			next, w, ok := got.Warn(time.UnixMilli(until - warnLate.Milliseconds() - 1))
			if !ok {
				break
			}
			if n >= len(warnings) || warnings[n].ClockID != w.ClockID || warnings[n].Step != w.Step || warnings[n].Told != w.Told || warnings[n].DueAt != w.DueAt {
				return fmt.Errorf("warning %d of %+v is not stored", w.Step, want)
			}
			got, n = next, n+1
		}
		got.StoppedAt = want.StoppedAt
		if got != want {
			return fmt.Errorf("clock %+v, by the rule %+v", want, got)
		}
	}
	if n != len(warnings) || n != len(orders) {
		return fmt.Errorf("%d warnings by the rule, %d stored, %d orders", n, len(warnings), len(orders))
	}
	for _, o := range orders {
		if !slices.ContainsFunc(events, func(e matter.Event) bool {
			return e.Act == matter.Supervise && e.Text == o.Number && e.At == o.IssuedAt
		}) {
			return fmt.Errorf("order %s is not in the timeline", o.Number)
		}
		answered := slices.ContainsFunc(events, func(e matter.Event) bool {
			return e.Act == matter.AnswerOrder && strings.HasPrefix(e.Text, o.Number) && e.At == o.AnsweredAt
		})
		if answered != (o.AnsweredAt != 0) || o.ClosedAt != 0 && o.ClosedAt < o.AnsweredAt {
			return fmt.Errorf("order %s was answered at %d and closed at %d", o.Number, o.AnsweredAt, o.ClosedAt)
		}
	}
	return nil
}

// Numbers and phones are valid in form, and of ranges nobody has.
func numbers(tx *db.Tx) error {
	k := seal.FromSeed(7)
	return db.Each(tx, `select `+db.Columns[person.Person]("")+` from person`, nil, func(p person.Person) error {
		n, err := p.Number(k)
		if err != nil {
			return err
		}
		id, err := ident.ParseCitizenID(n.Reveal(), day.Start())
		if err != nil || id.Division() != "610999" || id.Birth() != string(p.Birth) || id.Sex() != p.Sex {
			return fmt.Errorf("%s: a number that cannot be: %w", p.ID, err)
		}
		phone, err := p.Phone(k)
		if err != nil {
			return err
		}
		if _, bad := ident.ParsePhone(phone.Reveal()); !phone.IsZero() && (bad != nil || !strings.HasPrefix(phone.Reveal(), "1540")) {
			return fmt.Errorf("%s: a phone that may be somebody's", p.ID)
		}
		return nil
	})
}

// A protected household is in no list from which its place could be told.
func protected(tx *db.Tx) error {
	const hidden = `(select household_id from spell where sealed_to <> '')`
	for _, q := range []string{
		`select count(*) from move where household_id in ` + hidden,
		`select count(*) from visit where household_id in ` + hidden,
		`select count(*) from matter where household_id in ` + hidden,
		`select count(*) from booklet where household_id in ` + hidden,
		`select count(*) from entitlement where side = 'living' and household_id in ` + hidden,
		`select count(*) from tie where relation <> 'registered' and sealed_to = '' and household_id in ` + hidden,
		`select count(*) from spell where kind <> 'registered' and valid_to = '9999-12-31' and sealed_to = '' and household_id in ` + hidden,
		`select count(*) from spell where sealed_to <> '' and substr(path, 1, 9) <> sealed_to`,
	} {
		if n, err := db.One[int64](tx, q); err != nil || n != 0 {
			return fmt.Errorf("%s = %d: %w", q, n, err)
		}
	}
	return nil
}

// Spells, ties, grids, addresses and moves tell one story.
func placesAgree(tx *db.Tx) error {
	for _, q := range []string{
		// a household is registered where its members are
		`select count(*) from spell s join household h on h.id = s.household_id where s.kind = 'registered' and substr(s.path, 1, 12) <> h.village`,
		// whoever lives in a house lives in the village of its address
		`select count(*) from spell s join house h on h.id = s.house_id join address a on a.id = h.address_id where substr(s.path, 1, 12) <> a.village`,
		// a flat stands in a building of its grid
		`select count(*) from spell s join house h on h.id = s.house_id join address a on a.id = h.address_id
			left join grid_part p on p.village = a.village and p.building = a.building and p.group_no = a.group_no where p.grid is null or p.grid <> s.path`,
		// a move leads where the household lives
		`select count(*) from move m join tie t on t.household_id = m.household_id and t.relation = 'living' where t.path <> m.to_path`,
		`select count(*) from move m join tie t on t.household_id = m.household_id and t.relation = 'registered' where t.path <> m.from_path`,
		// nobody moves into a site before it opens
		`select count(*) from move m join site s on s.id = m.site_id where m.moved_on < s.opened_on`,
		// nobody lives or works before birth, or in the future
		`select count(*) from spell s join person p on p.id = s.person_id where s.valid_from < p.birth or s.valid_from > '` + string(day) + `'`,
		// children are younger than their parents' household head
		`select count(*) from spell c join spell h on h.household_id = c.household_id and h.kind = 'registered' and h.relation = '02' join person pc on pc.id = c.person_id
			join person ph on ph.id = h.person_id where c.kind = 'registered' and c.relation in ('20', '30') and pc.birth <= ph.birth`,
		`select count(*) from household h where (select count(*) from spell s where s.household_id = h.id and s.kind = 'registered' and s.relation = '02') <> 1`,
	} {
		if n, err := db.One[int64](tx, q); err != nil || n != 0 {
			return fmt.Errorf("%s = %d: %w", q, n, err)
		}
	}
	return nil
}

// The next number of every series is a new one.
func seriesAgree(tx *db.Tx) error {
	for series, q := range map[string]string{
		"booklet/": `select count(*) from booklet where number <> ''`, "receipt/": `select count(*) from move`,
		"matter/": `select count(*) from matter`, "supervision/": `select count(*) from supervision`,
	} {
		want, err := db.One[int64](tx, q)
		if err != nil {
			return err
		}
		got, err := db.One[int64](tx, `select coalesce(sum(last), 0) from series where name like $1`, series+"%")
		if err != nil || got != want {
			return fmt.Errorf("series %s come to %d, given out are %d: %w", series, got, want, err)
		}
	}
	today := calendar.On(day.Start())
	if n, err := db.One[int64](tx, `select count(*) from series where name = $1`, "matter/"+string(today)); err != nil || n != 0 {
		return fmt.Errorf("today has matters already: %w", err)
	}
	return nil
}

// A site governs itself by its size.
func sitesBySize(tx *db.Tx) error {
	type row struct {
		Form string `db:"form"`
		N    int64  `db:"n"`
	}
	all, err := db.All[row](tx, `select f.self as form, count(distinct l.household_id) as n from site s join site_form f on f.site_id = s.id join address a on a.site_id = s.id
		join house h on h.address_id = a.id join spell l on l.house_id = h.id and l.kind = 'living' group by s.id, f.self`)
	for _, r := range all {
		if r.Form != formOf(int(r.N)) {
			return fmt.Errorf("a site of %d households is %s", r.N, r.Form)
		}
	}
	return err
}
