package matter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anju/internal/accepting"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/matter"
)

var anybody = actor.ForPublic()

// civil is the office that refused; farms another of the county's.
var civil, farms = as(actor.CivilAffairs, county), as(actor.Agriculture, county)

// listed puts a service of the county's civil affairs office on the list.
func (w *world) listed() {
	w.t.Helper()
	dbtest.Given(w.t, w.DB, func(tx *db.Tx) error {
		return db.Insert(tx, "accepting", accepting.Item{ID: "card", ValidFrom: "2020-01-01", ValidTo: calendar.Forever,
			Says: accepting.Says{Item: "card", Name: "老年人优待证", Unit: "县民政局", Office: actor.CivilAffairs, Phone: "0915-5550112", Basis: "白民发〔2023〕40号"}})
	})
}

func (w *world) refused() matter.RefusalRequest {
	return matter.RefusalRequest{Item: "card", Town: "城关镇", Place: "县民政局一楼3号窗口", On: calendar.On(w.DB.Now()), Text: "说只认户口簿，让回原籍开证明", Name: "覃秀兰", Phone: "13900001111"}
}

func (w *world) refusal(from string) (matter.RefusalReceipt, matter.Matter) {
	w.t.Helper()
	r, err := w.ReportRefusal(w.t.Context(), anybody, w.key(), from, w.refused())
	if err != nil {
		w.t.Fatal(err)
	}
	lines, err := w.List(w.t.Context(), people["county centre"], matter.Filter{Countys: true, Limit: 200})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range lines {
		if l.Number == r.Number {
			return r, l.Matter
		}
	}
	w.t.Fatalf("%s is not with the county's centre", r.Number)
	return r, matter.Matter{}
}

// TestWhoSeesARefusal begins with the wrong people: every post of the place, and
// the office that refused, knows nothing of it in a page, a list or a number.
func TestWhoSeesARefusal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.listed()
		_, m := w.refusal("10.0.0.1")
		wrong := map[string]actor.Actor{"civil affairs": civil, "agriculture": farms, "justice": as(actor.Justice, county), "window": as(actor.TownWindow, town), "station": as(actor.StationHead, town),
			"county police": as(actor.CountyPolice, county), "anybody": anybody}
		for name, by := range people {
			if by.Kind != actor.CountyCentre && by.Kind != actor.Chief {
				wrong[name] = by
			}
		}
		for name, by := range wrong {
			if _, err := w.Get(t.Context(), by, m.ID); fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s opens it: %v", name, err)
			}
			for _, f := range []matter.Filter{{}, {Handed: true}, {Countys: true}, {Mine: true}, {Level: 5}} {
				if lines, err := w.List(t.Context(), by, f); err == nil && len(lines) != 0 {
					t.Errorf("%s lists it by %+v", name, f)
				}
			}
			if n, err := w.Counts(t.Context(), by); err == nil && n != (matter.Counts{}) {
				t.Errorf("%s counts it: %+v", name, n)
			}
			if _, err := w.Do(t.Context(), by, w.key(), matter.Accept, m.ID, matter.Say{}); err == nil {
				t.Errorf("%s accepts it", name)
			}
			if by.Kind == actor.Public {
				continue
			}
			if _, err := w.ReportRefusal(t.Context(), by, w.key(), "10.0.0.9", w.refused()); err == nil {
				t.Errorf("%s reports as if without an account", name)
			}
		}
		for _, who := range []string{"county centre", "chief"} {
			p, err := w.Get(t.Context(), people[who], m.ID)
			if err != nil || p.Contact.Name != "覃秀兰" || p.Contact.Phone.Reveal() != "13900001111" || p.Refusal == nil || p.Refusal.Service != "老年人优待证" || p.Matter.Place != "城关镇县民政局一楼3号窗口" {
				t.Errorf("%s: %+v, %v", who, p, err)
			}
			if p.Matter.Category != "service" || p.Matter.Kind != matter.CategoryRefusal || len(p.Clocks) != 1 || p.Clocks[0].Level != 5 || len(p.Events) != 1 || p.Events[0].Account != "public" {
				t.Errorf("%s: %+v, %+v, %+v", who, p.Matter, p.Clocks, p.Events)
			}
		}
	})
}

