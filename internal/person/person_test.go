package person_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/seal"
)

const (
	numberA = "610929196102140016"
	numberB = "610929196308050024"
	phone   = "13800001234"
	town    = "610929100"
	village = "610929100203"
)

var keys = seal.FromSeed(1)

func number(t testing.TB, plain string) ident.CitizenID {
	t.Helper()
	n, err := ident.ParseCitizenID(plain, dbtest.Noon)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func draft(t testing.TB) person.Draft {
	return person.Draft{Name: "曾建军", Sex: "1", Birth: "1961-02-14", Ethnicity: "01", Number: number(t, numberA), Phone: phone, Source: "test", AsOf: "2026-01-01"}
}

func TestDraft(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*person.Draft)
		field  string
		key    string
	}{
		"no name":            {func(d *person.Draft) { d.Name = " " }, "name", "form.required"},
		"a masked name":      {func(d *person.Draft) { d.Name = "曾*军" }, "name", "person.field.name"},
		"a name with a note": {func(d *person.Draft) { d.Name = "曾建军(迁出)" }, "name", "person.field.name"},
		"dots only":          {func(d *person.Draft) { d.Name = "··" }, "name", "person.field.name"},
		"no sex":             {func(d *person.Draft) { d.Sex = "" }, "sex", "person.field.sex"},
		"a word for a code":  {func(d *person.Draft) { d.Sex = "男" }, "sex", "person.field.sex"},
		"no such day":        {func(d *person.Draft) { d.Birth = "1961-02-30" }, "birth", "person.field.birth"},
		"born tomorrow":      {func(d *person.Draft) { d.Birth = "2026-03-05" }, "birth", "person.field.future"},
		"no such people":     {func(d *person.Draft) { d.Ethnicity = "77" }, "ethnicity", "person.field.ethnicity"},
		"no such education":  {func(d *person.Draft) { d.Education = "xx" }, "education", "person.field.education"},
		"no such state":      {func(d *person.Draft) { d.Marital = "xx" }, "marital", "person.field.marital"},
		"no number, no word": {func(d *person.Draft) { d.Number = ident.CitizenID{} }, "number", "person.field.number"},
		"a masked phone":     {func(d *person.Draft) { d.Phone = "138****1234" }, "phone", "ident.masked"},
		"no phone":           {func(d *person.Draft) { d.Phone = "1234" }, "phone", "ident.phone"},
	} {
		d := draft(t)
		tt.change(&d)
		_, err := d.Check("2026-03-04")
		f := fault.Of(err)
		if f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != tt.field || f.Fields[0].Key != tt.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*person.Draft){
		"as it is":                 func(*person.Draft) {},
		"a name of several parts":  func(d *person.Draft) { d.Name = "阿依古丽·买买提" },
		"another script":           func(d *person.Draft) { d.Name = "Nguyễn Thị Hoa" },
		"no number, with a reason": func(d *person.Draft) { d.Number, d.NoNumberReason = ident.CitizenID{}, "新生儿" },
		"birth not in the number":  func(d *person.Draft) { d.Birth = "1962-02-14" },
		"a phone as people write":  func(d *person.Draft) { d.Phone = "+86 138-0000-1234" },
		"born today":               func(d *person.Draft) { d.Birth = "2026-03-04" },
	} {
		d := draft(t)
		change(&d)
		got, err := d.Check("2026-03-04")
		if err != nil || got.Phone != phone {
			t.Errorf("%s: %v, phone %q", name, err, got.Phone)
		}
	}
}

