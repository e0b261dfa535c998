package code_test

import (
	"testing"

	"anju/internal/code"
)

func TestTables(t *testing.T) {
	for name, rows := range map[string]int{
		"sex": 4, "marital": 8, "ethnicity": 58, "education": 40, "relation": 84,
		"political": 13, "id_document": 12, "address_element": 16, "registry_category": 36,
	} {
		l := code.Table(name)
		if l == nil {
			t.Errorf("%s: no such table", name)
			continue
		}
		if len(l.Codes) != rows {
			t.Errorf("%s: %d rows, want %d", name, len(l.Codes), rows)
		}
		if l.Standard == "" || len(l.Edition) != 4 || l.Title == "" {
			t.Errorf("%s: no standard, edition or title: %q %q %q", name, l.Standard, l.Edition, l.Title)
		}
		for _, c := range l.Codes {
			back, ok := l.ByName(c.Name)
			if !ok || back != c.Code {
				t.Errorf("%s: %s is %s, and back %s", name, c.Code, c.Name, back)
			}
		}
	}
}

// Religion and blood type are not ours to keep (个人信息保护法 28).
func TestNotShipped(t *testing.T) {
	for _, name := range []string{"religion", "blood", "blood_type", "health", "tables", "aliases", ""} {
		l := code.Table(name)
		if l != nil {
			t.Errorf("%s is shipped", name)
		}
		if _, ok := l.Lookup("1"); ok {
			t.Errorf("%s knows a code", name)
		}
		if _, ok := l.ByName("其他"); ok {
			t.Errorf("%s knows a name", name)
		}
	}
}

func TestByName(t *testing.T) {
	for _, test := range []struct {
		list *code.List
		in   string
		want string
	}{
		{code.Sex, "男", "1"}, {code.Sex, "女性", "2"}, {code.Sex, " 男 ", "1"},
		{code.Ethnicity, "汉", "01"}, {code.Ethnicity, "汉族", "01"}, {code.Ethnicity, "土家族", "15"}, {code.Ethnicity, "土", "30"},
		{code.Relation, "户主", code.Head}, {code.Relation, "本人", code.Self}, {code.Relation, "妻", code.Wife},
		{code.Relation, "妻子", code.Wife}, {code.Relation, "长子", "22"}, {code.Relation, "之子", "20"},
		{code.Relation, "儿子", "20"}, {code.Relation, "孙子", "41"}, {code.Relation, "孙　女", "42"},
		{code.Relation, "儿媳", "38"}, {code.Relation, "外孙", "43"}, {code.Relation, "非亲属", "99"},
		{code.Education, "初中", "70"}, {code.Education, "大专", "30"}, {code.Marital, "已婚", "20"},
		{code.Political, "中共党员", "01"}, {code.Political, "群众", "13"}, {code.IDDocument, "身份证", "111"},
		{code.RegistryCategory, "农业/村级集体经济组织", "N2"}, {code.AddressElement, "社区", "31"},
	} {
		if got, ok := test.list.ByName(test.in); !ok || got != test.want {
			t.Errorf("%s %q: got %q, %v, want %s", test.list.Name, test.in, got, ok, test.want)
		}
		if _, ok := test.list.Lookup(test.want); !ok {
			t.Errorf("%s: no code %s", test.list.Name, test.want)
		}
	}
}

// TestUnknownStaysUnknown holds the importer's promise: what is not known is
// set aside with a reason and never becomes 其他.
func TestUnknownStaysUnknown(t *testing.T) {
	for _, test := range []struct {
		list *code.List
		in   string
	}{
		{code.Sex, "M"}, {code.Sex, ""}, {code.Sex, "男女"}, {code.Sex, "1"},
		{code.Ethnicity, "穿青人"}, {code.Ethnicity, "族"}, {code.Ethnicity, "汉族族"},
		{code.Relation, "朋友"}, {code.Relation, "租客"}, {code.Relation, ""}, {code.Relation, "干儿子"},
		{code.Education, "文盲"}, {code.Political, "民主党派"}, {code.Marital, "同居"},
	} {
		if got, ok := test.list.ByName(test.in); ok {
			t.Errorf("%s %q: became %s", test.list.Name, test.in, got)
		}
	}
	for _, l := range []*code.List{code.Sex, code.Ethnicity, code.Relation} {
		if name, ok := l.Lookup("77777"); ok {
			t.Errorf("%s: code 77777 is %s", l.Name, name)
		}
	}
}

func TestFind(t *testing.T) {
	for in, want := range map[string]string{"02": "02", "０２": "02", "户主": "02", "2": "", "100": "", "": ""} {
		got, ok := code.Relation.Find(in)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", in, got, ok, want)
		}
	}
}