// TestRefusalIsNeverHandedToWhoRefused: the centre works on it and may ask
// another department, which does not learn who reported.
func TestRefusalIsNeverHandedToWhoRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.listed()
		receipt, m := w.refusal("10.0.0.1")
		centre := people["county centre"]
		w.must(w.Do(t.Context(), centre, w.key(), matter.Accept, m.ID, matter.Say{}))
		p, err := w.Get(t.Context(), centre, m.ID)
		if err != nil || !slices.Contains(p.Acts, matter.Handle) || slices.Contains(p.Acts, matter.SendDown) || slices.Contains(p.Units(), actor.CivilAffairs) || !slices.Contains(p.Units(), actor.Agriculture) {
			t.Errorf("the centre can %v, ask %v; %v", p.Acts, p.Units(), err)
		}
		for _, unit := range []actor.Kind{actor.CivilAffairs, actor.TownWindow, actor.Registrar, actor.VillageClerk} {
			if _, err := w.Do(t.Context(), centre, w.key(), matter.Transfer, m.ID, matter.Say{Unit: unit, Text: "请说明"}); fault.KeyOf(err) != "matter.transfer.refused" {
				t.Errorf("handed to %s: %v", unit, err)
			}
		}
		for _, who := range []string{"county centre", "chief"} {
			if _, err := w.Do(t.Context(), people[who], w.key(), matter.SendDown, m.ID, matter.Say{Text: "请镇里办"}); err == nil {
				t.Errorf("%s sends it down", who)
			}
		}
		w.must(w.Do(t.Context(), centre, w.key(), matter.Split, m.ID, matter.Say{Text: "另一件"}))
		lines, err := w.List(t.Context(), centre, matter.Filter{Countys: true})
		if err != nil || len(lines) != 2 {
			t.Fatal(lines, err)
		}
		part := lines[1].Matter
		if part.ID == m.ID {
			part = lines[0].Matter
		}
		w.must(w.Do(t.Context(), centre, w.key(), matter.Accept, part.ID, matter.Say{}))
		if _, err := w.Do(t.Context(), centre, w.key(), matter.Transfer, part.ID, matter.Say{Unit: actor.CivilAffairs, Text: "请说明"}); fault.KeyOf(err) != "matter.transfer.refused" {
			t.Errorf("a part is handed to who refused: %v", err)
		}

		w.must(w.Do(t.Context(), centre, w.key(), matter.Transfer, m.ID, matter.Say{Unit: actor.Agriculture, Text: "请说明"}))
		asked, err := w.Get(t.Context(), farms, m.ID)
		if err != nil || asked.Contact.Name != "" || asked.Contact.Phone.Reveal() != "" || asked.Matter.ReporterName == "覃秀兰" {
			t.Errorf("the department that is asked: %+v, %v", asked.Contact, err)
		}
		w.must(w.Do(t.Context(), farms, w.key(), matter.Reply, m.ID, matter.Say{Text: "与我局无关"}))
		is, err := w.RefusalState(t.Context(), anybody, "10.0.0.1", receipt)
		if err != nil || is.State != matter.Accepted || is.Result != "" {
			t.Errorf("while it is worked on: %+v, %v", is, err)
		}
		w.must(w.Do(t.Context(), centre, w.key(), matter.Handle, m.ID, matter.Say{Text: "已责成窗口当场办理"}))
		if is, err = w.RefusalState(t.Context(), anybody, "10.0.0.1", receipt); err != nil || is.State != matter.Handled || is.Result != "已责成窗口当场办理" || is.Service != "老年人优待证" {
			t.Errorf("with a result: %+v, %v", is, err)
		}
	})
}

// TestLateRefusal: a refusal that lies too long is told to the county, and to no
// town.
func TestLateRefusal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.listed()
		_, m := w.refusal("10.0.0.1")
		w.clock.Move(8 * 24 * time.Hour)
		w.sweep()
		p, err := w.Get(t.Context(), people["county centre"], m.ID)
		if err != nil || len(p.Warnings) != 1 || len(p.Receipts) != 1 || p.Receipts[0].Path != county || len(p.Orders) != 1 || p.Orders[0].IssuerPath != county {
			t.Fatalf("%+v %+v %+v, %v", p.Warnings, p.Receipts, p.Orders, err)
		}
		for _, who := range []string{"town centre", "far centre", "general"} {
			if lines, err := w.Orders(t.Context(), people[who], matter.AllOrders, "", 10); err != nil || len(lines) != 0 {
				t.Errorf("%s: %+v, %v", who, lines, err)
			}
		}
	})
}

