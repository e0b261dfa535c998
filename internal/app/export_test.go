package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/export"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
)

// leaving is a demonstration county with a document, in which one person's
// place is protected.
func leaving(t *testing.T, url string) (c *Config, safe person.ID) {
	t.Helper()
	args := []string{"--scale", "0.002"}
	c = place(t, url, args...)
	a, _, err := MakeDemo(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, _, err := blobsOf(t, c, a.Keys).Put(strings.NewReader("身份证号码 在登记表里")); err != nil {
		t.Fatal(err)
	}
	by := actor.Actor{Account: "x", Name: "所长", Kind: actor.CountyPolice, Paths: []string{"610929"}}
	err = a.DB.Write(t.Context(), by, "test", func(tx *db.Tx) error {
		type row struct {
			ID string `db:"person_id"`
		}
		one, err := db.One[row](tx, `select s.person_id from spell s join move m on m.household_id = s.household_id where s.kind = 'living'
			and s.superseded_at = 0 and s.valid_to = '9999-12-31' and s.house_id <> '' and s.sealed_to = '' order by s.person_id limit 1`)
		if err != nil {
			return err
		}
		safe = person.ID(one.ID)
		_, err = residence.Protect(tx, safe, "610929")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, safe
}

// take exports the county of c.
func take(t *testing.T, c *Config, clear bool) string {
	t.Helper()
	a := open(t, c)
	defer a.Close()
	dir := filepath.Join(t.TempDir(), "out")
	r := ExportRequest{By: "李管理", Purpose: "换系统", Open: clear}
	if clear {
		r.Document = "白公户〔2026〕3号"
	}
	var out bytes.Buffer
	if err := a.Export(t.Context(), dir, r, &out); err != nil {
		t.Fatal(err)
	}
	if said := out.String(); !strings.Contains(said, dir) || !strings.Contains(said, a.Keys.ID()) || clear != strings.Contains(said, "opened") {
		t.Errorf("it says %q", said)
	}
	return dir
}

// texts is everything that an export holds, file by file.
func texts(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, dir+"/")] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A county leaves one engine in open formats and is the same county on either:
// every table, row for row, but for the record of its coming.
func TestCountyLeavesAndArrives(t *testing.T) {
	eachEngine(t, func(t *testing.T, url func() string) {
		c, safe := leaving(t, url())
		fill(t, c, texts(t, take(t, c, false))[export.SchemaFile])
		dir := take(t, c, false)
		want := copyOf(t, c)
		eachEngine(t, func(t *testing.T, to func() string) {
			into := place(t, to(), "--keys", c.Keys)
			var out bytes.Buffer
			if err := ImportCounty(t.Context(), into, dir, &out); err != nil {
				t.Fatal(err)
			}
			got := copyOf(t, into)
			for name := range want {
				if w, g := want[name], got[name]; w != g && !slices.Contains([]string{"county/change", "county/tree_hash", "county/tree_head"}, name) {
					t.Errorf("%s: %+v left, %+v arrived", name, w, g)
				}
			}
			if got["county/change"].Rows != want["county/change"].Rows+1 || len(got) != len(want) {
				t.Errorf("%d changes of %d, %d tables of %d", got["county/change"].Rows, want["county/change"].Rows, len(got), len(want))
			}
			a := open(t, into)
			if _, err := a.Handler(); err != nil {
				t.Errorf("it cannot be served: %v", err)
			}
			verdicts, err := a.VerifyLogs(t.Context())
			if err != nil || len(verdicts) != 2 || verdicts[0].Problem+verdicts[1].Problem != "" {
				t.Errorf("the logs: %+v, %v", verdicts, err)
			}
			dbtest.Given(t, a.DB, func(tx *db.Tx) error {
				s, ok, err := residence.Current(tx, safe, residence.Living)
				if !ok || s.SealedTo != "610929" {
					t.Errorf("the protected person arrived as %+v, %v", s, ok)
				}
				return err
			})
			if diff := cmp.Diff(blobFiles(t, c), blobFiles(t, into)); diff != "" {
				t.Errorf("documents (-left +arrived):\n%s", diff)
			}
		})
	})
}

func blobFiles(t *testing.T, c *Config) map[string]string {
	return texts(t, filepath.Join(c.Data, "blobs"))
}

// What is secret in the county is secret in what leaves it, and where a
// protected person lives stands nowhere, opened or not.
func TestExportKeepsSecrets(t *testing.T) {
	c, safe := leaving(t, "")
	a := open(t, c)
	var number, phone, neighbour, house, password string
	var homeless household.ID
	dbtest.Given(t, a.DB, func(tx *db.Tx) error {
		p, err := person.Get(tx, safe)
		if err != nil {
			return err
		}
		n, err := p.Number(a.Keys)
		if err != nil {
			return err
		}
		number = n.Reveal()
		s, _, err := residence.Current(tx, safe, residence.Living)
		house, homeless = s.HouseID, s.HouseholdID
		if err != nil {
			return err
		}
		other, err := db.One[person.Person](tx, `select `+db.Columns[person.Person]("p.")+` from person p where p.phone_sealed is not null and p.number_sealed is not null
			and p.id not in (select person_id from spell where household_id in (select household_id from spell where person_id = $1)) order by id limit 1`, safe)
		if err != nil {
			return err
		}
		on, err := other.Number(a.Keys)
		if err != nil {
			return err
		}
		op, err := other.Phone(a.Keys)
		if err != nil {
			return err
		}
		neighbour, phone = on.Reveal(), op.Reveal()
		password, err = db.One[string](tx, `select password from account where password <> '' order by id limit 1`)
		return err
	})
	a.Close()
	if number == "" || phone == "" || neighbour == "" || house == "" || password == "" || homeless == "" {
		t.Fatal("the county has not what the test looks for")
	}
	shut, opened := texts(t, take(t, c, false)), texts(t, take(t, c, true))
	t.Run("readable", func(t *testing.T) { readable(t, c, shut) })
	for name, text := range shut {
		if strings.HasPrefix(name, export.OpenedDir) {
			t.Errorf("%s is there unasked", name)
		}
		for what, secret := range map[string]string{"a number": neighbour, "a phone": phone, "the protected number": number, "the protected person": string(safe), "the protected household": string(homeless), "a password": password} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %s", name, what)
			}
		}
	}
	for name, text := range opened {
		for what, secret := range map[string]string{"the protected number": number, "the protected person": string(safe), "the protected household": string(homeless), "a password": password} {
			if strings.Contains(text, secret) {
				t.Errorf("opened: %s holds %s", name, what)
			}
		}
		if in := strings.Contains(text, neighbour) || strings.Contains(text, phone); in != (name == "opened/person.csv") && !strings.HasPrefix(name, "opened/booklet") {
			t.Errorf("opened: %s: a number or phone in it: %v", name, in)
		}
		if strings.HasPrefix(name, "opened/blobs") {
			t.Errorf("%s is opened, and somebody is protected", name)
		}
	}
}

