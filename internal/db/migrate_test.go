package db_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"anju/internal/db"
	"anju/internal/db/dbtest"
)

// TestChangesOfRoutesAreCarriedOver: what was asked to change in the routing
// table before it had columns of its own is read out of its JSON whole.
func TestChangesOfRoutesAreCarriedOver(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		if _, err := db.MigrateTo(t.Context(), cfg, db.Version{County: 31, Looks: 1}); err != nil {
			t.Fatal(err)
		}
		driver, name := "pgx", cfg.URL
		if cfg.URL == "" {
			driver, name = "sqlite", "file:"+filepath.Join(cfg.Dir, "county.db")
		}
		raw, err := sql.Open(driver, name)
		if err != nil {
			t.Fatal(err)
		}
		for id, row := range map[string][3]string{
			"1": {"route/medical/living", `{"Kind":"medical","Side":"living","Unit":"{town}医疗保障“\u003c新\u003e”\"站\"","Phone":"0915-7822000","Note":"a\\b","Basis":"白政办发〔2026〕1号","Ends":false}`, "proposed"},
			"2": {"route/other_policy/origin", `{"Kind":"other_policy","Side":"origin","Unit":"","Phone":"","Note":"","Basis":"停发","Ends":true}`, "approved"},
		} {
			if _, err := raw.Exec(`insert into proposal (id, about, body, valid_from, reason, state, proposed_by, proposed_name, proposed_at, decided_by, decided_name, decided_at, answer, version)
				values ('` + id + `', '` + row[0] + `', '` + row[1] + `', '2026-03-01', '改', '` + row[2] + `', 'a', '甲', 5, 'b', '乙', 6, '', 1)`); err != nil {
				t.Fatal(err)
			}
		}
		if err := raw.Close(); err != nil {
			t.Fatal(err)
		}
		d := dbtest.Open(t, cfg)
		type change struct {
			Kind  string `db:"kind"`
			Side  string `db:"side"`
			Unit  string `db:"unit"`
			Phone string `db:"phone"`
			Note  string `db:"note"`
			Basis string `db:"basis"`
			Ends  int64  `db:"ends"`
			State string `db:"state"`
		}
		var got []change
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			got, err = db.All[change](tx, `select kind, side, unit, phone, note, basis, ends, state from right_route_change order by id`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		want := []change{{"medical", "living", `{town}医疗保障“<新>”"站"`, "0915-7822000", `a\b`, "白政办发〔2026〕1号", 0, "proposed"}, {"other_policy", "origin", "", "", "", "停发", 1, "approved"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestReferencesAreIndexed: whoever asks for the rows that refer to another does
// not read a whole table, once for each line of a list.
func TestReferencesAreIndexed(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		type reference struct {
			Table  string `db:"name"`
			Column string `db:"from_column"`
			Found  int64  `db:"found"`
		}
		all, err := db.All[reference](tx, `select t.name, f."from" as from_column, exists (
				select 1 from pragma_index_list(t.name) i join pragma_index_info(i.name) c on c.seqno = 0 where c.name = f."from") as found
			from sqlite_master t join pragma_foreign_key_list(t.name) f where t.type = 'table' order by t.name, f."from"`)
		if len(all) < 20 {
			t.Errorf("only %d references", len(all))
		}
		for _, r := range all {
			if r.Found == 0 {
				t.Errorf("no index leads from %s to %s", r.Column, r.Table)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
