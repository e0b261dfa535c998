package importer

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/ident"
	"anju/internal/importer/table"
	"anju/internal/person"
)

// ParseRow reads one row of the register below the header, as of a day. It
// always returns what could be read, so that a household can be put together;
// the row may be taken in only if no fault is an error.
func ParseRow(h *table.Header, r table.Row, on calendar.Date) (RegisterRow, []Fault) {
	p := &rowParser{header: h, row: r, on: on}
	out := RegisterRow{
		Row:         r.Number,
		HouseholdNo: p.householdNo(),
		Name:        p.name(),
		Relation:    p.relation(),
		Sex:         p.sex(),
		Ethnicity:   p.coded(code.Ethnicity, ColEthnicity, "ethnicity_missing", "ethnicity_unknown"),
		Birth:       p.birth(),
		Address:     p.address(),
		Division:    p.division(),
		FormerName:  tightName(p.free(ColFormerName)),
		BirthPlace:  p.free(ColBirthPlace),
		NativePlace: p.free(ColNative),
		Education:   p.coded(code.Education, ColEducation, "", "education_unknown"),
		Marital:     p.coded(code.Marital, ColMarital, "", "marital_unknown"),
		Employer:    p.free(ColEmployer),
		Occupation:  p.free(ColOccupation),
		Phone:       p.phone(),
		Kind:        p.kind(),
		Registered:  p.registered(),
	}
	p.id(&out)
	p.agreement(out)
	return out, p.faults
}

var householdForm = regexp.MustCompile(`^[0-9A-Z][0-9A-Z-]*$`)

func (p *rowParser) householdNo() string {
	s, kind, ok := p.required(ColHousehold, "household_missing")
	if !ok {
		return ""
	}
	s = strings.ToUpper(tight(half(strings.TrimLeft(s, "'"))))
	switch {
	case kind == table.Number && len(s) > 15, strings.Contains(s, "E+"):
		p.fault(ColHousehold, "cell_rounded", "column", ColHousehold)
	case !householdForm.MatchString(s):
		p.fault(ColHousehold, "household_form")
	default:
		return s
	}
	return ""
}

var nameNote = regexp.MustCompile(`[(\[【〔<《]`)

// name reads a name: Han characters of any plane, with a dot between the parts
// of a name of several; or letters of another script. Spaces between Han
// characters mean nothing.
func (p *rowParser) name() string {
	s, _, ok := p.required(ColName, "name_missing")
	if !ok {
		return ""
	}
	s = tightName(s)
	switch {
	case strings.Contains(s, "*"):
		p.fault(ColName, "name_masked")
	case nameNote.MatchString(s):
		p.fault(ColName, "name_note")
	case strings.ContainsAny(s, "?□〓■\ufffd○"):
		p.fault(ColName, "name_unreadable")
	case !person.Nameable(s), strings.HasPrefix(s, "·"), strings.HasSuffix(s, "·"), strings.Contains(s, "··"):
		p.fault(ColName, "name_form")
	default:
		if len([]rune(s)) == 1 {
			p.fault(ColName, "name_short")
		}
		if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Co, r) }) {
			p.fault(ColName, "name_private_use")
		}
		return s
	}
	return ""
}

// dots brings the dots that stand in names to one.
var dots = strings.NewReplacer("•", "·", "・", "·", "．", "·", "‧", "·", "●", "·", "･", "·", "∙", "·", "⋅", "·")

// tightName takes the spaces out of a Chinese name and writes its dot one way.
func tightName(s string) string {
	s = dots.Replace(s)
	s = half(s)
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return strings.ReplaceAll(tight(s), ".", "·")
	}
	return s
}

func (p *rowParser) relation() string {
	c := p.coded(code.Relation, ColRelation, "relation_missing", "relation_unknown")
	if c == code.Self {
		p.fault(ColRelation, "relation_self")
		return code.Head
	}
	return c
}

func (p *rowParser) sex() string {
	c := p.coded(code.Sex, ColSex, "sex_missing", "sex_unknown")
	if c != "" && c != code.Male && c != code.Female {
		p.fault(ColSex, "sex_undetermined")
	}
	return c
}

// coded reads a value of a code table, given as a word or as a code. What the
// table does not know holds the row back; it never becomes “other”.
func (p *rowParser) coded(list *code.List, column, missing, unknown string) string {
	var s string
	var ok bool
	if missing == "" {
		s, _, ok = p.text(column)
	} else {
		s, _, ok = p.required(column, missing)
	}
	if !ok {
		return ""
	}
	c, ok := list.Find(s)
	if !ok && len(s) == 1 { // a workbook drops the zero of 02
		c, ok = list.Find("0" + s)
	}
	if !ok {
		p.fault(column, unknown, "standard", list.Standard)
	}
	return c
}

func (p *rowParser) birth() calendar.Date {
	s, _, ok := p.required(ColBirth, "birth_missing")
	if !ok {
		return ""
	}
	d, wrong := date(s)
	switch {
	case wrong != "":
		p.fault(ColBirth, "birth_"+wrong)
	case d.After(p.on):
		p.fault(ColBirth, "birth_future")
	case d.Year() < 1850:
		p.fault(ColBirth, "birth_form")
	default:
		if age := calendar.Age(d, p.on); age > 115 {
			p.fault(ColBirth, "birth_old", "age", age)
		}
		return d
	}
	return ""
}

func (p *rowParser) registered() calendar.Date {
	s, _, ok := p.text(ColRegistered)
	if !ok {
		return ""
	}
	d, wrong := date(s)
	switch {
	case wrong != "":
		p.fault(ColRegistered, "registered_form")
	case d.After(p.on):
		p.fault(ColRegistered, "registered_future")
	default:
		return d
	}
	return ""
}

func (p *rowParser) address() string {
	s, _, ok := p.required(ColAddress, "address_missing")
	if !ok {
		return ""
	}
	if s = tight(half(s)); len([]rune(s)) < 5 {
		p.fault(ColAddress, "address_short")
		return ""
	}
	return s
}

func (p *rowParser) division() ident.DivisionCode {
	s, _, ok := p.required(ColDivision, "division_missing")
	if !ok {
		return ""
	}
	c, err := ident.ParseDivisionCode(s)
	switch {
	case err != nil:
		p.fault(ColDivision, "division_form")
	case c.Level() != ident.Town && c.Level() != ident.Village:
		p.fault(ColDivision, "division_level")
	default:
		return c
	}
	return ""
}

func (p *rowParser) phone() string {
	s, _, ok := p.text(ColPhone)
	if !ok {
		return ""
	}
	phone, err := ident.ParsePhone(s)
	switch {
	case errors.Is(err, ident.ErrMasked):
		p.fault(ColPhone, "phone_masked")
	case err != nil:
		p.fault(ColPhone, "phone_form")
	}
	return phone
}

func (p *rowParser) kind() string {
	s, _, ok := p.text(ColKind)
	if !ok {
		return ""
	}
	s = tight(s)
	switch {
	case strings.Contains(s, "集体"):
		return Collective
	case strings.Contains(s, "家庭"), s == "农业户口", s == "非农业户口", s == "居民户口":
		return Family
	}
	p.fault(ColKind, "kind_unknown")
	return ""
}
