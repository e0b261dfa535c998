package dwelling_test

import (
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/fault"
)

// TestDecideAddress: the wrong people find nothing or may not; who wrote an
// address down does not approve it; once decided it is decided, and one that
// was refused waits again when somebody else names it.
func TestDecideAddress(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var a dwelling.Address
		find := func(by actor.Actor, state string) {
			t.Helper()
			err := w.DB.Write(t.Context(), by, "test", func(tx *db.Tx) (err error) {
				a, err = dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: village, Text: "清风村二组7号", State: state})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		find(clerk, "")
		if a.EnteredBy != clerk.Account || !a.Waits() {
			t.Fatalf("written down: %+v", a)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := dwelling.HouseAt(tx, a.ID, "farmhouse"); return err })
		approval := func() dwelling.Approval {
			return dwelling.Approval{ID: a.ID, Version: a.Version, GroupNo: "02", Building: " 二 号楼"}
		}
		office := as(actor.CivilAffairs, "610929")
		for who, tt := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"the village clerk":        {clerk, fault.Forbidden},
			"the town's window":        {as(actor.TownWindow, village[:9]), fault.Forbidden},
			"the registrar":            {as(actor.Registrar, village[:9]), fault.Forbidden},
			"a grid worker":            {as(actor.GridWorker, village+"001"), fault.Forbidden},
			"another town's station":   {as(actor.StationHead, "610929101"), fault.NotFound},
			"another county's office":  {as(actor.CivilAffairs, "610928"), fault.NotFound},
			"the county's agriculture": {as(actor.Agriculture, "610929"), fault.Forbidden},
			"an administrator":         {as(actor.SystemAdmin, "610929"), fault.Forbidden},
			"nobody":                   {actor.Actor{}, fault.Forbidden},
		} {
			if got, err := w.ApproveAddress(t.Context(), tt.by, "", approval()); fault.KindOf(err) != tt.want || got.ID != "" {
				t.Errorf("%s approves: %+v, %v", who, got, err)
			}
			if got, err := w.RefuseAddress(t.Context(), tt.by, "", a.ID, a.Version, "没有这个组"); fault.KindOf(err) != tt.want || got.ID != "" {
				t.Errorf("%s refuses: %+v, %v", who, got, err)
			}
		}
		w.Seen = func(*db.Tx, actor.Actor, string) error { return fault.New(fault.NotFound, "policy.not_found") }
		if got, err := w.ApproveAddress(t.Context(), office, "", approval()); fault.KindOf(err) != fault.NotFound || got.ID != "" {
			t.Errorf("an address of which the actor may not know: %+v, %v", got, err)
		}
		w.Seen = func(*db.Tx, actor.Actor, string) error { return nil }

		self := office
		self.Account = clerk.Account // holds both posts
		if _, err := w.ApproveAddress(t.Context(), self, "", approval()); fault.KeyOf(err) != "dwelling.approve_address.own" {
			t.Errorf("who wrote it down approves it: %v", err)
		}
		bad := approval()
		bad.GroupNo, bad.Room = "2", strings.Repeat("室", 31)
		if _, err := w.ApproveAddress(t.Context(), office, "", bad); fault.Of(err) == nil || len(fault.Of(err).Fields) != 2 {
			t.Errorf("a bad group and a long room: %v", err)
		}
		for name, reason := range map[string]string{"none": " ", "long": strings.Repeat("字", 201)} {
			if _, err := w.RefuseAddress(t.Context(), office, "", a.ID, a.Version, reason); fault.Of(err) == nil || fault.Of(err).Fields[0].Name != "reason" {
				t.Errorf("a reason that is %s: %v", name, err)
			}
		}
		old := approval()
		old.Version--
		if _, err := w.ApproveAddress(t.Context(), office, "", old); fault.KeyOf(err) != "form.changed_meanwhile" {
			t.Errorf("an old page: %v", err)
		}

		refused, err := w.RefuseAddress(t.Context(), office, "k1", a.ID, a.Version, "没有二组，请写一组")
		if err != nil || !refused.Refused() || refused.Waits() || refused.DecidedBy != office.Account || refused.DecidedAt == 0 {
			t.Fatalf("refused: %+v, %v", refused, err)
		}
		if again, err := w.RefuseAddress(t.Context(), office, "k1", a.ID, a.Version, "没有二组，请写一组"); err != nil || again != refused {
			t.Errorf("the same form twice: %+v, %v", again, err)
		}
		late := approval()
		late.Version = refused.Version
		if _, err := w.ApproveAddress(t.Context(), office, "", late); fault.KeyOf(err) != "dwelling.approve_address.decided" {
			t.Errorf("approved after it was refused: %v", err)
		}
		find(as(actor.TownWindow, village[:9]), "")
		if !a.Waits() || a.Refusal != "" || a.DecidedBy != "" || a.EnteredBy == clerk.Account {
			t.Errorf("named again by another: %+v", a)
		}
		done, err := w.ApproveAddress(t.Context(), office, "k2", approval())
		if err != nil || done.State != dwelling.Approved || done.Building != "二号楼" || done.GroupNo != "02" || done.Text != "清风村二组7号" || done.DecidedName != office.Name {
			t.Fatalf("approved: %+v, %v", done, err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			got, err := dwelling.GetAddress(tx, a.ID)
			if got != done {
				t.Errorf("stored %+v", got)
			}
			changes, err2 := db.ChangesOf(tx, "address/"+a.ID, 10)
			if len(changes) != 4 || changes[0].Action != "address.approve" || changes[2].Action != "address.refuse" {
				t.Errorf("recorded: %+v", changes)
			}
			if err == nil {
				err = err2
			}
			return err
		})
	})
}
