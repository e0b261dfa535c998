package request_test

import (
	"path/filepath"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/request"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	origin  = "610929100207" // 城关镇幸福村
	town    = "610929100"
	there   = "610929101001" // 中厂镇同心社区
	other   = "610929102"
	wrongNo = "610929196102140016"
	rightNo = "610929196102140024"
)

// A world is a couple registered in 幸福村 who live in 同心社区.
type world struct {
	*request.Service
	clock *dbtest.Clock
	dir   string // of its files
	house household.ID
	head  person.ID
	wife  person.ID
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		dir := filepath.Join(t.TempDir(), "blobs")
		blobs, err := blob.New(dir, seal.FromSeed(1))
		if err != nil {
			t.Fatal(err)
		}
		w := &world{Service: &request.Service{DB: d, Keys: seal.FromSeed(1), Blobs: blobs, Used: func(*db.Tx, blob.ID) (bool, error) { return false, nil }}, clock: c, dir: dir}
		dbtest.Given(t, d, w.given)
		f(t, w)
	})
}

func (w *world) given(tx *db.Tx) error {
	a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: origin, GroupNo: "01", Text: "幸福村一组17号", State: dwelling.Approved})
	if err != nil {
		return err
	}
	far, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: there, Text: "幸福家园8号楼302室", State: dwelling.Approved})
	if err != nil {
		return err
	}
	flat, err := dwelling.HouseAt(tx, far.ID, "resettlement")
	if err != nil {
		return err
	}
	h, err := household.Insert(tx, household.Household{RegisterNo: "610929012", Kind: household.Family, Village: origin, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	w.house = h.ID
	for i, d := range []person.Draft{{Name: "王守山", Sex: "1", Birth: "1961-02-14"}, {Name: "陈桂兰", Sex: "2", Birth: "1963-08-05", NoNumberReason: "未办"}} {
		d.Ethnicity, d.Source, d.AsOf = "01", "test", "2026-01-01"
		if i == 0 {
			if d.Number, err = ident.ParseCitizenID(wrongNo, tx.Now()); err != nil {
				return err
			}
		}
		p, err := person.Insert(tx, w.Keys, d)
		if err != nil {
			return err
		}
		if _, err := residence.Register(tx, p.ID, h.ID, origin+"001", []string{"02", "12"}[i], "2010-01-01", "test"); err != nil {
			return err
		}
		*[]*person.ID{&w.head, &w.wife}[i] = p.ID
	}
	return residence.Relocate(tx, h.ID, []person.ID{w.head, w.wife}, there+"001", flat.ID, "2020-01-01", "test")
}

func as(kind actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: string(kind) + path, Name: "办事员", Kind: kind, Paths: []string{path}, Office: "办公室"}
}

var (
	clerk   = as(actor.VillageClerk, there)
	chief   = as(actor.StationHead, town)
	ofWhere = as(actor.StationHead, "610929101")
)

// name is a question that can be asked.
func (w *world) name() request.Question {
	return request.Question{PersonID: w.head, Kind: request.Name, Want: "王寿山", Evidence: "结婚证 陕白结字2001-118"}
}

