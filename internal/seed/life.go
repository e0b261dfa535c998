package seed

import (
	"fmt"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/deadline"
	"anju/internal/i18n"
	"anju/internal/matter"
)

// A life is a matter with its timeline as the rules of matter allow it.
type life struct {
	*maker
	m      matter.Matter
	grid   string
	worker *staffer
	events []event
	clocks []deadline.Clock
	warns  []deadline.Warning
	orders []order
	led    []matter.Led
}

// An event may be about an order, whose number is known only when all are.
type event struct {
	matter.Event
	order int // 1 is the first of the life; 0: none
}

// An order knows when it will be answered, and when the centre closes it.
type order struct {
	matter.Order
	answerAt time.Time // zero: when the matter is dealt with
	closeAt  time.Time // zero until answered
}

// The sweep finds what is due a few seconds late.
const (
	noticeLate = 7 * time.Second
	warnLate   = 9 * time.Second
)

const answer = "已向当事人说明原因，正在办理，将在期限内办结。"

// begin reports a matter.
func (m *maker) begin(at time.Time, grid string) *life {
	at = at.Truncate(time.Second)
	l := &life{maker: m, grid: grid, worker: pick(m.r, m.workers[grid])}
	category := pick(m.r, matter.Categories)
	l.m = matter.Matter{
		ID: matter.ID(m.idOf(at)), Category: category, Text: pick(m.r, stories[category]), Path: grid, Reporter: string(l.worker.id), ReporterName: l.worker.name,
		ReportedAt: at.UnixMilli(), State: matter.Reported, Level: 2, Duty: 2, LevelSince: at.UnixMilli(), Via: matter.Self, Days: 7, Version: 1,
	}
	if homes := m.homes[grid]; (category == "livelihood" || category == "service") && m.chance(0.6) {
		if f := pick(m.r, homes); f.sealed == "" {
			l.m.HouseholdID = string(f.id)
			l.led = matter.LedOf(l.m, m.routes.Of(matter.Routed(category), "").Pick(f.ties()))
		}
	}
	l.said(at)
	l.add(matter.Report, l.worker, actor.GridWorker, l.m.Text, at, 0)
	l.start()
	return l
}

// said is how a report came: most were typed by their reporter, some were said
// at the door or on the phone, a few stood in a letter of the days before.
func (l *life) said(at time.Time) {
	switch n := l.count("via"); {
	case n%6 == 2:
		l.m.Via = matter.Phone
	case n%6 == 5:
		l.m.Via = matter.Counter
	case n%36 == 0:
		l.m.Via, l.m.SaidOn = matter.Paper, string(calendar.On(at).AddDays(-1-n/36%3))
	}
}

// owner is who has the matter now, and the kind of post.
func (l *life) owner() (*staffer, actor.Kind) {
	k := actor.AtLevel(int(l.m.Level))
	switch k {
	case actor.GridLeader:
		return l.leaders[l.grid], k
	case actor.SectionLeader:
		return l.accounts["pz"+l.grid[6:12]], k
	case actor.GeneralLeader:
		return l.accounts["zz"+l.grid[6:9]], k
	}
	return l.accounts["zwg1"], k
}

// do lets time pass to at, with every notice, warning and order on the way,
// and lets the owner or the reporter do an act. It is false when at lies after
// the county's day: the matter stays as it is.
func (l *life) do(a matter.Act, text string, at time.Time) bool {
	at = at.Truncate(time.Second)
	if !at.Before(l.at) {
		l.pass(l.at)
		return false
	}
	l.pass(at)
	if n := len(l.orders); n > 0 && at.Sub(time.UnixMilli(l.orders[n-1].IssuedAt)) < 10*time.Minute {
		return l.do(a, text, at.Add(11*time.Minute)) // nobody acts in the minute in which the order comes
	}
	if ends(a) && l.answerAll(at) {
		return l.do(a, text, at.Add(5*time.Minute))
	}
	by, k := l.owner()
	switch a {
	case matter.Confirm, matter.Reopen, matter.Resubmit:
		by, k = l.worker, actor.GridWorker
	}
	y := matter.Say{Text: text, By: string(by.id)}
	if a == matter.Tell {
		y.How = "phone"
	}
	next, err := l.m.Replay(a, y, at)
	if err != nil {
		panic(fmt.Sprintf("seed: the rules refuse %s in state %s: %v", a, l.m.State, err))
	}
	l.m = next
	l.add(a, by, k, text, at, 0)
	l.events[len(l.events)-1].About = y.How
	if ends(a) {
		l.clocks[len(l.clocks)-1].StoppedAt = at.UnixMilli()
	}
	if a == matter.SendUp || a == matter.Reopen {
		l.start()
	}
	return true
}

// ends reports whether an act stops the clock.
func ends(a matter.Act) bool { return a == matter.Handle || a == matter.SendUp }

func (l *life) start() {
	c := l.m.Clock()
	c.ID = l.id()
	l.clocks = append(l.clocks, c)
}

