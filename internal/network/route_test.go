package network_test

import (
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/grid"
	"anju/internal/matter"
	"anju/internal/proposal"
)

// TestRoutes: the table of which grid answers is changed by two accounts, from
// its day on; there is a row for every category and every duty.
func TestRoutes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ask := grid.Route{Subject: "matter/dispute_land", Answers: "living", Sees: "living,registered,nowhere", Basis: "承包地已经流转，纠纷在居住地调处", Asked: proposal.Asked{ValidFrom: today.AddDays(1), Reason: "试行"}}
		for _, by := range []actor.Actor{{}, as("worker"), as("leader"), as("general"), as("sysadmin")} {
			if _, err := w.ProposeRoute(t.Context(), by, "", ask); err == nil {
				t.Errorf("%q proposes", by.Kind)
			}
		}
		if _, err := w.Routes(t.Context(), as("audadmin")); err == nil {
			t.Error("the audit administrator reads the table")
		}
		for name, tt := range map[string]struct {
			change func(*grid.Route)
			field  string
			key    string
		}{
			"no such category":   {func(r *grid.Route) { r.Subject = "matter/weather" }, "subject", "network.route.subject"},
			"no such grid":       {func(r *grid.Route) { r.Answers = "moon" }, "answers", "network.route.answers"},
			"a duty of no place": {func(r *grid.Route) { r.Subject, r.Answers = grid.Visiting, grid.AtPlace }, "answers", "network.route.answers"},
			"without a word":     {func(r *grid.Route) { r.Basis = " " }, "basis", "form.required"},
			"yesterday":          {func(r *grid.Route) { r.ValidFrom = today.AddDays(-1) }, "valid_from", "proposal.from"},
			"ends what is above": {func(r *grid.Route) { r.Subject, r.Ended = grid.OfMatter, 1 }, "answers", "network.route.ends"},
			"ends what is none":  {func(r *grid.Route) { r.Subject, r.Ended = "matter/safety_fire", 1 }, "answers", "network.route.ends"},
		} {
			r := ask
			tt.change(&r)
			if _, err := w.ProposeRoute(t.Context(), as("centre"), "", r); wrong(err, tt.field) != tt.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		k, err := w.ProposeRoute(t.Context(), as("farms"), w.key(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if k.Sees != "registered" {
			t.Errorf("seen by %q: the grid that answers is none of those that see", k.Sees)
		}
		if _, err := w.ProposeRoute(t.Context(), as("civil"), "", ask); kind(err) != "conflict" {
			t.Errorf("while one waits: %v", err)
		}
		for by, want := range map[string]string{"worker": "not_found", "farms": "not_found", "general": "not_found"} {
			if _, err := w.ApproveRoute(t.Context(), as(by), "", k.ID); kind(err) != want {
				t.Errorf("%s approves: %v, want %s", by, err, want)
			}
		}
		own, err := w.ProposeRoute(t.Context(), as("centre"), w.key(), grid.Route{Subject: grid.OfDuty + "house", Answers: "registered", Sees: "living", Basis: "试行", Asked: proposal.Asked{ValidFrom: today, Reason: "试行"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ApproveRoute(t.Context(), as("centre"), "", own.ID); kind(err) != "forbidden" {
			t.Errorf("one's own: %v", err)
		}
		if own.Sees != "" {
			t.Errorf("a duty is seen by %q", own.Sees)
		}
		seen, err := w.ProposeRoute(t.Context(), as("centre"), w.key(), grid.Route{Subject: grid.Visiting, Answers: "registered", Sees: "living,registered", Basis: "原籍走访", Asked: proposal.Asked{ValidFrom: today.AddDays(1), Reason: "试行"}})
		if err != nil || seen.Answers != "registered" || seen.Sees != "living" {
			t.Errorf("visits are sent to %q, seen by %q, %v", seen.Answers, seen.Sees, err)
		}
		if _, err := w.RefuseRoute(t.Context(), as("chief"), w.key(), own.ID, "不试"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ApproveRoute(t.Context(), as("centre"), w.key(), k.ID); err != nil {
			t.Fatal(err)
		}
		answers := func() string {
			tt, err := w.Routes(t.Context(), as("worker"))
			if err != nil {
				t.Fatal(err)
			}
			one, _ := tt.Of("matter/dispute_land")
			return one.Route.Answers
		}
		if got := answers(); got != "registered" {
			t.Errorf("before its day: %s", got)
		}
		w.clock.Set(today.AddDays(1).Start())
		if got := answers(); got != "living" {
			t.Errorf("on its day: %s", got)
		}
	})
}

// TestEverythingHasARoute: no category that comes with the program and no duty is
// without a row, each with its reason.
func TestEverythingHasARoute(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		table, err := w.Routes(t.Context(), as("worker"))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range matter.Categories {
			if one, ok := table.Of("matter/" + c); !ok || one.Route.Subject != one.Key {
				t.Errorf("%s has no row of its own", c)
			}
		}
		for _, one := range table.Subjects {
			if one.Route.Basis == "" || !strings.HasPrefix(one.Key, one.Route.Subject[:strings.Index(one.Route.Subject, "/")]) {
				t.Errorf("%s: %+v", one.Key, one.Route)
			}
		}
	})
}
