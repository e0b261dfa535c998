package gate

import (
	"slices"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/deadline"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/web/ui"
)

// Due is where the limit of a matter stands that has lain in the same hands
// since a moment; nil when no clock runs.
func Due(since, limitAt int64, now time.Time) *ui.DueArgs {
	if limitAt == 0 {
		return nil
	}
	stage, days := deadline.Stand(since, limitAt, now)
	return &ui.DueArgs{Kind: ui.DueKind(stage), Days: days, At: At(limitAt)}
}

// LineDue is Due of the clock of a list's line.
func LineDue(l matter.Line, now time.Time) *ui.DueArgs {
	return expect(Due(l.LimitSince, l.LimitAt, now), l.Expected)
}

// expect marks a limit that has not passed as 预计: it is counted anew once the
// year's notice is known.
func expect(d *ui.DueArgs, expected bool) *ui.DueArgs {
	if d != nil && d.Kind != ui.DueLate {
		d.Expected = expected
	}
	return d
}

// Expected is a day as it is written, with the word that it is 预计 if it is.
func Expected(day string, expected bool) string {
	if expected {
		return i18n.T("ui.due.expected_day", "day", day)
	}
	return day
}

// RunningDue is Due of the clock among a matter's that still runs and whose
// limit passes first. Where two levels have one of the seven days, that of the
// level that has the matter counts.
func RunningDue(page matter.Page, now time.Time) *ui.DueArgs {
	clocks, level := page.Clocks, page.Matter.Level
	has := slices.ContainsFunc(clocks, func(c deadline.Clock) bool {
		return c.StoppedAt == 0 && c.Kind == deadline.SevenDay && c.Level == level
	})
	var first deadline.Clock
	for _, c := range clocks {
		if c.StoppedAt != 0 || has && c.Kind == deadline.SevenDay && c.Level != level {
			continue
		}
		if first.LimitAt == 0 || c.LimitAt < first.LimitAt {
			first = c
		}
	}
	return expect(Due(first.StartedAt, first.LimitAt, now), page.Calendar != nil && first.LimitAt != 0 && first.Provisional(page.Calendar))
}

// At is a moment as a page says it, "" for none.
func At(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).In(calendar.Zone).Format("2006-01-02 15:04")
}

// MatterTag is the state of a matter in a word.
func MatterTag(s matter.State) *ui.TagArgs {
	tone := map[matter.State]ui.Tone{matter.Reported: ui.Info, matter.Accepted: ui.Info, matter.Dispatched: ui.Info, matter.Transferred: ui.Info, matter.Merged: ui.Info,
		matter.Returned: ui.Warn, matter.Suspended: ui.Warn, matter.Handled: ui.Warn, matter.Told: ui.Warn, matter.Checked: ui.Warn, matter.Reopened: ui.Warn, matter.Closed: ui.Good, matter.Rated: ui.Good}[s]
	return &ui.TagArgs{Label: i18n.T("matter.state." + string(s)), Tone: tone} //i18n:dynamic matter.state.
}

// About is what an event names beside its words, in words.
func About(e matter.Event) string {
	y := e.Said()
	switch e.Act {
	case matter.Dispatch:
		return i18n.T("matter.about.to", "to", y.To)
	case matter.Extend, matter.Suspend:
		return i18n.T("matter.about.until", "until", y.Until)
	case matter.Transfer:
		return i18n.T("matter.about.unit", "unit", Kind(y.Unit))
	case matter.Merge, matter.Absorb, matter.Split, matter.SplitOff:
		return i18n.T("matter.about."+string(e.Act), "number", y.Into) //i18n:dynamic matter.about.
	case matter.Tell:
		return i18n.T("matter.how."+y.How) + "。" //i18n:dynamic matter.how.
	case matter.Rate:
		return i18n.T("matter.rating."+e.About) + "。" //i18n:dynamic matter.rating.
	case matter.Amend:
		return amended(y)
	case matter.ExtendLimit:
		return extended(y)
	case matter.Notice, matter.Warn:
		if y.Limit == "" {
			return ""
		}
		return i18n.T("matter.about.limit", "name", deadline.NameOf(y.Limit), "basis", deadline.BasisOf(y.Limit))
	}
	if e.About != "" {
		return i18n.T("matter.about.along", "number", e.About)
	}
	return ""
}

// extended is by how much a limit of a law was made longer, by which rule, until
// when, and how the reporter was told.
func extended(y matter.Say) string {
	unit := i18n.T("deadline.short." + string(deadline.UnitOf(y.Limit))) //i18n:dynamic deadline.short.
	s := i18n.T("matter.about.extended", "name", deadline.NameOf(y.Limit), "basis", deadline.BasisOf(y.Limit), "n", y.Days, "unit", unit)
	if y.Until != "" {
		s += i18n.T("matter.about.extended_until", "until", y.Until.Chinese())
	}
	if y.Until != "" && y.How != "" {
		s += i18n.T("matter.about.extended_told", "how", i18n.T("matter.how."+y.How)) //i18n:dynamic matter.how.
	}
	return s
}

func amended(y matter.Say) (s string) {
	if y.Category != "" {
		s = i18n.T("matter.about.category", "category", i18n.T("matter.category."+y.Category)) //i18n:dynamic matter.category.
	}
	if y.Place != "" {
		s += i18n.T("matter.about.place", "place", y.Place)
	}
	return s
}

// Timeline is what happened to a matter, the last first.
func Timeline(events []matter.Event) []ui.Event {
	tones := map[matter.Act]ui.Tone{matter.Warn: ui.Bad, matter.Supervise: ui.Bad, matter.Notice: ui.Warn, matter.Handle: ui.Good, matter.Confirm: ui.Good}
	var out []ui.Event
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		u := ui.Event{At: At(e.At), Title: i18n.T("matter.act." + string(e.Act)), Text: e.Text, Who: i18n.T("staff.matter.system"), Tone: ui.Info} //i18n:dynamic matter.act.
		if tone, ok := tones[e.Act]; ok {
			u.Tone = tone
		}
		switch k := actor.Kind(e.Kind); k {
		case actor.System:
		case actor.Public:
			u.Who = Kind(k)
		case "": // who reported it is shown to nobody
			u.Who = i18n.T("matter.anonymous")
		default:
			u.Who = Kind(k) + " " + e.Name
		}
		u.Text = strings.TrimSpace(About(e) + " " + e.Text)
		out = append(out, u)
	}
	return out
}