func (w *world) ask(t *testing.T, q request.Question) request.Request {
	t.Helper()
	r, err := w.Ask(t.Context(), clerk, "", q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w *world) person(t *testing.T, id person.ID) (p person.Person) {
	t.Helper()
	dbtest.Given(t, w.DB, func(tx *db.Tx) (err error) { p, err = person.Get(tx, id); return err })
	return p
}

func TestAskGuards(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for who, tt := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"another village":       {as(actor.VillageClerk, "610929101002"), fault.NotFound},
			"another town's window": {as(actor.TownWindow, other), fault.NotFound},
			"a grid worker":         {as(actor.GridWorker, there+"001"), fault.Forbidden},
			"who decides":           {chief, fault.Forbidden},
			"an administrator":      {as(actor.SystemAdmin, "610929"), fault.Forbidden},
			"agriculture":           {as(actor.Agriculture, "610929"), fault.Forbidden},
		} {
			if _, err := w.Ask(t.Context(), tt.by, "", w.name()); fault.KindOf(err) != tt.want {
				t.Errorf("%s asks: %v", who, err)
			}
			if f, err := w.Form(t.Context(), tt.by, w.head); fault.KindOf(err) != tt.want || f.Name != "" {
				t.Errorf("%s sees the form: %+v, %v", who, f, err)
			}
		}
		f, err := w.Form(t.Context(), clerk, w.head)
		if err != nil || f.Now[request.Name] != "王守山" || f.Now[request.Address] != "幸福村一组17号" || f.Now[request.Number] != "6109*************6" {
			t.Errorf("the form: %+v, %v", f, err)
		}
		// Civil affairs never see an address, so they do not correct one either.
		civil := as(actor.CivilAffairs, "610929")
		if f, err := w.Form(t.Context(), civil, w.head); err != nil || f.Now[request.Address] != "" || len(f.Kinds) != len(request.Kinds)-1 {
			t.Errorf("the form for civil affairs: %+v, %v", f, err)
		}
		if _, err := w.Ask(t.Context(), civil, "", request.Question{PersonID: w.head, Kind: request.Address, Want: "x", Evidence: "y"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("civil affairs ask for an address: %v", err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := residence.Protect(tx, w.head, "610929101"); return err })
		if _, err := w.Ask(t.Context(), clerk, "", w.name()); fault.KindOf(err) != fault.NotFound {
			t.Errorf("of a protected person, at the place of residence: %v", err)
		}
	})
}

func TestAskChecks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, tt := range map[string]struct {
			change func(q *request.Question)
			field  string
			key    string
		}{
			"no kind":           {func(q *request.Question) { q.Kind = "religion" }, "kind", "request.ask.kind"},
			"no name":           {func(q *request.Question) { q.Want = " " }, "want", "form.required"},
			"a masked name":     {func(q *request.Question) { q.Want = "王*山" }, "want", "person.field.name"},
			"the same name":     {func(q *request.Question) { q.Want = "王守山" }, "want", "request.ask.same"},
			"no evidence":       {func(q *request.Question) { q.Evidence = " " }, "evidence", "form.required"},
			"a long evidence":   {func(q *request.Question) { q.Evidence = strings.Repeat("证", 201) }, "evidence", "request.ask.long"},
			"no such sex":       {func(q *request.Question) { q.Kind, q.Want = request.Sex, "男" }, "want", "person.field.sex"},
			"30 February":       {func(q *request.Question) { q.Kind, q.Want = request.Birth, "1961-02-30" }, "want", "person.field.birth"},
			"born tomorrow":     {func(q *request.Question) { q.Kind, q.Want = request.Birth, "2999-01-01" }, "want", "person.field.future"},
			"no such people":    {func(q *request.Question) { q.Kind, q.Want = request.Ethnicity, "77" }, "want", "person.field.ethnicity"},
			"no number":         {func(q *request.Question) { q.Kind, q.Want = request.Number, "1" }, "want", "request.ask.number"},
			"no address":        {func(q *request.Question) { q.Kind, q.Want = request.Address, " " }, "want", "form.required"},
			"ended for nothing": {func(q *request.Question) { q.Kind, q.Want, q.EndsOn = request.Ended, "away", "2026-01-01" }, "want", "request.ask.ending"},
			"ended in future":   {func(q *request.Question) { q.Kind, q.Want, q.EndsOn = request.Ended, request.Death, "2999-01-01" }, "ends_on", "request.ask.ends_on"},
			"ended before it began": {func(q *request.Question) {
				q.Kind, q.Want, q.EndsOn, q.PersonID = request.Ended, request.Death, "2010-01-01", w.wife
			}, "ends_on", "request.ask.ends_on"},
		} {
			q := w.name()
			tt.change(&q)
			_, err := w.Ask(t.Context(), clerk, "", q)
			if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) == 0 || f.Fields[0].Name != tt.field || f.Fields[0].Key != tt.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		q := w.name()
		q.Kind, q.Want, q.EndsOn = request.Ended, request.Death, "2026-02-01"
		if _, err := w.Ask(t.Context(), clerk, "", q); fault.KeyOf(err) != "request.head_first" {
			t.Errorf("a head with others: %v", err)
		}
		first := w.ask(t, w.name())
		if first.State != request.Asked || first.Number != "白变申〔2026〕00001号" || first.Was != "王守山" || first.Path != origin+"001" {
			t.Errorf("asked: %+v", first)
		}
		if _, err := w.Ask(t.Context(), as(actor.TownWindow, town), "", w.name()); fault.KeyOf(err) != "request.ask.waits" {
			t.Errorf("asked twice: %v", err)
		}
		if p := w.person(t, w.head); p.Name != "王守山" || p.Version != 1 {
			t.Errorf("asking changed the register: %+v", p)
		}
	})
}

