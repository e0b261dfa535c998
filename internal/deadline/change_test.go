package deadline_test

import (
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/proposal"
)

const here = "610929100001001"

func centre(account string) actor.Actor {
	return actor.Actor{Account: account, Name: "中心" + account, Kind: actor.CountyCentre, Paths: []string{"610929"}}
}

var system = actor.Actor{Account: "s", Name: "系统管理员", Kind: actor.SystemAdmin, Paths: []string{"610929"}}

var strangers = map[string]actor.Actor{
	"nobody": {}, "grid worker": {Account: "w", Kind: actor.GridWorker, Paths: []string{here}}, "town centre": {Account: "t", Kind: actor.TownCentre, Paths: []string{"610929100"}},
	"general leader": {Account: "g", Kind: actor.GeneralLeader, Paths: []string{"610929100"}}, "security administrator": {Account: "q", Kind: actor.SecurityAdmin, Paths: []string{"610929"}},
	"audit administrator": {Account: "a", Kind: actor.AuditAdmin, Paths: []string{"610929"}},
}

func refused(err error) bool {
	k := fault.KindOf(err)
	return k == fault.NotFound || k == fault.Forbidden
}

// TestTermsAreChangedByTwo begins with the wrong people: a limit is changed by
// the county's centre and leaders, by two accounts, from a day to come, within
// what it may be.
func TestTermsAreChangedByTwo(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := &deadline.Service{DB: d}
		today := calendar.On(d.Now())
		ask := deadline.Change{Kind: deadline.SevenDay, Amount: 5, Unit: deadline.ExactDay, Basis: "县委常委会纪要", Asked: proposal.Asked{ValidFrom: today.AddDays(2), Reason: "群众等得太久"}}
		for who, by := range strangers {
			if _, err := s.ProposeTerm(t.Context(), by, "", ask); !refused(err) {
				t.Errorf("%s proposes: %v", who, err)
			}
			if _, err := s.ApproveTerm(t.Context(), by, "", "x"); !refused(err) {
				t.Errorf("%s approves: %v", who, err)
			}
		}
		if _, err := s.ProposeTerm(t.Context(), system, "", ask); !refused(err) {
			t.Errorf("the system administrator proposes: %v", err)
		}
		law := ask
		law.Kind, law.Unit = deadline.PetitionAnswer, deadline.Day
		for name, tt := range map[string]struct {
			field string
			base  deadline.Change
			spoil func(*deadline.Change)
		}{
			"eight days":               {"amount", ask, func(c *deadline.Change) { c.Amount = 8 }},
			"no days":                  {"amount", ask, func(c *deadline.Change) { c.Amount = 0 }},
			"months":                   {"unit", ask, func(c *deadline.Change) { c.Unit = deadline.Month }},
			"a pause of the seven":     {"pause_most", ask, func(c *deadline.Change) { c.PauseMost = 1 }},
			"from today":               {"valid_from", ask, func(c *deadline.Change) { c.ValidFrom = today }},
			"from last year":           {"valid_from", ask, func(c *deadline.Change) { c.ValidFrom = today.AddYears(-1) }},
			"no basis":                 {"basis", ask, func(c *deadline.Change) { c.Basis = " " }},
			"no reason":                {"reason", ask, func(c *deadline.Change) { c.Reason = "" }},
			"a law made longer":        {"amount", law, func(c *deadline.Change) { c.Amount = 61 }},
			"a law in working days":    {"unit", law, func(c *deadline.Change) { c.Unit = deadline.WorkingDay }},
			"a law paused that is not": {"pause_most", law, func(c *deadline.Change) { c.PauseMost = 5 }},
		} {
			k := tt.base
			tt.spoil(&k)
			_, err := s.ProposeTerm(t.Context(), centre("a"), "", k)
			if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != tt.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		unknown := ask
		unknown.Kind = "for_ever"
		if _, err := s.ProposeTerm(t.Context(), centre("a"), "", unknown); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a limit that is not there: %v", err)
		}
		peoples := law
		peoples.Kind, peoples.Amount = deadline.MediationConfirm, 20
		if _, err := s.ProposeTerm(t.Context(), centre("a"), "", peoples); fault.KeyOf(err) != "deadline.term.law" {
			t.Errorf("what the law gives people is shortened: %v", err)
		}
		p, err := s.ProposeTerm(t.Context(), centre("a"), "", ask)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.ProposeTerm(t.Context(), centre("b"), "", ask); fault.KeyOf(err) != "proposal.waiting" {
			t.Errorf("a second one: %v", err)
		}
		if _, err := s.ApproveTerm(t.Context(), centre("a"), "", p.ID); fault.KeyOf(err) != "proposal.own" {
			t.Errorf("approved by whoever asked: %v", err)
		}
		if _, err := s.ApproveTerm(t.Context(), centre("b"), "", p.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ApproveTerm(t.Context(), centre("b"), "", p.ID); fault.KeyOf(err) != "proposal.decided" {
			t.Errorf("approved twice: %v", err)
		}
		start := func() (limit time.Duration) {
			dbtest.Given(t, d, func(tx *db.Tx) error {
				k, err := deadline.Start(tx, deadline.New("matter/1", here, 2, tx.Now(), 0))
				limit = time.Duration(k.LimitAt-k.StartedAt) * time.Millisecond
				return err
			})
			return limit
		}
		if got := start(); got != deadline.Limit {
			t.Errorf("before its day a level has %s", got)
		}
		c.Move(48 * time.Hour)
		if got := start(); got != 5*24*time.Hour {
			t.Errorf("from its day on a level has %s", got)
		}
		late, err := s.ProposeTerm(t.Context(), centre("a"), "", deadline.Change{Kind: deadline.OrderAnswer, Amount: 5, Unit: deadline.WorkingDay, Basis: "x", Asked: proposal.Asked{ValidFrom: today.AddDays(3), Reason: "x"}})
		if err != nil {
			t.Fatal(err)
		}
		c.Move(24 * time.Hour)
		if _, err := s.ApproveTerm(t.Context(), centre("b"), "", late.ID); fault.KeyOf(err) != "proposal.late" {
			t.Errorf("its day has come: %v", err)
		}
		if _, err := s.RefuseTerm(t.Context(), centre("b"), "", late.ID, ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("refused without a reason: %v", err)
		}
		if _, err := s.RefuseTerm(t.Context(), centre("a"), "", late.ID, "撤回"); err != nil {
			t.Errorf("taken back: %v", err)
		}
		table, err := s.TermTable(t.Context(), strangers["grid worker"])
		if err != nil || table.Terms[0].Amount != 5 || table.Terms[0].Basis != ask.Basis || len(table.Changes) != 2 {
			t.Errorf("the table: %+v, %v", table.Terms[0], err)
		}
	})
}

