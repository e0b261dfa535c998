package matter

import (
	"slices"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/deadline"
	"anju/internal/i18n"
)

// lateBy is how long after its limit a warning is stored at most while the
// program runs; beyond it the program was not running, and that is said.
const lateBy = 10 * time.Minute

// Explain says in words why a matter lies with its grid, and why it did or did not
// escalate: of each clock
// what started and stopped it and what did not, and what it warned of.
func (p Page) Explain(now time.Time) []string {
	out := p.ledWords()
	for _, c := range p.Clocks {
		if c.Kind == deadline.SevenDay {
			out = append(out, explain(c, now))
		} else {
			out = append(out, p.explainLimit(c, now)...)
			continue
		}
		if acts := p.during(c); acts != "" {
			out = append(out, i18n.T("matter.explain.did_not_stop", "acts", acts))
		}
		for _, w := range p.Warnings {
			if w.ClockID == c.ID {
				out = append(out, explainWarning(w))
			}
		}
	}
	return out
}

func explain(c deadline.Clock, now time.Time) string {
	level, start, limit := levelName(c.Level), when(c.StartedAt), when(c.LimitAt)
	switch {
	case c.StoppedAt != 0 && c.Step == 0:
		return i18n.T("matter.explain.in_time", "level", level, "start", start, "stop", when(c.StoppedAt), "limit", limit)
	case c.StoppedAt != 0:
		return i18n.T("matter.explain.late", "level", level, "start", start, "stop", when(c.StoppedAt), "limit", limit, "n", c.Step)
	case c.Overdue(now):
		return i18n.T("matter.explain.overdue", "level", level, "start", start, "limit", limit, "n", c.Step, "next", when(c.DueAt))
	}
	return i18n.T("matter.explain.running", "level", level, "start", start, "limit", limit)
}

// explainLimit says of a limit of a law by which rule it is counted, from what
// to what, why its last day is that day, and how it stands.
func (p Page) explainLimit(c deadline.Clock, now time.Time) (out []string) {
	last := c.LastDay()
	unit := i18n.T("deadline.short." + string(c.Unit)) //i18n:dynamic deadline.short.
	out = append(out, i18n.T("matter.explain.limit", "name", deadline.NameOf(c.Kind), "basis", deadline.BasisOf(c.Kind), "start", calendar.On(time.UnixMilli(c.StartedAt)).Chinese(),
		"n", c.Amount, "unit", unit, "last", last.Chinese()))
	if c.Rolls == 1 {
		out = append(out, i18n.T("matter.explain.rolls"))
	}
	if c.Extended > 0 {
		out = append(out, i18n.T("matter.explain.extended", "n", c.Extended, "unit", unit))
	}
	for _, x := range p.Pauses[c.ID] {
		out = append(out, i18n.T("matter.explain.paused", "from", x.From.Chinese(), "to", x.To.Chinese(), "most", c.PauseMost))
	}
	if p.Calendar != nil && c.StoppedAt == 0 && c.Provisional(p.Calendar) {
		out = append(out, i18n.T("matter.explain.provisional"))
	}
	switch {
	case c.StoppedAt != 0 && c.Step == 0:
		out = append(out, i18n.T("matter.explain.kept", "stop", when(c.StoppedAt)))
	case c.StoppedAt != 0:
		out = append(out, i18n.T("matter.explain.broken", "stop", when(c.StoppedAt), "n", c.Step))
	case c.Overdue(now):
		out = append(out, i18n.T("matter.explain.passed", "n", c.Step))
	}
	for _, w := range p.Warnings {
		if w.ClockID == c.ID {
			out = append(out, explainWarning(w))
		}
	}
	return out
}

func explainWarning(w deadline.Warning) string {
	limit, at, told := when(w.DueAt), when(w.At), levelName(w.Told)
	if time.Duration(w.At-w.DueAt)*time.Millisecond > lateBy {
		return i18n.T("matter.explain.caught_up", "limit", limit, "at", at, "told", told)
	}
	return i18n.T("matter.explain.warning", "limit", limit, "at", at, "told", told)
}

// during names what was done while a clock ran and did not stop it.
func (p Page) during(c deadline.Clock) string {
	var acts []string
	for _, e := range p.Events {
		people := !slices.Contains([]Act{Notice, Warn, Supervise, SplitOff}, e.Act)
		if people && edges[e.Act].Seven == GoesOn && e.At >= c.StartedAt && (c.StoppedAt == 0 || e.At <= c.StoppedAt) {
			acts = append(acts, i18n.T("matter.explain.act", "act", i18n.T("matter.act."+string(e.Act)), "at", when(e.At))) //i18n:dynamic matter.act.
		}
	}
	return strings.Join(acts, i18n.T("matter.explain.and"))
}

func when(ms int64) string { return time.UnixMilli(ms).In(calendar.Zone).Format("2006-01-02 15:04") }

func levelName(level int64) string {
	return i18n.T("account.kind." + string(actor.AtLevel(int(level)))) //i18n:dynamic account.kind.
}
