package audit_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/audit"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	county  = "610929"
	station = "610929100" // of the place where they live
	village = "610929100001"
	far     = "610929105"
)

func as(kind actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: "me", Name: "我", Kind: kind, Paths: []string{path}, Office: "单位"}
}

// world is a household that lives in the village, of two people.
func world(t *testing.T, d *db.DB) (h household.ID, p person.ID) {
	t.Helper()
	keys := seal.FromSeed(1)
	dbtest.Given(t, d, func(tx *db.Tx) error {
		if _, err := tx.Exec(`insert into address (id, village, group_no, text, state, version) values ('a', $1, '01', '一号楼', 'approved', 1)`, village); err != nil {
			return err
		}
		made, err := household.Insert(tx, household.Household{RegisterNo: "1", Kind: household.Family, Village: village, GroupNo: "01", AddressID: "a", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		h = made.ID
		someone, err := person.Insert(tx, keys, person.Draft{Name: "李桃花", Sex: "2", Birth: "1980-01-01", Ethnicity: "01", NoNumberReason: "unknown", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		p = someone.ID
		for _, kind := range []string{"registered", "living"} {
			s := residence.Spell{PersonID: p, Kind: kind, Path: village + "001", ValidFrom: "2020-01-01", Source: "test"}
			if kind == "registered" {
				s.HouseholdID, s.Relation = h, "01"
			}
			if _, err := residence.Begin(tx, s); err != nil {
				return err
			}
		}
		return nil
	})
	return h, p
}

func TestOnlyTheAuditAdministrator(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		s := &audit.Service{DB: d}
		for _, kind := range append(actor.Kinds, "", "mayor") {
			by := as(kind, county)
			_, looks := s.Looks(t.Context(), by, "", 10)
			_, verify := s.Verify(t.Context(), by)
			for what, err := range map[string]error{"looks": looks, "verify": verify} {
				if ok := err == nil; ok != (kind == actor.AuditAdmin) {
					t.Errorf("%s %s: %v", kind, what, err)
				}
			}
		}
	})
}

func TestLogsByPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, _ := world(t, d)
		for range 5 {
			if err := d.Look(t.Context(), as(actor.Registrar, station), db.Purpose{Action: "household.read", For: "move/1"}, func(tx *db.Tx) error { tx.Saw("household/" + string(h)); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		s, by := &audit.Service{DB: d}, as(actor.AuditAdmin, county)
		seen, before := map[string]bool{}, ""
		for range 3 {
			looks, err := s.Looks(t.Context(), by, before, 2)
			if err != nil || len(looks) == 0 {
				t.Fatal(looks, err)
			}
			for _, l := range looks {
				if seen[l.ID] || before != "" && l.ID >= before {
					t.Errorf("look %s comes twice or out of order", l.ID)
				}
				seen[l.ID], before = true, l.ID
			}
		}
		if len(seen) != 5 {
			t.Errorf("pages have %d looks, want 5", len(seen))
		}
	})
}

func TestVerifySaysWhatIsWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		if err := d.Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
		s, by := &audit.Service{DB: d}, as(actor.AuditAdmin, county)
		if v, err := s.Verify(t.Context(), by); err != nil || len(v) != 2 || v[0].Problem+v[1].Problem != "" || v[0].Size == 0 {
			t.Fatalf("an honest log: %+v, %v", v, err)
		}
		tamper(t, d, `update change set name = '别人' where n = 0`)
		if v, err := s.Verify(t.Context(), by); err != nil || v[0].Problem == "" || strings.ContainsAny(v[0].Problem, "⟦{") {
			t.Errorf("an altered log: %+v, %v", v, err)
		}
		tamper(t, d, `delete from change where n = 0`)
		if v, err := s.Verify(t.Context(), by); err != nil || v[0].Problem != "第 0 条不见了" {
			t.Errorf("a log with a hole: %+v, %v", v, err)
		}
	})
}

func tamper(t *testing.T, d *db.DB, text string) {
	t.Helper()
	if err := d.Keep(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(text); return err }); err != nil {
		t.Fatal(err)
	}
}

func TestChangesOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, p := world(t, d)
		s := &audit.Service{DB: d}
		for _, subject := range []string{"household/" + string(h), "person/" + string(p)} {
			for _, tt := range []struct {
				by   actor.Actor
				want fault.Kind
			}{
				{actor.Actor{}, fault.NotFound},
				{as(actor.Registrar, far), fault.NotFound},
				{as(actor.StationHead, "610902"), fault.NotFound},
				{as(actor.GridWorker, village+"001"), fault.Forbidden},
				{as(actor.GeneralLeader, station), fault.Forbidden},
				{as(actor.AuditAdmin, county), fault.Forbidden},
				{as(actor.Registrar, station), ""},
				{as(actor.StationHead, station), ""},
				{as(actor.CountyPolice, county), ""},
			} {
				got, err := s.ChangesOf(t.Context(), tt.by, subject)
				if fault.KindOf(err) != tt.want || (err == nil) != (tt.want == "") || (len(got) > 0) != (tt.want == "") {
					t.Errorf("%s %v of %s: %d changes, %v; want %q", tt.by.Kind, tt.by.Paths, subject, len(got), err, tt.want)
				}
			}
			looks, err := d.LooksAt(t.Context(), subject, 10)
			if err != nil || len(looks) != 3 || looks[0].Action != "audit.changes" || looks[0].For != subject {
				t.Errorf("the three looks at %s: %+v, %v", subject, looks, err)
			}
		}
		for _, subject := range []string{"", "person/", "household/none", "account/me", "setting/x"} {
			if _, err := s.ChangesOf(t.Context(), as(actor.CountyPolice, county), subject); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%q: %v", subject, err)
			}
		}
		got, _ := s.ChangesOf(t.Context(), as(actor.Registrar, station), "person/"+string(p))
		values := text(got)
		for _, want := range []string{"李桃花", village + "001"} {
			if !strings.Contains(values, want) {
				t.Errorf("no %s in %s", want, values)
			}
		}
		for i := range got[1:] {
			if got[i].N <= got[i+1].N {
				t.Errorf("change %d stands before %d", got[i].N, got[i+1].N)
			}
		}
	})
}

// Of somebody with a protected address other police learn that something
// changed, and no value, not even of the time before.
func TestChangesOfTheProtected(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, p := world(t, d)
		s := &audit.Service{DB: d}
		unit := as(actor.CountyPolice, county)
		dbtest.Given(t, d, func(tx *db.Tx) error { _, err := residence.Protect(tx, p, county); return err })
		for _, subject := range []string{"household/" + string(h), "person/" + string(p)} {
			got, err := s.ChangesOf(t.Context(), as(actor.Registrar, station), subject)
			if err != nil || len(got) == 0 {
				t.Fatalf("%s: %d changes, %v", subject, len(got), err)
			}
			if v := text(got); v != "" {
				t.Errorf("%s: the town's police read %s", subject, v)
			}
			if got, err := s.ChangesOf(t.Context(), unit, subject); err != nil || text(got) == "" {
				t.Errorf("%s: the unit itself reads nothing, %v", subject, err)
			}
		}
	})
}

// text is every value of a history.
func text(all []audit.Entry) (s string) {
	for _, e := range all {
		for _, f := range e.Fields {
			s += f.Before + f.After
		}
	}
	return s
}

// Nobody deletes from the logs or alters them: the program has no words for it,
// but that a look is given its place in the tree once.
func TestNobodyDeletes(t *testing.T) {
	form := regexp.MustCompile(`(?i)(delete\s+from|update|truncate(\s+table)?|drop\s+table)\s+(change|look|look_subject|tree_hash|tree_head)\b[^` + "`" + `"]*`)
	files, found := 0, []string{}
	err := fs.WalkDir(os.DirFS(".."), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".sql") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		body, err := fs.ReadFile(os.DirFS(".."), name)
		files++
		for _, m := range form.FindAllString(string(body), -1) {
			found = append(found, name+": "+m)
		}
		return err
	})
	if err != nil || files < 100 {
		t.Fatal(files, err)
	}
	if len(found) != 1 || found[0] != "db/look.go: update look set n = $2 where id = $1" {
		t.Errorf("what alters the logs: %q", found)
	}
}
