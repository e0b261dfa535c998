package household_test

import (
	"testing"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/fault"
	"anju/internal/household"
)

func kin(sex string, birth calendar.Date, relation string) household.Kin {
	return household.Kin{Sex: sex, Birth: birth, Relation: relation}
}

var (
	grandfather = kin("1", "1940-01-01", "51")
	head        = kin("1", "1961-02-14", "02")
	wife        = kin("2", "1963-08-05", "12")
	son         = kin("1", "1990-05-01", "20")
	daughter    = kin("2", "1993-05-01", "30")
	inLaw       = kin("2", "1991-05-01", "38")
	grandchild  = kin("2", "2015-05-01", "42")
	brother     = kin("1", "1965-05-01", "73")
)

// TestRelationToANewHead: what the words of the register say is not asked
// again, and what they do not say is not guessed.
func TestRelationToANewHead(t *testing.T) {
	for _, c := range []struct {
		what         string
		head, member household.Kin
		want         string
	}{
		{"the widow's late husband's father", wife, grandfather, "53"},
		{"the old head to his wife", wife, head, "11"},
		{"a son to the widow", wife, son, "20"},
		{"a daughter-in-law to the widow", wife, inLaw, "38"},
		{"a grandchild to the widow", wife, grandchild, "42"},
		{"a brother to the widow", wife, brother, ""},
		{"the father to the son", son, head, "51"},
		{"the mother to the son", son, wife, "52"},
		{"the younger sister to the son", son, daughter, "77"},
		{"the elder brother to the daughter", daughter, son, "71"},
		{"the grandfather to the son", son, grandfather, "61"},
		{"a daughter-in-law may be another son's wife", son, inLaw, ""},
		{"a grandchild may be another's child", son, grandchild, ""},
		{"the old head to his father", grandfather, head, "20"},
		{"his wife to his father", grandfather, wife, "38"},
		{"his daughter to his father", grandfather, daughter, "42"},
		{"the old head to his younger brother", brother, head, "71"},
		{"their father to the brother", brother, grandfather, "51"},
		{"the wife to the brother", brother, wife, ""},
	} {
		if got := household.RelationTo(c.head, c.member, head); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	unknown := wife
	unknown.Sex = "9"
	if got := household.RelationTo(son, unknown, head); got != "" {
		t.Errorf("a parent of no known sex is called %q", got)
	}
}

// TestKinThatCannotBe: relations and ages that contradict each other.
func TestKinThatCannotBe(t *testing.T) {
	on := calendar.Date("2026-10-01")
	for _, c := range []struct {
		what string
		want string // field and key; "" is good
		f    func(*fault.Fields)
	}{
		{"a son", "", func(f *fault.Fields) { household.CheckRelation("r", "20", son, head, f) }},
		{"a son who is a woman", "r household.act.relation_sex", func(f *fault.Fields) { household.CheckRelation("r", "20", daughter, head, f) }},
		{"a son older than the father", "r household.act.relation_age", func(f *fault.Fields) { household.CheckRelation("r", "20", grandfather, head, f) }},
		{"an adopted son eleven years younger", "", func(f *fault.Fields) { household.CheckRelation("r", "27", kin("1", "1972-01-01", ""), head, f) }},
		{"a father ten years older", "r household.act.relation_age", func(f *fault.Fields) { household.CheckRelation("r", "51", kin("1", "1951-01-01", ""), head, f) }},
		{"a grandchild one generation off", "r household.act.relation_age", func(f *fault.Fields) { household.CheckRelation("r", "42", kin("2", "1980-01-01", ""), head, f) }},
		{"a second head", "r household.act.relation", func(f *fault.Fields) { household.CheckRelation("r", code.Head, son, head, f) }},
		{"a word of no table", "r household.act.relation", func(f *fault.Fields) { household.CheckRelation("r", "04", son, head, f) }},
		{"a child of a child", "birth household.act.too_young_parent", func(f *fault.Fields) { household.CheckBirth(grandchild, kin("1", "2026-09-01", ""), f) }},
		{"a child of its mother", "", func(f *fault.Fields) { household.CheckBirth(inLaw, kin("1", "2026-09-01", ""), f) }},
		{"a husband of 21", "happened_on household.act.marriage_age", func(f *fault.Fields) { household.CheckMarriage(daughter, kin("1", "2005-01-01", ""), on, f) }},
		{"a husband of 22 and a wife of 20", "", func(f *fault.Fields) {
			household.CheckMarriage(kin("1", "2004-10-01", ""), kin("2", "2006-10-01", ""), on, f)
		}},
		{"two husbands", "kin household.act.same_sex", func(f *fault.Fields) { household.CheckMarriage(son, brother, on, f) }},
		{"an adopted adult", "birth household.act.adopted_age", func(f *fault.Fields) {
			household.CheckAdoption(head, kin("1", "2008-10-01", ""), on, true, f)
		}},
		{"an adopter of 29", "kin household.act.adopter_age", func(f *fault.Fields) {
			household.CheckAdoption(kin("2", "1996-10-02", ""), kin("2", "2020-01-01", ""), on, true, f)
		}},
		{"a single man and a girl 35 years younger", "kin household.act.adopter_gap", func(f *fault.Fields) {
			household.CheckAdoption(kin("1", "1985-01-01", ""), kin("2", "2020-01-01", ""), on, false, f)
		}},
		{"the same, married", "", func(f *fault.Fields) {
			household.CheckAdoption(kin("1", "1985-01-01", ""), kin("2", "2020-01-01", ""), on, true, f)
		}},
		{"a child head beside a grown-up", "h household.act.minor_head", func(f *fault.Fields) {
			household.CheckHead("h", grandchild, []household.Kin{grandchild, son}, on, f)
		}},
		{"an orphan head of orphans", "", func(f *fault.Fields) { household.CheckHead("h", grandchild, []household.Kin{grandchild}, on, f) }},
	} {
		var f fault.Fields
		c.f(&f)
		got := ""
		if len(f) > 0 {
			got = f[0].Name + " " + f[0].Key
		}
		if got != c.want || len(f) > 1 {
			t.Errorf("%s: %v, want %q", c.what, f, c.want)
		}
	}
}

// TestEvidence: each act rests on its own papers.
func TestEvidence(t *testing.T) {
	today := calendar.Date("2026-10-01")
	good := household.Evidence{Document: "birth_certificate", Number: "X610001234", Office: "白河县人民医院", On: "2026-09-02"}
	for what, c := range map[string]struct {
		k    household.ActKind
		e    household.Evidence
		want string
	}{
		"good":                          {household.Birth, good, ""},
		"another act's paper":           {household.Death, good, "household.act.document"},
		"a certificate with no number":  {household.Birth, household.Evidence{Document: good.Document, Office: good.Office, On: good.On}, "household.act.document_no"},
		"an application with no number": {household.Split, household.Evidence{Document: "application", Office: "本人", On: good.On}, ""},
		"nobody's paper":                {household.Birth, household.Evidence{Document: good.Document, Number: "1", On: good.On}, "form.required"},
		"a paper of tomorrow":           {household.Birth, household.Evidence{Document: good.Document, Number: "1", Office: "x", On: "2026-10-02"}, "household.act.future"},
		"30 February":                   {household.Birth, household.Evidence{Document: good.Document, Number: "1", Office: "x", On: "2026-02-30"}, "household.act.date"},
	} {
		var f fault.Fields
		c.e.Check(c.k, today, &f)
		got := ""
		if len(f) > 0 {
			got = f[0].Key
		}
		if got != c.want || len(f) > 1 {
			t.Errorf("%s: %v, want %q", what, f, c.want)
		}
	}
	for _, k := range household.ActKinds {
		if len(k.Documents()) == 0 {
			t.Errorf("%s rests on no paper at all", k)
		}
	}
}
