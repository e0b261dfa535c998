package booklet_test

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/relocation"
)

// TestWhoMayAct begins with the wrong people; each act is tried in the state
// it is for, so that nothing but who asks can refuse it.
func TestWhoMayAct(t *testing.T) {
	strangers := map[string]actor.Actor{
		"nobody": {}, "the registrar of another town": as(actor.Registrar, third), "the head of another station": as(actor.StationHead, third),
		"the grid worker": as(actor.GridWorker, far+"001"), "the village clerk": as(actor.VillageClerk, far), "the town window": as(actor.TownWindow, there),
		"the registrar at the origin": as(actor.Registrar, town), "the head of the station at the origin": as(actor.StationHead, town),
		"agriculture": as(actor.Agriculture, county), "the system administrator": as(actor.SystemAdmin, county),
		"the security administrator": as(actor.SecurityAdmin, county), "the audit administrator": as(actor.AuditAdmin, county),
	}
	each(t, func(t *testing.T, w *world) {
		for who, by := range with(strangers, "the head of the station", head, "the county police", as(actor.CountyPolice, county)) {
			if _, err := w.Apply(t.Context(), by, "", w.move.ID); !refused(err) {
				t.Errorf("%s applies: %v", who, err)
			}
		}
		b := w.reach(t, booklet.Applied)
		for who, by := range with(strangers, "the head of the station", head, "the county police", as(actor.CountyPolice, county)) {
			if _, err := w.Verify(t.Context(), by, "", b.ID); !refused(err) {
				t.Errorf("%s verifies: %v", who, err)
			}
		}
		w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Verify(c, registrar, "", b.ID) })
		for who, by := range with(strangers, "the registrar", registrar) {
			if _, err := w.Approve(t.Context(), by, "", b.ID); !refused(err) {
				t.Errorf("%s approves: %v", who, err)
			}
			if _, err := w.Return(t.Context(), by, "", b.ID, "缺材料"); !refused(err) {
				t.Errorf("%s returns: %v", who, err)
			}
		}
		if _, err := w.Return(t.Context(), head, "", b.ID, "缺材料"); err != nil {
			t.Fatal(err)
		}
		for who, by := range with(strangers, "the head of the station", head) {
			if _, err := w.Reapply(t.Context(), by, "", b.ID); !refused(err) {
				t.Errorf("%s applies again: %v", who, err)
			}
		}
		w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Reapply(c, registrar, "", b.ID) })
		w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Verify(c, registrar, "", b.ID) })
		w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Approve(c, head, "", b.ID) })
		for who, by := range with(strangers, "the head of the station", head) {
			if _, err := w.Make(t.Context(), by, "", b.ID); !refused(err) {
				t.Errorf("%s makes: %v", who, err)
			}
		}
		w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Make(c, registrar, "", b.ID) })
		for who, by := range with(strangers, "the head of the station", head, "the county police", as(actor.CountyPolice, county)) {
			if _, err := w.HandOver(t.Context(), by, "", b.ID, "王守山"); !refused(err) {
				t.Errorf("%s hands over: %v", who, err)
			}
		}
		if got := w.count(t, `select count(*) from booklet where state = 'made' and version = 7`); got != 1 {
			t.Error("the wrong people have changed the booklet")
		}
	})
}

func with(strangers map[string]actor.Actor, more ...any) map[string]actor.Actor {
	all := map[string]actor.Actor{}
	for who, by := range strangers {
		all[who] = by
	}
	for i := 0; i < len(more); i += 2 {
		all[more[i].(string)] = more[i+1].(actor.Actor)
	}
	return all
}

func refused(err error) bool {
	k := fault.KindOf(err)
	return k == fault.NotFound || k == fault.Forbidden
}

