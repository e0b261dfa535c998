package matter

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/policy"
)

// A Filter says which matters a list shows.
type Filter struct {
	Under   string       // within this path
	Level   int64        // this level has to act; 0 any
	Overdue bool         // whose limit has passed
	DueSoon bool         // of whose limit four fifths or more are over, and which has not passed
	Told    bool         // a lower level's, of which warnings have told the actor's level
	Mine    bool         // the actor's own reports, closed ones too
	Waiting bool         // of those, the ones that wait for the actor's word
	Handed  bool         // those that the actor's kind of office has been handed
	Untold  bool         // handled by the actor's level, and the reporter has not been told yet
	Seen    bool         // that another grid of a household answers for, and the actor's own sees
	SentOut bool         // sent down by the actor's level, whose own clock goes on
	Countys bool         // those of the county's own that wait for its centre
	Asked   bool         // about which an order waits for the answer of the actor's level, closed ones too
	Of      household.ID // those about this household, whichever of its grids answers; all the rest is not asked
	After   string       // id of the last line of the page before
	AfterAt int64        // and what it was ordered by
	Limit   int
}

// clocked reports whether what a list shows hangs on the clocks of matters.
func (f Filter) clocked() bool { return !f.Mine && f.Of == "" && (f.Overdue || f.DueSoon) }

// wide reports whether an actor's area is a whole town or more: of what is open
// most lies in it.
func wide(by actor.Actor) bool {
	return slices.ContainsFunc(by.Paths, func(p string) bool { return len(p) < 12 })
}

// List lists open matters, the one that has waited longest in its present
// hands first; one's own reports the newest first.
func (s *Service) List(ctx context.Context, by actor.Actor, f Filter) ([]Line, error) {
	scope, err := policy.Predicate(by, policy.MatterRead)
	if err != nil {
		return nil, err
	}
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	now := s.DB.Now().UnixMilli()
	instead := []grid.Seat(nil)
	if f.Asked || f.Level > 0 && f.Level == int64(by.Kind.Level()) {
		if instead, err = s.instead(ctx, by); err != nil {
			return nil, err
		}
	}
	q := new(db.Query).Add("select " + lineColumns() + lineFrom(f))
	order := "order by m.level_since, m.id"
	if !f.clocked() {
		q.Add("where m.id in (select m.id from matter m") // only those shown have their clocks looked for
	}
	switch {
	case f.Mine:
		order = "order by m.id desc"
		q.Add("where m.reporter = ?", by.Account).If(f.Waiting, "and "+waiting).If(f.After != "", "and m.id < ?", f.After)
		Seen(q, by)
	case f.Asked:
		where, args := scope.WhereOn(policy.At, "o.path", "")
		asking(q.Add("where"), by, where, args, instead).If(f.After != "", "and (m.level_since, m.id) > (?, ?)", f.AfterAt, f.After)
		Seen(q, by)
	case f.Of != "":
		q.Add("where")
		about(q, by, scope, f.Of).
			If(f.After != "", "and (m.level_since, m.id) > (?, ?)", f.AfterAt, f.After)
	default:
		on, column := policy.At, "m.path"
		if f.Handed {
			on = policy.Handed
		} else if wide(by) && f.Under == "" && !f.clocked() {
			column = "(m.path || '')" // along the order of the list, not along the places
		}
		where, args := scope.WhereOn(on, column, "")
		if f.Seen {
			where, args = scope.WhereOn(policy.Informed, "t.path", "t.sealed_to")
			where = seenBy + where + ")"
		}
		mine, mineOf := hands("m", by, f.Level, instead)
		toTell, toTellOf := hands("m", by, int64(by.Kind.Level()), nil)
		q.Add("where m.closed_at = 0 and "+where, args...).
			If(f.Handed, "and m.unit = ?", string(by.Kind)).
			If(f.Under != "", "and m.path >= ? and m.path < ?", f.Under, policy.PrefixEnd(f.Under)).
			If(f.Level > 0 && !f.SentOut, "and "+waits+" and "+mine, mineOf...).
			If(f.Level > 0 && f.SentOut, "and m.duty = ? and m.level < m.duty and "+waits, f.Level).
			If(f.Untold, "and "+untold+" and "+toTell, toTellOf...).
			If(f.Countys, "and "+countys+" and "+waits).
			If(f.Overdue, "and "+late, now).
			If(f.DueSoon, "and "+soon, now, now).
			If(f.Told, "and "+told, by.Kind.Level(), by.Kind.Level()).
			If(f.After != "", "and (m.level_since, m.id) > (?, ?)", f.AfterAt, f.After)
		if !f.Handed {
			Seen(q, by)
		}
	}
	if q.Add(order+" limit ?", f.Limit); !f.clocked() {
		q.Add(")" + order)
	}
	why := "matter.list"
	if f.Of != "" {
		why = "household/" + string(f.Of)
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MatterRead), For: why}, func(tx *db.Tx) (lines []Line, err error) {
		if f.Of != "" {
			if err := aboutIsKnown(tx, by, f.Of); err != nil {
				return nil, err
			}
			tx.Saw("household/" + string(f.Of))
		}
		if lines, err = db.All[Line](tx, q.Text(), q.Args()...); err != nil {
			return lines, err
		}
		tx.Saw()
		for i, l := range lines {
			lines[i].HouseholdID = "" // a list shows none: see hideHousehold
			if l.Anonymous != 0 {
				lines[i].Reporter, lines[i].ReporterName = "", ""
			}
			tx.Saw(l.Subject())
		}
		return lines, expected(tx, lines)
	})
}

