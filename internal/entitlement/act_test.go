package entitlement_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/seal"
)

// words are a form filled in as it should be.
func words(kind, side, path string) entitlement.Words {
	return entitlement.Words{Kind: kind, Side: side, Path: path, Evidence: "凭证" + kind, From: "2024-03-01", Reason: "本人持证登记"}
}

func open(t *testing.T, d *db.DB, house household.ID) (all []entitlement.Finding) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) error {
		type row struct {
			Kind  string            `db:"kind"`
			Fault entitlement.Fault `db:"fault"`
		}
		rows, err := db.All[row](tx, `select kind, fault from right_finding where household_id = $1 and gone_at = 0 order by kind, fault`, house)
		for _, r := range rows {
			all = append(all, entitlement.Finding{Kind: r.Kind, Fault: r.Fault})
		}
		return err
	})
	return all
}

func said(all []entitlement.Finding) (text string) {
	for _, f := range all {
		text += f.Kind + " " + string(f.Fault) + ";"
	}
	return text
}

// TestEnter begins with the wrong people: each place writes in its own list
// alone, and only what its duty opens.
func TestEnter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &entitlement.Service{DB: d, Keys: seal.FromSeed(1)}
		house, _ := given(t, d, s.Keys)
		village, community := as(actor.VillageClerk, origin), as(actor.VillageClerk, far)
		for _, c := range []struct {
			who  string
			by   actor.Actor
			w    entitlement.Words
			want fault.Kind
		}{
			{"nobody", actor.Actor{}, words("homestead", entitlement.Origin, origin), fault.NotFound},
			{"another village", as(actor.VillageClerk, elsewhere), words("homestead", entitlement.Origin, origin), fault.NotFound},
			{"another village, its own list", as(actor.VillageClerk, elsewhere), words("homestead", entitlement.Origin, elsewhere), fault.NotFound},
			{"another town", as(actor.TownWindow, another), words("homestead", entitlement.Origin, origin), fault.NotFound},
			{"the grid worker", as(actor.GridWorker, far+"001"), words("medical", entitlement.Living, far), fault.Forbidden},
			{"the registrar", as(actor.Registrar, "610929100"), words("homestead", entitlement.Origin, origin), fault.Forbidden},
			{"the system administrator", as(actor.SystemAdmin, county), words("homestead", entitlement.Origin, origin), fault.Forbidden},
			{"the community, land", community, words("homestead", entitlement.Origin, origin), fault.Invalid},
			{"the village, insurance", village, words("serious_illness", entitlement.Living, far), fault.Invalid},
			{"the village, 低保", village, words("subsistence", entitlement.Origin, origin), fault.Invalid},
			{"the community, 特困", community, words("destitute", entitlement.Living, far), fault.Invalid},
			{"agriculture, 低保", as(actor.Agriculture, county), words("subsistence", entitlement.Origin, origin), fault.Invalid},
			{"civil affairs, land", as(actor.CivilAffairs, county), words("homestead", entitlement.Origin, origin), fault.Invalid},
			{"the village, a kind its side does not owe", village, words("pension", entitlement.Origin, origin), fault.Invalid},
			{"the village of origin", village, words("homestead", entitlement.Origin, origin), ""},
			{"the community", community, words("serious_illness", entitlement.Living, far), ""},
			{"the town of origin, 低保", as(actor.TownWindow, "610929100"), words("subsistence", entitlement.Origin, origin), ""},
			{"agriculture", as(actor.Agriculture, county), words("other_policy", entitlement.Origin, origin), ""},
			{"civil affairs", as(actor.CivilAffairs, county), words("temporary_aid", entitlement.Living, far), ""},
		} {
			if _, err := s.Enter(t.Context(), c.by, "", house, c.w); fault.KindOf(err) != c.want {
				t.Errorf("%s: got %v, want %q", c.who, err, c.want)
			}
		}
		w := words("homestead", entitlement.Origin, origin)
		if _, err := s.Enter(t.Context(), village, "", house, w); fault.KeyOf(err) != "entitlement.act.listed" {
			t.Errorf("twice in one list: %v", err)
		}
		for field, change := range map[string]func(*entitlement.Words){
			"evidence": func(w *entitlement.Words) { w.Evidence = " " }, "reason": func(w *entitlement.Words) { w.Reason = "" },
			"amount": func(w *entitlement.Words) { w.Amount = "低保户" }, "from": func(w *entitlement.Words) { w.From = "2027-01-01" }, "to": func(w *entitlement.Words) { w.To = "2024-03-01" },
		} {
			w := words("homestead", entitlement.Origin, origin)
			w.Evidence = "另一证"
			change(&w)
			_, err := s.Enter(t.Context(), village, "", house, w)
			if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		b, err := s.Book(t.Context(), as(actor.TownWindow, "610929100"), house)
		if err != nil || len(b.Acts) != 5 {
			t.Errorf("the ledger keeps %d acts, %v", len(b.Acts), err)
		}
	})
}