// readable: the schema is that of the program, and both forms of a table say
// the same.
func readable(t *testing.T, c *Config, all map[string]string) {
	var schema export.Schema
	if err := json.Unmarshal([]byte(all[export.SchemaFile]), &schema); err != nil {
		t.Fatal(err)
	}
	if len(schema.Tables) != len(copyOf(t, c)) {
		t.Errorf("%d tables in the schema, %d in the county", len(schema.Tables), len(copyOf(t, c)))
	}
	for _, table := range schema.Tables {
		rows, err := csv.NewReader(strings.NewReader(all[table.CSV])).ReadAll()
		if err != nil {
			t.Errorf("%s: %v", table.CSV, err)
			continue
		}
		lines := strings.Count(all[table.Lines], "\n")
		if len(rows) != lines+1 {
			t.Errorf("%s: %d rows of CSV, %d lines of JSON", table.Name, len(rows)-1, lines)
		}
		for i, f := range table.Columns {
			if rows[0][i] != f.Name {
				t.Errorf("%s: column %d is %q, want %q", table.CSV, i, rows[0][i], f.Name)
			}
			if f.Kind == "" {
				t.Errorf("%s.%s has no type", table.Name, f.Name)
			}
			if strings.HasSuffix(f.Name, "_sealed") && f.Kind != "bytes" {
				t.Errorf("%s.%s is %s", table.Name, f.Name, f.Kind)
			}
		}
		if table.Name == "person" && (table.Codes["sex"] != "sex" || table.Codes["ethnicity"] != "ethnicity" || len(table.Sealed) != 2) {
			t.Errorf("person: codes %v, sealed %v", table.Codes, table.Sealed)
		}
	}
	if !strings.Contains(all["codes/sex.csv"], "1,男性") {
		t.Errorf("codes/sex.csv: %q", all["codes/sex.csv"])
	}
	var change string
	for line := range strings.Lines(all["jsonl/change.jsonl"]) {
		if strings.Contains(line, "county.export") {
			change = line
		}
	}
	if !strings.Contains(change, "换系统") || !strings.Contains(change, "李管理") || !strings.Contains(all["jsonl/look.jsonl"], "county.export") {
		t.Errorf("the export is not in its own logs: %q", change)
	}
}

