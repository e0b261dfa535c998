package seed

import (
	"testing"

	"anju/internal/db"
	"anju/internal/request"
	"anju/internal/seal"
)

// TestDesk: every list of the registry has something real, and no question was
// asked of the police of the very place that asks.
func TestDesk(t *testing.T) {
	d := openAt(t, day.Start)
	county(t, d, 7, 0.02)
	if err := Desk(t.Context(), d, seal.FromSeed(7)); err != nil {
		t.Fatal(err)
	}
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		for what, query := range map[string]string{
			"units":                      `select count(*) from organisation where valid_to = '9999-12-31'`,
			"addresses that wait":        `select count(*) from address where state = 'pending'`,
			"households signed off":      `select count(*) from baseline_word where verdict = 'signed'`,
			"households disputed":        `select count(*) from baseline_word where verdict = 'disputed' and reason <> ''`,
			"a round that goes on":       `select count(*) from baseline_round where opens_on <= '` + string(day) + `' and closes_on > '` + string(day) + `'`,
			"sources that disagree":      `select count(*) from difference where state = 'open'`,
			"a place that is protected":  `select count(*) from protection r join spell s on s.person_id = r.person_id and s.kind = 'living' and s.sealed_to = r.sealed_to where r.state = 'kept' and r.document <> ''`,
			"questions that wait":        `select count(*) from change_request where state = '` + string(request.Asked) + `'`,
			"questions with a no's why":  `select count(*) from change_request where state = '` + string(request.Refused) + `' and answer <> ''`,
			"questions to another place": `select count(*) from change_request r join account a on a.id = r.asked_by join post p on p.account_id = a.id where substr(p.path, 1, 9) <> substr(r.path, 1, 9)`,
		} {
			if n, err := db.One[int](tx, query); err != nil || n == 0 {
				t.Errorf("no %s: %v", what, err)
			}
		}
		same, err := db.One[int](tx, `select count(*) from change_request r join account a on a.id = r.asked_by join post p on p.account_id = a.id where substr(p.path, 1, 9) = substr(r.path, 1, 9)`)
		if same != 0 {
			t.Errorf("%d questions were asked of one's own police", same)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
