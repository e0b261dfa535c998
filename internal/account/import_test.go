package account_test

import (
	"fmt"
	"reflect"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
)

func TestImportFaults(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.s.Place = func(_ *db.Tx, code string) (string, error) {
			if code == "610929199" {
				return "", fault.New(fault.NotFound, "division.unknown")
			}
			return "城关镇", nil
		}
		good := account.Row{Name: "李明", Phone: "13800001234", Login: "liming", Kind: "网格员", Code: village, Grid: "3"}
		for _, by := range []actor.Actor{{}, as("centre"), as("audadmin"), as("chief")} {
			if _, err := w.s.Import(t.Context(), by, []account.Row{good}, false); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", by.Account, err)
			}
		}
		for _, c := range []struct {
			change       func(*account.Row)
			column, want string
		}{
			{func(r *account.Row) { r.Name = "" }, "name", "account.row.name"},
			{func(r *account.Row) { r.Login = "" }, "login", "account.row.login"},
			{func(r *account.Row) { r.Login = "li ming" }, "login", "account.row.login"},
			{func(r *account.Row) { r.Phone = "123" }, "phone", "ident.phone"},
			{func(r *account.Row) { r.Phone = "138****1234" }, "phone", "ident.masked"},
			{func(r *account.Row) { r.Kind = "皇帝" }, "kind", "account.row.kind"},
			{func(r *account.Row) { r.Kind, r.Code, r.Grid = "审计管理员", county, "" }, "kind", "account.at_the_machine"},
			{func(r *account.Row) { r.Code = "61092" }, "code", "account.row.code"},
			{func(r *account.Row) { r.Code = "61092910100X" }, "code", "account.row.code"},
			{func(r *account.Row) { r.Grid = "" }, "grid", "account.row.worker_grid"},
			{func(r *account.Row) { r.Grid = "1000" }, "grid", "account.row.grid"},
			{func(r *account.Row) { r.Grid = "000" }, "grid", "account.row.grid"},
			{func(r *account.Row) { r.Kind, r.Grid = "户籍民警", "" }, "code", "account.row.level"},
			{func(r *account.Row) { r.Kind, r.Code, r.Grid = "户籍民警", "610929199", "" }, "code", "account.row.no_division"},
			{func(r *account.Row) { r.Login = "worker" }, "name", "account.row.other_name"},
			{func(r *account.Row) { r.Login, r.Name = "audadmin", "甲audadmin" }, "kind", "account.three_apart"},
		} {
			r := good
			r.Line = 7
			c.change(&r)
			before := count(t, w.DB, `select count(*) from account`)
			got, err := w.s.Import(t.Context(), as("sysadmin"), []account.Row{r}, false)
			if err != nil || len(got.Faults) != 1 || got.Faults[0].Line != 7 ||
				got.Faults[0].Column != i18n.T("account.column."+c.column) || got.Faults[0].Key != c.want {
				t.Errorf("%+v: %v, %v; want %s at %s", r, got.Faults, err, c.want, c.column)
			}
			for _, f := range got.Faults {
				if !i18n.Has(f.Key) {
					t.Errorf("%s has no text", f.Key)
				}
			}
			if now := count(t, w.DB, `select count(*) from account`); now != before {
				t.Errorf("%+v: made an account", r)
			}
		}
	})
}

