package importer

import (
	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/ident"
)

const (
	adult       = 18 // a head has full capacity (公通字[1995]91号; 民法典 17)
	generation  = 15 // years between parent and child that nobody asks about
	generations = 30 // between grandparent and grandchild
	large       = 20 // members of one family household
)

// CheckHousehold compares the rows of one household with each other, as of a
// day. Rows that hold each other back get an error each, so that nothing of a
// household without a clear head is taken in.
func CheckHousehold(rows []RegisterRow, on calendar.Date) []Fault {
	if len(rows) == 0 {
		return nil
	}
	c := &householdCheck{rows: rows, on: on}
	c.people()
	if c.heads(); c.head != nil {
		c.capacity()
		c.spouses()
		for i := range rows {
			if r := &rows[i]; r != c.head {
				c.kin(r)
				c.together(r)
			}
		}
	}
	for i := range rows {
		c.sexOf(&rows[i])
	}
	sortFaults(c.faults)
	return c.faults
}

type householdCheck struct {
	rows   []RegisterRow
	on     calendar.Date
	head   *RegisterRow
	faults []Fault
}

func (c *householdCheck) fault(r *RegisterRow, column, code string, args ...any) {
	c.faults = append(c.faults, newFault(r.Row, column, code, args...))
}

// heads finds the head, or holds the household back.
func (c *householdCheck) heads() {
	var more []*RegisterRow
	for i := range c.rows {
		switch r := &c.rows[i]; {
		case r.Relation != code.Head:
		case c.head == nil:
			c.head = r
		case c.head.ID != r.ID || r.ID.IsZero():
			more = append(more, r)
		}
	}
	switch {
	case c.head == nil:
		for i := range c.rows {
			c.fault(&c.rows[i], ColRelation, "head_missing")
		}
	case len(more) > 0:
		first := c.head
		c.head = nil
		twice := make(map[*RegisterRow]bool)
		for _, r := range more {
			twice[r] = true
			c.fault(r, ColRelation, "head_twice", "row", first.Row)
		}
		for i := range c.rows {
			if r := &c.rows[i]; !twice[r] {
				c.fault(r, ColRelation, "head_held", "row", more[0].Row)
			}
		}
	}
}

// people finds one person written twice.
func (c *householdCheck) people() {
	byID := make(map[ident.CitizenID]int)
	type alike struct {
		name  string
		birth calendar.Date
	}
	byName := make(map[alike]int)
	for i := range c.rows {
		r := &c.rows[i]
		if first, ok := byID[r.ID]; ok && !r.ID.IsZero() {
			c.fault(r, ColID, "person_twice", "row", first)
			continue
		}
		key := alike{r.Name, r.Birth}
		if first, ok := byName[key]; ok && r.Name != "" && r.Birth != "" {
			c.fault(r, ColName, "person_alike", "row", first)
		}
		byID[r.ID], byName[key] = r.Row, r.Row
	}
}

// capacity says when a minor is the head: allowed to stand, but somebody must
// look, above all where no adult is left in the household.
func (c *householdCheck) capacity() {
	if c.head.Birth == "" || calendar.Age(c.head.Birth, c.on) >= adult {
		if len(c.rows) > large && c.head.Kind != Collective {
			c.fault(c.head, ColHousehold, "household_large", "count", len(c.rows))
		}
		return
	}
	for _, r := range c.rows {
		if r.Birth != "" && calendar.Age(r.Birth, c.on) >= adult {
			c.fault(c.head, ColRelation, "head_minor", "age", adult)
			return
		}
	}
	c.fault(c.head, ColRelation, "head_only_minor", "age", adult)
}

func isSpouse(relation string) bool {
	return relation == code.Spouse || relation == code.Husband || relation == code.Wife
}