// TestLife walks the table of a right's life, and what is kept of it.
func TestLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &entitlement.Service{DB: d, Keys: seal.FromSeed(1)}
		house, _ := given(t, d, s.Keys)
		by := as(actor.VillageClerk, origin)
		w := words("farmland", entitlement.Origin, origin)
		for name, wrong := range map[string]actor.Actor{"nobody": {}, "the community": as(actor.VillageClerk, far), "another village": as(actor.VillageClerk, elsewhere), "civil affairs": as(actor.CivilAffairs, county)} {
			w := w
			w.Ground = "applied"
			for what, err := range map[string]error{
				"correct": second(s.Correct(t.Context(), wrong, "", "e1", w)), "change": second(s.Change(t.Context(), wrong, "", "e1", w)),
				"end": second(s.End(t.Context(), wrong, "", "e1", w)), "reopen": second(s.Reopen(t.Context(), wrong, "", "e1", w)), "look": second(s.Right(t.Context(), wrong, "e1")),
			} {
				if fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s may %s: %v", name, what, err)
				}
			}
		}
		w.Amount, w.Evidence, w.From = "3.5", "J0012", "2018-01-01"
		corrected, err := s.Correct(t.Context(), by, "", "e1", w)
		if err != nil || corrected.Amount != "承包地3.5亩" || corrected.ValidFrom != "2018-01-01" || corrected.State != entitlement.Valid {
			t.Fatalf("corrected: %+v, %v", corrected, err)
		}
		if _, err := s.Correct(t.Context(), by, "", "e1", w); fault.KindOf(err) != fault.NotFound {
			t.Errorf("what is no longer believed was corrected: %v", err)
		}
		w.Amount, w.Evidence, w.From = "4", "J0012补", "2025-01-01"
		changed, err := s.Change(t.Context(), by, "", corrected.ID, w)
		if err != nil || changed.State != entitlement.Changed || changed.ValidFrom != "2025-01-01" {
			t.Fatalf("changed: %+v, %v", changed, err)
		}
		if text := said(open(t, d, house)); text != "" {
			t.Errorf("a changed right is a fault: %s", text)
		}
		w.From, w.Ground = "2026-01-01", "moved_away"
		if _, err := s.End(t.Context(), by, "", changed.ID, w); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a right ended because its household moved: %v", err)
		}
		if _, err := s.Reopen(t.Context(), by, "", changed.ID, w); fault.KindOf(err) != fault.Conflict {
			t.Errorf("what runs was opened again: %v", err)
		}
		w.Ground = "expired"
		ended, err := s.End(t.Context(), by, "", changed.ID, w)
		if err != nil || ended.State != entitlement.Changed || ended.ValidTo != "2026-01-01" {
			t.Fatalf("ended: %+v, %v", ended, err)
		}
		if text := said(open(t, d, house)); text != "farmland gap;" {
			t.Errorf("a contract that ran out is no gap: %q", text)
		}
		for name, err := range map[string]error{"change": second(s.Change(t.Context(), by, "", ended.ID, w)), "end": second(s.End(t.Context(), by, "", ended.ID, w))} {
			if fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s of what has ended: %v", name, err)
			}
		}
		w.Evidence = "J0012续"
		again, err := s.Reopen(t.Context(), by, "", ended.ID, w)
		if err != nil || again.ValidFrom != "2026-01-01" || !again.Running("2026-06-01") {
			t.Fatalf("opened again: %+v, %v", again, err)
		}
		if text := said(open(t, d, house)); text != "" {
			t.Errorf("the lists add up again, and still %s", text)
		}
		w.Ground, w.From = "applied", "2026-02-01"
		if e, err := s.End(t.Context(), by, "k1", again.ID, w); err != nil || e.State != entitlement.GivenUp {
			t.Errorf("given up: %+v, %v", e, err)
		}
		if e, err := s.End(t.Context(), by, "k1", again.ID, w); err != nil || e.State != entitlement.GivenUp {
			t.Errorf("sent twice: %+v, %v", e, err)
		}
		if text := said(open(t, d, house)); text != "" {
			t.Errorf("what was given up is nobody's gap, and still %s", text)
		}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			n, err := db.One[int64](tx, `select count(*) from entitlement where household_id = $1 and kind = 'farmland'`, house)
			if n != 8 { // e1, e2; corrected, closed, changed, ended, again, given up
				t.Errorf("%d rows are kept of the farmland, want 8", n)
			}
			jobs, _ := db.One[int64](tx, `select count(*) from job where kind = $1`, household.JobChanged)
			if jobs == 0 {
				t.Error("nobody is told that the household's rights have changed")
			}
			for _, noun := range []string{"household"} { // read by those who have no duty for rights
				if n, _ := db.One[int64](tx, `select count(*) from change where subject like $1 and action like 'entitlement.%'`, noun+"/%"); n != 0 {
					t.Errorf("%d acts on rights stand in the record of a %s", n, noun)
				}
			}
			return err
		})
	})
}

