package importer

import (
	"errors"
	"strings"

	"anju/internal/calendar"
	"anju/internal/ident"
	"anju/internal/importer/table"
)

// idCodes says which fault a refusal of a number is.
var idCodes = []struct {
	err  error
	code string
}{
	{ident.ErrMasked, "id_masked"},
	{ident.ErrRounded, "id_rounded"},
	{ident.ErrLength, "id_length"},
	{ident.ErrCharset, "id_charset"},
	{ident.ErrCentury, "id_century"},
	{ident.ErrDate, "id_date"},
	{ident.ErrFuture, "id_future"},
	{ident.ErrCheck, "id_check"},
}

// id reads the ID number. A number typed as a number has lost its last digits:
// a spreadsheet keeps fifteen. Somebody without a number is written 无证件 with
// the reason behind it, never left blank.
func (p *rowParser) id(out *RegisterRow) {
	s, kind, ok := p.required(ColID, "id_missing")
	if !ok {
		return
	}
	if kind == table.Number && len(s) > 15 {
		p.fault(ColID, "id_number")
		return
	}
	if rest, none := strings.CutPrefix(s, "无"); none {
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "证件"), "身份证")
		if out.NoIDReason = strings.Trim(rest, " :：，,（）()-—"); out.NoIDReason == "" {
			p.fault(ColID, "id_none_reason")
			return
		}
		p.fault(ColID, "id_none")
		return
	}
	id, err := ident.ParseCitizenID(s, p.on.Start())
	if err != nil {
		p.fault(ColID, idCode(err))
		return
	}
	out.ID = id
	if len(tight(half(strings.Trim(s, "'’‘\"")))) == 15 {
		p.fault(ColID, "id_upgraded")
	}
	if !provinces[id.Division()[:2]] {
		p.fault(ColID, "id_prefix")
	}
}

func idCode(err error) string {
	for _, c := range idCodes {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return "id_charset"
}

// provinces are the beginnings of numbers given out so far (GB/T 2260), with
// those of the residence permits for Hong Kong, Macau and Taiwan.
var provinces = func() map[string]bool {
	m := make(map[string]bool)
	for _, p := range strings.Fields("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83") {
		m[p] = true
	}
	return m
}()

// marriedFrom is the age from which a register may plausibly say married. The
// law says 22 and 20 (民法典 1047); older entries and other nations differ.
const marriedFrom = 18

// agreement compares what a row says twice. Both are kept: the register may be
// right by correction and the number by date of issue.
func (p *rowParser) agreement(r RegisterRow) {
	if !r.ID.IsZero() && r.Birth != "" && r.ID.Birth() != string(r.Birth) {
		p.fault(ColBirth, "id_birth_differs")
	}
	if s := r.ID.Sex(); s != "" && (r.Sex == "1" || r.Sex == "2") && s != r.Sex {
		p.fault(ColSex, "id_sex_differs")
	}
	if r.Registered != "" && r.Birth != "" && r.Registered.Before(r.Birth) {
		p.fault(ColRegistered, "registered_before_birth")
	}
	if r.Marital != "" && r.Marital != "10" && r.Marital != "90" && r.Birth != "" && calendar.Age(r.Birth, p.on) < marriedFrom {
		p.fault(ColMarital, "marital_minor", "age", marriedFrom)
	}
	if r.FormerName != "" && r.FormerName == r.Name {
		p.fault(ColFormerName, "former_same")
	}
}
