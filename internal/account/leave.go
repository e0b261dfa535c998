package account

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A Leave is the days on which somebody is away. Why is nobody's business here,
// and kept nowhere.
type Leave struct {
	ID           string        `db:"id" record:"ignore"`
	AccountID    ID            `db:"account_id" record:"track"`
	ValidFrom    calendar.Date `db:"valid_from" record:"track"`
	ValidTo      calendar.Date `db:"valid_to" record:"track"`
	RecordedAt   int64         `db:"recorded_at" record:"ignore"`
	SupersededAt int64         `db:"superseded_at" record:"ignore"`
}

// An Away says who is away for which days, and who stands in for each of their
// posts: nobody for a post that is not named, which the next level then answers
// for.
type Away struct {
	AccountID ID
	From, To  calendar.Date // To is the first day back
	StandIns  map[string]ID // by post
}

// GoOnLeave notes that somebody is away and appoints who stands in, for those
// days alone: a stand-in sees what the post sees from the first day on, and
// nothing more when the last is over.
func (s *Service) GoOnLeave(ctx context.Context, by actor.Actor, key db.Key, a Away) (Leave, error) {
	if err := policy.Check(by, policy.PostAppoint, policy.Places{}); err != nil {
		return Leave{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.PostAppoint), key, a, func(tx *db.Tx) (Leave, error) {
		if _, err := Get(tx, a.AccountID); err != nil {
			return Leave{}, err
		}
		days := Post{ValidFrom: a.From, ValidTo: a.To}
		if err := days.term(calendar.On(tx.Now())); err != nil {
			return Leave{}, err
		}
		l := Leave{ID: tx.NewID(), AccountID: a.AccountID, ValidFrom: days.ValidFrom, ValidTo: days.ValidTo, RecordedAt: tx.Millis()}
		var f fault.Fields
		if l.ValidTo == calendar.Forever {
			f.Add("last", "account.leave.open")
		}
		if also, err := leavesOf(tx, a.AccountID, l.ValidFrom); err != nil {
			return l, err
		} else if i := slices.IndexFunc(also, func(o Leave) bool { return o.ValidFrom < l.ValidTo }); i >= 0 {
			f.Add("from", "account.leave.overlaps", "from", also[i].ValidFrom, "last", also[i].ValidTo.AddDays(-1))
		}
		if err := f.Err(); err != nil {
			return l, err
		}
		return l, s.guarded(tx, l.ValidFrom, func() error {
			if err := standIn(tx, a, l); err != nil {
				return err
			}
			if err := db.Insert(tx, "post_leave", l); err != nil {
				return err
			}
			return tx.Record("account/"+string(l.AccountID), nil, l)
		})
	})
}

// standIn appoints those who stand in, each for the days of the leave on which
// the post is held.
func standIn(tx *db.Tx, a Away, l Leave) error {
	posts, err := postsBetween(tx, a.AccountID, l.ValidFrom, l.ValidTo)
	if err != nil {
		return err
	}
	var f fault.Fields
	for _, p := range posts {
		id := a.StandIns[p.ID]
		if id == "" || p.Kind.Admin() {
			continue
		}
		who, err := Get(tx, id)
		if fault.KindOf(err) == fault.NotFound || err == nil && (who.State != "active" || id == a.AccountID) {
			f.Add("stand_in_"+p.ID, "account.leave.nobody")
			continue
		}
		if err != nil {
			return err
		}
		away, err := leavesOf(tx, id, l.ValidFrom)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(away, func(o Leave) bool { return o.ValidFrom < l.ValidTo }) {
			f.Add("stand_in_"+p.ID, "account.leave.away_too", "name", who.Name)
			continue
		}
		_, err = Appoint(tx, Post{AccountID: id, Kind: p.Kind, Path: p.Path, Office: p.Office, MadeOf: p.MadeOf, HeldAs: StandIn, StandsFor: a.AccountID,
			ValidFrom: max(l.ValidFrom, p.ValidFrom), ValidTo: min(l.ValidTo, p.ValidTo)})
		if fault.KindOf(err) == fault.Conflict {
			f.Add("stand_in_"+p.ID, fault.KeyOf(err))
			continue
		}
		if err != nil {
			return err
		}
	}
	return f.Err()
}