func second[T any](_ T, err error) error { return err }

// TestFindings: what does not add up is told to the people of its places who
// have the duty, stays until the lists add up, and changes no right.
func TestFindings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &entitlement.Service{DB: d, Keys: seal.FromSeed(1)}
		house, head := given(t, d, s.Keys)
		for _, by := range []actor.Actor{{}, as(actor.SystemAdmin, county), as(actor.Registrar, "610929100"), as(actor.GridWorker, far+"001")} {
			if _, err := s.Sweep(t.Context(), by); err == nil {
				t.Errorf("%s sweeps the county", by.Kind)
			}
		}
		if n, err := s.Sweep(t.Context(), actor.ForSystem("rights")); err != nil || n != 0 {
			t.Fatalf("the given county: %d, %v", n, err)
		}
		rights := []entitlement.Entitlement{
			right("medical", entitlement.Living, elsewhere, "Y9"),
			right("farmland", entitlement.Origin, elsewhere, "J0012"),
			right("subsistence", entitlement.Living, far, "D1"),
			until(right("homestead", entitlement.Origin, origin, "Z1"), "valid", "2021-01-01"),
		}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for i, e := range rights {
				e.ID, e.HouseholdID, e.RecordedAt, e.Source = fmt.Sprint("planted", i), house, 1, "test"
				if err := db.Insert(tx, "entitlement", e); err != nil {
					return err
				}
			}
			return nil
		})
		if _, err := s.Sweep(t.Context(), actor.ForSystem("rights")); err != nil {
			t.Fatal(err)
		}
		const all = "farmland double_claim;homestead gap;medical double_drawn;subsistence double_drawn;"
		if text := said(open(t, d, house)); text != all {
			t.Fatalf("found %s\nwant %s", text, all)
		}
		if n, err := s.Sweep(t.Context(), actor.ForSystem("rights")); err != nil || n != 0 {
			t.Errorf("a second sweep changed %d, %v", n, err)
		}
		sees := func(by actor.Actor) (text string) {
			lines, err := s.Findings(t.Context(), by, entitlement.FindingFilter{View: entitlement.Waiting}, 50)
			if err != nil {
				return string(fault.KindOf(err))
			}
			n, err := s.Count(t.Context(), by)
			if err != nil || int(n) != len(lines) {
				t.Errorf("%s counts %d of %d, %v", by.Kind, n, len(lines), err)
			}
			slices.SortFunc(lines, func(a, b entitlement.FindingLine) int { return strings.Compare(a.Kind, b.Kind) })
			for _, l := range lines {
				text += l.Kind + ";"
				if _, err := s.Finding(t.Context(), by, l.ID); err != nil {
					t.Errorf("%s is told of %s and may not see it: %v", by.Kind, l.Kind, err)
				}
			}
			if lines, err = s.Findings(t.Context(), by, entitlement.FindingFilter{}, 50); err != nil {
				t.Error(err)
			}
			for _, k := range open(t, d, house) { // and no other by its address
				id := idOf(t, d, k.Kind)
				_, err := s.Finding(t.Context(), by, id)
				if told := contains(lines, k.Kind); (err == nil) != told {
					t.Errorf("%s at %v: %s by its address: %v", by.Kind, by.Paths, k.Kind, err)
				}
			}
			return text
		}
		for _, c := range []struct {
			who  string
			by   actor.Actor
			want string
		}{
			{"nobody", actor.Actor{}, "forbidden"},
			{"the police", as(actor.CountyPolice, county), "forbidden"},
			{"the grid worker", as(actor.GridWorker, far+"001"), "forbidden"},
			{"a village with no part", as(actor.VillageClerk, "610929102002"), ""},
			{"another town", as(actor.TownWindow, "610929103"), ""},
			{"the village of origin", as(actor.VillageClerk, origin), "farmland;homestead;"},
			{"the other village", as(actor.VillageClerk, elsewhere), "farmland;medical;"},
			{"the community", as(actor.VillageClerk, far), "medical;"},
			{"agriculture", as(actor.Agriculture, county), "farmland;homestead;"},
			{"civil affairs", as(actor.CivilAffairs, county), "subsistence;"},
			{"the town of origin", as(actor.TownWindow, "610929100"), "farmland;homestead;subsistence;"},
			{"the town where it lives", as(actor.TownWindow, "610929101"), "homestead;medical;subsistence;"},
		} {
			if got := sees(c.by); got != c.want {
				t.Errorf("%s sees %q, want %q", c.who, got, c.want)
			}
		}
		// Each place answers for its own part.
		community := as(actor.VillageClerk, far)
		p, err := s.Finding(t.Context(), community, idOf(t, d, "medical"))
		if err != nil || len(p.Parts) != 2 || len(p.Rights) != 2 {
			t.Fatalf("the finding: %+v, %v", p, err)
		}
		for _, part := range p.Parts {
			_, err := s.Answer(t.Context(), community, "", part.ID, "已电话核实：旧社区未办停保")
			if own := part.Path == far; own != (err == nil) || own != part.May {
				t.Errorf("the community answers for %s: %v", part.Path, err)
			}
			if _, err := s.Answer(t.Context(), as(actor.VillageClerk, origin), "", part.ID, "不归我管"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("the village of origin answers about insurance: %v", err)
			}
		}
		if got := sees(community); got != "" {
			t.Errorf("answered, and still waiting: %s", got)
		}
		if lines, err := s.Findings(t.Context(), community, entitlement.FindingFilter{View: entitlement.Answered}, 50); err != nil || len(lines) != 1 {
			t.Errorf("answered are %d, %v", len(lines), err)
		}
		if got := sees(as(actor.VillageClerk, elsewhere)); got != "farmland;medical;" {
			t.Errorf("the other place has nothing to do any more: %s", got)
		}
		// The other list is put right: the finding is gone by itself.
		w := words("medical", entitlement.Living, elsewhere)
		w.Ground, w.From = "moved_on", "2025-01-01"
		if _, err := s.End(t.Context(), as(actor.VillageClerk, elsewhere), "", "planted0", w); err != nil {
			t.Fatal(err)
		}
		if text := said(open(t, d, house)); text != "farmland double_claim;homestead gap;subsistence double_drawn;" {
			t.Errorf("after the act: %s", text)
		}
		// Where a protected household lives is in no finding, and no count.
		if _, err := (&grid.Service{DB: d, Keys: s.Keys}).Protect(t.Context(), as(actor.Registrar, "610929101"), "", grid.ProtectionDraft{PersonID: head, Ground: "court_order", Document: "（2026）陕0929民保令1号", ReviewOn: "2026-09-01"}); err != nil {
			t.Fatal(err)
		}
		if got := sees(as(actor.TownWindow, "610929101")); got != "" {
			t.Errorf("before the sweep, the town where a protected household lives is told of %s", got)
		}
		if b, err := s.Book(t.Context(), as(actor.TownWindow, "610929101"), house); fault.KindOf(err) != fault.NotFound {
			t.Errorf("its ledger at the place of living: %+v, %v", b, err)
		}
		b, err := s.Book(t.Context(), as(actor.TownWindow, "610929100"), house)
		if err != nil || b.LivesAt != "" {
			t.Errorf("its ledger at the origin: %s, %v", b.LivesAt, err)
		}
		for _, line := range b.Lines {
			if line.Side == entitlement.Living {
				t.Errorf("its ledger at the origin tells of %s where it lives: %+v", line.Kind, line.Held)
			}
		}
		if _, err := s.Sweep(t.Context(), actor.ForSystem("rights")); err != nil {
			t.Fatal(err)
		}
		if text := said(open(t, d, house)); text != "farmland double_claim;homestead gap;" {
			t.Errorf("after the protection: %s", text)
		}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			n, err := db.One[int64](tx, `select count(*) from right_finding_place where gone_at = 0 and relation = 'living'`)
			if n != 0 {
				t.Errorf("%d parts tell where a protected household lives", n)
			}
			return err
		})
	})
}