// Every act in every state, and nothing but the table.
func TestEveryActInEveryState(t *testing.T) {
	type act = func(w *world, t *testing.T, id request.ID) error
	acts := map[policy.Action]act{
		policy.RequestApprove: func(w *world, t *testing.T, id request.ID) error {
			_, err := w.Approve(t.Context(), chief, "", id)
			return err
		},
		policy.RequestRefuse: func(w *world, t *testing.T, id request.ID) error {
			_, err := w.Refuse(t.Context(), chief, "", id, "证据不足")
			return err
		},
		policy.RequestWithdraw: func(w *world, t *testing.T, id request.ID) error {
			_, err := w.Withdraw(t.Context(), clerk, "", id)
			return err
		},
		policy.RequestAcknowledge: func(w *world, t *testing.T, id request.ID) error {
			_, err := w.Acknowledge(t.Context(), clerk, "", id)
			return err
		},
	}
	reach := map[string][]policy.Action{
		"asked": {}, "approved": {policy.RequestApprove}, "refused": {policy.RequestRefuse}, "withdrawn": {policy.RequestWithdraw},
		"approved and seen": {policy.RequestApprove, policy.RequestAcknowledge}, "refused and seen": {policy.RequestRefuse, policy.RequestAcknowledge},
	}
	allowed := map[string]map[policy.Action]request.State{
		"asked":    {policy.RequestApprove: request.Approved, policy.RequestRefuse: request.Refused, policy.RequestWithdraw: request.Withdrawn},
		"approved": {policy.RequestAcknowledge: request.Approved},
		"refused":  {policy.RequestAcknowledge: request.Refused},
	}
	each(t, func(t *testing.T, w *world) {
		n := 0
		for state, way := range reach {
			for a, do := range acts {
				q := w.name()
				q.PersonID = w.wife
				n++
				q.Want = "陈桂" + string(rune('一'+n)) // another name than the one before
				r := w.ask(t, q)
				for _, step := range way {
					if err := acts[step](w, t, r.ID); err != nil {
						t.Fatalf("to %s: %v", state, err)
					}
				}
				was := w.get(t, r.ID)
				err := do(w, t, r.ID)
				is := w.get(t, r.ID)
				want, ok := allowed[state][a]
				switch {
				case ok && (err != nil || is.State != want):
					t.Errorf("%s when %s: %v, %s", a, state, err, is.State)
				case !ok && (fault.KeyOf(err) != "request.not_now" || is.Version != was.Version || is.State != was.State):
					t.Errorf("%s when %s is done: %v, %+v", a, state, err, is)
				case was.Can(a) != ok:
					t.Errorf("%s when %s: the button says %v", a, state, !ok)
				}
				if is.State == request.Asked { // the next one would wait behind it
					if err := acts[policy.RequestWithdraw](w, t, r.ID); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	})
}

func (w *world) get(t *testing.T, id request.ID) (r request.Request) {
	t.Helper()
	dbtest.Given(t, w.DB, func(tx *db.Tx) (err error) { r, err = request.Get(tx, id); return err })
	return r
}

func TestDecideGuards(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.ask(t, w.name())
		both := chief
		both.Account = clerk.Account
		for who, tt := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"the head where they live":   {ofWhere, fault.NotFound},
			"the registrar of the town":  {as(actor.Registrar, town), fault.Forbidden},
			"who asked":                  {clerk, fault.Forbidden},
			"who asked, in another post": {both, fault.Forbidden},
			"another office":             {as(actor.VillageClerk, origin), fault.Forbidden},
			"an administrator":           {as(actor.AuditAdmin, "610929"), fault.Forbidden},
		} {
			if _, err := w.Approve(t.Context(), tt.by, "", r.ID); fault.KindOf(err) != tt.want {
				t.Errorf("%s approves: %v", who, err)
			}
			if _, err := w.Refuse(t.Context(), tt.by, "", r.ID, "不行"); fault.KindOf(err) != tt.want {
				t.Errorf("%s refuses: %v", who, err)
			}
		}
		for who, by := range map[string]actor.Actor{"who decides": chief, "a colleague": as(actor.VillageClerk, there+"9")} {
			if _, err := w.Withdraw(t.Context(), by, "", r.ID); fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s withdraws: %v", who, err)
			}
			if by.Kind == actor.StationHead {
				continue
			}
			if p, err := w.Get(t.Context(), by, r.ID); err == nil || p.Name != "" {
				t.Errorf("%s reads %+v, %v", who, p, err)
			}
		}
		if _, err := w.Refuse(t.Context(), chief, "", r.ID, " "); fault.KindOf(err) != fault.Invalid {
			t.Errorf("refused without a reason: %v", err)
		}
		if all, err := w.Inbox(t.Context(), ofWhere, request.Asked, "", 10); err != nil || len(all) != 0 {
			t.Errorf("the inbox of another station: %v, %v", all, err)
		}
		if all, err := w.Inbox(t.Context(), clerk, request.Asked, "", 10); fault.KindOf(err) != fault.Forbidden || len(all) != 0 {
			t.Errorf("an inbox of who decides nothing: %v, %v", all, err)
		}
		if p := w.person(t, w.head); p.Name != "王守山" {
			t.Errorf("nothing was decided, and the name is %s", p.Name)
		}
	})
}

