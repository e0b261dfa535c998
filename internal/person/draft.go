package person

import (
	"strings"
	"unicode"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/fault"
	"anju/internal/ident"
)

// A Draft is a person about to be entered, in clear.
type Draft struct {
	Name           string
	Sex            string // GB/T 2261.1
	Birth          calendar.Date
	Ethnicity      string          // GB/T 3304
	Education      string          // GB/T 4658, "" unknown
	Marital        string          // GB/T 2261.2, "" unknown
	Number         ident.CitizenID // zero: none, with a reason
	NoNumberReason string
	Phone          string // "" unknown
	Source         string
	AsOf           calendar.Date
}

// Check is the draft with its name and phone as they will be kept, or what is
// wrong with it, field by field. A mask that came back from a screen is wrong:
// it is never saved over the real value. Birth and sex may differ from those in
// the number: the register may be in error or corrected, and both are kept.
func (d Draft) Check(today calendar.Date) (Draft, error) { return d.check(today, false) }

func (d Draft) check(today calendar.Date, hasNumber bool) (Draft, error) {
	var f fault.Fields
	d.Name = strings.TrimSpace(d.Name)
	f.Require("name", d.Name)
	if !f.Has("name") && !Nameable(d.Name) {
		f.Add("name", "person.field.name")
	}
	if _, ok := code.Sex.Lookup(d.Sex); !ok {
		f.Add("sex", "person.field.sex")
	}
	switch {
	case !d.Birth.Valid() || d.Birth < "1800-01-01":
		f.Add("birth", "person.field.birth")
	case d.Birth > today:
		f.Add("birth", "person.field.future")
	}
	if _, ok := code.Ethnicity.Lookup(d.Ethnicity); !ok {
		f.Add("ethnicity", "person.field.ethnicity")
	}
	if _, ok := code.Education.Lookup(d.Education); !ok && d.Education != "" {
		f.Add("education", "person.field.education")
	}
	if _, ok := code.Marital.Lookup(d.Marital); !ok && d.Marital != "" {
		f.Add("marital", "person.field.marital")
	}
	if d.Number.IsZero() && !hasNumber && strings.TrimSpace(d.NoNumberReason) == "" {
		f.Add("number", "person.field.number")
	}
	if d.Phone != "" {
		phone, err := ident.ParsePhone(d.Phone)
		if err != nil {
			f.Add("phone", fault.KeyOf(err))
		}
		d.Phone = phone
	}
	return d, f.Err()
}

// Nameable reports whether a text can be a name: letters of any script, the
// dot between the parts of a name, spaces and hyphens; no mask and no digits.
func Nameable(s string) bool {
	letters := false
	for _, r := range s {
		switch {
		case unicode.IsLetter(r), unicode.Is(unicode.Co, r), r == '〇': // Co: rare characters of older police systems
			letters = true
		case !unicode.Is(unicode.Mn, r) && !strings.ContainsRune("· '-.", r):
			return false
		}
	}
	return letters
}
