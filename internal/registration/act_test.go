package registration_test

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
	"anju/internal/registration"
	"anju/internal/residence"
)

func (w *world) birth() registration.Request {
	return registration.Request{Kind: household.Birth, HouseholdID: w.homes["王"], On: "2026-10-01", Evidence: paper("birth_certificate"), Kin: w.people["周小梅"], Relation: "42",
		Newcomer: registration.Newcomer{Name: "王安", Sex: "2", Birth: "2026-10-01", Ethnicity: "01", NoNumberReason: "新生儿，号码待编"}}
}

func (w *world) death(name, head string) registration.Request {
	return registration.Request{Kind: household.Death, HouseholdID: w.homes["王"], On: "2026-10-05", Evidence: paper("death_certificate"), Person: w.people[name], Head: w.people[head]}
}

// TestStrangersDoNoAct: who is not the station of the registration does none,
// and is not told that the household is there.
func TestStrangersDoNoAct(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := w.state(t)
		for who, c := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"nobody":               {actor.Actor{}, fault.NotFound},
			"another station":      {actor.Actor{Account: "x", Kind: actor.Registrar, Paths: []string{unit}}, fault.NotFound},
			"the grid worker":      {actor.Actor{Account: "x", Kind: actor.GridWorker, Paths: []string{first}}, fault.Forbidden},
			"the village clerk":    {actor.Actor{Account: "x", Kind: actor.VillageClerk, Paths: []string{village}}, fault.Forbidden},
			"the town window":      {actor.Actor{Account: "x", Kind: actor.TownWindow, Paths: []string{town}}, fault.Forbidden},
			"the head of station":  {actor.Actor{Account: "x", Kind: actor.StationHead, Paths: []string{town}}, fault.Forbidden},
			"the system's manager": {actor.Actor{Account: "x", Kind: actor.SystemAdmin, Paths: []string{"610929"}}, fault.Forbidden},
		} {
			if _, err := w.Record(t.Context(), c.by, "", w.birth()); fault.KindOf(err) != c.want {
				t.Errorf("%s: %v", who, err)
			}
			if _, err := w.LookAlikes(t.Context(), c.by, w.birth()); fault.KindOf(err) != c.want {
				t.Errorf("%s looks for doubles: %v", who, err)
			}
		}
		if w.state(t) != before {
			t.Error("something was written")
		}
	})
}

// TestBirth: the child is a member, lives where its mother lives, and where she
// is hidden it is hidden.
func TestBirth(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.people["周小梅"], unit); return err })
		a := w.act(t, w.birth())
		if a.Number != "白户办〔2026〕00001号" || a.Path != first {
			t.Errorf("%+v", a)
		}
		if got := w.members(t, w.homes["王"]); !strings.Contains(got, "王安42") || !strings.HasPrefix(got, "王守山02") {
			t.Errorf("members: %s", got)
		}
		if want := "王安 living " + second + " 户王  王家" + second + " 2026-10-01–9999-12-31 " + unit; !strings.Contains(w.state(t), want) {
			t.Errorf("want %q in\n%s", want, w.state(t))
		}
		again := w.birth()
		again.Newcomer.Name = "王暗" // one sound, one day, one house
		_, err := w.Record(t.Context(), station, "", again)
		wantField(t, "a child that may be there already", err, "distinct household.act.alike")
		found, err := w.LookAlikes(t.Context(), station, again)
		if err != nil || len(found) != 1 || found[0].Name != "王安" || found[0].Hidden {
			t.Errorf("looks like %+v, %v", found, err)
		}
		again.Newcomer.Distinct = "双胞胎，出生医学证明各一份"
		w.act(t, again)
		w.read(t, func(tx *db.Tx) error {
			n, err := db.One[int64](tx, `select count(*) from person_pair where state = 'different'`)
			if n != 1 {
				t.Errorf("%d pairs are known to be two people", n)
			}
			return err
		})
	})
}