func TestImport(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		rows := []account.Row{
			{Line: 2, Name: "李明", Phone: "13800001234", Login: "LiMing", Kind: "网格员", Code: village, Grid: "3", MadeOf: "护林员"},
			{Line: 3, Name: "李明", Phone: "13800001234", Login: "liming", Kind: "网格员", Code: village, Grid: "4"},
			{Line: 4, Name: "", Login: "x", Kind: "网格员", Code: village, Grid: "4"},
			{Line: 5, Name: "王芳", Login: "wangfang", Kind: "网格总长", Code: town},
		}
		run := func(dry bool) account.Imported {
			t.Helper()
			got, err := w.s.Import(t.Context(), as("sysadmin"), rows, dry)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		type sum struct{ Rows, Accounts, Posts, Unchanged, Faults, Passwords int }
		check := func(what string, got account.Imported, want sum) {
			t.Helper()
			if s := (sum{got.Rows, got.Accounts, got.Posts, got.Unchanged, len(got.Faults), len(got.Passwords)}); !reflect.DeepEqual(s, want) {
				t.Errorf("%s: got %+v, want %+v", what, s, want)
			}
		}
		before := count(t, w.DB, `select count(*) from change`)
		check("dry", run(true), sum{4, 2, 3, 0, 1, 0})
		if n := count(t, w.DB, `select count(*) from change`); n != before {
			t.Error("a dry run left a record")
		}
		first := run(false)
		check("first", first, sum{4, 2, 3, 0, 1, 2})
		check("again", run(false), sum{4, 0, 0, 3, 1, 0})
		for _, o := range first.Passwords {
			if _, err := w.SignIn(t.Context(), account.Credentials{Login: o.Login, Password: o.Password.Reveal()}); err != nil {
				t.Errorf("%s: %v", o.Login, err)
			}
		}
		// Cut short before the passwords: the second run gives them.
		if a := w.account(t, "liming"); a.Name != "李明" || len(a.PhoneSealed) == 0 || string(a.PhoneSealed) == "13800001234" {
			t.Errorf("%+v", a)
		}
		err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
			if _, err := tx.Exec(`update account set password = '' where login = 'liming'`); err != nil {
				return err
			}
			return tx.RecordAll("test/cut", 1, "")
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.SignIn(t.Context(), account.Credentials{Login: "liming"}); fault.KeyOf(err) != "account.wrong" {
			t.Errorf("an account without a password: %v", err)
		}
		check("after a cut", run(false), sum{4, 0, 0, 3, 1, 1})
	})
}

// The name of an office says its level once: residents read it who ask who has
// looked.
func TestImportNamesOffices(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.s.Place = func(_ *db.Tx, code string) (string, error) {
			return map[string]string{county: "白河县", town: "城关镇", village: "城关镇幸福村"}[code], nil
		}
		for i, c := range []struct{ kind, code, grid, own, want string }{
			{"县综治中心", county, "", "", "白河县综治中心"},
			{"县公安局户政", county, "", "", "白河县公安局户政"},
			{"总网格长", county, "", "", "白河县总网格长"},
			{"镇便民服务窗口", town, "", "", "城关镇便民服务窗口"},
			{"派出所所长", town, "", "", "城关镇派出所所长"},
			{"村（社区）工作人员", village, "", "", "城关镇幸福村工作人员"},
			{"网格员", village, "3", "", "城关镇幸福村第3网格网格员"},
			{"镇综治中心", town, "", "镇平安办", "镇平安办"},
		} {
			login := fmt.Sprintf("office%d", i)
			got, err := w.s.Import(t.Context(), as("sysadmin"), []account.Row{{Name: "李明", Login: login, Kind: c.kind, Code: c.code, Grid: c.grid, Office: c.own}}, false)
			if err != nil || got.Posts != 1 {
				t.Fatalf("%+v: %+v, %v", c, got, err)
			}
			p, err := w.s.Posts(t.Context(), as("sysadmin"), w.account(t, login).ID)
			if err != nil || len(p.Posts) != 1 || p.Posts[0].Office != c.want {
				t.Errorf("%+v: %+v, %v", c, p.Posts, err)
			}
		}
	})
}

// TestImportIsGuarded: a workbook that would leave something with nobody is
// refused whole, in the dry run too, and nothing of it is kept.
func TestImportIsGuarded(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.s.Place = func(*db.Tx, string) (string, error) { return "城关镇", nil }
		rows := []account.Row{{Name: "李明", Login: "liming", Kind: "网格员", Code: village, Grid: "3"}}
		before := count(t, w.DB, `select count(*) from post`)
		asked := calendar.Date("")
		w.s.Guard = func(tx *db.Tx, on calendar.Date, act func() error) error {
			asked = on
			if err := act(); err != nil {
				return err
			}
			if n, err := db.One[int64](tx, `select count(*) from post`); err != nil || n != before+1 {
				t.Errorf("asked of %d posts, %v", n, err)
			}
			return fault.New(fault.Conflict, "network.check.refused", "holes", "x")
		}
		for _, dry := range []bool{true, false} {
			asked = ""
			if _, err := w.s.Import(t.Context(), as("sysadmin"), rows, dry); fault.KindOf(err) != fault.Conflict || asked != calendar.On(w.DB.Now()) {
				t.Errorf("dry %v: %v, asked for %q", dry, err, asked)
			}
		}
		if n := count(t, w.DB, `select count(*) from post`); n != before {
			t.Errorf("%d posts, want %d", n, before)
		}
	})
}
