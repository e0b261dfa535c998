package booklet_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/jobs"
	"anju/internal/paper/papertest"
	"anju/internal/relocation"
	"anju/internal/residence"
)

// TestWhoMayDoTheRest begins with the wrong people for everything that is done
// to a booklet once it is out.
func TestWhoMayDoTheRest(t *testing.T) {
	strangers := map[string]actor.Actor{
		"nobody": {}, "the registrar of another town": as(actor.Registrar, third), "the registrar at the origin": as(actor.Registrar, town),
		"the grid worker": as(actor.GridWorker, far+"001"), "the village clerk": as(actor.VillageClerk, far), "the town window": as(actor.TownWindow, there),
		"the system administrator": as(actor.SystemAdmin, county),
	}
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Issued)
		for who, by := range strangers {
			var out bytes.Buffer
			for act, err := range map[string]error{
				"checks":   second(w.Check(t.Context(), by, "", b.ID)),
				"loses":    second(w.ReportLost(t.Context(), by, "", b.ID, "丢失")),
				"replaces": second(w.Replace(t.Context(), by, "", b.ID, booklet.Changed)),
				"cancels":  second(w.Cancel(t.Context(), by, "", b.ID, booklet.End{Why: "given_back", Reason: "交回"})),
				"prints":   w.Print(t.Context(), by, "", b.ID, booklet.Job{}, &out),
			} {
				if !refused(err) || out.Len() > 0 {
					t.Errorf("%s %s: %v", who, act, err)
				}
			}
		}
		if w.count(t, `select count(*) from booklet where state = 'issued' and version = $1`, b.Version) != 1 || w.count(t, `select sum(printed) from booklet_version`) != 0 {
			t.Error("the wrong people have changed the booklet")
		}
	})
}

func second[T any](_ T, err error) error { return err }

// TestReplaced: what changed is queued by itself, the next version says what
// changed, and the version before ends when the household takes the next home.
func TestReplaced(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Issued)
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			return second(tx.Exec(`update account set name = '新网格员' where id = 'worker'`))
		})
		if n, err := w.Sweep(t.Context(), actor.ForSystem("test")); err != nil || n != 1 {
			t.Fatalf("the sweep finds %d, %v", n, err)
		}
		if n, err := w.Sweep(t.Context(), actor.ForSystem("test")); err != nil || n != 0 {
			t.Errorf("found again: %d, %v", n, err)
		}
		if all, err := w.List(t.Context(), registrar, booklet.Stales, "", 10); err != nil || len(all) != 1 || all[0].ID != b.ID {
			t.Errorf("the queue: %+v, %v", all, err)
		}
		if _, err := w.Replace(t.Context(), registrar, "", b.ID, "whim"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("for no reason: %v", err)
		}
		b = w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.Replace(c, registrar, "", b.ID, booklet.Changed)
		})
		if w.count(t, `select count(*) from booklet_version where superseded_at = 0`) != 2 {
			t.Error("the household's booklet has ended before it was given the next")
		}
		if all, err := w.List(t.Context(), registrar, booklet.Stales, "", 10); err != nil || len(all) != 0 {
			t.Errorf("the queue afterwards: %+v, %v", all, err)
		}
		w.clock.Move(24 * 3600e9)
		w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.HandOver(c, registrar, "", b.ID, "王守山")
		})
		p, err := w.Get(t.Context(), registrar, b.ID)
		if err != nil || len(p.History) != 2 || p.History[0].MadeWhy != booklet.Changed || p.History[0].SupersededAt != 0 || p.History[1].SupersededAt != w.DB.Now().UnixMilli() || p.Booklet.IssuedAt != dbtest.Noon.UnixMilli() {
			t.Errorf("the history: %+v, %v", p.History, err)
		}
		file := papertest.File(t, func(out io.Writer) error { return w.PDF(t.Context(), registrar, b.ID, out) })
		if text := papertest.Text(t, file); !strings.Contains(text, "联系网格") || !strings.Contains(text, "新网格员") {
			t.Errorf("the change record does not say it: %s", text)
		}
	})
}

// TestLost: what is lost is not good from that moment; another is made with the
// same number, and the lost one never comes back.
func TestLost(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Issued)
		if _, err := w.ReportLost(t.Context(), registrar, "", b.ID, " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("told by nobody: %v", err)
		}
		lost := w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.ReportLost(c, registrar, "", b.ID, "王守山：赶集遗失")
		})
		if lost.State != booklet.Lost || lost.LostAt == 0 {
			t.Errorf("lost: %+v", lost)
		}
		next := w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Replace(c, registrar, "", b.ID, "") })
		if next.State != booklet.Renewed || next.Number != b.Number || w.count(t, `select count(*) from booklet_version where superseded_at > 0 and n = 1`) != 1 {
			t.Errorf("replaced: %+v", next)
		}
		next = w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.HandOver(c, registrar, "", b.ID, "王守山")
		})
		if next.State != booklet.Issued || next.LostAt != 0 {
			t.Errorf("handed over: %+v", next)
		}
		if n := w.count(t, `select count(*) from booklet_version where made_why = 'lost' and n = 2`); n != 1 {
			t.Error("the version does not say that the one before was lost")
		}
	})
}

