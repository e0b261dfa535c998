package person_test

import (
	"fmt"
	"testing"

	"anju/internal/person"
)

// TestAlike: what is enough to ask a person, and what would only be noise.
func TestAlike(t *testing.T) {
	base := person.Facts{Name: "张婷", Sex: "2", Birth: "1990-03-12", Tail: "#a", Address: "1"}
	with := func(f func(*person.Facts)) person.Facts { b := base; f(&b); return b }
	for _, c := range []struct {
		what string
		b    person.Facts
		want string
	}{
		{"a namesake of another day", with(func(f *person.Facts) { f.Birth, f.Tail, f.Address = "1971-11-30", "#b", "2" }), "[]"},
		{"a namesake of another day whose number ends alike", with(func(f *person.Facts) { f.Birth, f.Address = "1971-11-30", "2" }), "[]"},
		{"a namesake of the same day with a number of her own", with(func(f *person.Facts) { f.Tail, f.Address = "#b", "2" }), "[]"},
		{"a brother of the same day", with(func(f *person.Facts) { f.Name, f.Sex, f.Tail = "张强", "1", "#b" }), "[]"},
		{"a twin sister", with(func(f *person.Facts) { f.Name, f.Tail = "张娜", "#b" }), "[]"},
		{"the same without a number", with(func(f *person.Facts) { f.Tail, f.Address = "", "2" }), "[name birth]"},
		{"the same at home, by another number", with(func(f *person.Facts) { f.Tail = "#b" }), "[name birth address]"},
		{"one sound, at home", with(func(f *person.Facts) { f.Name, f.Tail = "张停", "" }), "[pinyin birth address]"},
		{"another name, one number but for the county in it", with(func(f *person.Facts) { f.Name, f.Address = "李娟", "2" }), "[birth tail]"},
		{"another sex, one number but for the county in it", with(func(f *person.Facts) { f.Sex, f.Address = "1", "2" }), "[name birth tail]"},
		{"a day off, without a number", with(func(f *person.Facts) { f.Birth, f.Tail, f.Address = "1990-03-13", "", "2" }), "[name near]"},
		{"day and month exchanged", with(func(f *person.Facts) { f.Birth, f.Tail, f.Address = "1990-12-03", "", "2" }), "[name near]"},
		{"a digit of the year", with(func(f *person.Facts) { f.Birth, f.Tail = "1980-03-12", "#b" }), "[name near address]"},
	} {
		if got := fmt.Sprint(person.Alike(base, c.b)); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
		if got := fmt.Sprint(person.Alike(c.b, base)); got != c.want {
			t.Errorf("%s, the other way round: %s, want %s", c.what, got, c.want)
		}
		if c.want != "[]" && !person.Near(base, c.b) {
			t.Errorf("%s would not even be compared", c.what)
		}
	}
}
