package network

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/policy"
)

// A Vacancy is a seat that nobody holds, and the word of it to the level that
// answers meanwhile: stored once for as long as it lasts, and again only when
// another level has to answer.
type Vacancy struct {
	ID        string        `db:"id" record:"ignore"`
	Kind      actor.Kind    `db:"kind" record:"track"`
	Level     int64         `db:"level" record:"track"`
	Path      string        `db:"path" record:"track"`
	FoundOn   calendar.Date `db:"found_on" record:"track"`
	Told      int64         `db:"told" record:"track"` // the level that answers; 0: nobody does
	ToldAt    int64         `db:"told_at" record:"track"`
	NotedBy   string        `db:"noted_by" record:"track"`
	NotedName string        `db:"noted_name" record:"track"`
	NotedAt   int64         `db:"noted_at" record:"ignore"`
	EndedOn   calendar.Date `db:"ended_on" record:"track"`
	Version   int64         `db:"version" record:"ignore"`
}

func (v Vacancy) seat() grid.Seat { return grid.Seat{Level: int(v.Level), Path: v.Path} }

// notice stores what is vacant today and was not yesterday, with who is told,
// and ends what is vacant no more. Doing it again changes nothing.
func notice(tx *db.Tx, c Config) error {
	open, err := openVacancies(tx)
	if err != nil {
		return err
	}
	gaps := c.Roster.Gaps(c.Seats)
	known := map[grid.Seat]Vacancy{}
	for _, v := range open {
		known[v.seat()] = v
		if slices.ContainsFunc(gaps, func(g grid.Gap) bool { return g.Seat == v.seat() }) {
			continue
		}
		is := v
		is.EndedOn, is.Version = c.On, v.Version+1
		if err := saveVacancy(tx, v, is); err != nil {
			return err
		}
		if err := tx.Record("vacancy/"+v.ID, v, is); err != nil {
			return err
		}
	}
	for _, g := range gaps {
		was, ok := known[g.Seat]
		if !ok {
			v := Vacancy{ID: tx.NewID(), Kind: g.Kind(), Level: int64(g.Level), Path: g.Path, FoundOn: c.On, Told: int64(g.Answers), ToldAt: tx.Millis(), Version: 1}
			if err := db.Insert(tx, "vacancy", v); err != nil {
				return err
			}
			if err := tx.Record("vacancy/"+v.ID, nil, v); err != nil {
				return err
			}
			continue
		}
		if was.Told == int64(g.Answers) {
			continue
		}
		is := was // another level has to answer, and has not been told yet
		is.Told, is.ToldAt, is.NotedBy, is.NotedName, is.NotedAt, is.Version = int64(g.Answers), tx.Millis(), "", "", 0, was.Version+1
		if err := saveVacancy(tx, was, is); err != nil {
			return err
		}
		if err := tx.Record("vacancy/"+is.ID, was, is); err != nil {
			return err
		}
	}
	return nil
}

// A VacancyLine is a vacant seat as a list shows it.
type VacancyLine struct {
	grid.Gap
	Place string
	Word  Vacancy // as stored; without an id while the night has not come by yet
	Mine  bool    // the actor's level answers
}

// New reports whether the actor has been told and has not taken note.
func (l VacancyLine) New() bool { return l.Mine && l.Word.ID != "" && l.Word.NotedAt == 0 }

// Key is where a list goes on after a line.
func (l VacancyLine) Key() string { return fmt.Sprint(l.Path, " ", l.Level) }

// Vacancies lists the vacant seats in the actor's area today, by place, after a
// key: those that the actor's level answers for, or the others. What is vacant
// is computed when it is asked for, and waits for no night.
func (s *Service) Vacancies(ctx context.Context, by actor.Actor, mine bool, after string, limit int) (all []VacancyLine, err error) {
	if _, err := policy.Predicate(by, policy.VacancyRead); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		x, err := division.Load(tx)
		if err != nil {
			return err
		}
		all = nil
		for _, area := range policy.Areas(by) {
			some, err := s.vacant(tx, x, by, area)
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		return nil
	})
	all = slices.DeleteFunc(all, func(l VacancyLine) bool { return l.Mine != mine || l.Key() <= after })
	slices.SortFunc(all, func(a, b VacancyLine) int { return strings.Compare(a.Key(), b.Key()) })
	all = slices.CompactFunc(all, func(a, b VacancyLine) bool { return a.Key() == b.Key() })
	return all[:min(limit, len(all))], err
}

