package grid_test

import (
	"slices"
	"testing"

	"anju/internal/calendar"
	"anju/internal/grid"
	"anju/internal/proposal"
)

const (
	atHome    = "610929100207001" // where they are registered
	atSite    = "610929101001003" // where they live
	atWork    = "610929102001005"
	elsewhere = "W61092910020701" // a grid outside the county
)

func tie(relation, path string) grid.Tie { return grid.Tie{Relation: relation, Path: path} }

// TestPick: the grid that the table names answers, and what the household lacks,
// what lies outside the county and what is protected never does.
func TestPick(t *testing.T) {
	reg, live, work, out := tie("registered", atHome), tie("living", atSite), tie("working", atWork), tie("working", elsewhere)
	hidden, main := live, reg
	hidden.SealedTo = "610929101"
	main.Main = 1
	for name, tt := range map[string]struct {
		answers, sees string
		ties          []grid.Tie
		relation      string
		path          string
		instead, call string
		seen          []string
	}{
		"nobody's household":              {"living", "registered", nil, "", "", grid.Lacks, "", nil},
		"only a protected place":          {"living", "registered", []grid.Tie{hidden}, "", "", grid.Lacks, "", nil},
		"a protected place beside":        {"living", "", []grid.Tie{hidden, reg}, "registered", atHome, grid.Lacks, "", nil},
		"a protected place does not see":  {"registered", "living", []grid.Tie{hidden, reg}, "registered", atHome, "", "", nil},
		"where it happened":               {"place", "", []grid.Tie{reg, live, work}, "", "", "", "", nil},
		"registered":                      {"registered", "living", []grid.Tie{live, reg, work}, "registered", atHome, "", "", []string{atSite}},
		"living":                          {"living", "", []grid.Tie{live, reg, work}, "living", atSite, "", "", nil},
		"working":                         {"working", "living,registered", []grid.Tie{live, reg, work}, "working", atWork, "", "", []string{atSite, atHome}},
		"no working grid":                 {"working", "living", []grid.Tie{live, reg}, "living", atSite, grid.Lacks, "", nil},
		"working outside":                 {"working", "registered", []grid.Tie{live, reg, out}, "living", atSite, grid.Outside, elsewhere, []string{atHome}},
		"no working grid, main elsewhere": {"working", "", []grid.Tie{live, main}, "registered", atHome, grid.Lacks, "", nil},
		"outside sees nothing":            {"living", "working", []grid.Tie{live, out}, "living", atSite, "", "", nil},
		"one grid is both":                {"registered", "living", []grid.Tie{reg, tie("living", atHome)}, "registered", atHome, "", "", nil},
		"all outside":                     {"living", "", []grid.Tie{tie("living", "320583")}, "", "", grid.Outside, "320583", nil},
	} {
		p := grid.Route{Answers: tt.answers, Sees: tt.sees}.Pick(tt.ties)
		var seen []string
		for _, s := range p.Sees {
			seen = append(seen, s.Path)
		}
		if p.Relation != tt.relation || p.Path != tt.path || p.Instead != tt.instead || p.Call != tt.call || !slices.Equal(seen, tt.seen) {
			t.Errorf("%s: %+v, seen by %v", name, p, seen)
		}
	}
}

// TestOverlay: a row counts from its day, once it is approved, until another
// does; one that ends leaves what is above it.
func TestOverlay(t *testing.T) {
	row := func(id, answers string, from calendar.Date, state string, ended int64) grid.Route {
		return grid.Route{ID: id, Subject: "matter/dispute_land", Answers: answers, Basis: id, Ended: ended, Asked: proposal.Asked{ValidFrom: from, State: state, DecidedAt: int64(len(id))}}
	}
	rows := []grid.Route{
		row("a", "living", "2026-03-01", proposal.Approved, 0),
		row("b", "working", "2026-02-01", proposal.Refused, 0), row("b", "working", "2026-02-01", proposal.Proposed, 0),
		row("later", "working", "2026-03-01", proposal.Approved, 0), // the same day, decided after a
		row("e", "", "2026-05-01", proposal.Approved, 1),
	}
	for day, want := range map[calendar.Date]string{"2026-02-28": "registered", "2026-03-01": "working", "2026-04-30": "working", "2026-05-01": "living"} {
		all := grid.Overlay(rows, day)
		if got := all.Of("matter/dispute_land", "matter/dispute"); got.Answers != want {
			t.Errorf("%s: %s, want %s (%s)", day, got.Answers, want, got.Subject)
		}
	}
	all := grid.Overlay(nil, "2026-03-01")
	for subject, want := range map[string]string{"matter/safety_fire": "matter/safety", "matter/new_one": "matter/", "duty/fire": "duty/", grid.Visiting: grid.Visiting} {
		if got := all.Of(subject, "matter/safety"); subject == "matter/safety_fire" && got.Subject != want {
			t.Errorf("%s is led by %q, want %q", subject, got.Subject, want)
		}
		if got := all.Of(subject, ""); subject != "matter/safety_fire" && (got.Subject != want || got.Basis == "") {
			t.Errorf("%s is led by %q, want %q with a reason", subject, got.Subject, want)
		}
	}
}
