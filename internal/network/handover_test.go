package network_test

import (
	"strings"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/matter"
	"anju/internal/network"
	"anju/internal/residence"
)

// TestHandOver: a post with anything open does not end without somebody to take
// it; what was in the name of who goes changes hands by the act of who takes it,
// and the record says from whom.
func TestHandOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := as("sysadmin")
		m, err := w.matters.Report(t.Context(), as("worker"), w.key(), matter.ReportRequest{Category: "facility", Text: "水管破裂"})
		if err != nil {
			t.Fatal(err)
		}
		post := w.post("worker", here)
		for _, by := range []actor.Actor{{}, as("worker"), as("leader"), as("general"), as("audadmin")} {
			if _, err := w.Leaving(t.Context(), by, post.ID); kind(err) != "not_found" {
				t.Errorf("%s sees what is open: %v", by.Account, err)
			}
			if _, err := w.HandOver(t.Context(), by, "", network.Offer{PostID: post.ID}); kind(err) != "not_found" {
				t.Errorf("%s hands over: %v", by.Account, err)
			}
		}
		l, err := w.Leaving(t.Context(), admin, post.ID)
		if err != nil || l.Open[network.Reports] != 1 || len(l.Open) != 1 {
			t.Fatalf("open %v, %v", l.Open, err)
		}
		var order []string
		for _, c := range l.Candidates {
			order = append(order, string(c.ID))
		}
		if got := strings.Join(order, " "); got != "second leader section general chief" {
			t.Errorf("who can take it: %s", got)
		}
		if err := w.accounts.EndPost(t.Context(), admin, post.ID); fault.KeyOf(err) != "network.hand_over.first" {
			t.Errorf("ends with something open: %v", err)
		}
		for name, c := range map[string]struct {
			to    account.ID
			wrong string
		}{
			"nobody": {"", "network.hand_over.nobody"}, "oneself": {"worker", "network.hand_over.nobody"}, "of another town": {"fargeneral", "network.hand_over.nobody"},
			"no post": {"spare", "network.hand_over.nobody"}, "an administrator": {"sysadmin", "network.hand_over.nobody"}, "who handles it": {"leader", "network.hand_over.own_matter"},
		} {
			_, err := w.HandOver(t.Context(), admin, "", network.Offer{PostID: post.ID, To: map[network.Part]account.ID{network.Reports: c.to}})
			if got := wrong(err, string(network.Reports)); got != c.wrong {
				t.Errorf("to %s: %v, want %s", name, err, c.wrong)
			}
		}
		if _, err := w.HandOver(t.Context(), admin, "", network.Offer{PostID: post.ID, EndsOn: today.AddDays(-1), To: map[network.Part]account.ID{network.Reports: "second"}}); wrong(err, "ends_on") != "network.hand_over.day" {
			t.Errorf("yesterday: %v", err)
		}
		offer := network.Offer{PostID: post.ID, EndsOn: today.AddDays(2), To: map[network.Part]account.ID{network.Reports: "second"}}
		key := w.key()
		h, err := w.HandOver(t.Context(), admin, key, offer)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.HandOver(t.Context(), admin, key, offer); err != nil || again.ID != h.ID {
			t.Errorf("sent twice: %v, %v", again, err)
		}
		if is := w.post("worker", here); is.ValidTo != today.AddDays(2) {
			t.Errorf("the post ends on %s", is.ValidTo)
		}
		for by, want := range map[string]string{"worker": "forbidden", "leader": "ok", "farleader": "not_found", "police": "forbidden", "audadmin": "forbidden", "sysadmin": "ok", "second": "ok"} {
			p, err := w.GetHandOver(t.Context(), as(by), h.ID)
			if kind(err) != want {
				t.Errorf("%s opens it: %v, want %s", by, err, want)
			}
			if (by == "second") != (len(p.Items) > 0) {
				t.Errorf("%s is shown %v", by, p.Items)
			}
		}
		for _, by := range []string{"worker", "leader", "sysadmin", "farleader"} {
			if _, err := w.TakeOver(t.Context(), as(by), "", h.ID); kind(err) != "not_found" {
				t.Errorf("%s takes what is somebody else's: %v", by, err)
			}
		}
		if n, err := w.Work(t.Context(), as("second")); err != nil || n.HandOvers != 1 {
			t.Errorf("to do: %+v, %v", n, err)
		}
		if h, err = w.TakeOver(t.Context(), as("second"), w.key(), h.ID); err != nil || h.DoneAt == 0 {
			t.Fatalf("taken: %+v, %v", h, err)
		}
		if _, err := w.TakeOver(t.Context(), as("second"), w.key(), h.ID); kind(err) != "conflict" {
			t.Errorf("twice: %v", err)
		}
		// The word on the matter is the taker's now; who reported it stays.
		page, err := w.matters.Get(t.Context(), as("second"), m.ID)
		if err != nil || !page.Mine || page.Matter.ReporterName != "甲worker" || !strings.Contains(page.Events[len(page.Events)-1].Text, "甲worker") {
			t.Errorf("the matter: %+v, %v", page.Matter, err)
		}
		if _, err := w.matters.Get(t.Context(), as("worker"), m.ID); kind(err) != "forbidden" {
			t.Errorf("who went still sees it: %v", err)
		}
		if n := w.count(`select count(*) from change where subject = $1 and account = 'second' and kind = 'grid_worker'`, h.Subject()); n != 2 { // the part, and that it is done
			t.Errorf("%d changes in the name of who took it", n)
		}
		if n := w.count(`select count(*) from handover where done_at = 0`); n != 0 {
			t.Errorf("%d wait", n)
		}
	})
}

