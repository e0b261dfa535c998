package division

import (
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

func TestResolve(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Given(t, d, Install)
		dbtest.Given(t, d, func(tx *db.Tx) error {
			return Insert(tx, Division{Code: "610929100299", Name: "旧村", Parent: "610929100", Level: Village, Kind: VillageCommittee,
				ValidFrom: "2015-01-01", ValidTo: "2020-07-01", ReplacedBy: "610929100213", Document: "白政函〔2020〕1号"})
		})
		s := &Service{d}
		clerk := actor.Actor{Kind: actor.Registrar, Paths: []string{"610929100"}}
		for _, tt := range []struct {
			by       actor.Actor
			code, on string
			want     string
			kind     fault.Kind
		}{
			{actor.Actor{}, "610929100002", "2026-03-04", "", fault.NotFound},
			{actor.Actor{Kind: actor.AuditAdmin, Paths: []string{"610929"}}, "610929100002", "2026-03-04", "", fault.NotFound},
			{clerk, "610929100002", "2026-03-04", "清风社区", ""},
			{clerk, "610929100299", "2019-01-01", "旧村", ""},
			{clerk, "610929100299", "2020-07-01", "", fault.NotFound},
			{clerk, "610929100002", "2001-01-01", "", fault.NotFound},
		} {
			got, err := s.Resolve(t.Context(), tt.by, tt.code, calendar.Date(tt.on))
			if got.Name != tt.want || fault.KindOf(err) != tt.kind {
				t.Errorf("%s of %s on %s: got %q, %v", tt.by.Kind, tt.code, tt.on, got.Name, err)
			}
		}
		x, err := s.Index(t.Context(), clerk)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.FullName("610929100002003"); got != "城关镇清风社区" {
			t.Errorf("FullName = %q", got)
		}
		if got := len(x.Villages("610929")); got != 122 {
			t.Errorf("%d villages today, want 122", got)
		}
	})
}