func TestExportRefuses(t *testing.T) {
	c := given(t, "")
	a := open(t, c)
	there := t.TempDir()
	for name, tt := range map[string]struct {
		dir string
		r   ExportRequest
		key string
	}{
		"nobody":            {filepath.Join(there, "x"), ExportRequest{Purpose: "p"}, "export.by"},
		"no purpose":        {filepath.Join(there, "x"), ExportRequest{By: "b", Purpose: " "}, "export.purpose"},
		"opened, no leave":  {filepath.Join(there, "x"), ExportRequest{By: "b", Purpose: "p", Open: true}, "export.document"},
		"a folder is there": {there, ExportRequest{By: "b", Purpose: "p"}, "export.there"},
		"beside the data":   {filepath.Join(c.Data, "out"), ExportRequest{By: "b", Purpose: "p"}, "export.inside"},
	} {
		if err := a.Export(t.Context(), tt.dir, tt.r, io.Discard); fault.KeyOf(err) != tt.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := changesOf(t, a, "county.export"); n != 0 {
		t.Errorf("%d exports recorded, and none was made", n)
	}
}

// An export that fails on its way leaves nothing that looks like one.
func TestExportWholeOrNotAtAll(t *testing.T) {
	c, _ := leaving(t, "")
	a := open(t, c)
	o := export.Options{County: "610929", Purpose: "p", Data: c.Data}
	blobs := filepath.Join(c.Data, "blobs")
	there := t.TempDir()
	nothing := func(err, want error) {
		t.Helper()
		if !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
		if left, err := os.ReadDir(there); err != nil || len(left) != 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := export.Write(ctx, a.DB, a.Keys, filepath.Join(there, "cut"), o, func(int64, int64) { cancel() })
	nothing(err, context.Canceled)

	// A damaged document comes at the very end.
	if err := os.MkdirAll(filepath.Join(blobs, "aa"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(blobs, "aa", strings.Repeat("a", 52)), []byte("no blob"), 0o600); err != nil {
		t.Fatal(err)
	}
	dbtest.Given(t, a.DB, func(tx *db.Tx) error { // nobody is protected, so documents are opened
		for _, table := range []string{"spell", "tie", "booklet"} {
			if _, err := tx.Exec(`update ` + table + ` set sealed_to = ''`); err != nil {
				return err
			}
		}
		return nil
	})
	o.Open = true
	_, err = export.Write(t.Context(), a.DB, a.Keys, filepath.Join(there, "damaged"), o, nil)
	nothing(err, blob.ErrDamaged)
	if err := os.Remove(filepath.Join(blobs, "aa", strings.Repeat("a", 52))); err != nil {
		t.Fatal(err)
	}
	m, err := export.Write(t.Context(), a.DB, a.Keys, filepath.Join(there, "whole"), o, nil)
	if err != nil || m.Sealed != 0 {
		t.Fatalf("%d rows sealed, %v", m.Sealed, err)
	}
	for name, text := range texts(t, filepath.Join(there, "whole")) {
		if in := strings.Contains(text, "在登记表里"); in != strings.HasPrefix(name, "opened/blobs/") {
			t.Errorf("%s: the document in clear: %v", name, in)
		}
	}
}

func changesOf(t *testing.T, a *App, action string) (n int64) {
	t.Helper()
	dbtest.Given(t, a.DB, func(tx *db.Tx) (err error) {
		n, err = db.One[int64](tx, `select count(*) from change where action = $1`, action)
		return err
	})
	return n
}

func TestImportCountyRefuses(t *testing.T) {
	c := given(t, "")
	dir := take(t, c, false)
	try := func(name, key string, change func(dir string), args ...string) {
		t.Helper()
		of := filepath.Join(t.TempDir(), "copy")
		if err := os.CopyFS(of, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		change(of)
		into := place(t, "", append([]string{"--keys", c.Keys}, args...)...)
		err := ImportCounty(t.Context(), into, of, io.Discard)
		if fault.KeyOf(err) != key {
			t.Errorf("%s: %v, want %s", name, err, key)
		}
		if left, err := os.ReadDir(filepath.Dir(into.Data)); err != nil || len(left) != 0 {
			t.Errorf("%s: left behind %v, %v", name, left, err)
		}
	}
	edit := func(name, from, to string) func(string) {
		return func(dir string) {
			path := filepath.Join(dir, name)
			b, err := os.ReadFile(path)
			if err != nil || !bytes.Contains(b, []byte(from)) {
				t.Fatalf("%s: no %q, %v", name, from, err)
			}
			if err := os.WriteFile(path, bytes.Replace(b, []byte(from), []byte(to), 1), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(name string) func(string) {
		return func(dir string) {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	try("no manifest", "export.not_ours", remove("manifest.json"))
	try("another folder", "export.not_ours", edit("manifest.json", "anju county", "some county"))
	try("a table changed", "export.damaged", edit("jsonl/division.jsonl", "白河县", "黑河县"))
	try("a table gone", "export.damaged", remove("jsonl/division.jsonl"))
	try("a sum and its table changed", "export.damaged", func(dir string) {
		edit("manifest.json", `"rows": `, `"rows": 1`)(dir)
	})
	try("a name that leads out", "export.damaged", edit("manifest.json", `"name": "jsonl/division.jsonl"`, `"name": "../division.jsonl"`))
	try("a newer schema", "export.newer", edit("manifest.json", `"looks": `, `"looks": 9`))
	try("no key file", "backup.need_key", func(string) {}, "--keys", filepath.Join(t.TempDir(), "none.key"))
	full := given(t, "")
	if err := ImportCounty(t.Context(), full, dir, io.Discard); fault.KeyOf(err) != "backup.not_empty" {
		t.Errorf("over a county: %v", err)
	}
	if err := ImportCounty(t.Context(), place(t, "", "--keys", full.Keys), dir, io.Discard); fault.KeyOf(err) != "backup.other_key" {
		t.Errorf("another county's key: %v", err)
	}
}
