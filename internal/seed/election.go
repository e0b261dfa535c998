package seed

import (
	"context"
	"fmt"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/election"
	"anju/internal/fault"
	"anju/internal/person"
	"anju/internal/seal"
)

// electors is how many people of a list are written down as taking part, where
// the law asks everybody.
const electors = 300

// Elections lets a round of elections be under way: in a residents' committee
// objections are being heard, in another the list is final, in a village people
// are applying, and in a fourth unit nobody published in time. Everything goes
// through the doors everybody goes through, on the day it would have happened:
// set moves the county's clock.
func Elections(ctx context.Context, d *db.DB, keys *seal.Keys, day calendar.Date, set func(time.Time)) error {
	defer set(day.Start())
	r := &round{ctx: ctx, d: d, day: day, set: set, s: &election.Service{DB: d, Keys: keys}, name: fmt.Sprintf("%d年换届", day.Year())}
	units, err := r.units()
	if err != nil {
		return err
	}
	for _, story := range []struct {
		unit string
		tell func(*list) error
	}{{units[0], (*list).heard}, {units[1], (*list).final}, {units[2], (*list).applying}, {units[3], (*list).late}} {
		if story.unit == "" {
			continue
		}
		if err := r.tell(story.unit, story.tell); err != nil {
			return fmt.Errorf("the election of %s: %w", story.unit, err)
		}
	}
	return nil
}

type round struct {
	ctx  context.Context
	d    *db.DB
	day  calendar.Date
	set  func(time.Time)
	s    *election.Service
	name string
}

// units chooses where: two residents' committees, a village of the first one's
// town, and one more of either kind; "" where a small county has none.
func (r *round) units() (four [4]string, err error) {
	err = r.d.Read(r.ctx, func(tx *db.Tx) error {
		x, err := division.Load(tx)
		if err != nil {
			return err
		}
		all, err := db.All[string](tx, `select path from post where kind = 'village_clerk' and superseded_at = 0 and valid_to = '9999-12-31' group by path order by path`)
		if err != nil {
			return err
		}
		for _, code := range all {
			v, ok := x.Get(code)
			law := election.LawOf(v.Kind)
			switch {
			case !ok:
			case law == election.ResidentsLaw && four[0] == "":
				four[0] = code
			case law == election.ResidentsLaw && four[1] == "":
				four[1] = code
			case law == election.VillageLaw && four[2] == "":
				four[2] = code
			case four[3] == "":
				four[3] = code
			}
		}
		return nil
	})
	return four, err
}

// A list is one unit's, with its committee.
type list struct {
	*round
	unit  string
	civil actor.Actor
	by    actor.Actor
	id    election.ID
}

func (r *round) tell(unit string, story func(*list) error) error {
	n := &networker{ctx: r.ctx, d: r.d, day: r.day}
	civil, err := n.who("mz1", actor.CivilAffairs)
	if err != nil {
		return err
	}
	by, err := n.who("cgb"+unit[6:], actor.VillageClerk)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return story(&list{round: r, unit: unit, civil: civil, by: by})
}

// on moves the clock to the morning so many days ago.
func (l *list) on(ago int) calendar.Date {
	on := l.day.AddDays(-ago)
	l.set(on.Start().Add(9*time.Hour + 30*time.Minute))
	return on
}

// opened opens the list for an election so many days ahead.
func (l *list) opened(ago, ahead int) error {
	l.on(ago)
	if _, err := l.s.Open(l.ctx, l.civil, "", election.Opening{Round: l.name, Under: l.unit, Day: l.day.AddDays(ahead)}); err != nil {
		return err
	}
	all, err := l.s.List(l.ctx, l.by, election.Filter{Round: l.name, Under: l.unit, Limit: 1})
	if err != nil {
		return err
	}
	l.id = all[0].ID
	return nil
}

// drawn opens the list and looks at everybody.
func (l *list) drawn(ago, opened, ahead int) error {
	if err := l.opened(opened, ahead); err != nil {
		return err
	}
	l.on(ago)
	_, err := l.s.Draw(l.ctx, l.by, "", l.id)
	return err
}

// some are the first of the list with a reason.
func (l *list) some(why election.Why, n int) ([]person.ID, error) {
	all, err := l.s.Electors(l.ctx, l.by, l.id, election.Show{Why: why, Limit: n})
	ids := make([]person.ID, len(all))
	for i, x := range all {
		ids[i] = x.PersonID
	}
	return ids, err
}