// notice2027 is a year made up for these tests.
const notice2027 = `date,name,kind,statutory_holiday
2027-01-01,元旦,off,1
2027-01-04,元旦,放假,0
2027-02-05	春节	放假	1
2027/2/6 春节 放假 1
2027年2月7日，春节，放假，1
2027-02-08,春节,放假,1
2027-02-09,春节,放假,0
2027-02-20,春节,上班,0
2027-04-05,清明节,放假,1
2027-05-01,劳动节,放假,1
2027-05-02,劳动节,放假,1
2027-06-09,端午节,放假,1
2027-09-15,中秋节,放假,1
2027-10-01,国庆节,放假,1
2027-10-02,国庆节,放假,1
2027-10-03,国庆节,放假,1`

// TestNoticeIsImported begins with the wrong people: the calendar of a year
// comes from its notice, tried first; limits that hang on it move, once and in
// the same transaction, and nothing else does.
func TestNoticeIsImported(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		c.Set(time.Date(2026, 12, 30, 4, 0, 0, 0, time.UTC))
		recounted := 0
		s := &deadline.Service{DB: d, Recount: []func(*db.Tx, *calendar.Notice) error{func(_ *db.Tx, n *calendar.Notice) error {
			if recounted++; recounted == 1 && n.Working("2027-01-04") || !n.Working("2027-02-20") {
				t.Error("the nouns count by the old calendar")
			}
			return nil
		}}}
		for who, by := range strangers {
			if _, err := s.TryNotice(t.Context(), by, notice2027); !refused(err) {
				t.Errorf("%s tries a notice: %v", who, err)
			}
			if _, err := s.ImportNotice(t.Context(), by, "", notice2027, "国办发明电"); !refused(err) {
				t.Errorf("%s imports a notice: %v", who, err)
			}
		}
		for _, by := range []string{"a", "b"} {
			if _, err := s.ImportNotice(t.Context(), centre(by), "", notice2027, "国办发明电"); !refused(err) {
				t.Errorf("the centre imports a notice: %v", err)
			}
		}
		ids := map[string]string{}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for kind, start := range map[string]time.Time{deadline.OrderAnswer: tx.Now(), deadline.PetitionAccept: tx.Now(), deadline.HotlineAnswer: tx.Now().AddDate(0, 0, -20)} {
				k, err := deadline.StartKind(tx, kind, "matter/"+kind, here, 2, start)
				if err != nil {
					return err
				}
				ids[kind] = k.ID
			}
			_, err := deadline.Start(tx, deadline.New("matter/seven", here, 2, tx.Now(), 0))
			return err
		})
		limits := func() map[string]calendar.Date {
			out := map[string]calendar.Date{}
			if err := d.Read(t.Context(), func(tx *db.Tx) error {
				for _, kind := range []string{deadline.OrderAnswer, deadline.PetitionAccept, deadline.HotlineAnswer, "seven"} {
					all, err := deadline.Of(tx, "matter/"+kind)
					if err != nil {
						return err
					}
					if all[0].DueAt != all[0].LimitAt {
						t.Errorf("%s warns at another time than its limit", kind)
					}
					out[kind] = calendar.On(time.UnixMilli(all[0].LimitAt - 1))
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			return out
		}
		// Provisional: 31 December, 1 and 4 January are Thursday, Friday, Monday.
		before := limits()
		if before[deadline.OrderAnswer] != "2027-01-04" || before[deadline.PetitionAccept] != "2027-01-14" {
			t.Fatalf("on weekdays: %v", before)
		}
		years, err := s.Years(t.Context(), system)
		if err != nil || years.Missing != 2027 || years.Waiting != 2 || len(years.Years) != 3 || !years.Years[2].Provisional || years.Years[1].Provisional {
			t.Fatalf("the calendar: missing %d, %d wait, %d years, %v", years.Missing, years.Waiting, len(years.Years), err)
		}
		trial, err := s.TryNotice(t.Context(), system, notice2027)
		if err != nil || trial.Year != 2027 || trial.Off != 15 || trial.Worked != 1 || trial.Moves != 1 || trial.Replaces || len(trial.Odd) != 1 || trial.Odd[0] != "deadline.notice.odd_working" { // fewer days off than any year
			t.Fatalf("the trial: %+v, %v", trial, err)
		}
		if got := limits(); got[deadline.OrderAnswer] != "2027-01-04" {
			t.Errorf("a trial moved a limit to %s", got[deadline.OrderAnswer])
		}
		if _, err := s.ImportNotice(t.Context(), system, "", notice2027, " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("from nowhere: %v", err)
		}
		for range 2 { // a form sent twice
			if _, err := s.ImportNotice(t.Context(), system, "once", notice2027, "国办发明电〔2026〕1号"); err != nil {
				t.Fatal(err)
			}
		}
		after := limits()
		before[deadline.OrderAnswer] = "2027-01-06" // 31 · 5 6
		for kind, want := range before {
			if after[kind] != want {
				t.Errorf("%s: %s, want %s", kind, after[kind], want)
			}
		}
		if recounted != 1 {
			t.Errorf("the nouns counted %d times", recounted)
		}
		if years, err = s.Years(t.Context(), system); err != nil || years.Missing != 0 || years.Waiting != 0 || years.Years[2].Source == "" {
			t.Errorf("afterwards: %+v, %v", years, err)
		}
		// Announced anew: the whole year is as it is announced.
		again := strings.Replace(notice2027, "2027-01-04,元旦,放假,0\n", "", 1)
		if trial, err = s.ImportNotice(t.Context(), system, "", again, "更正"); err != nil || !trial.Replaces || trial.Moves != 1 {
			t.Errorf("announced anew: %+v, %v", trial, err)
		}
		if got := limits()[deadline.OrderAnswer]; got != "2027-01-05" {
			t.Errorf("announced anew the limit is %s, want 2027-01-05", got)
		}
	})
}