func TestPinyin(t *testing.T) {
	for name, want := range map[string][2]string{
		"张明": {"zhangming", "zm"}, "单雄": {"shanxiong", "sx"}, "曾建军": {"zengjianjun", "zjj"}, "覃丽": {"qinli", "ql"}, "解放": {"xiefang", "xf"},
		"仇英": {"qiuying", "qy"}, "查良": {"zhaliang", "zl"}, "区大": {"ouda", "od"}, "李单": {"lidan", "ld"}, "任 盈": {"renying", "ry"},
		"尉迟恭": {"yuchigong", "ycg"}, "尉迟": {"weichi", "wc"}, "欧阳小霞": {"ouyangxiaoxia", "oyxx"}, "万俟明": {"moqiming", "mqm"}, "": {"", ""},
	} {
		if full, initials := person.Pinyin(name); full != want[0] || initials != want[1] {
			t.Errorf("%s: %s %s, want %s", name, full, initials, want)
		}
	}
}

// A search box finds a person by each of the ways, and the index never holds a
// digit of the number or the phone.
func TestKeysAndTerms(t *testing.T) {
	d := draft(t)
	all := person.Keys(keys, d.Name, d.Number, d.Phone)
	for _, k := range all {
		if strings.Contains(k, "0016") || strings.Contains(k, "1234") || strings.Contains(k, numberA) {
			t.Errorf("the index holds digits: %s", k)
		}
	}
	parse := func(s string) (ident.CitizenID, error) { return ident.ParseCitizenID(s, dbtest.Noon) }
	for typed, want := range map[string]bool{
		"曾建军": true, "曾": true, " 曾 建军": true, "建军": true, "zengjian": true, "ZJJ": true, "zj": true, "z": true, "0016": true, "1234": true,
		"军": false, "cengjianjun": false, "0017": false, "zjjx": false, "王": false,
	} {
		term, ok := person.ParseTerm(keys, typed, parse)
		if _, found := term.Finds(all); !ok || found != want {
			t.Errorf("%q: ok %v, found %v, want %v", typed, ok, found, want)
		}
	}
	for _, typed := range []string{"", "  ", "#", "#" + all[len(all)-1], "@abc", "~zjj", "61092919610214001*", "610929196102140017"} {
		if term, ok := person.ParseTerm(keys, typed, parse); ok {
			if _, found := term.Finds(all); found || typed == "" || typed[0] == '#' || typed[0] == '@' || typed[0] == '~' {
				t.Errorf("%q is searched for: %+v", typed, term)
			}
		}
	}
	term, ok := person.ParseTerm(keys, numberA, parse)
	if !ok || term.Number != d.Number {
		t.Errorf("the whole number: %v, %v", term, ok)
	}
	if got := person.Given("欧阳小霞"); got != "小霞" {
		t.Errorf("given name %q", got)
	}
}

