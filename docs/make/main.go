// Make writes the documents that are made of the program's own tables, so that
// they cannot say anything else than what the program does.
//
//	go run ./docs/make [FOLDER]
package main

//go:generate go run . ..

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"anju/internal/i18n"
	"anju/internal/matter"
)

func main() {
	folder := "docs"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := os.WriteFile(filepath.Join(folder, "matter-table.md"), []byte(matterTable()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "docs/make:", err)
		os.Exit(1)
	}
}

var who = map[matter.Who]string{
	matter.Owner: "the level that has it", matter.Over: "a level above or a centre, never who handled it", matter.Reporter: "the reporter",
	matter.Office: "the department it was handed to", matter.Anybody: "whoever may see it", matter.Itself: "by itself",
}

var tick = map[matter.Tick]string{
	matter.GoesOn: "goes on", matter.Stops: "**stops**", matter.Moves: "**stops**, the next level's **starts**", matter.Starts: "**starts** afresh",
	matter.Joins: "goes on, the lower level's **starts**", matter.Carries: "goes on in the part", matter.None: "none runs",
	matter.Pauses: "**pause**", matter.Resumes: "**resume**", matter.Extends: "one is **extended**",
}

// matterTable is the table of matters as a document.
func matterTable() string {
	var b strings.Builder
	b.WriteString("# The table of matters 事件流转表\n\nMade by `go generate` from `internal/matter/edges.go`; the tests of that package hold every cell. " +
		"An act that is not in a row is refused. Only a result, going up with what was done, or the reporter taking it back stops a level's seven-day clock.\n\n" +
		"| act | from | to | who | its form asks | seven-day clock | limits of a law |\n|---|---|---|---|---|---|---|\n")
	for _, e := range matter.Edges {
		from := "(new)"
		if e.From != nil {
			from = states(e.From)
		}
		to := "(stays)"
		if e.To != "" {
			to = state(e.To)
		}
		var people, fields []string
		for _, w := range e.Who {
			people = append(people, who[w])
		}
		if e.Act == matter.Report {
			people = []string{"whoever may report from there"}
		}
		if e.Act == matter.AnswerOrder {
			people = []string{"the level the order asks"}
		}
		for _, f := range e.Fields {
			if may, ok := strings.CutSuffix(string(f), "?"); ok {
				f = matter.Field("(" + may + ")")
			}
			fields = append(fields, string(f))
		}
		fmt.Fprintf(&b, "| %s `%s` | %s | %s | %s | %s | %s | %s |\n", i18n.T("matter.act."+string(e.Act)), e.Act, from, to, //i18n:dynamic matter.act.
			strings.Join(people, "; "), strings.Join(fields, ", "), tick[e.Seven], tick[e.Statutory])
	}
	fmt.Fprintf(&b, "\n*Open*: %s. *Done*: %s. *Any*: these, `merged`, and the ended ones: %s.\n", names(matter.Open), names(matter.Done), names(matter.Ended))
	fmt.Fprintf(&b, "\nA field in brackets may stay empty. `%s` happen to what has been merged into a matter too. A reporter who has been told has %d days for a word; a matter can be opened again for %d days after its close. An extension promises a day within %d days, a suspension ends within %d.\n",
		strings.Join(along(), "`, `"), matter.WordTime/(24*3600e9), matter.ReopenTime/(24*3600e9), matter.MaxExtend, matter.MaxSuspend)
	return b.String()
}

func along() (acts []string) {
	for _, a := range matter.Along {
		acts = append(acts, string(a))
	}
	return acts
}

func state(s matter.State) string {
	return i18n.T("matter.state."+string(s)) + " `" + string(s) + "`" //i18n:dynamic matter.state.
}

// states are states by name; the groups that the table uses are named.
func states(all []matter.State) string {
	for name, group := range map[string][]matter.State{"any": slices.Concat(matter.Open, []matter.State{matter.Merged}, matter.Done, matter.Ended), "open": matter.Open,
		"open or merged": slices.Concat(matter.Open, []matter.State{matter.Merged}), "open, merged or done": slices.Concat(matter.Open, []matter.State{matter.Merged}, matter.Done)} {
		if slices.Equal(all, group) {
			return "*" + name + "*"
		}
	}
	return names(all)
}

func names(all []matter.State) string {
	var words []string
	for _, s := range all {
		words = append(words, "`"+string(s)+"`")
	}
	return strings.Join(words, " ")
}
