package matter

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
)

// categoriesFile is the tree of categories that comes with the program, in the
// order of the phone's form: the natural days that a level has and the rule
// that says so, what the form needs, the lowest level that takes it, and the
// department that is usually asked. Days may shorten the seven, never lengthen
// them. The county's own rows come on top, with dates; see Tree.
//
//go:embed categories.csv
var categoriesFile string

// A Category is a row of the tree as it is on a day.
type Category struct {
	Code      string        `db:"code" record:"track"`
	Parent    string        `db:"parent" record:"track"` // "" for a root
	Name      string        `db:"name" record:"track"`
	Days      int64         `db:"days" record:"track"`
	Basis     string        `db:"basis" record:"track"`
	Needs     string        `db:"needs" record:"track"` // some of Needs, comma-separated
	Level     int64         `db:"level" record:"track"` // the lowest level that takes it
	Unit      string        `db:"unit" record:"track"`  // the kind of department usually asked, or ""
	Private   int64         `db:"private" record:"track"`
	Ended     int64         `db:"ended" record:"track"` // 1: nothing new is reported under it
	ValidFrom calendar.Date `db:"valid_from" record:"track"`
}

// Needs are what a category may ask of a report beyond its words.
var Needs = []string{"place", "photo", "household"}

// Needs reports whether a category asks for something.
func (c Category) Asks(need string) bool { return slices.Contains(strings.Split(c.Needs, ","), need) }

var defaults = mustCategories(strings.NewReader(categoriesFile))

// Categories are the roots of the tree, in the order of the form: what boards
// compare from year to year. The county's own categories are leaves under them.
var Categories = func() (roots []string) {
	for _, c := range defaults {
		if c.Parent == "" {
			roots = append(roots, c.Code)
		}
	}
	return roots
}()

func mustCategories(r io.Reader) []Category {
	all, err := readCategories(r)
	if err != nil {
		panic(err)
	}
	return all
}

// readCategories reads the columns of categories.csv: leaves after their root.
func readCategories(r io.Reader) (all []Category, err error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read categories: %w", err)
	}
	known := map[string]bool{"": true}
	for i, row := range rows {
		if i == 0 {
			continue
		}
		c := Category{Code: row[0], Parent: row[1], Name: row[2], Basis: row[4], Needs: row[5], Unit: row[7], ValidFrom: "0001-01-01"}
		var bad [3]error
		c.Days, bad[0] = strconv.ParseInt(row[3], 10, 64)
		c.Level, bad[1] = strconv.ParseInt(row[6], 10, 64)
		c.Private, bad[2] = strconv.ParseInt(row[8], 10, 64)
		if why := c.fault(); why != "" || bad != [3]error{} || known[c.Code] || !known[c.Parent] {
			return nil, fmt.Errorf("read categories, line %d: %s %v: a field is wrong, the code is there twice, or its root is not there", i+1, why, row)
		}
		known[c.Code] = true
		all = append(all, c)
	}
	return all, nil
}

// fault is the field of a category that cannot be so, or "".
func (c Category) fault() string {
	switch {
	case c.Code == "" || strings.Trim(c.Code, "abcdefghijklmnopqrstuvwxyz0123456789_") != "":
		return "code"
	case c.Name == "":
		return "name"
	case c.Days < 1 || c.Days > int64(deadline.Limit/(24*3600e9)):
		return "days"
	case c.Basis == "":
		return "basis"
	case c.Level < 2 || c.Level > deadline.TopLevel:
		return "level"
	case c.Unit != "" && !slices.Contains(Units, actor.Kind(c.Unit)):
		return "unit"
	case c.Private != 0 && c.Private != 1 || c.Ended != 0 && c.Ended != 1:
		return "private"
	}
	for _, n := range strings.Split(c.Needs, ",") {
		if n != "" && !slices.Contains(Needs, n) {
			return "needs"
		}
	}
	return ""
}

// A Tree is the categories of a day by their code.
type Tree struct {
	All []Category // roots in their order, each followed by its leaves
}

// TreeOn is the tree on a day: what comes with the program, and on top of it
// the latest row of each code that the county has approved.
func TreeOn(tx *db.Tx, on calendar.Date) (Tree, error) {
	rows, err := categoryRows(tx, on)
	if err != nil {
		return Tree{}, err
	}
	return overlay(rows), nil
}

func overlay(rows []Category) Tree {
	all := slices.Clone(defaults)
	for _, r := range rows {
		if i := slices.IndexFunc(all, func(c Category) bool { return c.Code == r.Code }); i >= 0 {
			all[i] = r
			continue
		}
		at := len(all)
		for i, c := range all {
			if c.Code == r.Parent || c.Parent == r.Parent {
				at = i + 1
			}
		}
		all = slices.Insert(all, at, r)
	}
	return Tree{all}
}

// Of is the category with a code; ok is false of one that is not there.
func (t Tree) Of(code string) (c Category, ok bool) {
	for _, c := range t.All {
		if c.Code == code {
			return c, true
		}
	}
	return c, false
}

// Under lists what can be reported under a root: the root itself is not among
// them.
func (t Tree) Under(root string) (leaves []Category) {
	for _, c := range t.All {
		if c.Parent == root && c.Ended == 0 {
			leaves = append(leaves, c)
		}
	}
	return leaves
}
