package dwelling_test

import (
	"math"
	"slices"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/ident"
)

// A county with one farmhouse; who may know of it is the test's to say.
type world struct {
	*dwelling.Service
	house dwelling.House
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{Service: &dwelling.Service{DB: d, Seen: func(*db.Tx, actor.Actor, string) error { return nil }}}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: village, GroupNo: "01", Text: "清风村一组1号"})
			if err != nil {
				return err
			}
			w.house, err = dwelling.HouseAt(tx, a.ID, "farmhouse")
			return err
		})
		f(t, w)
	})
}

func as(kind actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: string(kind) + path, Name: "办事员", Kind: kind, Paths: []string{path}, Office: "办公室"}
}

var clerk = as(actor.VillageClerk, village)

func (w *world) change() dwelling.HouseChange {
	return dwelling.HouseChange{ID: w.house.ID, Version: w.house.Version, Use: "farmhouse", Ownership: "own", Area: 86.5, Disposal: dwelling.ToClear, DisposedOn: "2026-02-01", Document: "腾退协议2026-17号"}
}

func (w *world) stored(t *testing.T) (h dwelling.House) {
	t.Helper()
	dbtest.Given(t, w.DB, func(tx *db.Tx) (err error) { h, _, err = dwelling.GetHouse(tx, w.house.ID); return err })
	return h
}

func TestChangeHouse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for who, tt := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"another village":       {as(actor.VillageClerk, other), fault.NotFound},
			"another town's window": {as(actor.TownWindow, "610929101"), fault.NotFound},
			"a grid worker":         {as(actor.GridWorker, village+"001"), fault.Forbidden},
			"agriculture":           {as(actor.Agriculture, "610929"), fault.Forbidden},
			"an administrator":      {as(actor.SystemAdmin, "610929"), fault.Forbidden},
		} {
			if h, err := w.ChangeHouse(t.Context(), tt.by, "", w.change()); fault.KindOf(err) != tt.want || h.ID != "" {
				t.Errorf("%s: %+v, %v", who, h, err)
			}
		}
		w.Seen = func(*db.Tx, actor.Actor, string) error { return fault.New(fault.NotFound, "policy.not_found") }
		if h, err := w.ChangeHouse(t.Context(), clerk, "", w.change()); fault.KindOf(err) != fault.NotFound || h.ID != "" {
			t.Errorf("a house that is not there for the actor: %+v, %v", h, err)
		}
		w.Seen = func(*db.Tx, actor.Actor, string) error { return nil }

		for name, tt := range map[string]struct {
			change func(c *dwelling.HouseChange)
			field  string
		}{
			"no such use":       {func(c *dwelling.HouseChange) { c.Use = "temple" }, "use"},
			"no such ownership": {func(c *dwelling.HouseChange) { c.Ownership = "" }, "ownership"},
			"no area":           {func(c *dwelling.HouseChange) { c.Area = 0 }, "area"},
			"an area of mu":     {func(c *dwelling.HouseChange) { c.Area = 2001 }, "area"},
			"no number":         {func(c *dwelling.HouseChange) { c.Area = math.Inf(1) }, "area"},
			"gone at once":      {func(c *dwelling.HouseChange) { c.Disposal = dwelling.Cleared }, "disposal"},
			"no such disposal":  {func(c *dwelling.HouseChange) { c.Disposal = "burnt" }, "disposal"},
			"no day":            {func(c *dwelling.HouseChange) { c.DisposedOn = "" }, "disposed_on"},
			"30 February":       {func(c *dwelling.HouseChange) { c.DisposedOn = "2026-02-30" }, "disposed_on"},
			"tomorrow":          {func(c *dwelling.HouseChange) { c.DisposedOn = "2999-01-01" }, "disposed_on"},
			"no agreement":      {func(c *dwelling.HouseChange) { c.Document = " " }, "document"},
		} {
			c := w.change()
			tt.change(&c)
			_, err := w.ChangeHouse(t.Context(), clerk, "", c)
			f := fault.Of(err)
			if math.IsInf(c.Area, 1) && f == nil { // a request that has no JSON is refused, too
				if err == nil {
					t.Errorf("%s: done", name)
				}
				continue
			}
			if f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != tt.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := w.stored(t); got != w.house {
			t.Errorf("refused, and changed: %+v", got)
		}
		is, err := w.ChangeHouse(t.Context(), clerk, "k", w.change())
		if err != nil || is.Disposal != dwelling.ToClear || is.Area != 86.5 || is != w.stored(t) {
			t.Errorf("changed: %+v, %v", is, err)
		}
		if _, err := w.ChangeHouse(t.Context(), as(actor.Registrar, village[:9]), "", w.change()); fault.KeyOf(err) != "form.changed_meanwhile" {
			t.Errorf("over another's change: %v", err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			changes, err := db.ChangesOf(tx, "house/"+w.house.ID, 10)
			if len(changes) != 2 || changes[0].Action != "house.change" {
				t.Errorf("recorded: %+v", changes)
			}
			return err
		})
	})
}