// TestAnnualCheck: from a month before the year is full, of a booklet that is
// right; who comes late, or never, holds a good booklet all the same.
func TestAnnualCheck(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Issued)
		if _, err := w.Check(t.Context(), registrar, "", b.ID); fault.KeyOf(err) != "booklet.check.early" {
			t.Errorf("on the day of issue: %v", err)
		}
		w.clock.Move(340 * 24 * 3600e9)
		if all, err := w.List(t.Context(), registrar, booklet.Due, "", 10); err != nil || len(all) != 1 {
			t.Errorf("due: %d, %v", len(all), err)
		}
		is := w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Check(c, registrar, "", b.ID) })
		if is.State != booklet.Issued || is.CheckDue <= b.CheckDue {
			t.Errorf("checked: %+v", is)
		}
		w.clock.Move(700 * 24 * 3600e9)
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			return second(tx.Exec(`update account set name = '新网格员' where id = 'worker'`))
		})
		if _, err := w.Check(t.Context(), registrar, "", b.ID); fault.KeyOf(err) != "booklet.check.stale" {
			t.Errorf("of one that is out of date: %v", err)
		}
		if p, err := w.Get(t.Context(), registrar, b.ID); err != nil || p.Booklet.State != booklet.Issued {
			t.Errorf("a year late: %s, %v", p.Booklet.State, err)
		}
	})
}

// TestCancelled: a booklet ends with a reason, its archive stays, and no right
// of the household is touched.
func TestCancelled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Issued)
		rights := w.count(t, `select count(*) from entitlement where state = 'valid'`)
		for _, e := range []booklet.End{{}, {Why: "given_back"}, {Why: "whim", Reason: "交回"}} {
			if _, err := w.Cancel(t.Context(), registrar, "", b.ID, e); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%+v: %v", e, err)
			}
		}
		is := w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.Cancel(c, registrar, "", b.ID, booklet.End{Why: "given_back", Reason: "自愿交回"})
		})
		if is.State != booklet.Cancelled || is.EndedWhy != "given_back" || is.EndedAt == 0 {
			t.Errorf("cancelled: %+v", is)
		}
		if w.count(t, `select count(*) from booklet_version where superseded_at > 0`) != 1 || w.count(t, `select count(*) from entitlement where state = 'valid'`) != rights {
			t.Error("the archive or a right was touched")
		}
		if _, err := w.Apply(t.Context(), registrar, "", w.move.ID); err != nil {
			t.Errorf("who wants one again: %v", err)
		}
	})
}

// TestRegistrationMoved: who is registered where they live needs no booklet; it
// ends by the rule of the day, whose text is kept. Who stays registered at the
// origin keeps theirs.
func TestRegistrationMoved(t *testing.T) {
	for _, how := range []string{"news", "night"} {
		t.Run(how, func(t *testing.T) { registrationMoved(t, how == "night") })
	}
}

func registrationMoved(t *testing.T, night bool) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Issued)
		r := jobs.Runner{DB: w.DB, Handlers: w.Handlers()}
		move := func(i int) {
			dbtest.Given(t, w.DB, func(tx *db.Tx) error {
				return residence.Succeed(tx, residence.Spell{PersonID: w.people[i], Kind: residence.Registered, HouseholdID: w.house, Relation: "12", Path: far + "001", ValidFrom: "2026-09-01", Source: "test"})
			})
			if night { // a register came in by a file, and nobody said so
				if _, err := w.Sweep(t.Context(), actor.ForSystem("test")); err != nil {
					t.Fatal(err)
				}
				return
			}
			if err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
				if err := tx.Enqueue("household.changed", "", tx.Now(), w.house); err != nil {
					return err
				}
				return tx.RecordAll("household/x", 1, "test")
			}); err != nil {
				t.Fatal(err)
			}
			for {
				if ran, err := r.Tick(t.Context()); err != nil || !ran {
					if err != nil {
						t.Fatal(err)
					}
					return
				}
			}
		}
		move(0)
		if p, err := w.Get(t.Context(), registrar, b.ID); err != nil || p.Booklet.State != booklet.Issued {
			t.Fatalf("one of two: %s, %v", p.Booklet.State, err)
		}
		move(1)
		p, err := w.Get(t.Context(), registrar, b.ID)
		if err != nil || p.Booklet.State != booklet.Cancelled || p.Booklet.EndedWhy != "registration_moved" || !strings.Contains(p.Booklet.Reason, "注销居住簿，保留档案") {
			t.Errorf("both: %s %s, %v", p.Booklet.State, p.Booklet.Reason, err)
		}
		if w.count(t, `select count(*) from booklet_version`) != 1 {
			t.Error("the archive is gone")
		}
	})
}