func (s *Service) vacant(tx *db.Tx, x *division.Index, by actor.Actor, area string) (all []VacancyLine, err error) {
	on := calendar.On(tx.Now())
	roster, err := grid.RosterOf(tx, 1, area, on)
	if err != nil {
		return nil, err
	}
	seats, err := grid.SeatsUnder(tx, area, on)
	if err != nil {
		return nil, err
	}
	open, err := openVacancies(tx)
	if err != nil {
		return nil, err
	}
	told := map[grid.Seat]Vacancy{}
	for _, v := range open {
		told[v.seat()] = v
	}
	for _, g := range roster.Gaps(seats) {
		if by.Kind.Level() >= g.Level || by.Kind.Level() == 0 {
			all = append(all, VacancyLine{Gap: g, Place: x.FullName(g.Path), Word: told[g.Seat], Mine: g.Answers == by.Kind.Level() && by.Over(g.Path)})
		}
	}
	return all, nil
}

// NoteVacancy says that the level which answers has taken note.
func (s *Service) NoteVacancy(ctx context.Context, by actor.Actor, key db.Key, id string) (Vacancy, error) {
	if !policy.May(by, policy.VacancyNote) {
		return Vacancy{}, fault.New(fault.NotFound, "policy.not_found")
	}
	return db.Once(ctx, s.DB, by, string(policy.VacancyNote), key, id, func(tx *db.Tx) (Vacancy, error) {
		was, err := vacancy(tx, id)
		if err != nil {
			return was, err
		}
		if err := policy.Check(by, policy.VacancyNote, policy.Places{{Relation: policy.At, Path: was.Path}}); err != nil {
			return Vacancy{}, err
		}
		switch {
		case was.Told != int64(by.Kind.Level()):
			return was, fault.New(fault.Forbidden, "network.vacancy.other_level")
		case was.NotedAt != 0 || was.EndedOn != "":
			return was, fault.New(fault.Conflict, "network.vacancy.noted")
		}
		is := was
		is.NotedBy, is.NotedName, is.NotedAt, is.Version = by.Account, by.Name, tx.Millis(), was.Version+1
		if err := saveVacancy(tx, was, is); err != nil {
			return was, err
		}
		return is, tx.Record("vacancy/"+is.ID, was, is)
	})
}

// load is what says on a day who answers for what in the county.
func load(tx *db.Tx, on calendar.Date) (c Config, err error) {
	counties, err := counties(tx, on)
	if err != nil {
		return c, err
	}
	c = Config{On: on, Roster: grid.Roster{}, Places: map[string]bool{}, Homes: map[string]int64{}}
	for _, county := range counties {
		seats, err := grid.SeatsUnder(tx, county, on)
		if err != nil {
			return c, err
		}
		c.Seats = append(c.Seats, seats...)
		roster, err := grid.RosterOf(tx, 1, county, on)
		if err != nil {
			return c, err
		}
		for s := range roster {
			c.Roster[s] = true
		}
		homes, err := grid.Counts(tx, county)
		if err != nil {
			return c, err
		}
		for path, n := range homes {
			c.Homes[path] = n
		}
	}
	for _, s := range c.Seats {
		c.Places[s.Path] = true
	}
	return c, fillDesks(tx, &c, counties)
}

// guard lets an act happen unless it would leave something with nobody on a
// day, and then sees who has to be told of what is vacant today.
func (s *Service) guard(tx *db.Tx, on calendar.Date, act func() error) error {
	before, err := load(tx, on)
	if err != nil {
		return err
	}
	if err := act(); err != nil {
		return err
	}
	after, err := load(tx, on)
	if err != nil {
		return err
	}
	if holes := newHoles(before.Check(), after.Check()); len(holes) > 0 {
		text, err := s.say(tx, holes)
		if err != nil {
			return err
		}
		return fault.New(fault.Conflict, "network.check.refused", "holes", strings.Join(text, "；"))
	}
	if today := calendar.On(tx.Now()); today != on {
		if after, err = load(tx, today); err != nil {
			return err
		}
	}
	return notice(tx, after)
}

// Guard is guard for what is saved elsewhere: accounts ask it before a post is
// given, ended or left for some days.
func Guard(tx *db.Tx, on calendar.Date, act func() error) error {
	return new(Service).guard(tx, on, act)
}