// What may become of a house, from each to each.
func TestDisposals(t *testing.T) {
	const (
		use, clear, gone, field, kept = dwelling.InUse, dwelling.ToClear, dwelling.Cleared, dwelling.Reclaimed, dwelling.Kept
	)
	allowed := map[dwelling.Disposal][]dwelling.Disposal{
		use: {use, clear, kept}, clear: {clear, use, gone, kept}, gone: {gone, field}, field: {field}, kept: {kept, use, clear},
	}
	way := map[dwelling.Disposal][]dwelling.Disposal{use: {}, clear: {clear}, gone: {clear, gone}, field: {clear, gone, field}, kept: {kept}}
	each(t, func(t *testing.T, w *world) {
		to := func(d dwelling.Disposal) error {
			c := w.change()
			c.Version, c.Disposal = w.stored(t).Version, d
			_, err := w.ChangeHouse(t.Context(), clerk, "", c)
			return err
		}
		for from := range allowed {
			for _, next := range dwelling.Disposals {
				dbtest.Given(t, w.DB, func(tx *db.Tx) error {
					_, err := tx.Exec(`update house set disposal = '', disposed_on = '', disposal_document = ''`)
					return err
				})
				for _, step := range way[from] {
					if err := to(step); err != nil {
						t.Fatalf("on the way to %q: %v", from, err)
					}
				}
				ok := slices.Contains(allowed[from], next)
				if err := to(next); (err == nil) != ok || !ok && fault.KindOf(err) != fault.Invalid {
					t.Errorf("%q becomes %q: %v", from, next, err)
				}
				want := from
				if ok {
					want = next
				}
				if got := w.stored(t); got.Disposal != want || (want == use) != (got.DisposalDocument == "") {
					t.Errorf("%q → %q: it is %+v", from, next, got)
				}
			}
		}
	})
}

const (
	goodCode  = "91350100M000100Y43" // GB 32100
	otherCode = "11100000000013338W"
)

func organisation() dwelling.OrganisationDraft {
	return dwelling.OrganisationDraft{USCC: goodCode, Name: "清风村卫生室", Village: village, Address: "清风村 一组5号", From: "2020-01-01"}
}