// TestNothingOpen: a post in which nothing is open ends without a hand-over, and
// one hat given up takes nothing along that lies elsewhere.
func TestNothingOpen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as("second")
		by.Paths = []string{here}
		if _, err := w.matters.Report(t.Context(), by, w.key(), matter.ReportRequest{Category: "facility", Text: "路灯不亮", Path: here}); err != nil {
			t.Fatal(err)
		}
		h, err := w.HandOver(t.Context(), as("sysadmin"), w.key(), network.Offer{PostID: w.post("second", next).ID})
		if err != nil || h.ID != "" {
			t.Errorf("of the other grid: %+v, %v", h, err)
		}
		if l, err := w.Leaving(t.Context(), as("sysadmin"), w.post("second", here).ID); err != nil || l.Open[network.Reports] != 1 {
			t.Errorf("of the grid itself: %v, %v", l.Open, err)
		}
	})
}

// TestHandOverToWhomItNames: what names an official is handed to everybody but
// that official: their name is refused for the word on a report, and of what
// lies with a level they are not given it and do not see that it is there.
func TestHandOverToWhomItNames(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := as("sysadmin")
		for _, who := range []string{"second", "section"} {
			m, err := w.matters.Report(t.Context(), as("worker"), w.key(), matter.ReportRequest{Category: "service", Text: "态度生硬", Names: []string{who}})
			if err != nil || m.Level != 2 {
				t.Fatalf("it goes to level %d, %v", m.Level, err)
			}
		}
		offer := func(post account.Post, part network.Part, to account.ID) (network.HandOver, error) {
			return w.HandOver(t.Context(), admin, w.key(), network.Offer{PostID: post.ID, To: map[network.Part]account.ID{part: to}})
		}
		for _, to := range []account.ID{"second", "section"} {
			if _, err := offer(w.post("worker", here), network.Reports, to); wrong(err, string(network.Reports)) != "network.hand_over.own_matter" {
				t.Errorf("the reports go to %s: %v", to, err)
			}
		}
		h, err := offer(w.post("leader", here), network.Matters, "section")
		if err != nil {
			t.Fatal(err)
		}
		if n := w.count(`select count(*) from handover_item where handover_id = $1`, h.ID); n != 1 {
			t.Errorf("%d matters are handed over, want the one that does not name who takes it", n)
		}
		p, err := w.GetHandOver(t.Context(), as("section"), h.ID)
		if err != nil || len(p.Items[network.Matters]) != 1 || p.Bundles[0].Items != 1 {
			t.Errorf("shown %v of %v, %v", p.Items, p.Bundles, err)
		}
	})
}

// TestHandOverHidesTheProtected: a household that is protected after it was
// written down is not on the list of who takes over, nor in its number.
func TestHandOverHidesTheProtected(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one := w.household("hidden")
		h, err := w.HandOver(t.Context(), as("sysadmin"), "", network.Offer{PostID: w.post("worker", here).ID, EndsOn: today, To: map[network.Part]account.ID{network.Visits: "second"}})
		if err != nil {
			t.Fatal(err)
		}
		visits := func() (items []network.Item, n int64) {
			t.Helper()
			p, err := w.GetHandOver(t.Context(), as("second"), h.ID)
			if err != nil || len(p.Bundles) != 1 {
				t.Fatalf("%+v, %v", p, err)
			}
			return p.Items[network.Visits], p.Bundles[0].Items
		}
		if items, n := visits(); len(items) != 1 || n != 1 {
			t.Fatalf("before: %v, %d", items, n)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := residence.Protect(tx, one, town); return err })
		if items, n := visits(); len(items) != 0 || n != 0 {
			t.Errorf("the list names it: %v, %d", items, n)
		}
	})
}