func (c *householdCheck) spouses() {
	var first *RegisterRow
	for i := range c.rows {
		r := &c.rows[i]
		if !isSpouse(r.Relation) {
			continue
		}
		if first != nil {
			if first.ID != r.ID || r.ID.IsZero() {
				c.fault(r, ColRelation, "spouse_twice", "row", first.Row)
			}
			continue
		}
		first = r
		if r.Sex == c.head.Sex && (relationSex[r.Relation] == "" || relationSex[r.Relation] == r.Sex) {
			c.fault(r, ColSex, "spouse_sex", "row", c.head.Row)
		}
		if r.Birth != "" && calendar.Age(r.Birth, c.on) < marriedFrom {
			c.fault(r, ColRelation, "spouse_young", "age", marriedFrom)
		}
	}
}

// kin compares the ages of a member and the head with their relation. What no
// family can be is an error; what is only unusual, as with adopted children and
// second marriages, is a warning.
func (c *householdCheck) kin(r *RegisterRow) {
	if r.Birth == "" || c.head.Birth == "" || len(r.Relation) != 2 {
		return
	}
	younger := yearsBetween(c.head.Birth, r.Birth) // than the head
	inLaw := r.Relation == "28" || r.Relation == "38"
	row := c.head.Row
	switch r.Relation[0] {
	case '2', '3':
		switch {
		case !inLaw && !c.head.Birth.Before(r.Birth):
			c.fault(r, ColRelation, "child_older", "row", row)
		case !inLaw && younger < generation:
			c.fault(r, ColRelation, "child_gap", "row", row, "years", generation)
		}
	case '4':
		if younger < generations {
			c.fault(r, ColRelation, "grandchild_gap", "row", row, "years", generations)
		}
	case '5':
		switch {
		case !r.Birth.Before(c.head.Birth):
			c.fault(r, ColRelation, "parent_younger", "row", row)
		case -younger < generation:
			c.fault(r, ColRelation, "parent_gap", "row", row, "years", generation)
		}
	case '6':
		if -younger < generations {
			c.fault(r, ColRelation, "grandparent_gap", "row", row, "years", generations)
		}
	}
}

// yearsBetween is the whole years from a to b, negative if b comes first.
func yearsBetween(a, b calendar.Date) int {
	if b.Before(a) {
		return -calendar.Age(b, a)
	}
	return calendar.Age(a, b)
}

// together compares what all members of a household should share.
func (c *householdCheck) together(r *RegisterRow) {
	h := c.head
	if r.Address != "" && h.Address != "" && r.Address != h.Address {
		c.fault(r, ColAddress, "household_address", "row", h.Row)
	}
	if r.Division != "" && h.Division != "" && !r.Division.Contains(h.Division) && !h.Division.Contains(r.Division) {
		c.fault(r, ColDivision, "household_division", "row", h.Row)
	}
	if r.Kind != "" && h.Kind != "" && r.Kind != h.Kind {
		c.fault(r, ColKind, "household_kind", "row", h.Row)
	}
}

// sexOf compares the sex of a member with the word for the relation.
func (c *householdCheck) sexOf(r *RegisterRow) {
	want := relationSex[r.Relation]
	if want != "" && (r.Sex == code.Male || r.Sex == code.Female) && r.Sex != want {
		c.fault(r, ColSex, "relation_sex")
	}
}

// relationSex is the sex that a relation of GB/T 4761 implies.
var relationSex = func() map[string]string {
	m := make(map[string]string)
	add := func(sex string, codes ...string) {
		for _, c := range codes {
			m[c] = sex
		}
	}
	add(code.Male, "11", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "41", "43", "46", "47", "51", "53",
		"55", "57", "61", "63", "66", "71", "73", "76", "78", "81", "83", "85", "87", "89", "93", "95")
	add(code.Female, "12", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39", "42", "44", "45", "48", "52", "54",
		"56", "58", "62", "64", "67", "72", "74", "75", "77", "82", "84", "86", "88", "90", "94", "96")
	return m
}()