func (w *world) step(t *testing.T, f func(context.Context) (booklet.Booklet, error)) booklet.Booklet {
	t.Helper()
	b, err := f(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestLife is a booklet from its application into the household's hands.
func TestLife(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Apply(c, registrar, "k", w.move.ID) })
		if again := w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Apply(c, registrar, "k", w.move.ID) }); again.ID != b.ID {
			t.Errorf("sent again: %s, %s", again.ID, b.ID)
		}
		if b.State != booklet.Applied || b.Number != "" || b.HeadName != "王守山" || b.Path != far+"001" || b.OriginPath != origin+"001" {
			t.Errorf("applied: %+v", b)
		}
		if _, err := w.Return(t.Context(), head, "", b.ID, "  "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("returned without a reason: %v", err)
		}
		b = w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.Return(c, head, "", b.ID, "门牌号不符")
		})
		if b.State != booklet.Returned || b.Reason != "门牌号不符" {
			t.Errorf("returned: %+v", b)
		}
		second := actor.Actor{Account: "another", Name: "乙", Kind: actor.Registrar, Paths: []string{there}}
		b = w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Reapply(c, second, "", b.ID) })
		b = w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Verify(c, second, "", b.ID) })
		for who, account := range map[string]string{"the first applicant": registrar.Account, "the second applicant": second.Account} {
			own := head
			own.Account = account
			if _, err := w.Approve(t.Context(), own, "", b.ID); fault.KeyOf(err) != "booklet.approve.own" {
				t.Errorf("%s approves in another post: %v", who, err)
			}
		}
		if n := w.count(t, `select count(*) from series where name like 'booklet/%'`); n != 0 {
			t.Error("a refused approval has taken a number")
		}
		b = w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Approve(c, head, "", b.ID) })
		n, err := ident.ParseBookletNumber(b.Number)
		if err != nil || !strings.HasPrefix(string(n), county+"-26-000001-") || b.State != booklet.Approved {
			t.Errorf("approved: %+v, %v", b, err)
		}
		if v := w.count(t, `select count(*) from booklet_version`); v != 0 {
			t.Error("something was made before it was approved")
		}
		b = w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Make(c, registrar, "", b.ID) })
		if _, err := w.HandOver(t.Context(), registrar, "", b.ID, ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("handed to nobody: %v", err)
		}
		b = w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.HandOver(c, registrar, "", b.ID, "王守山")
		})
		if b.State != booklet.Issued || b.ReceivedBy != "王守山" || b.IssuedAt != dbtest.Noon.UnixMilli() || b.Version != 7 {
			t.Errorf("handed over: %+v", b)
		}
	})
}

// TestActsInTheirOrder: what the table refuses changes nothing.
func TestActsInTheirOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Issued)
		for act, f := range map[string]func() (booklet.Booklet, error){
			"approve":   func() (booklet.Booklet, error) { return w.Approve(t.Context(), head, "", b.ID) },
			"return":    func() (booklet.Booklet, error) { return w.Return(t.Context(), head, "", b.ID, "缺材料") },
			"reapply":   func() (booklet.Booklet, error) { return w.Reapply(t.Context(), registrar, "", b.ID) },
			"hand over": func() (booklet.Booklet, error) { return w.HandOver(t.Context(), registrar, "", b.ID, "王守山") },
		} {
			if _, err := f(); fault.KeyOf(err) != "booklet.not_now" {
				t.Errorf("%s an issued booklet: %v", act, err)
			}
		}
		if n := w.count(t, `select count(*) from booklet where state = 'issued' and version = $1`, b.Version); n != 1 {
			t.Error("a refused act has changed the booklet")
		}
		if again := w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.Replace(c, registrar, "", b.ID, booklet.Damaged)
		}); again.State != booklet.Renewed || again.Number != b.Number {
			t.Errorf("made again: %+v", again)
		}
		if n := w.count(t, `select max(n) from booklet_version where booklet_id = $1`, b.ID); n != 2 {
			t.Errorf("versions: %d", n)
		}
	})
}

// TestSecondPerson is what the database itself holds to, whatever the program.
func TestSecondPerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Applied)
		for what, change := range map[string]string{
			"the applicant approves": `update booklet set approved_by = applied_by where id = $1`,
			"two live booklets": `insert into booklet (id, number, household_id, move_id, path, origin_path, head_name, state, applied_by, applied_name, applied_at, version)
				select 'x', number, household_id, move_id, path, origin_path, head_name, state, applied_by, applied_name, applied_at, version from booklet where id = $1`,
		} {
			err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
				if _, err := tx.Exec(change, string(b.ID)); err != nil {
					return err
				}
				return tx.RecordAll("booklet/x", 1, "test")
			})
			if err == nil {
				t.Errorf("%s, and the database takes it", what)
			}
		}
	})
}

