package gate

import (
	"context"
	"net/http"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/i18n"
	"anju/internal/overview"
	"anju/internal/web/ui"
)

// See leads on to another page once something is done.
func See(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// Trim is what was typed into a field, without the space around it.
func Trim(r *http.Request, name string) string { return strings.TrimSpace(r.FormValue(name)) }

// Kind is a kind of post in words.
func Kind(k actor.Kind) string { return i18n.T("account.kind." + string(k)) } //i18n:dynamic account.kind.

// HouseholdTitle names a household by its head.
func HouseholdTitle(h overview.HouseholdPage) string {
	if len(h.Members) == 0 {
		return h.Household.RegisterNo
	}
	return i18n.T("staff.household.title", "head", h.Members[0].Name)
}

// Working says of a member who works whether that is in the county.
func Working(m overview.MemberRow) string {
	if grid.InCounty(m.WorkPath) {
		return i18n.T("staff.household.working_here")
	}
	return i18n.T("staff.household.working")
}

// SetType is the act that turns large type on or off for this browser; to is
// the page it stands on.
func (g *Gate) SetType(to string) Handler {
	return func(w http.ResponseWriter, r *http.Request, _ *Session) error {
		g.SetElder(w, r, r.PostFormValue("type") == "large")
		return See(w, r, to)
	}
}

// A Mover moves the demonstration county's clock.
type Mover interface {
	Move(ctx context.Context, by actor.Actor, d time.Duration) error
}

// Banner says on a page of the demonstration county that nothing is real, and
// has the control of its clock, which sends to action; nil in a real county.
func (s *Session) Banner(action string) *ui.DemoArgs {
	if s.Demo == nil {
		return nil
	}
	clock := ui.DemoClockArgs{Now: s.Demo.Now().In(calendar.Zone).Format("2006-01-02 15:04"), Action: action, CSRF: s.CSRF}
	if s.Demo.Moves {
		clock.Steps = []ui.Option{{Value: "24h", Label: i18n.T("staff.demo.day")}, {Value: "168h", Label: i18n.T("staff.demo.week")}}
	}
	return &ui.DemoArgs{Clock: ui.DemoClock(clock)}
}

// MoveClock is the act of the demonstration clock. It leads back to the page
// it was asked for on, or home.
func (m *Mux) MoveClock(clock Mover, home string) Handler {
	return func(w http.ResponseWriter, r *http.Request, s *Session) error {
		d, err := time.ParseDuration(r.PostFormValue("step"))
		if err != nil {
			return fault.Wrap(fault.Invalid, "demo.clock_step", err)
		}
		if err := clock.Move(r.Context(), s.Actor, d); err != nil {
			return err
		}
		if back := m.origin(r); back != "" {
			home = back
		}
		return See(w, r, home)
	}
}
