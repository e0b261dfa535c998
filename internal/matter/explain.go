package matter

import (
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/deadline"
	"anju/internal/i18n"
)

const hour = time.Hour

// Explain says in words why a matter did or did not escalate: each clock, what
// started and stopped it, and what it warned of.
func (p Page) Explain(now time.Time) []string {
	var out []string
	for _, c := range p.Clocks {
		level := levelName(c.Level)
		start := when(c.StartedAt)
		limit := when(c.StartedAt + deadline.Limit.Milliseconds())
		switch {
		case c.StoppedAt != 0 && c.Step == 0:
			out = append(out, i18n.T("matter.explain.in_time", "level", level, "start", start, "stop", when(c.StoppedAt), "limit", limit))
		case c.StoppedAt != 0:
			out = append(out, i18n.T("matter.explain.late", "level", level, "start", start, "stop", when(c.StoppedAt), "limit", limit, "n", c.Step))
		case c.Overdue(now):
			out = append(out, i18n.T("matter.explain.overdue", "level", level, "start", start, "limit", limit, "n", c.Step, "next", when(c.DueAt)))
		default:
			out = append(out, i18n.T("matter.explain.running", "level", level, "start", start, "limit", limit))
		}
	}
	for _, w := range p.Warnings {
		out = append(out, i18n.T("matter.explain.warning", "limit", when(w.DueAt), "at", when(w.At), "told", levelName(w.Told)))
	}
	return out
}

func when(ms int64) string { return time.UnixMilli(ms).In(calendar.Zone).Format("2006-01-02 15:04") }

func levelName(level int64) string {
	return i18n.T("account.kind." + string(actor.AtLevel(int(level)))) //i18n:dynamic account.kind.
}