func TestWhichMoveLeadsToABooklet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		moves := &relocation.Service{DB: w.DB, Keys: w.Keys}
		police := as(actor.Registrar, there)
		apply := func(id string) error { _, err := w.Apply(t.Context(), registrar, "", id); return err }
		if _, err := moves.Answer(t.Context(), police, "", w.move.ID, relocation.WillTransfer); err != nil {
			t.Fatal(err)
		}
		if err := apply(w.move.ID); fault.KeyOf(err) != "booklet.apply.transfer" {
			t.Errorf("who moves the registration: %v", err)
		}
		if _, err := moves.Answer(t.Context(), police, "", w.move.ID, relocation.Declined); err != nil {
			t.Fatal(err)
		}
		if err := apply(w.move.ID); err != nil {
			t.Errorf("who declined, and now wants one: %v", err)
		}
		if err := apply(w.move.ID); fault.KeyOf(err) != "booklet.apply.live" {
			t.Errorf("a second one: %v", err)
		}
		first := w.count(t, `select count(*) from booklet where state = 'applied'`)
		next := w.moves(t, relocation.Request{Persons: w.people[:2], Village: far, Address: "幸福家园9号楼101室", MovedOn: "2026-03-02"})
		if err := apply(w.move.ID); fault.KeyOf(err) != "booklet.apply.moved_on" {
			t.Errorf("a move that is history: %v", err)
		}
		b, err := w.Apply(t.Context(), registrar, "", next.ID)
		if err != nil {
			t.Errorf("the latest move: %v", err)
		}
		if n := w.count(t, `select count(*) from booklet where state = 'cancelled'`); n != 0 {
			t.Errorf("an application has ended %d booklets", n)
		}
		w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Verify(c, registrar, "", b.ID) })
		if _, err := w.Approve(t.Context(), head, "", b.ID); err != nil {
			t.Fatal(err)
		}
		if n := w.count(t, `select count(*) from booklet where state = 'cancelled' and reason <> '' and id <> $1`, b.ID); n != first || n != 1 {
			t.Errorf("booklets of the address they left: %d cancelled", n)
		}
		back := w.moves(t, relocation.Request{Village: origin, Address: "一组17号", MovedOn: "2026-03-03"})
		if _, err := w.Apply(t.Context(), as(actor.Registrar, town), "", back.ID); fault.KeyOf(err) != "booklet.apply.track" {
			t.Errorf("back where they are registered: %v", err)
		}
	})
}

// TestLeftBehind: an application for an address that everybody has left is not
// taken further, whatever its state, and its page leads to the move that came
// after. It ends by itself when the next is approved.
func TestLeftBehind(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Verified)
		if p, err := w.Get(t.Context(), registrar, b.ID); err != nil || p.Onward != "" {
			t.Errorf("who lives there has gone on to %q, %v", p.Onward, err)
		}
		next := w.moves(t, relocation.Request{Persons: w.people[:2], Village: far, Address: "幸福家园9号楼101室", MovedOn: "2026-03-02"})
		w.moves(t, relocation.Request{Persons: w.people[2:], Village: far, Address: "幸福家园9号楼102室", MovedOn: "2026-03-03"}) // the son's, and not theirs
		if _, err := w.Approve(t.Context(), head, "", b.ID); fault.KeyOf(err) != "booklet.apply.moved_on" {
			t.Errorf("approved for an address they have left: %v", err)
		}
		if n := w.count(t, `select count(*) from series where name like 'booklet/%'`); n != 0 {
			t.Error("a refused approval has taken a number")
		}
		w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.Return(c, head, "", b.ID, "门牌号不符")
		})
		if _, err := w.Reapply(t.Context(), registrar, "", b.ID); fault.KeyOf(err) != "booklet.apply.moved_on" {
			t.Errorf("applied for again: %v", err)
		}
		if p, err := w.Get(t.Context(), registrar, b.ID); err != nil || p.Onward != next.ID {
			t.Errorf("leads to %q, want %q, %v", p.Onward, next.ID, err)
		}
		is := w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Apply(c, registrar, "", next.ID) })
		w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Verify(c, registrar, "", is.ID) })
		w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Approve(c, head, "", is.ID) })
		w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Make(c, registrar, "", is.ID) })
		if p, err := w.Get(t.Context(), registrar, b.ID); err != nil || p.Booklet.State != booklet.Cancelled || p.Onward != "" {
			t.Errorf("the former is %s and leads to %q, %v", p.Booklet.State, p.Onward, err)
		}
	})
}