func TestOrganisations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for who, tt := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"another village":  {as(actor.VillageClerk, other), fault.NotFound},
			"a grid worker":    {as(actor.GridWorker, village+"001"), fault.Forbidden},
			"justice":          {as(actor.Justice, "610929"), fault.Forbidden},
			"an administrator": {as(actor.SecurityAdmin, "610929"), fault.Forbidden},
		} {
			if o, err := w.SaveOrganisation(t.Context(), tt.by, "", organisation()); fault.KindOf(err) != tt.want || o.ID != "" {
				t.Errorf("%s: %+v, %v", who, o, err)
			}
		}
		if _, err := w.Organisations(t.Context(), as(actor.AuditAdmin, "610929"), "", "", 10); fault.KindOf(err) == "" {
			t.Error("an administrator lists organisations")
		}
		for name, tt := range map[string]struct {
			change func(d *dwelling.OrganisationDraft)
			field  string
			key    string
		}{
			"a wrong check":       {func(d *dwelling.OrganisationDraft) { d.USCC = "91350100M000100Y44" }, "uscc", "ident.uscc.check"},
			"a letter I":          {func(d *dwelling.OrganisationDraft) { d.USCC = "91350100I000100Y43" }, "uscc", "ident.uscc.charset"},
			"15 digits":           {func(d *dwelling.OrganisationDraft) { d.USCC = "610929000012345" }, "uscc", "ident.uscc.length"},
			"no name":             {func(d *dwelling.OrganisationDraft) { d.Name = " " }, "name", "form.required"},
			"no address":          {func(d *dwelling.OrganisationDraft) { d.Address = " " }, "address", "form.required"},
			"not yet there":       {func(d *dwelling.OrganisationDraft) { d.From = "2999-01-01" }, "from", "dwelling.organisation.from"},
			"gone before it came": {func(d *dwelling.OrganisationDraft) { d.To = "2020-01-01" }, "to", "dwelling.organisation.to"},
		} {
			d := organisation()
			tt.change(&d)
			_, err := w.SaveOrganisation(t.Context(), clerk, "", d)
			if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != tt.field || f.Fields[0].Key != tt.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		d := organisation()
		d.USCC = "91350100m000100y43 " // as it is typed
		o, err := w.SaveOrganisation(t.Context(), clerk, "", d)
		if err != nil || o.USCC != goodCode || o.ValidTo != calendar.Forever || !o.Here("2026-01-01") || o.Here("2019-12-31") {
			t.Fatalf("registered: %+v, %v", o, err)
		}
		if _, err := w.SaveOrganisation(t.Context(), as(actor.VillageClerk, other), "", dwelling.OrganisationDraft{USCC: goodCode, Name: "x", Village: other, Address: "y", From: "2020-01-01"}); fault.KeyOf(err) != "dwelling.uscc_taken" {
			t.Errorf("the code of another: %v", err)
		}
		got, a, err := w.Organisation(t.Context(), clerk, o.ID)
		if err != nil || got != o || a.Text != "清风村一组5号" {
			t.Errorf("read %+v at %+v, %v", got, a, err)
		}
		d.ID, d.Version, d.USCC, d.Name, d.To = o.ID, o.Version, otherCode, "清风村卫生站", "2026-02-01"
		is, err := w.SaveOrganisation(t.Context(), clerk, "", d)
		if err != nil || is.USCC != ident.USCC(goodCode) || is.Name != "清风村卫生站" || is.Here("2026-02-01") {
			t.Errorf("changed: %+v, %v", is, err)
		}
		if _, err := w.SaveOrganisation(t.Context(), clerk, "", d); fault.KeyOf(err) != "form.changed_meanwhile" {
			t.Errorf("over another's change: %v", err)
		}
		away := d
		away.Version, away.Village = is.Version, other
		if _, err := w.SaveOrganisation(t.Context(), clerk, "", away); fault.KindOf(err) != fault.NotFound {
			t.Errorf("moved into somebody else's village: %v", err)
		}
		second := organisation()
		second.USCC, second.Name = otherCode, "清风村小学"
		if _, err := w.SaveOrganisation(t.Context(), clerk, "", second); err != nil {
			t.Fatal(err)
		}
		names := ""
		for after := ""; ; {
			page, err := w.Organisations(t.Context(), clerk, "", after, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			names, after = names+page[0].Name+page[0].Address+" ", page[0].ID
		}
		if names != "清风村卫生站清风村一组5号 清风村小学清风村一组5号 " && names != "清风村小学清风村一组5号 清风村卫生站清风村一组5号 " {
			t.Errorf("page by page: %s", names)
		}
		if none, err := w.Organisations(t.Context(), clerk, other, "", 10); err != nil || len(none) != 0 {
			t.Errorf("of another village: %+v, %v", none, err)
		}
	})
}