// expected marks the lines whose limit hangs on a year whose notice is not known.
func expected(tx *db.Tx, lines []Line) error {
	var n *calendar.Notice
	for i, l := range lines {
		if l.LimitAt == 0 || l.LimitUnit == deadline.ExactDay {
			continue
		}
		if n == nil {
			var err error
			if n, err = deadline.Calendar(tx); err != nil {
				return err
			}
		}
		lines[i].Expected = l.clock().Provisional(n)
	}
	return nil
}

// seenBy is, in SQL, that a matter m lies with another grid of its household and
// a tie t of the actor's area sees it: what ledNow says, for a list.
const seenBy = `m.private = 0 and m.id in (select x.id from tie t join matter x on x.household_id = t.household_id and x.household_id <> '' and x.closed_at = 0
	join matter_grid g on g.matter_id = x.id and g.relation = t.relation and g.answers = 0
	where t.superseded_at = 0 and t.valid_to = '9999-12-31' and t.path <> x.path
	and not exists (select 1 from tie h where h.household_id = t.household_id and h.superseded_at = 0 and h.valid_to = '9999-12-31' and h.sealed_to <> '') and `

// What a clock c says about a matter m, in SQL: a count and the list it leads
// to are the same words.
const (
	late = deadline.LimitColumn + ` <= ?`
	soon = deadline.NoticeColumn + ` <= ? and ` + deadline.LimitColumn + ` > ?`
	told = `exists (select 1 from clock k where k.subject = 'matter/' || m.id and k.stopped_at = 0 and k.step > 0 and k.level < ? and k.level + k.step >= ?)`

	// countys is what lies with the county itself.
	countys = `substr(m.path, 7) = '` + ownDigits + `'`
	// waiting is what waits for its reporter's word.
	waiting = `(m.state in ('handled', 'told', 'checked', 'returned') or m.state = 'closed' and m.solved = 0)`
	// waits is what waits for a level: what is merged goes along with another.
	waits = `m.state in ('reported', 'accepted', 'dispatched', 'transferred', 'returned', 'suspended', 'reopened')`
	// untold is what has a result of which nobody has told the reporter.
	untold = `m.state = 'handled' and m.word_by = 0`
)

// instead lists the lower levels for which the actor's level answers today,
// because nobody holds them.
func (s *Service) instead(ctx context.Context, by actor.Actor) (all []grid.Seat, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err = grid.AnswersInstead(tx, by, calendar.On(tx.Now()))
		return err
	})
	return all, err
}

// hands is, in SQL, that a level has to act on what a row (of a matter, or of an
// order) is about in the actor's area, or in a place where it answers for another
// level instead.
func hands(row string, by actor.Actor, level int64, instead []grid.Seat) (string, []any) {
	sql, args := "("+row+".level = ?", []any{level}
	if own, a := owned(row, by); own != "" {
		sql, args = sql+" and "+own, append(args, a...)
	}
	for _, g := range instead {
		sql += " or " + row + ".level = ? and " + row + ".path >= ? and " + row + ".path < ?"
		args = append(args, g.Level, g.Path, policy.PrefixEnd(g.Path))
	}
	return sql + ")", args
}

// owned is, in SQL, that a row lies in the actor's own grids; "" where that is
// all that is read. A grid leader reads the whole village.
func owned(row string, by actor.Actor) (string, []any) {
	if !slices.ContainsFunc(by.Paths, func(p string) bool { return len(p) > 12 }) {
		return "", nil
	}
	var parts []string
	var args []any
	for _, p := range by.Paths {
		parts = append(parts, row+".path >= ? and "+row+".path < ?")
		args = append(args, p, policy.PrefixEnd(p))
	}
	return "(" + strings.Join(parts, " or ") + ")", args
}