// What is approved is done as the noun does it, and both histories have it.
func TestApprove(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		n, err := ident.ParseCitizenID(rightNo, dbtest.Noon)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []request.Question{
			{PersonID: w.head, Kind: request.Name, Want: "王寿山"},
			{PersonID: w.head, Kind: request.Sex, Want: "2"},
			{PersonID: w.head, Kind: request.Birth, Want: "1961-03-14"},
			{PersonID: w.head, Kind: request.Ethnicity, Want: "15"},
			{PersonID: w.head, Kind: request.Number, Number: n},
			{PersonID: w.head, Kind: request.Address, Want: "幸福村 一组19号"},
			{PersonID: w.wife, Kind: request.Ended, Want: request.Death, EndsOn: "2026-02-01"},
		} {
			q.Evidence = "证明"
			r := w.ask(t, q)
			if all, err := w.Inbox(t.Context(), chief, request.Asked, "", 10); err != nil || len(all) != 1 || all[0].ID != r.ID {
				t.Errorf("%s: the inbox: %+v, %v", q.Kind, all, err)
			}
			if c, err := w.Counts(t.Context(), chief); err != nil || c.Waiting != 1 {
				t.Errorf("%s: %+v wait, %v", q.Kind, c, err)
			}
			if done, err := w.Approve(t.Context(), chief, db.Key("k"+string(q.Kind)), r.ID); err != nil || done.State != request.Approved || done.DecidedBy != chief.Account {
				t.Fatalf("%s: %+v, %v", q.Kind, done, err)
			}
			if _, err := w.Approve(t.Context(), chief, db.Key("k"+string(q.Kind)), r.ID); err != nil {
				t.Errorf("%s: the same form again: %v", q.Kind, err)
			}
			p, err := w.Get(t.Context(), clerk, r.ID)
			if err != nil || !p.Own || p.Request.State != request.Approved {
				t.Errorf("%s: who asked sees %+v, %v", q.Kind, p, err)
			}
			if c, err := w.Counts(t.Context(), clerk); err != nil || c.Answered != 1 {
				t.Errorf("%s: %+v answered, %v", q.Kind, c, err)
			}
			if _, err := w.Acknowledge(t.Context(), clerk, "", r.ID); err != nil {
				t.Errorf("%s: %v", q.Kind, err)
			}
			if c, err := w.Counts(t.Context(), clerk); err != nil || c.Answered != 0 {
				t.Errorf("%s: %+v answered after that, %v", q.Kind, c, err)
			}
		}
		alone := request.Question{PersonID: w.head, Kind: request.Ended, Want: request.Death, EndsOn: "2026-02-01", Evidence: "证明"}
		if _, err := w.Ask(t.Context(), clerk, "", alone); fault.KeyOf(err) != "request.last_one" {
			t.Errorf("a head left alone: %v", err)
		}
		p := w.person(t, w.head)
		number, err := p.Number(w.Keys)
		if p.Name != "王寿山" || p.Sex != "2" || p.Birth != "1961-03-14" || p.Ethnicity != "15" || number.Reveal() != rightNo || err != nil {
			t.Errorf("the person is %+v, %v", p, err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			h, err := household.Get(tx, w.house)
			if err != nil {
				return err
			}
			a, err := dwelling.GetAddress(tx, h.AddressID)
			if a.Text != "幸福村一组19号" || a.State != dwelling.Approved || !strings.HasPrefix(h.Source, "request/") {
				t.Errorf("the household is at %+v, from %s", a, h.Source)
			}
			if err != nil {
				return err
			}
			spells, err := residence.SpellsOf(tx, w.wife)
			for _, s := range spells {
				if s.ValidTo != "2026-02-01" {
					t.Errorf("of the dead: %+v", s)
				}
			}
			if err != nil || len(spells) != 2 {
				t.Errorf("%d spells, %v", len(spells), err)
			}
			changes, err := db.ChangesOf(tx, "person/"+string(w.head), 10)
			if len(changes) != 6 || changes[0].Action != string(policy.RequestApprove) {
				t.Errorf("%d changes of the person", len(changes))
			}
			for _, c := range changes {
				if strings.Contains(c.Diff, rightNo) {
					t.Errorf("a number stands in the record: %s", c.Diff)
				}
			}
			return err
		})
	})
}

