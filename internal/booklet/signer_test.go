package booklet_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
)

// TestSignerRefuses: the signer reads the record again and believes nobody. What
// is refused leaves nothing behind: no code, no place in a list, no record.
func TestSignerRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sign := func(a booklet.Ask) error {
			return w.DB.Write(t.Context(), registrar, "test", func(tx *db.Tx) error {
				a.At = tx.Now()
				c, err := booklet.Sign(tx, w.Keys, a)
				if (err == nil) != (c.Code != "") {
					t.Errorf("%+v: %v, and a code %q", a, err, c.Code)
				}
				return err
			})
		}
		if err := sign(booklet.Ask{By: "police", Booklet: "none", N: 1}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a booklet that is none: %v", err)
		}
		b := w.reach(t, booklet.Verified)
		if err := sign(booklet.Ask{By: "police", Booklet: b.ID, N: 1}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("signed before it was approved: %v", err)
		}
		if _, err := w.Approve(t.Context(), head, "", b.ID); err != nil {
			t.Fatal(err)
		}
		for _, n := range []int64{0, 2, -1} {
			if err := sign(booklet.Ask{By: "police", Booklet: b.ID, N: n}); fault.KindOf(err) != fault.Conflict {
				t.Errorf("version %d, out of its turn: %v", n, err)
			}
		}
		full := errors.New("the log is full")
		if err := sign(booklet.Ask{By: "police", Booklet: b.ID, N: 1, Log: func(c booklet.Code) error {
			if c.Member == 1 {
				return full
			}
			return nil
		}}); !errors.Is(err, full) {
			t.Errorf("signed what could not be logged: %v", err)
		}
		for _, query := range []string{`select count(*) from booklet_code`, `select count(*) from series where name = 'code' or name like 'signed/%'`, `select count(*) from change where diff like '%KeyID%'`} {
			if n := w.count(t, query); n != 0 {
				t.Errorf("what was refused left %d of %s", n, query)
			}
		}
		if _, err := w.Cancel(t.Context(), registrar, "", b.ID, booklet.End{Why: "mistake", Reason: "重复申请"}); err != nil {
			t.Fatal(err)
		}
		if err := sign(booklet.Ask{By: "police", Booklet: b.ID, N: 1}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("signed after its end: %v", err)
		}
	})
}

// TestSignerReadsTheRecord: what a code says is the record's, whatever was
// approved: the name that was put right in between stands in it.
func TestSignerReadsTheRecord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Approved)
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update person set name = '王守仁' where id = $1`, w.people[0])
			return err
		})
		if _, err := w.Make(t.Context(), registrar, "", b.ID); err != nil {
			t.Fatal(err)
		}
		if c := w.thawed(t, b.ID); c.Members[0].Name != "王守仁" {
			t.Errorf("the code's page says %s", c.Members[0].Name)
		}
		if n := w.count(t, `select count(*) from booklet_code`); n != 3 {
			t.Errorf("%d codes, want the cover's and two members'", n)
		}
	})
}

// TestDayCap: fifty hands at one account sign no more than its day allows;
// another account's day and the next day are their own.
func TestDayCap(t *testing.T) {
	const most, hands = 4, 50
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { return db.SetSetting(tx, booklet.DayCapSetting, "4") })
		b := w.reach(t, booklet.Approved)
		make := func(by actor.Actor) error { _, err := w.Make(t.Context(), by, "", b.ID); return err }
		var wait sync.WaitGroup
		errs := [hands]error{}
		for i := range hands {
			wait.Go(func() { errs[i] = make(registrar) })
		}
		wait.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if fault.KeyOf(err) != "booklet.day_cap" {
				t.Errorf("refused otherwise: %v", err)
			}
		}
		if n := w.count(t, `select count(*) from booklet_version`); done != most || n != most {
			t.Errorf("%d were signed and %d kept, want %d", done, n, most)
		}
		other := registrar
		other.Account = "other"
		if err := make(other); err != nil {
			t.Errorf("another account: %v", err)
		}
		w.clock.Move(24 * time.Hour)
		if err := make(registrar); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}