// asking adds to a query over matter m that an order about it waits for the answer
// of the actor's level, or of one that it answers for instead. where is the actor's
// area over an order o. The matter may be handled or closed by now.
func asking(q *db.Query, by actor.Actor, where string, args []any, instead []grid.Seat) *db.Query {
	mine, mineOf := hands("o", by, int64(by.Kind.Level()), instead)
	return q.Add("m.id in (select o.matter_id from supervision o where "+waitsForAnswer+" and o.signed_at > 0 and "+where, args...).Add("and "+mine+")", mineOf...)
}

// Counts is how many matters are open in an area, how many of them past a
// limit, and how many orders wait for an answer.
type Counts struct {
	Open       int64 `db:"open"`
	Mine       int64 `db:"mine"` // the actor's level has to act
	Overdue    int64 `db:"overdue"`
	DueSoon    int64 `db:"due_soon"` // four fifths of the limit or more are over
	Told       int64 `db:"told"`     // a lower level's, of which the actor's level has been told
	Unanswered int64 `db:"unanswered"`
	Asked      int64 `db:"asked"`      // matters about which an order waits for the answer of the actor's level
	ToConfirm  int64 `db:"to_confirm"` // own reports that wait for one's word
	Reported   int64 `db:"reported"`   // own reports that are not closed
	SentOut    int64 `db:"sent_out"`   // sent down by the actor's level, whose own clock goes on
	Untold     int64 `db:"untold"`     // handled by the actor's level, and the reporter has not been told
	Seen       int64 `db:"seen"`       // that another grid of a household answers for, and the actor's own sees
	Handed     int64 `db:"handed"`     // handed to the actor's kind of office
	Countys    int64 `db:"countys"`    // of the county's own, those that wait for its centre
}

// Counts counts the open matters in the actor's area. It names nobody.
func (s *Service) Counts(ctx context.Context, by actor.Actor) (n Counts, err error) {
	scope, err := policy.Predicate(by, policy.MatterRead)
	if err != nil {
		return n, err
	}
	where, args := scope.WhereOn(policy.At, "m.path", "")
	now, level := s.DB.Now().UnixMilli(), by.Kind.Level()
	instead, err := s.instead(ctx, by)
	if err != nil {
		return n, err
	}
	mine, mineOf := hands("m", by, int64(level), instead)
	toTell, toTellOf := hands("m", by, int64(level), nil)
	q := new(db.Query).Add(`select count(*) as open,
		coalesce(sum(case when `+waits+` and `+mine+` then 1 else 0 end), 0) as mine,
		coalesce(sum(case when m.duty = ? and m.level < m.duty and `+waits+` then 1 else 0 end), 0) as sent_out,
		coalesce(sum(case when `+untold+` and `+toTell+` then 1 else 0 end), 0) as untold,
		coalesce(sum(case when `+countys+` and `+waits+` then 1 else 0 end), 0) as countys,
		coalesce(sum(case when `+late+` then 1 else 0 end), 0) as overdue,
		coalesce(sum(case when `+soon+` then 1 else 0 end), 0) as due_soon,
		coalesce(sum(case when `+told+` then 1 else 0 end), 0) as told`+lineFrom(Filter{})+`where m.closed_at = 0 and `,
		slices.Concat(mineOf, []any{level}, toTellOf, []any{now, now, now, level, level})...).Add(where, args...)
	Seen(q, by)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if n, err = db.One[Counts](tx, q.Text(), q.Args()...); err != nil {
			return err
		}
		swhere, sargs := scope.WhereOn(policy.At, "o.path", "")
		sq := Seen(new(db.Query).Add("select count(*) from supervision o join matter m on m.id = o.matter_id where "+waitsForAnswer+" and "+swhere, sargs...), by)
		if n.Unanswered, err = db.One[int64](tx, sq.Text(), sq.Args()...); err != nil {
			return err
		}
		if n.ToConfirm, err = db.One[int64](tx, `select count(*) from matter m where m.reporter = $1 and `+waiting, by.Account); err != nil {
			return err
		}
		if n.Reported, err = db.One[int64](tx, `select count(*) from matter where reporter = $1 and closed_at = 0`, by.Account); err != nil {
			return err
		}
		if policy.May(by, policy.OrderAnswer) {
			aq := Seen(asking(new(db.Query).Add("select count(*) from matter m where"), by, swhere, sargs, instead), by)
			if n.Asked, err = db.One[int64](tx, aq.Text(), aq.Args()...); err != nil {
				return err
			}
		}
		handed, hargs := scope.WhereOn(policy.Handed, "m.path", "")
		hq := new(db.Query).Add("select count(*) from matter m where m.unit = ? and m.unit <> '' and m.closed_at = 0 and "+handed, append([]any{string(by.Kind)}, hargs...)...)
		if n.Handed, err = db.One[int64](tx, hq.Text(), hq.Args()...); err != nil {
			return err
		}
		seen, seenArgs := scope.WhereOn(policy.Informed, "t.path", "t.sealed_to")
		nq := Seen(new(db.Query).Add("select count(*) from matter m where m.closed_at = 0 and "+seenBy+seen+")", seenArgs...), by)
		n.Seen, err = db.One[int64](tx, nq.Text(), nq.Args()...)
		return err
	})
	return n, err
}