// TestRefusalForm: what is not answered is asked for, all of it at once.
func TestRefusalForm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.listed()
		today := calendar.On(w.DB.Now())
		for field, spoil := range map[string]func(*matter.RefusalRequest){
			"item":    func(r *matter.RefusalRequest) { r.Item = "nothing" },
			"service": func(r *matter.RefusalRequest) { r.Item, r.Service = matter.OtherItem, " " },
			"town":    func(r *matter.RefusalRequest) { r.Town = "某镇" },
			"place":   func(r *matter.RefusalRequest) { r.Place = "" },
			"on":      func(r *matter.RefusalRequest) { r.On = today.AddDays(1) },
			"text":    func(r *matter.RefusalRequest) { r.Text = strings.Repeat("长", matter.MaxText+1) },
			"name":    func(r *matter.RefusalRequest) { r.Name = strings.Repeat("长", 101) },
			"phone":   func(r *matter.RefusalRequest) { r.Phone = "没有" },
		} {
			r := w.refused()
			spoil(&r)
			for range 20 { // what is wrong counts towards no limit
				_, err := w.ReportRefusal(t.Context(), anybody, w.key(), "10.0.0.2", r)
				if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field {
					t.Fatalf("%s: %v", field, err)
				}
			}
		}
		other := matter.RefusalRequest{Item: matter.OtherItem, Service: "办电话卡", Place: "某营业厅", On: today.AddDays(-3), Text: "不认"}
		r, err := w.ReportRefusal(t.Context(), anybody, w.key(), "10.0.0.2", other)
		if err != nil || !strings.HasPrefix(r.Number, "SJ") || len(r.Code) != 10 {
			t.Errorf("%+v, %v", r, err)
		}
		is, err := w.RefusalState(t.Context(), anybody, "10.0.0.2", matter.RefusalReceipt{Number: strings.ToLower(r.Number), Code: " " + strings.ToLower(r.Code[:5]) + " " + r.Code[5:]})
		if err != nil || is.Service != "办电话卡" || is.State != matter.Reported {
			t.Errorf("as it was copied by hand: %+v, %v", is, err)
		}
	})
}

// TestRefusalOnce: a form sent twice is one matter with one receipt.
func TestRefusalOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.listed()
		key := w.key()
		first, err := w.ReportRefusal(t.Context(), anybody, key, "10.0.0.1", w.refused())
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.ReportRefusal(t.Context(), anybody, key, "10.0.0.1", w.refused())
		if err != nil || again != first {
			t.Errorf("%+v, %v; want %+v", again, err, first)
		}
		if n, err := w.Counts(t.Context(), people["county centre"]); err != nil || n.Countys != 1 {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

// TestRefusalFlood: what one address sends in a quarter of an hour is limited,
// and so is what all of them send; afterwards it goes on.
func TestRefusalFlood(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.listed()
		sent := func(from string) (n int) {
			for range 15 {
				_, err := w.ReportRefusal(t.Context(), anybody, w.key(), from, w.refused())
				switch {
				case err == nil:
					n++
				case fault.KeyOf(err) != "matter.refusal.too_many":
					t.Fatal(err)
				}
			}
			return n
		}
		if n := sent("10.0.0.1"); n != 10 {
			t.Errorf("one address sent %d", n)
		}
		all := 10
		for i := range 12 {
			all += sent(fmt.Sprint("10.0.1.", i))
		}
		if all != 100 {
			t.Errorf("all sent %d", all)
		}
		w.clock.Move(16 * time.Minute)
		if n := sent("10.0.0.1"); n != 10 {
			t.Errorf("afterwards it sent %d", n)
		}
	})
}

// TestReceiptIsNotGuessed: a number without its code says nothing, and the
// answer does not tell whether there is such a number.
func TestReceiptIsNotGuessed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.listed()
		r, _ := w.refusal("10.0.0.1")
		plain := w.report()
		wrongs := []matter.RefusalReceipt{{}, {Number: r.Number}, {Code: r.Code}, {Number: r.Number, Code: "AAAAAAAAAA"}, {Number: "SJ19990101-0001", Code: r.Code}, {Number: plain.Number, Code: ""}}
		for _, wrong := range wrongs {
			_, err := w.RefusalState(t.Context(), anybody, "10.0.0.3", wrong)
			if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != "matter.refusal.no_receipt" {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		for i := range 20 { // from many places
			w.RefusalState(t.Context(), anybody, fmt.Sprint("10.1.0.", i), matter.RefusalReceipt{Number: r.Number, Code: fmt.Sprintf("AAAAAAAA%02d", i)})
		}
		if _, err := w.RefusalState(t.Context(), anybody, "10.0.0.4", matter.RefusalReceipt{Number: r.Number, Code: "AAAAAAAAAA"}); fault.KeyOf(err) != "matter.refusal.looked_too_often" {
			t.Errorf("guessing goes on: %v", err)
		}
		w.clock.Move(16 * time.Minute)
		if is, err := w.RefusalState(t.Context(), anybody, "10.0.0.1", r); err != nil || is.Number != r.Number {
			t.Errorf("its reporter: %+v, %v", is, err)
		}
		if _, err := w.RefusalState(t.Context(), people["county centre"], "10.0.0.1", r); err == nil {
			t.Error("an office looks as its reporter")
		}
	})
}
