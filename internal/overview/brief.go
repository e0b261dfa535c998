package overview

import (
	"context"
	"io"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/paper"
	"anju/internal/policy"
)

// A Brief is what a town's secretary reads on one page once a week: what came,
// what was done, what is late and in whose hands. It names no resident and no
// worker, and knows of no colour, petition, correction or illness.
type Brief struct {
	Town     string
	At       time.Time
	From, To calendar.Date // the seven days up to today
	Week     Flow          // these seven days
	Before   Flow          // the seven before
	Board    Board         // of this month
	Villages []VillageWeek
	Late     []LateLine // the longest overdue first
	Orders   int64      // supervision orders that wait for an answer
	Running  int64      // mediations that run
	Unsigned int64      // of those, agreed and not yet signed
	Follow   int64      // in force, and their day of performance has passed
	Promises Promises
}

// A Flow is what came and what was closed in seven days.
type Flow struct {
	Reported  int64 `db:"reported"`
	Closed    int64 `db:"closed"`
	OnTime    int64 `db:"on_time"`
	Mediation int64 `db:"mediation"` // begun
}

// A VillageWeek is a village of the town.
type VillageWeek struct {
	Code     string `db:"code"`
	Name     string
	Open     int64
	Overdue  int64
	Reported int64 `db:"reported"`
	Closed   int64 `db:"closed"`
}

// A LateLine is an open matter past its limit.
type LateLine struct {
	Number   string `db:"number"`
	Category string `db:"category"`
	Path     string `db:"path"`
	Place    string
	Level    int64 `db:"level"`
	LimitAt  int64 `db:"limit_at"`
	Days     int64 // since the limit
}

// briefLate is how many overdue matters the page has room for.
const briefLate = 6

// Brief works out a town's week.
func (s *Service) Brief(ctx context.Context, by actor.Actor, under string) (b Brief, err error) {
	if under, err = area(by, under); err != nil {
		return b, err
	}
	if len(under) != 9 {
		return b, fault.New(fault.NotFound, "policy.not_found")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		b, err = s.brief(tx, under)
		return err
	})
	return b, err
}

func (s *Service) brief(tx *db.Tx, under string) (b Brief, err error) {
	today, end := calendar.On(tx.Now()), policy.PrefixEnd(under)
	b = Brief{At: tx.Now(), From: today.AddDays(-6), To: today}
	if b.Board, err = s.board(tx, under, "month"); err != nil {
		return b, err
	}
	b.Town = b.Board.Name
	if b.Promises, err = s.promises(tx, under, "month"); err != nil {
		return b, err
	}
	flow := func(from, to calendar.Date) (Flow, error) {
		return db.One[Flow](tx, `select (select count(*) from matter_figure where reported_on >= $1 and reported_on <= $2 and path >= $3 and path < $4) as reported,
			(select count(*) from matter_figure where closed_on >= $1 and closed_on <= $2 and closed_on <> '' and path >= $3 and path < $4) as closed,
			(select coalesce(sum(on_time), 0) from matter_figure where closed_on >= $1 and closed_on <= $2 and closed_on <> '' and path >= $3 and path < $4) as on_time,
			(select count(*) from mediation where path >= $3 and path < $4 and opened_at >= $5 and opened_at < $6) as mediation`,
			from, to, under, end, from.Start().UnixMilli(), to.End().UnixMilli())
	}
	if b.Week, err = flow(b.From, b.To); err != nil {
		return b, err
	}
	if b.Before, err = flow(b.From.AddDays(-7), b.To.AddDays(-7)); err != nil {
		return b, err
	}
	week, err := db.All[VillageWeek](tx, `select code, sum(r) as reported, sum(c) as closed from (
		select substr(path, 1, 12) as code, 1 as r, 0 as c from matter_figure where reported_on >= $1 and reported_on <= $2 and path >= $3 and path < $4
		union all select substr(path, 1, 12), 0, 1 from matter_figure where closed_on >= $1 and closed_on <= $2 and closed_on <> '' and path >= $3 and path < $4) as w group by code order by code`, b.From, b.To, under, end)
	if err != nil {
		return b, err
	}
	for _, l := range b.Board.Below {
		v := VillageWeek{Code: l.Code, Name: l.Name, Open: l.Open, Overdue: l.Overdue}
		for _, w := range week {
			if w.Code == l.Code {
				v.Reported, v.Closed = w.Reported, w.Closed
			}
		}
		b.Villages = append(b.Villages, v)
	}
	if b.Late, err = db.All[LateLine](tx, `select m.number, m.category, m.path, m.level, min(`+deadline.LimitColumn+`) as limit_at from clock c join matter m on c.subject = 'matter/' || m.id
		where m.private = 0 and c.stopped_at = 0 and (c.step > 0 or c.due_at <= $1) and c.path >= $2 and c.path < $3 group by m.id, m.number, m.category, m.path, m.level order by 5, m.number limit $4`, tx.Millis(), under, end, briefLate); err != nil {
		return b, err
	}
	x, err := s.index(tx)
	if err != nil {
		return b, err
	}
	for i := range b.Late {
		b.Late[i].Place = x.Name(b.Late[i].Path[:12])
		b.Late[i].Days = (tx.Millis() - b.Late[i].LimitAt) / (24 * time.Hour).Milliseconds()
	}
	if b.Orders, err = db.One[int64](tx, `select count(*) from supervision where closed_at = 0 and answered_at = 0 and path >= $1 and path < $2`, under, end); err != nil {
		return b, err
	}
	counts, err := db.One[struct {
		Running  int64 `db:"running"`
		Unsigned int64 `db:"unsigned"`
		Follow   int64 `db:"follow"`
	}](tx, `select count(*) as running, coalesce(sum(case when state = 'agreed' and effective_on = '' then 1 else 0 end), 0) as unsigned,
		coalesce(sum(case when state = 'agreed' and effective_on <> '' and perform_by < $3 then 1 else 0 end), 0) as follow
		from mediation where state in ('asked', 'open', 'agreed') and path >= $1 and path < $2`, under, end, today)
	b.Running, b.Unsigned, b.Follow = counts.Running, counts.Unsigned, counts.Follow
	return b, err
}

// BriefPDF prints the page.
func (s *Service) BriefPDF(ctx context.Context, by actor.Actor, under string, w io.Writer) error {
	b, err := s.Brief(ctx, by, under)
	if err != nil {
		return err
	}
	return paper.Fault(b.PDF(w))
}