// EndLeave says that somebody is back from today on, or does not go; who stood
// in does so no more.
func (s *Service) EndLeave(ctx context.Context, by actor.Actor, id string) error {
	if err := policy.Check(by, policy.PostAppoint, policy.Places{}); err != nil {
		return err
	}
	return s.DB.Write(ctx, by, string(policy.PostAppoint), func(tx *db.Tx) error {
		was, err := db.One[Leave](tx, `select `+db.Columns[Leave]("")+` from post_leave where id = $1 and superseded_at = 0`, id)
		if err == db.ErrNoRow {
			return fault.New(fault.NotFound, "policy.not_found")
		}
		if err != nil {
			return err
		}
		today := calendar.On(tx.Now())
		if was.ValidTo <= today {
			return fault.New(fault.Conflict, "account.leave.over")
		}
		return s.guarded(tx, today, func() error { return endLeave(tx, was, today) })
	})
}

func endLeave(tx *db.Tx, was Leave, today calendar.Date) error {
	stood, err := db.All[Post](tx, `select `+postColumns+` from post where stands_for = $1 and held_as = 'stand_in' and superseded_at = 0 and valid_from < $3 and valid_to > $2 order by id`,
		was.AccountID, was.ValidFrom, was.ValidTo)
	if err != nil {
		return err
	}
	for _, p := range stood {
		if err := EndPost(tx, p, max(today, p.ValidFrom)); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`update post_leave set superseded_at = $2 where id = $1`, was.ID, tx.Millis()); err != nil {
		return err
	}
	is := was
	is.ID, is.ValidTo, is.RecordedAt = tx.NewID(), today, tx.Millis()
	if today > was.ValidFrom {
		if err := db.Insert(tx, "post_leave", is); err != nil {
			return err
		}
	}
	return tx.Record("account/"+string(was.AccountID), was, is)
}

// guarded lets an act upon posts happen as the network allows it.
func (s *Service) guarded(tx *db.Tx, on calendar.Date, act func() error) error {
	if s.Guard == nil {
		return act()
	}
	return s.Guard(tx, on, act)
}

// leavesOf lists somebody's leaves that are not over on a day, the first first.
func leavesOf(tx *db.Tx, id ID, on calendar.Date) ([]Leave, error) {
	return db.All[Leave](tx, `select `+db.Columns[Leave]("")+` from post_leave where account_id = $1 and superseded_at = 0 and valid_to > $2 order by valid_from`, id, on)
}

// A Seat is a kind of post over a place.
type Seat struct {
	Kind actor.Kind `db:"kind"`
	Path string     `db:"path"`
}

// Present lists, once each, the seats of some kinds that somebody holds and is
// there on a day: over the places under a path, and over that path.
func Present(tx *db.Tx, kinds []actor.Kind, under string, on calendar.Date) ([]Seat, error) {
	q := new(db.Query).Add(`select distinct p.kind, p.path from post p join account a on a.id = p.account_id
		where `+current("p")+` and a.state = 'active' and `+kindIn("p", kinds), on, on).
		Add(`and (p.path >= ? and p.path < ?`, under, policy.PrefixEnd(under))
	for _, n := range []int{6, 9, 12} {
		q.If(n < len(under), "or p.path = ?", under[:min(n, len(under))])
	}
	q.Add(`) and not exists (select 1 from post_leave l where l.account_id = p.account_id and l.superseded_at = 0 and l.valid_from <= ? and l.valid_to > ?) order by p.path, p.kind`, on, on)
	return db.All[Seat](tx, q.Text(), q.Args()...)
}