// TestDeath: a death ends every stay the day after, makes the member named the
// head, and puts the rights before those who answer for them; it ends none.
func TestDeath(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.Record(t.Context(), station, "", w.death("王守山", ""))
		wantField(t, "a household with no head", err, "head household.act.member")
		_, err = w.Record(t.Context(), station, "", w.death("王守山", "王守山"))
		wantField(t, "the dead as head", err, "head household.act.head_gone")
		_, err = w.Record(t.Context(), station, "", w.death("李长河", "陈桂兰"))
		wantField(t, "somebody else's member", err, "person household.act.member")
		_, err = w.Record(t.Context(), station, "", w.death("王守山", "王建军"))
		wantField(t, "a daughter-in-law of whom it is not known whose wife", err, "relation_"+string(w.people["周小梅"])+" household.act.relation_ask")

		r := w.death("王守山", "王建军")
		r.Relations = map[person.ID]string{w.people["周小梅"]: "12", w.people["王乐"]: "20"}
		w.act(t, r)
		if got := w.members(t, w.homes["王"]); got != "王建军02 周小梅12 王乐20 陈桂兰52" {
			t.Errorf("members: %s", got)
		}
		state := w.state(t)
		for _, want := range []string{
			"王守山 living " + first + " 户王  王家" + first + " 2012-01-01–2026-10-06 ",
			"王守山 registered " + first + " 户王 02  2010-01-01–2026-10-06 ",
			"户王 living " + second + " 2026-10-06–9999-12-31", // with the new head
			"户王 registered " + first + " 2024-01-01–9999-12-31",
		} {
			if !strings.Contains(state, want) {
				t.Errorf("want %q in\n%s", want, state)
			}
		}
		w.read(t, func(tx *db.Tx) error {
			n, err := db.One[int64](tx, `select count(*) from entitlement where superseded_at = 0 and valid_to = '9999-12-31'`)
			if n != 1 {
				t.Error("a death has ended a right of the household")
			}
			return err
		})
		in := registration.Request{Kind: household.MoveIn, HouseholdID: w.homes["李"], On: "2026-11-01", Evidence: paper("transfer_permit"), Relation: "99",
			Newcomer: registration.Newcomer{Name: "王守山", Number: numberOf(family[0]).Plain()}}
		_, err = w.Record(t.Context(), station, "", in)
		wantField(t, "a dead man who moves in", err, "number household.act.dead")
	})
}

// TestReviews: what a death leaves to decide waits for who answers for rights,
// and for nobody else.
func TestReviews(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.act(t, w.death("王乐", ""))
		window := actor.Actor{Account: "w", Name: "窗口", Kind: actor.TownWindow, Paths: []string{town}, Office: "便民中心"}
		for who, by := range map[string]actor.Actor{"the station": station, "another town": {Account: "x", Kind: actor.TownWindow, Paths: []string{unit}}} {
			if page, err := w.Reviews(t.Context(), by, ""); err != nil || len(page.Lines) != 0 {
				t.Errorf("%s: %d reviews, %v", who, len(page.Lines), err)
			}
		}
		if _, err := w.Reviews(t.Context(), actor.Actor{Account: "x", Kind: actor.GridWorker, Paths: []string{first}}, ""); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a grid worker: %v", err)
		}
		page, err := w.Reviews(t.Context(), window, "")
		lines, next := page.Lines, page.Next
		if err != nil || len(lines) != 1 || next != "" || lines[0].Head != "王守山" || lines[0].ActKind != household.Death {
			t.Fatalf("%+v %q %v", lines, next, err)
		}
		id := lines[0].ID
		if _, err := w.Decide(t.Context(), station, "", id, "unchanged", "x"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("the station decides about land: %v", err)
		}
		_, err = w.Decide(t.Context(), window, "", id, "later", " ")
		wantField(t, "no decision", err, "decision registration.review.decision", "reason form.required")
		if r, err := w.Decide(t.Context(), window, "", id, "unchanged", "承包地属于全户"); err != nil || r.State != registration.ReviewClosed {
			t.Fatalf("%+v %v", r, err)
		}
		if _, err := w.Decide(t.Context(), window, "", id, "unchanged", "again"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("decided twice: %v", err)
		}
	})
}