// TestVerifyLeftBehind: nor is it verified.
func TestVerifyLeftBehind(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Applied)
		w.moves(t, relocation.Request{Persons: w.people[:2], Village: far, Address: "幸福家园9号楼101室", MovedOn: "2026-03-02"})
		if _, err := w.Verify(t.Context(), registrar, "", b.ID); fault.KeyOf(err) != "booklet.apply.moved_on" {
			t.Errorf("verified for an address they have left: %v", err)
		}
	})
}

// TestTwoAddresses: the son moves out to an address of his own. Both he and his
// parents may have a booklet, in whatever order they ask; and only what is
// approved takes the place of another.
func TestTwoAddresses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		son := w.moves(t, relocation.Request{Persons: w.people[2:], Village: far, Address: "幸福家园9号楼101室", MovedOn: "2026-03-02"})
		parents := w.reach(t, booklet.Issued) // of the move before his
		b, err := w.Apply(t.Context(), registrar, "", son.ID)
		if err != nil {
			t.Fatalf("the son applies: %v", err)
		}
		w.step(t, func(c context.Context) (booklet.Booklet, error) { return w.Verify(c, registrar, "", b.ID) })
		if _, err := w.Approve(t.Context(), head, "", b.ID); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[booklet.ID]booklet.State{parents.ID: booklet.Issued, b.ID: booklet.Approved} {
			if p, err := w.Get(t.Context(), registrar, id); err != nil || p.Booklet.State != want {
				t.Errorf("%s is %s, want %s, %v", id, p.Booklet.State, want, err)
			}
		}
	})
}

// TestFrozen: what was made is printed, whatever is so today; and it is known
// to be out of date.
func TestFrozen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Issued)
		first := w.pdf(t, b.ID)
		if p, err := w.Get(t.Context(), registrar, b.ID); err != nil || p.Stale || p.Versions != 1 || !p.Whole || !p.Own {
			t.Errorf("as made: %+v, %v", p, err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update account set name = '新网格员' where id = 'worker'`)
			return err
		})
		if !bytes.Equal(w.pdf(t, b.ID), first) {
			t.Error("a booklet changes after it was made")
		}
		if p, err := w.Get(t.Context(), head, b.ID); err != nil || !p.Stale || p.Own {
			t.Errorf("another grid worker: %+v, %v", p, err)
		}
		w.clock.Move(24 * 3600e9)
		w.step(t, func(c context.Context) (booklet.Booklet, error) {
			return w.Replace(c, registrar, "", b.ID, booklet.Changed)
		})
		if p, err := w.Get(t.Context(), head, b.ID); err != nil || p.Stale || p.Versions != 2 {
			t.Errorf("made again: %+v, %v", p, err)
		}
		w.moves(t, relocation.Request{Village: origin, Address: "一组17号", MovedOn: "2026-03-05"})
		if p, err := w.Get(t.Context(), head, b.ID); err != nil || !p.Stale {
			t.Errorf("everybody has left: %+v, %v", p, err)
		}
		if _, err := w.Make(t.Context(), registrar, "", b.ID); fault.KeyOf(err) != "booklet.make.nobody" {
			t.Errorf("made for nobody: %v", err)
		}
	})
}

func (w *world) pdf(t *testing.T, id booklet.ID) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.PDF(t.Context(), registrar, id, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSealedVersion: at rest a version is cipher, with the hash of what it
// says; a version that was tampered with is not printed.
func TestSealedVersion(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.reach(t, booklet.Made)
		var v booklet.Version
		w.DB.Read(t.Context(), func(tx *db.Tx) (err error) { v, err = booklet.LatestVersion(tx, b.ID); return err })
		if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(v.Hash) || bytes.Contains(v.ContentSealed, []byte("王守山")) || bytes.Contains(v.ContentSealed, []byte(number)) {
			t.Errorf("the version at rest: %s, %.60q", v.Hash, v.ContentSealed)
		}
		c, err := booklet.Thaw(w.Keys, v)
		if err != nil || c.Members[0].IDNumber != number {
			t.Errorf("thawed: %+v, %v", c.Members, err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update booklet_version set hash = $1`, "0"+v.Hash[1:])
			return err
		})
		if v.Hash[0] != '0' {
			if err := w.PDF(t.Context(), registrar, b.ID, io.Discard); err == nil {
				t.Error("a version that does not match its hash is printed")
			}
		}
	})
}
