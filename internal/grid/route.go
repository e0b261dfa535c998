package grid

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/proposal"
	"anju/internal/residence"
)

// What a route is about: a category of matters or a duty, by its code. The
// prefix alone is everything of that sort which has no row of its own.
const (
	OfMatter = "matter/"
	OfDuty   = "duty/"
)

// Duties of the program's own, beside those on the county's list.
var Duties = []string{"visit", "house", "insurance", "land", "collective", "labour"}

// Visiting is the duty of visiting a household at home.
const Visiting = OfDuty + "visit"

// AtPlace is the answer of a route by which a matter stays where it happened,
// whichever household it is about.
const AtPlace = "place"

// Relations are the three grids of a household, in the order of their names.
var Relations = []string{residence.Registered, residence.Living, residence.Working}

// A Route is a row of the table (分办表) of which of a household's three grids
// answers for a matter or a duty, and which of the others see it.
type Route struct {
	ID             string `db:"id" record:"ignore"` // "": it comes with the program
	Subject        string `db:"subject" record:"track"`
	Answers        string `db:"answers" record:"track"` // one of Relations, or AtPlace
	Sees           string `db:"sees" record:"track"`    // some of the others, comma-separated
	Basis          string `db:"basis" record:"track"`
	Ended          int64  `db:"ended" record:"track"` // 1: the row above it counts again
	proposal.Asked `record:"track"`
}

// Seeing are the relations that see what another grid answers for.
func (r Route) Seeing() []string {
	return slices.DeleteFunc(strings.Split(r.Sees, ","), func(s string) bool { return s == "" })
}

// routesFile is the table that comes with the program.
//
//go:embed routes.csv
var routesFile string

var defaultRoutes = func() (all []Route) {
	rows, err := csv.NewReader(strings.NewReader(routesFile)).ReadAll()
	if err != nil {
		panic(err)
	}
	for _, row := range rows[1:] {
		all = append(all, Route{Subject: row[0], Answers: row[1], Sees: row[2], Basis: row[3], Asked: proposal.Asked{ValidFrom: "0001-01-01", State: proposal.Approved}})
	}
	return all
}()

// Routes are the rows in force on a day, by subject.
type Routes map[string]Route

// RoutesOn is the table on a day: the county's latest rows that two accounts
// have settled, over those that come with the program.
func RoutesOn(tx *db.Tx, on calendar.Date) (Routes, error) {
	rows, err := routesFrom(tx, on)
	return Overlay(rows, on), err
}

// Overlay is the rule of the table: of each subject the latest approved row that
// has begun; one that has ended leaves what is above it.
func Overlay(rows []Route, on calendar.Date) Routes {
	all := Routes{}
	for _, rows := range [][]Route{defaultRoutes, rows} {
		for _, r := range rows {
			was, ok := all[r.Subject]
			if r.State == proposal.Approved && r.ValidFrom <= on && (!ok || r.ValidFrom > was.ValidFrom || r.ValidFrom == was.ValidFrom && r.DecidedAt >= was.DecidedAt) {
				all[r.Subject] = r
			}
		}
	}
	for s, r := range all {
		if r.Ended == 1 {
			delete(all, s)
		}
	}
	return all
}

// Of is the row for a subject: its own, else that of the one above it, else that
// of everything of its sort. There always is one.
func (all Routes) Of(subject, above string) Route {
	for _, s := range []string{subject, above} {
		if r, ok := all[s]; ok {
			return r
		}
	}
	sort, _, _ := strings.Cut(subject, "/")
	return all[sort+"/"]
}

// A Pick is where a route leads for one household.
type Pick struct {
	Route    Route
	Relation string // of the grid that answers
	Path     string // that grid; "" if no grid of the household can
	Instead  string // "", or why it is not the grid that the route names: Lacks, Outside
	Call     string // the grid outside the county that the route names
	Sees     []Tie  // the other grids that see it
}

// Why another grid answers than the one that a route names.
const (
	Lacks   = "lacks"   // the household has none
	Outside = "outside" // it lies outside the county, where nobody works with Anju
)

// Pick is the rule: the grid that the route names answers; if the household has
// none, or it lies outside the county, the main one does, and then whichever
// there is. The other grids that the route names see it. A protected place is no
// grid of the household's: nothing is led there, and nothing said of it.
func (r Route) Pick(ties []Tie) Pick {
	p := Pick{Route: r}
	if r.Answers == AtPlace {
		return p
	}
	var known []Tie
	for _, t := range ties {
		if t.SealedTo == "" {
			known = append(known, t)
		}
	}
	main := MainOf(known)
	for _, want := range append([]string{r.Answers, main.Relation}, residence.Living, residence.Registered, residence.Working) {
		t, ok := tieOf(known, want)
		if ok && InCounty(t.Path) {
			p.Relation, p.Path = want, t.Path
			break
		}
	}
	if named, ok := tieOf(known, r.Answers); p.Relation != r.Answers && ok {
		p.Instead, p.Call = Outside, named.Path
	} else if p.Relation != r.Answers {
		p.Instead = Lacks
	}
	for _, rel := range r.Seeing() {
		if t, ok := tieOf(known, rel); ok && rel != p.Relation && InCounty(t.Path) && t.Path != p.Path {
			p.Sees = append(p.Sees, t)
		}
	}
	return p
}

func tieOf(ties []Tie, relation string) (Tie, bool) {
	i := slices.IndexFunc(ties, func(t Tie) bool { return t.Relation == relation })
	if i < 0 {
		return Tie{}, false
	}
	return ties[i], true
}

// MainOf is the grid that answers for a household as a whole (主责网格): the one
// that was said to, else where it lives, else where it is registered.
func MainOf(ties []Tie) Tie {
	if i := slices.IndexFunc(ties, func(t Tie) bool { return t.Main == 1 }); i >= 0 {
		return ties[i]
	}
	for _, rel := range []string{residence.Living, residence.Registered, residence.Working} {
		if t, ok := tieOf(ties, rel); ok {
			return t
		}
	}
	return Tie{}
}

// InCounty reports whether a tie leads to a grid of the county, or to a village
// of it that has none: there somebody works with Anju.
func InCounty(path string) bool {
	return len(path) == 15 && strings.Trim(path, "0123456789") == ""
}