// pass lets time pass: what is due happens in its order.
func (l *life) pass(until time.Time) {
	for {
		at, happen := l.next()
		if happen == nil || !at.Before(until) {
			return
		}
		happen(at)
	}
}

// next is what happens by itself next, and when.
func (l *life) next() (first time.Time, happen func(time.Time)) {
	offer := func(at time.Time, f func(time.Time)) {
		if happen == nil || at.Before(first) {
			first, happen = at, f
		}
	}
	if c := l.clocks[len(l.clocks)-1]; c.StoppedAt == 0 {
		offer(time.UnixMilli(c.DueAt).Add(warnLate), l.warn)
		if c.NoticeAt != 0 {
			offer(time.UnixMilli(c.NoticeAt).Add(noticeLate), l.notice)
		}
	}
	for i := range l.orders {
		o := &l.orders[i]
		switch {
		case o.AnsweredAt == 0 && !o.answerAt.IsZero() && l.m.State != matter.Closed:
			offer(o.answerAt, func(at time.Time) { l.answer(i, at) })
		case o.AnsweredAt != 0 && o.ClosedAt == 0:
			offer(o.closeAt, func(at time.Time) { l.closeOrder(i, at) })
		}
	}
	return first, happen
}

func (l *life) notice(at time.Time) {
	l.clocks[len(l.clocks)-1].NoticeAt = 0
	l.system(matter.Notice, at, 0)
}

// warn stores a warning by the rule of package deadline, and the order that
// follows it.
func (l *life) warn(at time.Time) {
	c := &l.clocks[len(l.clocks)-1]
	next, w, ok := c.Warn(at)
	if !ok {
		panic("seed: a warning that is due does not come")
	}
	w.ID = l.idOf(at)
	*c = next
	l.warns = append(l.warns, w)
	l.system(matter.Warn, at, 0)
	o := order{Order: matter.Order{
		ID: l.idOf(at), MatterID: l.m.ID, WarningID: w.ID, Path: l.m.Path, Level: l.m.Level, IssuerPath: l.m.IssuerPath(w), Issuer: l.issuer(l.m.IssuerPath(w)),
		IssuedAt: at.UnixMilli(), SignedAt: at.UnixMilli(), AnswerDue: string(calendar.Published().AddWorking(calendar.On(at), 3)), Version: 1,
	}}
	if l.chance(0.7) {
		o.answerAt = l.office(at.Add(time.Duration(l.between(2*60, 40*60)) * time.Minute))
	}
	l.orders = append(l.orders, o)
	l.system(matter.Supervise, at, len(l.orders))
}

// issuer is the centre over an area, by name.
func (l *life) issuer(path string) string {
	name := l.places.county.Name
	for _, t := range l.places.towns {
		if t.Code == path {
			name = t.Name
		}
	}
	return i18n.T("matter.issuer", "name", name)
}

// answerAll lets the owner answer what is unanswered before he is done with
// the matter, and reports whether there was anything.
func (l *life) answerAll(at time.Time) (any bool) {
	for i, o := range l.orders {
		if o.AnsweredAt == 0 {
			l.answer(i, at)
			any = true
		}
	}
	return any
}

func (l *life) answer(i int, at time.Time) {
	by, k := l.owner()
	o := &l.orders[i]
	o.Answer, o.AnsweredBy, o.AnsweredAt = answer, by.name, at.UnixMilli()
	o.closeAt = l.office(at.Add(time.Duration(l.between(4*60, 50*60)) * time.Minute))
	o.Version++
	l.add(matter.AnswerOrder, by, k, answer, at, i+1)
}

// closeOrder is the centre's word that the answer will do.
func (l *life) closeOrder(i int, at time.Time) {
	o := &l.orders[i]
	by, k := l.accounts["zzx"+l.grid[6:9]], actor.TownCentre
	if o.IssuerPath == l.places.county.Code {
		by, k = l.accounts["xzx1"], actor.CountyCentre
	}
	o.ClosedAt = at.UnixMilli()
	o.Version++
	l.add(matter.CloseOrder, by, k, "", at, i+1)
}

func (l *life) add(a matter.Act, by *staffer, k actor.Kind, text string, at time.Time, order int) {
	l.events = append(l.events, event{matter.Event{
		MatterID: l.m.ID, N: int64(len(l.events) + 1), Act: a, Account: string(by.id), Name: by.name, Kind: string(k), Level: l.m.Level, Text: text, At: at.UnixMilli(),
	}, order})
}

func (l *life) system(a matter.Act, at time.Time, order int) {
	by := actor.ForSystem("deadline")
	l.events = append(l.events, event{matter.Event{
		MatterID: l.m.ID, N: int64(len(l.events) + 1), Act: a, Account: by.Account, Name: by.Name, Kind: string(by.Kind), Level: l.m.Level, At: at.UnixMilli(),
	}, order})
}