// TestNoticeFaults: what cannot be read is said line by line, and nothing is
// stored.
func TestNoticeFaults(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	s := &deadline.Service{DB: d}
	for name, tt := range map[string]struct{ text, want string }{
		"nothing":    {" \n", "deadline.notice.none"},
		"no day":     {"2027-02-30,春节,放假,1", "第1行"},
		"no kind":    {"2027-01-01,元旦,放假,1\n2027-01-02,元旦,加班,0", "第2行"},
		"columns":    {"2027-01-01,元旦", "第1行"},
		"twice":      {"2027-01-01,元旦,放假,1\n\n2027-01-01,元旦,放假,1", "第3行"},
		"two years":  {"2027-01-01,元旦,放假,1\n2028-01-01,元旦,放假,1", "第2行"},
		"no weekend": {"2027-01-01,元旦,放假,1\n2027-01-04,元旦,上班,0", "第2行"},
		"only work":  {"2027-02-20,春节,上班,0", "deadline.notice.no_off"},
	} {
		_, err := s.ImportNotice(t.Context(), system, "", tt.text, "x")
		f := fault.Of(err)
		if f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		said := f.Fields[0].Key
		if len(f.Fields[0].Args) > 1 {
			said += f.Fields[0].Args[1].(string)
		}
		if !strings.Contains(said, tt.want) {
			t.Errorf("%s: says %s, want %s", name, said, tt.want)
		}
	}
}