func TestInsertAndUpdate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var p person.Person
		dbtest.Given(t, d, func(tx *db.Tx) (err error) {
			p, err = person.Insert(tx, keys, draft(t))
			return err
		})
		write := func(f func(tx *db.Tx) error) error { return d.Write(t.Context(), actor.ForSystem("test"), "test", f) }

		twice := write(func(tx *db.Tx) error { _, err := person.Insert(tx, keys, draft(t)); return err })
		if fault.KeyOf(twice) != "person.number_taken" || fault.KindOf(twice) != fault.Conflict {
			t.Errorf("the same number again: %v", twice)
		}
		bad := write(func(tx *db.Tx) error {
			x := draft(t)
			x.Phone = ident.MaskPhone(phone)
			_, err := person.Insert(tx, keys, x)
			return err
		})
		if f := fault.Of(bad); f == nil || f.Fields[0].Name != "phone" {
			t.Errorf("a mask for a phone: %v", bad)
		}

		// Nothing of the number or the phone lies in clear in the county or its record.
		all := stored(t, d)
		for _, secret := range []string{numberA, numberA[:14], phone} {
			if strings.Contains(all, secret) {
				t.Errorf("%s is stored in clear", secret)
			}
		}

		other := draft(t)
		other.Name, other.Number, other.Phone = "陈桂兰", number(t, numberB), ""
		dbtest.Given(t, d, func(tx *db.Tx) error { _, err := person.Insert(tx, keys, other); return err })
		takes := draft(t)
		takes.Number = number(t, numberB)
		if err := write(func(tx *db.Tx) error { _, _, err := person.Update(tx, keys, p, takes); return err }); fault.KeyOf(err) != "person.number_taken" {
			t.Errorf("somebody else's number: %v", err)
		}
		masked := draft(t)
		masked.Phone = ident.MaskPhone(phone)
		if err := write(func(tx *db.Tx) error { _, _, err := person.Update(tx, keys, p, masked); return err }); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a mask saved over a phone: %v", err)
		}

		same := draft(t)
		same.Phone, same.Number = "", ident.CitizenID{} // not known: keeps what is
		if err := write(func(tx *db.Tx) error {
			got, changed, err := person.Update(tx, keys, p, same)
			if changed || got.Version != 1 {
				t.Errorf("nothing new made version %d", got.Version)
			}
			return err
		}); err != nil {
			t.Error(err)
		}

		renamed := draft(t)
		renamed.Name, renamed.Phone = "曾卫国", "13900005678"
		dbtest.Given(t, d, func(tx *db.Tx) error {
			got, changed, err := person.Update(tx, keys, p, renamed)
			if !changed || got.Version != 2 {
				t.Errorf("changed %v, version %d", changed, got.Version)
			}
			return err
		})
		stale := draft(t)
		stale.Name = "曾援朝"
		if err := write(func(tx *db.Tx) error { _, _, err := person.Update(tx, keys, p, stale); return err }); fault.KeyOf(err) != "form.changed_meanwhile" {
			t.Errorf("over somebody else's change: %v", err)
		}
		found := keysOf(t, d, p.ID)
		for want, there := range map[string]bool{"曾卫国": true, "卫国": true, "zengweiguo": true, "~zwg": true, "曾建军": false, "建军": false, "~zjj": false} {
			if slices.Contains(found, want) != there {
				t.Errorf("%s stands in %v: %v", want, found, !there)
			}
		}
		if len(found) != 6 {
			t.Errorf("%d keys: %v", len(found), found)
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			got, err := person.FindByNumber(tx, keys, number(t, numberA))
			if err != nil || got.ID != p.ID || got.Name != "曾卫国" {
				t.Errorf("by number: %s %s, %v", got.ID, got.Name, err)
			}
			if shown := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(shown, numberA) {
				t.Error("a printed person shows the number")
			}
			_, err = person.Get(tx, "nobody")
			return err
		}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("nobody: %v", err)
		}
	})
}

// stored is every text of the tables that know a person, and of their record.
func stored(t *testing.T, d *db.DB) string {
	t.Helper()
	var all strings.Builder
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		people, err := db.All[person.Person](tx, `select `+db.Columns[person.Person]("")+` from person`)
		if err != nil {
			return err
		}
		fmt.Fprintf(&all, "%+v", people)
		for _, p := range people {
			fmt.Fprintf(&all, "%s %s", p.NumberSealed, p.PhoneSealed)
		}
		for _, q := range []string{`select key from person_key`, `select diff from change`} {
			texts, err := db.All[string](tx, q)
			if err != nil {
				return err
			}
			fmt.Fprint(&all, texts)
		}
		return nil
	})
	if err != nil || all.Len() == 0 {
		t.Fatal(err)
	}
	return all.String()
}