// TestBatch: a town is printed at one go, what is approved is made first, what
// cannot be printed is left out by name, and after a crash nothing is printed
// twice.
func TestBatch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Approved)
		son := w.moves(t, relocationOf(w, "幸福家园9号楼101室"))
		other := w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Apply(c, registrar, "", son.ID) })
		w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Verify(c, registrar, "", other.ID) })
		other = w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Approve(c, head, "", other.ID) })
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			return second(tx.Exec(`update person set name = '王建𠮷' where id = $1`, w.people[2]))
		})
		for who, by := range map[string]actor.Actor{"nobody": {}, "the clerk": as(actor.VillageClerk, far), "the head": head} {
			if _, err := w.StartBatch(t.Context(), by, "", there, booklet.Job{}); !refused(err) {
				t.Errorf("%s starts a batch: %v", who, err)
			}
		}
		if _, err := w.StartBatch(t.Context(), as(actor.Registrar, third), "", there, booklet.Job{}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("for another town: %v", err)
		}
		if n, err := w.Waiting(t.Context(), registrar); err != nil || n[far] != 2 {
			t.Errorf("waiting: %v, %v", n, err)
		}
		batch, err := w.StartBatch(t.Context(), registrar, "", there, booklet.Job{Format: booklet.Folded})
		if err != nil || batch.Total != 2 {
			t.Fatalf("%+v, %v", batch, err)
		}
		r := jobs.Runner{DB: w.DB, Handlers: w.Handlers()}
		for ran := true; ran; {
			if ran, err = r.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		p, err := w.GetBatch(t.Context(), registrar, batch.ID)
		if err != nil || p.State != booklet.BatchDone || p.Done != 2 || len(p.Parts) != 1 || p.Parts[0].Booklets != 1 {
			t.Fatalf("%+v, %v", p, err)
		}
		if len(p.Faults) != 1 || p.Faults[0].BookletID != other.ID || p.Faults[0].Characters != "𠮷" {
			t.Errorf("left out: %+v", p.Faults)
		}
		file := papertest.File(t, func(out io.Writer) error { return w.PartPDF(t.Context(), registrar, batch.ID, 1, out) })
		if text := papertest.Text(t, file); !strings.Contains(text, b.Number) || strings.Contains(text, other.Number) {
			t.Error("the file does not hold what it should")
		}
		if _, err := w.GetBatch(t.Context(), as(actor.Registrar, third), batch.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody else's batch: %v", err)
		}
		if w.count(t, `select printed from booklet_version where booklet_id = $1`, b.ID) != 1 {
			t.Error("not counted once")
		}
		if n, err := w.Waiting(t.Context(), registrar); err != nil || n[far] != 1 { // the one that cannot be printed
			t.Errorf("waiting afterwards: %v, %v", n, err)
		}
	})
}

// TestPrinted: each print is counted, and a printer's offset is used.
func TestPrinted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Made)
		if _, err := w.SetPrinter(t.Context(), registrar, "", "窗口", "9", "0"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("nine millimetres: %v", err)
		}
		k, err := w.SetPrinter(t.Context(), registrar, "", "窗口", "0.8", "-1.5")
		if err != nil || k.DX() != 0.8 || k.DY() != -1.5 {
			t.Fatalf("%+v, %v", k, err)
		}
		if again, err := w.SetPrinter(t.Context(), registrar, "", "窗口", "1", ""); err != nil || again.ID != k.ID || again.DX() != 1 {
			t.Errorf("set again: %+v, %v", again, err)
		}
		var plain, moved bytes.Buffer
		if err := w.Print(t.Context(), registrar, "", b.ID, booklet.Job{}, &plain); err != nil {
			t.Fatal(err)
		}
		if err := w.Print(t.Context(), registrar, "", b.ID, booklet.Job{Printer: k.ID}, &moved); err != nil || bytes.Equal(plain.Bytes(), moved.Bytes()) {
			t.Errorf("on the printer: %v", err)
		}
		if err := w.Print(t.Context(), as(actor.CountyPolice, county), "", b.ID, booklet.Job{Printer: k.ID}, &moved); fault.KindOf(err) != fault.NotFound {
			t.Errorf("on another office's printer: %v", err)
		}
		if n := w.count(t, `select printed from booklet_version`); n != 2 {
			t.Errorf("printed %d times", n)
		}
	})
}

// relocationOf is the son's move to an address of his own.
func relocationOf(w *world, address string) relocation.Request {
	return relocation.Request{Persons: w.people[2:], Village: far, Address: address, MovedOn: "2026-03-02"}
}