// An OrderLine is a supervision order with its matter.
type OrderLine struct {
	Order
	MatterNumber string `db:"matter_number"`
	Category     string `db:"category"`
	State        State  `db:"state"`
	Told         int64  `db:"told"`
	Step         int64  `db:"step"`
	DueAt        int64  `db:"due_at"`    // the limit that passed
	WarnedAt     int64  `db:"warned_at"` // when the warning was stored
	Expected     bool   // 预计: the day for the answer hangs on a year whose notice is not known
}

// What a list shows of the orders.
const (
	OpenOrders    = "" // not closed
	WaitingOrders = "waiting"
	AllOrders     = "all"
)

// waitsForAnswer is, in SQL, that an order o has no answer: the number and the list
// that it leads to are the same words.
const waitsForAnswer = "o.closed_at = 0 and o.answered_at = 0"

// Orders lists warnings with their supervision orders in the actor's area, the
// newest first: those not closed, those without an answer, or all.
func (s *Service) Orders(ctx context.Context, by actor.Actor, show, after string, limit int) ([]OrderLine, error) {
	scope, err := policy.Predicate(by, policy.MatterSupervise)
	if err != nil {
		return nil, err
	}
	where, args := scope.WhereOn(policy.At, "o.path", "")
	q := new(db.Query).Add(`select `+db.Columns[Order]("o.")+`, m.number as matter_number, m.category, m.state, w.told, w.step, w.due_at, w.at as warned_at
		from supervision o join matter m on m.id = o.matter_id join warning w on w.id = o.warning_id where `+where, args...).
		If(show == OpenOrders, "and o.closed_at = 0").
		If(show == WaitingOrders, "and "+waitsForAnswer).
		If(after != "", "and o.id < ?", after)
	Seen(q, by).Add("order by o.id desc limit ?", limit)
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MatterSupervise), For: "supervision.list"}, func(tx *db.Tx) (lines []OrderLine, err error) {
		if lines, err = db.All[OrderLine](tx, q.Text(), q.Args()...); err != nil {
			return lines, err
		}
		tx.Saw()
		n, err := deadline.Calendar(tx)
		if err != nil {
			return nil, err
		}
		for i, l := range lines {
			tx.Saw("matter/" + string(l.MatterID))
			if lines[i].Expected, err = l.Order.expected(tx, n); err != nil {
				return nil, err
			}
		}
		return lines, nil
	})
}

// about adds to a query over matter m what is open for a household, in whichever
// of its grids, as far as somebody may see it: the number on the household's page
// and the list that it opens are the same words.
func about(q *db.Query, by actor.Actor, scope policy.Scope, id household.ID) *db.Query {
	at, atArgs := scope.WhereOn(policy.At, "m.path", "")
	handed, handedArgs := scope.WhereOn(policy.Handed, "m.path", "")
	seen, seenArgs := scope.WhereOn(policy.Informed, "t.path", "t.sealed_to")
	q.Add("m.household_id = ? and m.household_id <> '' and m.closed_at = 0 and (m.reporter = ? or", id, by.Account).
		Add(at, atArgs...).
		Add("or m.unit = ? and m.unit <> '' and", by.Kind).Add(handed, handedArgs...).
		Add("or "+seenBy+seen+"))", seenArgs...)
	return Seen(q, by)
}

// countAbout counts what is open for a household, as far as somebody may see it.
func countAbout(tx *db.Tx, by actor.Actor, scope policy.Scope, id household.ID) (int64, error) {
	q := about(new(db.Query).Add("select count(*) from matter m where"), by, scope, id)
	return db.One[int64](tx, q.Text(), q.Args()...)
}