// TestMarriageDragsNobody: who marries into a household comes alone, and lives
// where the form says.
func TestMarriageDragsNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := registration.Request{Kind: household.MarriageIn, HouseholdID: w.homes["李"], On: "2026-09-10", Evidence: paper("marriage_certificate"), Kin: w.people["李春燕"], Relation: "28",
			Newcomer: registration.Newcomer{Name: "赵明", Number: numberOf(family[9]).Plain()}, Lives: true}
		wrong := r
		wrong.Newcomer.Name = "赵德明"
		_, err := w.Record(t.Context(), station, "", wrong)
		wantField(t, "a number of another name", err, "name household.act.other_name")
		wrong = r
		wrong.On = "2009-09-10"
		_, err = w.Record(t.Context(), station, "", wrong)
		wantField(t, "married at fourteen, before being registered", err, "happened_on household.act.marriage_age", "happened_on household.act.before")
		wrong = r
		wrong.Newcomer = registration.Newcomer{Name: "赵德", Number: numberOf(family[8]).Plain()}
		_, err = w.Record(t.Context(), station, "", wrong)
		wantField(t, "a head who leaves others behind", err, "number household.act.still_head")

		a := w.act(t, r)
		if a.OtherID != w.homes["赵"] {
			t.Error("where he came from is not kept")
		}
		if got := w.members(t, w.homes["李"]); got != "李长河02 赵明28 李春燕30 王建君99" {
			t.Errorf("members: %s", got)
		}
		if got := w.members(t, w.homes["赵"]); got != "赵德02" {
			t.Errorf("the father was dragged along: %s", got)
		}
		for _, want := range []string{"赵明 registered " + other + "001 户赵 20  2010-01-01–2026-09-10", "赵明 living " + first + " 户李  李家" + first + " 2026-09-10–9999-12-31"} {
			if !strings.Contains(w.state(t), want) {
				t.Errorf("want %q in\n%s", want, w.state(t))
			}
		}
	})
}

// TestSplitAndMerge: a household divides and is one again; everybody lives
// where they lived.
func TestSplitAndMerge(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		young := []person.ID{w.people["王建军"], w.people["周小梅"], w.people["王乐"]}
		r := registration.Request{Kind: household.Split, HouseholdID: w.homes["王"], On: "2026-09-10", Evidence: paper("application"), Persons: young, Head: w.people["王建军"], RegisterNo: "户李",
			Relations: map[person.ID]string{w.people["周小梅"]: "12", w.people["王乐"]: "20"}}
		_, err := w.Record(t.Context(), station, "", r)
		wantField(t, "a number that is taken", err, "register_no household.register_no_taken")
		r.RegisterNo = "户王二"
		all := r
		all.Persons = append(young, w.people["王守山"], w.people["陈桂兰"])
		all.Relations = map[person.ID]string{w.people["周小梅"]: "12", w.people["王乐"]: "20"}
		_, err = w.Record(t.Context(), station, "", all)
		wantField(t, "everybody", err, "persons household.act.everybody")

		a := w.act(t, r)
		if got := w.members(t, a.OtherID); got != "王建军02 周小梅12 王乐20" {
			t.Errorf("the new household: %s", got)
		}
		if got := w.members(t, w.homes["王"]); got != "王守山02 陈桂兰12" {
			t.Errorf("the old household: %s", got)
		}
		w.read(t, func(tx *db.Tx) error {
			ties, err := grid.TiesOf(tx, a.OtherID)
			if len(ties) != 2 || ties[0].Path != second || ties[0].Main != 1 || ties[1].Path != first {
				t.Errorf("ties of the new household: %+v", ties)
			}
			return err
		})

		m := registration.Request{Kind: household.Merge, HouseholdID: w.homes["王"], On: "2026-11-01", Evidence: paper("application"), OtherNo: "户赵"}
		_, err = w.Record(t.Context(), station, "", m)
		wantField(t, "a household of another station", err, "other_no household.act.other")
		m.OtherNo = "户王二"
		m.Relations = map[person.ID]string{w.people["王建军"]: "20", w.people["周小梅"]: "38", w.people["王乐"]: "41"}
		w.act(t, m)
		if got := w.members(t, w.homes["王"]); got != "王守山02 陈桂兰12 王建军20 周小梅38 王乐41" {
			t.Errorf("one again: %s", got)
		}
		w.read(t, func(tx *db.Tx) error {
			ties, err := grid.TiesOf(tx, a.OtherID)
			if len(ties) != 0 {
				t.Errorf("an empty household is in a grid: %+v", ties)
			}
			return err
		})
	})
}