func contains(lines []entitlement.FindingLine, kind string) bool {
	for _, l := range lines {
		if l.Kind == kind {
			return true
		}
	}
	return false
}

func idOf(t *testing.T, d *db.DB, kind string) (id string) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) (err error) {
		id, err = db.One[string](tx, `select id from right_finding where kind = $1 and gone_at = 0`, kind)
		return err
	})
	return id
}

// TestList: the list of a place, by household, for those with the duty.
func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &entitlement.Service{DB: d, Keys: seal.FromSeed(1)}
		given(t, d, s.Keys)
		for _, c := range []struct {
			who  string
			by   actor.Actor
			want string
		}{
			{"nobody", actor.Actor{}, "forbidden"},
			{"the police", as(actor.Registrar, "610929100"), "forbidden"},
			{"another village", as(actor.VillageClerk, elsewhere), ""},
			{"the village of origin", as(actor.VillageClerk, origin), "farmland;farmland;"},
			{"the community", as(actor.VillageClerk, far), "medical;"},
			{"civil affairs", as(actor.CivilAffairs, county), "subsistence;destitute;"},
			{"the town of origin", as(actor.TownWindow, "610929100"), "farmland;farmland;subsistence;"},
		} {
			text, after := "", ""
			for { // one at a time
				rows, err := s.List(t.Context(), c.by, entitlement.Filter{After: after}, 1)
				if err != nil {
					text = string(fault.KindOf(err))
				}
				if len(rows) == 0 {
					break
				}
				text, after = text+rows[0].Kind+";", rows[0].Cursor()
				if rows[0].Head != "王守山" {
					t.Errorf("whose right it is: %q", rows[0].Head)
				}
			}
			if text != c.want {
				t.Errorf("%s: got %q, want %q", c.who, text, c.want)
			}
		}
		if rows, err := s.List(t.Context(), as(actor.TownWindow, "610929100"), entitlement.Filter{Ended: true}, 9); err != nil || len(rows) != 0 {
			t.Errorf("ended: %v, %v", rows, err)
		}
		if got := fmt.Sprint(entitlement.Duties(as(actor.CivilAffairs, county))); got != "[subsistence destitute temporary_aid]" {
			t.Errorf("duties of civil affairs: %s", got)
		}
		if got := entitlement.Duties(as(actor.Registrar, county)); got != nil {
			t.Errorf("duties of the police: %v", got)
		}
	})
	for _, k := range entitlement.Kinds {
		if d := entitlement.Duty(k); (d == policy.Aid) != entitlement.Benefit(k) {
			t.Errorf("%s: the duty is %v", k, d)
		}
	}
}