// The evidence spoke of what the register said then.
func TestApproveWhatHasChanged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		t.Run("number", w.numberIsRevealedToWhoDecides)
		r := w.ask(t, w.name())
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			p, err := person.Get(tx, w.head)
			if err != nil {
				return err
			}
			_, _, err = person.Update(tx, w.Keys, p, person.Draft{Name: "王首山", Sex: "1", Birth: "1961-02-14", Ethnicity: "01", Source: "import", AsOf: calendar.On(tx.Now())})
			return err
		})
		if p, err := w.Get(t.Context(), chief, r.ID); err != nil || !p.Changed {
			t.Errorf("the page does not say that it has changed: %+v, %v", p, err)
		}
		if _, err := w.Approve(t.Context(), chief, "", r.ID); fault.KeyOf(err) != "request.approve.changed" {
			t.Errorf("approved over another change: %v", err)
		}
		if got := w.get(t, r.ID); got.State != request.Asked {
			t.Errorf("it is %s", got.State)
		}
		if _, err := w.Refuse(t.Context(), chief, "", r.ID, "登记已变"); err != nil {
			t.Error(err)
		}
		if p, err := w.Get(t.Context(), clerk, r.ID); err != nil || p.Request.Answer != "登记已变" {
			t.Errorf("who asked reads %+v, %v", p, err)
		}
	})
}

func (w *world) numberIsRevealedToWhoDecides(t *testing.T) {
	n, err := ident.ParseCitizenID(rightNo, dbtest.Noon)
	if err != nil {
		t.Fatal(err)
	}
	r := w.ask(t, request.Question{PersonID: w.head, Kind: request.Number, Number: n, Evidence: "出生医学证明"})
	for who, by := range map[string]actor.Actor{"who asked": clerk, "another station": ofWhere, "a window": as(actor.TownWindow, town)} {
		if s, err := w.RevealNumber(t.Context(), by, r.ID); err == nil || !s.IsZero() {
			t.Errorf("%s: %v", who, err)
		}
	}
	if s, err := w.RevealNumber(t.Context(), chief, r.ID); err != nil || s.Reveal() != rightNo {
		t.Errorf("who decides: %v", err)
	}
	p, err := w.Get(t.Context(), chief, r.ID)
	if err != nil || p.Want != "6109*************4" || p.Request.Want != "" {
		t.Errorf("the page: %+v, %v", p, err)
	}
	q := w.name()
	q.PersonID = w.wife
	other := w.ask(t, q)
	if _, err := w.RevealNumber(t.Context(), chief, other.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("of another kind: %v", err)
	}
}
