package division

import (
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
)

func TestBuiltin(t *testing.T) {
	all, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	name := map[string]string{}
	for _, d := range all {
		n[string(d.Level)+string(d.Kind)]++
		name[d.Code] = d.Name
	}
	for _, d := range all {
		if d.Level != Village {
			continue
		}
		third := d.Code[9:10] // 0: residents' committees; 2: villages, whatever they are called
		if (d.Kind == ResidentsCommittee) != (third == "0") || third != "0" && third != "2" {
			t.Errorf("%s %s is a %s", d.Code, d.Name, d.Kind)
		}
		if community := strings.HasSuffix(d.Name, "社区"); community == (d.Kind == VillageCommittee) || community == strings.HasSuffix(d.Name, "村") {
			t.Errorf("%s %s is a %s", d.Code, d.Name, d.Kind)
		}
		if d.ValidFrom != "2023-06-30" || d.ValidTo != calendar.Forever || !strings.Contains(d.Document, "2023") || name[d.Parent] == "" {
			t.Errorf("%+v does not say since when, by what, or below what", d)
		}
	}
	for k, want := range map[string]int{"county": 1, "town": 11, "villageresidents_committee": 16, "villagecommunity_village": 24, "villagevillage_committee": 82} {
		if n[k] != want {
			t.Errorf("%s: %d, want %d", k, n[k], want)
		}
	}
	for code, want := range map[string]string{
		"610929100002": "清风社区", "610929100203": "清风村", "610929100209": "安坪村", "610929100213": "安坪社区",
		"610929107001": "红花社区", "610929107202": "红花村", "610929102": "构朳镇", "610929": "白河县",
	} {
		if name[code] != want {
			t.Errorf("%s is %q, want %q", code, name[code], want)
		}
	}
}

func TestIndex(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Given(t, d, Install)
		s := &Service{d}
		for _, by := range []actor.Actor{{}, {Kind: actor.AuditAdmin, Paths: []string{"610929"}}, {Kind: "mayor", Paths: []string{"610929"}}} {
			if x, err := s.Index(t.Context(), by); fault.KindOf(err) != fault.NotFound || x != nil {
				t.Errorf("%q: %v, %v", by.Kind, x, err)
			}
		}
		x, err := s.Index(t.Context(), actor.Actor{Kind: actor.Registrar, Paths: []string{"610929100"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := x.FullName("610929100002003"); got != "城关镇清风社区" {
			t.Errorf("FullName = %q", got)
		}
		if got := len(x.Villages("610929")); got != 122 {
			t.Errorf("%d villages today, want 122", got)
		}
		if roots := x.Roots(); len(roots) != 1 || roots[0].Code != "610929" || len(x.Children(roots[0].Code)) != 11 {
			t.Errorf("roots: %v", roots)
		}
	})
}

// TestGet is what a code stood for on a day.
func TestGet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Given(t, d, Install)
		dbtest.Given(t, d, func(tx *db.Tx) error {
			return Insert(tx, Division{Code: "610929100299", Name: "旧村", Parent: "610929100", Level: Village, Kind: VillageCommittee,
				ValidFrom: "2015-01-01", ValidTo: "2020-07-01", ReplacedBy: "610929100213", Document: "白政函〔2020〕1号"})
		})
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for _, tt := range []struct {
				code     string
				on       calendar.Date
				want     string
				wantKind fault.Kind
			}{
				{"610929100002", "2026-03-04", "清风社区", ""},
				{"610929100299", "2019-01-01", "旧村", ""},
				{"610929100299", "2020-07-01", "", fault.NotFound},
				{"610929100002", "2001-01-01", "", fault.NotFound},
			} {
				got, err := Get(tx, tt.code, tt.on)
				if got.Name != tt.want || fault.KindOf(err) != tt.wantKind {
					t.Errorf("%s on %s: got %q, %v", tt.code, tt.on, got.Name, err)
				}
			}
			return nil
		})
	})
}