// say writes down what n people with a reason say.
func (l *list) say(why election.Why, n, ago int, answer, how string) error {
	on := l.on(ago)
	of, err := l.some(why, n)
	if err != nil || len(of) == 0 {
		return err
	}
	_, err = l.s.Declare(l.ctx, l.by, "", l.id, election.Word{People: of, Answer: answer, On: on, How: how})
	return err
}

// resolve writes down what a meeting decided about n who applied.
func (l *list) resolve(n, ago int, answer string, yes, no int64) error {
	on := l.on(ago)
	of, err := l.some(election.Awaits, n)
	if err != nil || len(of) == 0 {
		return err
	}
	_, err = l.s.Consent(l.ctx, l.by, "", l.id, election.Resolution{People: of, Answer: answer, Body: "representatives", On: on, For: yes, Against: no, Document: "村民代表会议决议（演示）"})
	return err
}

// object writes down somebody's objection and, if there is an answer, decides it
// the day after.
func (l *list) object(why election.Why, ago int, text, decision, answer string) error {
	on := l.on(ago)
	all, err := l.s.Electors(l.ctx, l.by, l.id, election.Show{Why: why, Limit: 1})
	if err != nil || len(all) == 0 {
		return err
	}
	if _, err := l.s.Object(l.ctx, l.by, "", l.id, election.Objection{PersonID: all[0].PersonID, ByName: all[0].Name, Text: text, MadeOn: on}); err != nil || decision == "" {
		return err
	}
	l.on(ago - 1)
	page, err := l.s.Get(l.ctx, l.by, l.id)
	if err != nil {
		return err
	}
	for _, o := range page.Objections {
		if o.Decision == "" {
			_, err = l.s.Decide(l.ctx, l.by, "", l.id, o.ID, decision, answer)
		}
	}
	return err
}

// declared draws the list of a residents' committee, where everybody says
// whether they take part.
func (l *list) declared(ago, ahead int) error {
	if err := l.drawn(ago-5, ago, ahead); err != nil {
		return err
	}
	if err := l.say(election.MayDeclare, electors, ago-12, election.Yes, "入户时口头表示"); err != nil {
		return err
	}
	return l.say(election.MayDeclare, 6, ago-14, election.No, "电话，本人表示回户籍地参加")
}

// heard: published three days ago; one objection is decided, another waits.
func (l *list) heard() error {
	if err := l.declared(40, 24); err != nil {
		return err
	}
	l.on(3)
	if _, err := l.s.Publish(l.ctx, l.by, "", l.id); err != nil {
		return err
	}
	if err := l.object(election.LivingDeclared, 3, "此人长年在外，是否常住请核实。", election.Reject, "经上门核实，此人常住本社区，只是近期外出务工。"); err != nil {
		return err
	}
	return l.object(election.MayDeclare, 1, "名单公布前我在楼栋口头表示过参加，名单上没有我。", "", "")
}

// final: published twelve days ago, an objection was right, the list is final.
func (l *list) final() error {
	if err := l.declared(50, 12); err != nil {
		return err
	}
	l.on(12)
	if _, err := l.s.Publish(l.ctx, l.by, "", l.id); err != nil {
		return err
	}
	if err := l.object(election.MayDeclare, 10, "我已书面表示参加，请补列。", election.Add, "查到书面表示，公布前已交到便民服务站，予以列入。"); err != nil {
		return err
	}
	l.on(6)
	_, err := l.s.Finish(l.ctx, l.by, "", l.id)
	return err
}

// applying: a village's list; who came has applied, the meeting has decided about some.
func (l *list) applying() error {
	if err := l.drawn(14, 20, 45); err != nil {
		return err
	}
	for _, step := range []error{
		l.say(election.MayDeclare, 12, 11, election.Yes, "电话，本人"),
		l.say(election.MayApply, 9, 10, election.Yes, "书面申请"),
		l.resolve(4, 4, election.Yes, 21, 2),
		l.resolve(1, 4, election.No, 6, 17),
	} {
		if step != nil {
			return step
		}
	}
	return nil
}

// late: nobody has looked at anybody, and the day for publishing has passed.
func (l *list) late() error { return l.opened(30, 15) }