func keysOf(t *testing.T, d *db.DB, id person.ID) (all []string) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		all, err = db.All[string](tx, `select key from person_key where person_id = $1`, string(id))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestReveal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var p person.Person
		dbtest.Given(t, d, func(tx *db.Tx) (err error) { p, err = person.Insert(tx, keys, draft(t)); return err })
		s := &person.Service{DB: d, Keys: keys, Places: func(_ *db.Tx, id person.ID) (policy.Places, error) {
			if id != p.ID {
				return nil, nil
			}
			return policy.Places{{Relation: policy.Living, Path: village + "001"}, {Relation: policy.Registered, Path: "610929105001002"}}, nil
		}}
		as := func(k actor.Kind, path string) actor.Actor {
			return actor.Actor{Account: "me", Name: "我", Kind: k, Paths: []string{path}, Office: "单位"}
		}
		const counter = "counter"
		for _, tt := range []struct {
			by     actor.Actor
			id     person.ID
			reason string
			number fault.Kind
			phone  fault.Kind
		}{
			{actor.Actor{}, p.ID, counter, fault.NotFound, fault.NotFound},
			{as("mayor", "610929"), p.ID, counter, fault.Forbidden, fault.Forbidden},
			{as(actor.GridWorker, village+"002"), p.ID, counter, fault.NotFound, fault.NotFound},
			{as(actor.Registrar, "610929101"), p.ID, counter, fault.NotFound, fault.NotFound},
			{as(actor.TownCentre, town), p.ID, counter, fault.Forbidden, fault.Forbidden},
			{as(actor.AuditAdmin, "610929"), p.ID, counter, fault.Forbidden, fault.Forbidden},
			{as(actor.CountyPolice, "610929"), "nobody", counter, fault.NotFound, fault.NotFound},
			{as(actor.GridWorker, village+"001"), p.ID, counter, fault.Forbidden, ""},
			{as(actor.SectionLeader, village+"001"), p.ID, counter, fault.Forbidden, ""},
			{as(actor.CivilAffairs, "610929"), p.ID, counter, "", fault.Forbidden},
			{as(actor.Registrar, town), p.ID, "", fault.Invalid, ""},
			{as(actor.Registrar, town), p.ID, "contact", fault.Invalid, ""},
			{as(actor.Registrar, town), p.ID, "看看", fault.Invalid, ""},
			{as(actor.Registrar, town), p.ID, counter, "", ""},
			{as(actor.StationHead, "610929105"), p.ID, "verify", "", ""},
		} {
			before, _ := d.LooksAt(t.Context(), "person/"+string(p.ID), 100)
			n, err := s.RevealNumber(t.Context(), tt.by, tt.id, tt.reason)
			if fault.KindOf(err) != tt.number || (err == nil) != (tt.number == "") || (n.Reveal() == numberA) != (err == nil) || !n.IsZero() != (err == nil) {
				t.Errorf("%s %v, %q: %q, %v", tt.by.Kind, tt.by.Paths, tt.reason, n, err)
			}
			ph, err2 := s.RevealPhone(t.Context(), tt.by, tt.id)
			if fault.KindOf(err2) != tt.phone || (ph.Reveal() == phone) != (err2 == nil) {
				t.Errorf("%s %v: phone %q, %v", tt.by.Kind, tt.by.Paths, ph, err2)
			}
			want := len(before)
			for _, e := range []error{err, err2} {
				if e == nil {
					want++
				}
			}
			after, lookErr := d.LooksAt(t.Context(), "person/"+string(p.ID), 100)
			if lookErr != nil || len(after) != want {
				t.Errorf("%s: %d looks, want %d, %v", tt.by.Kind, len(after), want, lookErr)
			}
		}
		looks, err := d.LooksAt(t.Context(), "person/"+string(p.ID), 100)
		if err != nil {
			t.Fatal(err)
		}
		why := map[string]int{}
		for _, l := range looks {
			why[l.Action+" "+l.For]++
			if l.Account != "me" || l.Name != "我" || l.Office != "单位" || strings.Contains(l.For, "看看") {
				t.Errorf("the log says %+v", l)
			}
		}
		for what, want := range map[string]int{"person.reveal_phone person.why.contact": 7, "person.reveal_number person.why.counter": 2, "person.reveal_number person.why.verify": 1} {
			if why[what] != want {
				t.Errorf("%s: %d looks, want %d", what, why[what], want)
			}
		}
	})
}