// TestMoveOutAdoptionAndHead: the other acts.
func TestMoveOutAdoptionAndHead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		out := registration.Request{Kind: household.MoveOut, HouseholdID: w.homes["王"], On: "2026-09-10", Evidence: paper("transfer_permit"), Person: w.people["王建军"], To: "610929101001"}
		_, err := w.Record(t.Context(), station, "", out)
		wantField(t, "out of the county into it", err, "to household.act.to")
		out.To = "610102"
		w.act(t, out)
		state := w.state(t)
		for _, want := range []string{"王建军 registered 610102    2026-09-10–9999-12-31", "王建军 living " + second + " 户王"} {
			if !strings.Contains(state, want) {
				t.Errorf("want %q in\n%s", want, state)
			}
		}
		if got := w.members(t, w.homes["王"]); strings.Contains(got, "王建军") {
			t.Errorf("members: %s", got)
		}

		child := registration.Request{Kind: household.Adoption, HouseholdID: w.homes["李"], On: "2026-09-10", Evidence: paper("adoption_certificate"), Kin: w.people["李长河"], Relation: "37", Lives: true,
			Newcomer: registration.Newcomer{Name: "周朳", Sex: "2", Birth: "2020-02-02", Ethnicity: "01", NoNumberReason: "弃婴，号码待编"}}
		young := child
		young.Newcomer.Birth = "2005-02-02"
		_, err = w.Record(t.Context(), station, "", young)
		wantField(t, "a grown-up child", err, "birth household.act.adopted_age", "kin household.act.adopter_gap")
		w.act(t, child)
		if got := w.members(t, w.homes["李"]); got != "李长河02 李春燕30 周朳37 王建君99" {
			t.Errorf("members: %s", got)
		}

		head := registration.Request{Kind: household.ChangeHead, HouseholdID: w.homes["李"], On: "2026-10-10", Evidence: paper("application"), Head: w.people["李春燕"]}
		same := head
		same.Head = w.people["李长河"]
		_, err = w.Record(t.Context(), station, "", same)
		wantField(t, "the head again", err, "head household.act.head_already", "relation_"+string(w.people["李春燕"])+" household.act.relation_ask")
		head.Relations = map[person.ID]string{w.people["王建君"]: "99"}
		w.clock.Move(time.Minute)
		a := w.act(t, head)
		if got := w.members(t, w.homes["李"]); got != "李春燕02 李长河51 周朳77 王建君99" {
			t.Errorf("members: %s", got)
		}
		if got, err := w.Get(t.Context(), station, a.ID); err != nil || got.Number != a.Number || got.RequestSealed != nil {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := w.Get(t.Context(), actor.Actor{Account: "x", Kind: actor.Registrar, Paths: []string{unit}}, a.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another station reads the act: %v", err)
		}
		acts, err := w.Acts(t.Context(), station, w.homes["李"])
		if err != nil || len(acts) != 2 || acts[0].ID != a.ID {
			t.Errorf("%+v %v", acts, err)
		}
	})
}

