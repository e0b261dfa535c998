package export

import (
	"encoding/base64"
	"errors"
	"strings"

	"anju/internal/db"
	"anju/internal/seal"
)

// opening says which sealed fields can be opened on leaving, and by which name
// the program sealed them. A sealed field that is not here stays sealed.
var opening = map[string]struct{ table, column, id string }{
	"person.number_sealed":           {"person", "number", "id"},
	"person.phone_sealed":            {"person", "phone", "id"},
	"account.phone_sealed":           {"account", "phone", "id"},
	"matter_contact.name_sealed":     {"matter_contact", "name", "id"},
	"matter_contact.phone_sealed":    {"matter_contact", "phone", "id"},
	"work_contact.phone_sealed":      {"work_contact", "phone", "id"},
	"change_request.want_sealed":     {"change_request", "want", "id"},
	"household_act.request_sealed":   {"household_act", "request", "id"},
	"booklet_version.content_sealed": {"booklet_version", "content", "booklet_id"},
}

// credentials are the fields by which somebody could sign in as somebody else.
// They mean nothing outside this county, leave sealed, and are never opened.
var credentials = []string{"account.password", "device.secret_hash", "device.pin"}

// sealedRow is the field of a row that left sealed, beside its key.
const sealedRow = "sealed_row"

// sealedText marks a credential that left sealed.
const sealedText = "sealed:"

// protection knows the people whose place is sealed to a police unit, and all
// that is theirs: a row that names one of them, or something of theirs, would
// say where they are.
type protection map[string]bool

// Whom the county protects, or has protected: what is believed now and what
// was. Whoever is registered with one of them is of the household.
const (
	protectedPeople     = `select person_id from spell where sealed_to <> ''`
	protectedHouseholds = `select household_id from spell where sealed_to <> '' and household_id <> ''
		union select r.household_id from spell s join spell r on r.person_id = s.person_id where s.sealed_to <> '' and r.household_id <> ''
		union select household_id from tie where sealed_to <> '' union select household_id from booklet where sealed_to <> ''`
)

// protectedNow reads the ids of the protected, and of every row that is
// theirs: a change, a look, a clock or a warning may name that alone.
func protectedNow(tx *db.Tx, tables []db.Table) (protection, error) {
	p := protection{}
	take := func(query string) error {
		ids, err := db.All[string](tx, query)
		for _, id := range ids {
			p[id] = true
		}
		return err
	}
	for _, query := range []string{protectedPeople, protectedHouseholds} {
		if err := take(query); err != nil {
			return nil, err
		}
	}
	if len(p) == 0 {
		return p, nil
	}
	for _, t := range tables {
		if t.Stream != "county" || !t.Has("id") {
			continue
		}
		for column, whose := range map[string]string{"person_id": protectedPeople, "household_id": protectedHouseholds} {
			if !t.Has(column) {
				continue
			}
			if err := take("select id from " + t.Name + " where " + column + " in (" + whose + ")"); err != nil {
				return nil, err
			}
		}
		if t.Has("matter_id") { // the rows of a mediation name it alone
			if err := take("select id from " + t.Name + " where matter_id in (select id from matter where household_id in (" + protectedHouseholds + "))"); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// touches reports whether a row speaks of somebody protected: one of its texts
// is or holds the id of one.
func (p protection) touches(row []any) bool {
	if len(p) == 0 {
		return false
	}
	for _, v := range row {
		text, ok := v.(string)
		if !ok {
			continue
		}
		if p[text] {
			return true
		}
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !idRune(r) }) {
			if p[word] {
				return true
			}
		}
	}
	return false
}

func idRune(r rune) bool { return r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' }

// sealer seals and opens whole rows and credentials for the journey.
type sealer struct{ keys *seal.Keys }

var errSealed = errors.New("a sealed value does not open")

func (s sealer) row(t db.Table, line []byte) string {
	return base64.StdEncoding.EncodeToString(s.keys.Seal("export", t.Name, sealedRow, line))
}

func (s sealer) openRow(t db.Table, text string) ([]any, error) {
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errSealed
	}
	line, err := s.keys.Open("export", t.Name, sealedRow, sealed)
	if err != nil {
		return nil, errSealed
	}
	return t.ReadLine(line)
}

func (s sealer) text(field, plain string) string {
	if plain == "" {
		return ""
	}
	return sealedText + base64.StdEncoding.EncodeToString(s.keys.Seal("export", field, "", []byte(plain)))
}

func (s sealer) openText(field, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	text, ok := strings.CutPrefix(sealed, sealedText)
	b, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		return "", errSealed
	}
	plain, err := s.keys.Open("export", field, "", b)
	if err != nil {
		return "", errSealed
	}
	return string(plain), nil
}
