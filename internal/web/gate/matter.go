package gate

import (
	"context"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/policy"
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

// RunningDue is Due of the clock among a matter's that still runs.
func RunningDue(clocks []deadline.Clock, now time.Time) *ui.DueArgs {
	for _, c := range clocks {
		if c.StoppedAt == 0 {
			return Due(c.StartedAt, c.LimitAt(), now)
		}
	}
	return nil
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
	tone := map[matter.State]ui.Tone{matter.Reported: ui.Info, matter.Accepted: ui.Info, matter.Returned: ui.Warn, matter.Handled: ui.Warn, matter.Reopened: ui.Warn, matter.Closed: ui.Good}[s]
	return &ui.TagArgs{Label: i18n.T("matter.state." + string(s)), Tone: tone} //i18n:dynamic matter.state.
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
		if k := actor.Kind(e.Kind); k != actor.System {
			u.Who = Kind(k) + " " + e.Name
		}
		out = append(out, u)
	}
	return out
}

// A MatterAct is something that can be done with a matter from its page.
type MatterAct struct {
	Path  string // the last part of its address
	Label string
	Kind  ui.ButtonKind
	Field *ui.FieldArgs // the words it needs
}

// MatterActs lists what this actor can do with the matter now: first what one
// can as its reporter. The guard decides again when it is done.
func MatterActs(page matter.Page, by actor.Actor, now time.Time) (all []MatterAct) {
	m := page.Matter
	owner := int64(by.Kind.Level()) == m.Level || int64(by.Kind.Level()) == page.Answers
	add := func(a matter.Act, path, label string, k ui.ButtonKind, words string, ok bool) {
		if !ok || !m.Can(a, now) {
			return
		}
		act := MatterAct{Path: path, Label: i18n.T(label), Kind: k}
		if words != "" {
			act.Field = &ui.FieldArgs{Name: "text", ID: "f-" + path, Label: i18n.T(words), Kind: ui.TextArea, Required: true, Max: matter.MaxText}
		}
		all = append(all, act)
	}
	add(matter.Confirm, "confirm", "staff.matter.confirm", ui.Primary, "", page.Mine)
	add(matter.Reopen, "reopen", "staff.matter.reopen", ui.Secondary, "staff.matter.reopen_words", page.Mine)
	add(matter.Resubmit, "resubmit", "field.matter.resubmit", ui.Primary, "field.matter.resubmit_words", page.Mine)
	add(matter.Accept, "accept", "staff.matter.accept", ui.Primary, "", owner && policy.May(by, policy.MatterAccept))
	add(matter.Handle, "handle", "staff.matter.handle", ui.Primary, "staff.matter.handle_words", owner && policy.May(by, policy.MatterHandle))
	add(matter.SendUp, "send-up", "staff.matter.send_up", ui.Secondary, "staff.matter.send_up_words", owner && policy.May(by, policy.MatterSendUp))
	add(matter.Return, "return", "staff.matter.return", ui.Secondary, "staff.matter.return_words", owner && policy.May(by, policy.MatterReturn))
	add(matter.Comment, "comment", "staff.matter.comment", ui.Secondary, "staff.matter.comment_words", page.Mine || policy.May(by, policy.MatterComment))
	return all
}

// Act does with a matter what its form asks for.
func Act(ctx context.Context, s *matter.Service, by actor.Actor, key db.Key, id matter.ID, path, text string) (err error) {
	switch path {
	case "confirm":
		_, err = s.Confirm(ctx, by, key, id, true, text)
	case "reopen":
		_, err = s.Confirm(ctx, by, key, id, false, text)
	case "resubmit":
		_, err = s.Resubmit(ctx, by, key, id, text)
	case "accept":
		_, err = s.Accept(ctx, by, key, id)
	case "handle":
		_, err = s.Handle(ctx, by, key, id, text)
	case "send-up":
		_, err = s.SendUp(ctx, by, key, id, text)
	case "return":
		_, err = s.Return(ctx, by, key, id, text)
	case "comment":
		_, err = s.Comment(ctx, by, key, id, text)
	default:
		err = fault.New(fault.NotFound, "gate.no_page")
	}
	return err
}