// TestSentTwice: a form that is sent twice is one act.
func TestSentTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, err := w.Record(t.Context(), station, "key-1", w.birth())
		if err != nil {
			t.Fatal(err)
		}
		b, err := w.Record(t.Context(), station, "key-1", w.birth())
		if err != nil || a.ID != b.ID {
			t.Errorf("%+v, %+v, %v", a, b, err)
		}
		if got := w.members(t, w.homes["王"]); strings.Count(got, "王安") != 1 {
			t.Errorf("members: %s", got)
		}
	})
}

// TestNothingOfIt is kept of an act that was refused.
func TestRefusedActsLeaveNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := w.state(t)
		r := w.birth()
		r.Evidence.On = "2026-13-01"
		_, err := w.Record(t.Context(), station, "", r)
		wantField(t, "a date that is none", err, "document_on household.act.date")
		r = w.birth()
		r.On = calendar.Date("2026-11-24")
		_, err = w.Record(t.Context(), station, "", r)
		wantField(t, "tomorrow", err, "happened_on household.act.future", "happened_on household.act.birth_day")
		if w.state(t) != before {
			t.Error("a refused act has changed something")
		}
		w.read(t, func(tx *db.Tx) error {
			n, err := db.One[int64](tx, `select count(*) from household_act`)
			if n != 0 {
				t.Errorf("%d acts", n)
			}
			return err
		})
	})
}

// wantField checks what is wrong with a request, in any order.
func wantField(t *testing.T, what string, err error, want ...string) {
	t.Helper()
	f := fault.Of(err)
	if f == nil || f.Kind != fault.Invalid {
		t.Errorf("%s: %v", what, err)
		return
	}
	var got []string
	for _, e := range f.Fields {
		got = append(got, e.Name+" "+e.Key)
	}
	for _, one := range want {
		if !strings.Contains(strings.Join(got, "\n"), one) {
			t.Errorf("%s: %v, want %q", what, got, one)
		}
	}
}

// TestActsAreKeptAsAsked: doing the kept requests again, in their order, on the
// register as it was leads to the register as it is.
func TestActsAreKeptAsAsked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		out := registration.Request{Kind: household.MoveOut, HouseholdID: w.homes["王"], On: "2026-09-10", Evidence: paper("transfer_permit"), Person: w.people["王建军"], To: "610102"}
		taiwan := registration.Request{Kind: household.MoveIn, HouseholdID: w.homes["李"], On: "2026-11-01", Evidence: paper("transfer_permit"), Relation: "99", Lives: true,
			Newcomer: registration.Newcomer{Name: "林志远", Sex: "2", Birth: "1992-01-30", Ethnicity: "01", Number: "830000199201300022"}}
		asked := []registration.Request{w.birth(), w.death("王乐", ""), out, taiwan}
		apart, clock := dbtest.SQLite(t)
		again := newWorld(t, apart, clock)
		for _, r := range asked {
			a := w.act(t, r)
			w.read(t, func(tx *db.Tx) error {
				kept, err := registration.ActByID(tx, a.ID)
				if err != nil {
					return err
				}
				if strings.Contains(string(kept.RequestSealed), "王安") || strings.Contains(string(kept.RequestSealed), "830000") {
					t.Error("a request lies open")
				}
				r, err = w.Replay(kept)
				return err
			})
			r.HouseholdID, r.Person, r.Kin = again.homes[w.home(r.HouseholdID)], again.people[w.name(r.Person)], again.people[w.name(r.Kin)]
			again.act(t, r)
		}
		if a, b := w.state(t), again.state(t); a != b {
			t.Errorf("done:\n%s\nreplayed:\n%s", a, b)
		}
	})
}

func (w *world) home(id household.ID) string {
	for name, h := range w.homes {
		if h == id {
			return name
		}
	}
	return ""
}

func (w *world) name(id person.ID) string {
	for name, p := range w.people {
		if p == id {
			return name
		}
	}
	return ""
}
