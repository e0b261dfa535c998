package matter

import (
	"fmt"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
)

// Get is a matter by id, or NotFound.
func Get(tx *db.Tx, id ID) (Matter, error) {
	return db.Found(db.One[Matter](tx, `select `+db.Columns[Matter]("")+` from matter where id = $1`, id))
}

// byNumber is a matter by its number, or NotFound.
func byNumber(tx *db.Tx, number string) (Matter, error) {
	return db.Found(db.One[Matter](tx, `select `+db.Columns[Matter]("")+` from matter where number = $1`, number))
}

// mergedInto lists the matters that go along with one, the first first.
func mergedInto(tx *db.Tx, number string) ([]Matter, error) {
	return db.All[Matter](tx, `select `+db.Columns[Matter]("")+` from matter where into_number = $1 and into_number <> '' order by id`, number)
}

// copyBeside gives a part what is kept beside the whole: for whom it was
// reported, and whom it names.
func copyBeside(tx *db.Tx, whole, part ID) error {
	if _, err := tx.Exec(`insert into matter_named (matter_id, account_id, name) select $2, account_id, name from matter_named where matter_id = $1`, whole, part); err != nil {
		return err
	}
	if _, err := tx.Exec(`insert into refusal (matter_id, item, service, unit, office, happened_on, receipt) select $2, item, service, unit, office, happened_on, '' from refusal where matter_id = $1`, whole, part); err != nil {
		return err
	}
	_, err := tx.Exec(`insert into matter_grid (matter_id, relation, path, answers, subject, basis, instead)
		select $2, relation, path, answers, subject, basis, instead from matter_grid where matter_id = $1`, whole, part)
	return err
}

// refusalOf is what is kept of a matter about a refusal; ok is false of any
// other.
func refusalOf(tx *db.Tx, id ID) (r Refusal, ok bool, err error) {
	r, err = db.One[Refusal](tx, `select `+db.Columns[Refusal]("")+` from refusal where matter_id = $1`, id)
	if err == db.ErrNoRow {
		return r, false, nil
	}
	return r, err == nil, err
}

// mayHand refuses to hand what lies with the county to an office that refused,
// or to one of a place, which may be it.
func mayHand(tx *db.Tx, m Matter, unit actor.Kind) error {
	r, _, err := refusalOf(tx, m.ID)
	if err == nil && !r.MayHand(unit) {
		err = fault.New(fault.Conflict, "matter.transfer.refused")
	}
	return err
}

// byReceipt is the matter of a receipt, or NotFound.
func byReceipt(tx *db.Tx, receipt string) (m Matter, r Refusal, err error) {
	r, err = db.Found(db.One[Refusal](tx, `select `+db.Columns[Refusal]("")+` from refusal where receipt = $1 and receipt <> ''`, receipt))
	if err == nil {
		m, err = Get(tx, r.MatterID)
	}
	return m, r, err
}

// ledOf lists the grids of its household that a matter concerns, the one that
// answers first.
func ledOf(tx *db.Tx, id ID) ([]Led, error) {
	return db.All[Led](tx, `select `+db.Columns[Led]("")+` from matter_grid where matter_id = $1 order by answers desc, relation`, id)
}

func dropLed(tx *db.Tx, was Led) error {
	if _, err := tx.Exec(`delete from matter_grid where matter_id = $1 and relation = $2`, was.MatterID, was.Relation); err != nil {
		return err
	}
	return tx.Record("matter/"+string(was.MatterID), was, nil)
}

// OpenFor lists the matters of a household that are not ended and that one of
// its grids answers for at a path, by id: they go with the household.
func OpenFor(tx *db.Tx, id household.ID, relation, path string) ([]Matter, error) {
	return db.All[Matter](tx, `select `+db.Columns[Matter]("m.")+` from matter m join matter_grid g on g.matter_id = m.id
		where m.household_id = $1 and m.household_id <> '' and m.closed_at = 0 and m.path = $3 and g.answers = 1 and g.relation = $2 order by m.id`, id, relation, path)
}

// OpenIn lists the matters of a village that are not ended, by id.
func OpenIn(tx *db.Tx, village string) ([]Matter, error) {
	return db.All[Matter](tx, `select `+db.Columns[Matter]("")+` from matter where path >= $1 and path < $2 and closed_at = 0 order by id`, village, policy.PrefixEnd(village))
}

// move writes where a matter lies, with the orders that still wait for an answer.
func move(tx *db.Tx, m Matter) error {
	if _, err := tx.Exec(`update matter set path = $2 where id = $1`, m.ID, m.Path); err != nil {
		return err
	}
	if _, err := tx.Exec(`update matter_grid set path = $2 where matter_id = $1 and answers = 1`, m.ID, m.Path); err != nil {
		return err
	}
	_, err := tx.Exec(`update supervision set path = $2 where matter_id = $1 and closed_at = 0`, m.ID, m.Path)
	return err
}

// Timeline lists what happened to a matter, the first act first.
func Timeline(tx *db.Tx, id ID) ([]Event, error) {
	return db.All[Event](tx, `select `+db.Columns[Event]("")+` from matter_event where matter_id = $1 order by n`, id)
}

func withIDs(tx *db.Tx, ids []ID) ([]Matter, error) {
	return db.In[Matter](tx, `select `+db.Columns[Matter]("")+` from matter where id in`, ids, "")
}

// A length is the number of the last event of a matter.
type length struct {
	ID ID    `db:"matter_id"`
	N  int64 `db:"n"`
}

func lengths(tx *db.Tx, ids []ID) ([]length, error) {
	return db.In[length](tx, `select matter_id, max(n) as n from matter_event where matter_id in`, ids, "group by matter_id")
}

// OrdersOf lists a matter's supervision orders in the order of the limits that
// passed.
func OrdersOf(tx *db.Tx, id ID) ([]Order, error) {
	return db.All[Order](tx, `select `+db.Columns[Order]("o.")+` from supervision o join warning w on w.id = o.warning_id
		where o.matter_id = $1 order by w.due_at, w.step, o.id`, id)
}

func getOrder(tx *db.Tx, id string) (Order, error) {
	o, err := db.One[Order](tx, `select `+db.Columns[Order]("")+` from supervision where id = $1`, id)
	if err == db.ErrNoRow {
		return o, fault.New(fault.NotFound, "policy.not_found")
	}
	return o, err
}

func saveOrder(tx *db.Tx, was, is Order) error {
	n, err := tx.Exec(`update supervision set answer = $2, answered_by = $3, answered_at = $4, closed_at = $5, version = $6,
		answer_due = $8, signed_at = $9, signed_by = $10, returns = $11, returned_why = $12, reminded = $13 where id = $1 and version = $7`,
		is.ID, is.Answer, is.AnsweredBy, is.AnsweredAt, is.ClosedAt, is.Version, was.Version,
		is.AnswerDue, is.SignedAt, is.SignedBy, is.Returns, is.ReturnedWhy, is.Reminded)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return err
}

// unanswered lists the orders that have gone out and wait for an answer that is
// due on a day or later.
func unanswered(tx *db.Tx, on calendar.Date) ([]Order, error) {
	return db.All[Order](tx, `select `+db.Columns[Order]("")+` from supervision where closed_at = 0 and answered_at = 0 and signed_at > 0 and answer_due >= $1 order by id`, on)
}

// A Receipt is a warning as it has gone to a centre.
type Receipt struct {
	WarningID    string `db:"warning_id" record:"track"`
	Path         string `db:"path" record:"track"` // the centre's area
	ReceivedBy   string `db:"received_by" record:"track"`
	ReceivedName string `db:"received_name" record:"ignore"`
	ReceivedAt   int64  `db:"received_at" record:"track"`
}

// receiptsOf lists to which centres the warnings of a matter have gone, and
// who has them.
func receiptsOf(tx *db.Tx, m Matter) ([]Receipt, error) {
	return db.All[Receipt](tx, `select `+db.Columns[Receipt]("r.")+` from warning_receipt r join warning w on w.id = r.warning_id where w.subject = $1 order by w.due_at, r.warning_id, r.path`, m.Subject())
}

// receive keeps that a centre has a warning: that of the area somebody is an
// officer of, and once.
func receive(tx *db.Tx, by actor.Actor, m Matter, warning string) error {
	for _, path := range by.Paths {
		was, err := db.One[Receipt](tx, `select `+db.Columns[Receipt]("")+` from warning_receipt where warning_id = $1 and path = $2`, warning, path)
		if err == db.ErrNoRow {
			continue
		}
		if err != nil {
			return err
		}
		if was.ReceivedAt != 0 {
			return fault.New(fault.Conflict, "matter.order.received")
		}
		is := was
		is.ReceivedBy, is.ReceivedName, is.ReceivedAt = by.Account, by.Name, tx.Millis()
		if _, err := tx.Exec(`update warning_receipt set received_by = $3, received_name = $4, received_at = $5 where warning_id = $1 and path = $2 and received_at = 0`,
			warning, path, is.ReceivedBy, is.ReceivedName, is.ReceivedAt); err != nil {
			return err
		}
		return tx.Record(m.Subject(), was, is)
	}
	return fault.New(fault.Forbidden, "matter.order.other_centre")
}

// save writes a changed matter if nobody changed it meanwhile, and records it.
func save(tx *db.Tx, was, is Matter) error {
	n, err := tx.Exec(`update matter set state = $2, level = $3, level_since = $4, result = $5, solved = $6, closed_at = $7, closed_level = $8, version = $9,
		category = $11, kind = $12, place = $13, duty = $14, unit = $15, promised_on = $16, resume_on = $17, into_number = $18, handled_by = $19, word_by = $20, rating = $21
		where id = $1 and version = $10`, is.ID, is.State, is.Level, is.LevelSince, is.Result, is.Solved, is.ClosedAt, is.ClosedLevel, is.Version, was.Version,
		is.Category, is.Kind, is.Place, is.Duty, is.Unit, is.PromisedOn, is.ResumeOn, is.Into, is.HandledBy, is.WordBy, is.Rating)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(is.Subject(), was, is)
}

// appendEvent adds an act to the timeline, in the name of who did it.
func appendEvent(tx *db.Tx, by actor.Actor, m Matter, a Act, y Say) error {
	n, err := db.One[int64](tx, `select coalesce(max(n), 0) + 1 from matter_event where matter_id = $1`, m.ID)
	if err != nil {
		return err
	}
	err = db.Insert(tx, "matter_event", eventOf(tx, by, m, n, a, y))
	if err != nil || !counted[a] {
		return err
	}
	return Tally(tx, m)
}

// setClock does to the seven-day clocks what an act does to them.
func setClock(tx *db.Tx, m Matter, t Tick) error {
	switch t {
	case Stops:
		return deadline.Stop(tx, m.Subject(), deadline.SevenDay)
	case Moves: // a level that had sent it down still has its clock
		running, err := deadline.StopBelow(tx, m.Subject(), deadline.SevenDay, m.Level)
		if err != nil || running {
			return err
		}
	case Starts, Joins:
	default:
		return nil
	}
	_, err := deadline.Start(tx, m.Clock())
	return err
}

func nextNumber(tx *db.Tx) (string, error) {
	day := calendar.On(tx.Now())
	n, err := db.NextInSeries(tx, "matter/"+string(day))
	return fmt.Sprintf("SJ%s%s%s-%04d", day[:4], day[5:7], day[8:], n), err
}

// A Line is a matter as a list shows it, with its running clock and how often
// it has been warned.
type Line struct {
	Matter
	DueAt   int64 `db:"due_at"`   // of the next warning; 0: no clock runs
	LimitAt int64 `db:"limit_at"` // when the level's limit passes, or has passed; 0: no clock runs
	Warned  int64 `db:"step"`

	LimitSince int64         `db:"limit_since"` // when that clock began
	LimitUnit  deadline.Unit `db:"limit_unit"`
	LimitRolls int64         `db:"limit_rolls"`
	Expected   bool          // 预计: the limit hangs on a year whose notice is not known
}

// clock is of the line's clock what says whether its limit is 预计.
func (l Line) clock() deadline.Clock {
	return deadline.Clock{StartedAt: l.LimitSince, LimitAt: l.LimitAt, Unit: l.LimitUnit, Rolls: l.LimitRolls}
}

// lineFrom joins a matter with one clock, the one whose limit passes first: of
// the seven days that of the level that has it where the list is a level's own,
// else of the one that has had it longest; or a limit of a law.
func lineFrom(f Filter) string {
	level := "m.duty"
	if f.Level > 0 && !f.SentOut {
		level = "m.level"
	}
	return ` from matter m left join clock c on c.id = (select k.id from clock k where k.subject = 'matter/' || m.id and k.stopped_at = 0
		and (k.kind <> 'seven_day' or k.level = ` + level + `) order by k.limit_at, k.id limit 1) `
}

func lineColumns() string {
	return db.Columns[Matter]("m.") + `, coalesce(c.due_at, 0) as due_at, coalesce(` + deadline.LimitColumn + `, 0) as limit_at, coalesce(c.step, 0) as step,
		coalesce(c.started_at, 0) as limit_since, coalesce(c.unit, '') as limit_unit, coalesce(c.rolls, 0) as limit_rolls`
}

// getFigure is what a matter counts for; ok is false of one that has not been
// counted.
func getFigure(tx *db.Tx, id ID) (f Figure, ok bool, err error) {
	f, err = db.One[Figure](tx, `select `+db.Columns[Figure]("")+` from matter_figure where matter_id = $1`, id)
	if err == db.ErrNoRow {
		return f, false, nil
	}
	return f, err == nil, err
}

func saveFigure(tx *db.Tx, f Figure) error {
	_, err := tx.Exec(`update matter_figure set path = $2, reported_on = $3, closed_on = $4, level = $5, answered = $6, on_time = $7, solved = $8, first = $9, minutes = $10
		where matter_id = $1`, f.MatterID, f.Path, f.ReportedOn, f.ClosedOn, f.Level, f.Answered, f.OnTime, f.Solved, f.First, f.Minutes)
	return err
}

// addMonth adds to what a grid counts for in a month.
func addMonth(tx *db.Tx, m Month) error {
	_, err := tx.Exec(monthText, db.Values(m)...)
	return err
}

var monthText = db.InsertText[Month]("matter_month") + ` on conflict (id) do update set reported = matter_month.reported + excluded.reported,
	answered = matter_month.answered + excluded.answered, closed = matter_month.closed + excluded.closed, on_time = matter_month.on_time + excluded.on_time,
	solved = matter_month.solved + excluded.solved, first = matter_month.first + excluded.first, level2 = matter_month.level2 + excluded.level2,
	level3 = matter_month.level3 + excluded.level3, level4 = matter_month.level4 + excluded.level4, level5 = matter_month.level5 + excluded.level5,
	minutes = matter_month.minutes + excluded.minutes, open = matter_month.open + excluded.open`

// some lists matters by id, after a given one.
func some(tx *db.Tx, after ID, limit int) ([]Matter, error) {
	return db.All[Matter](tx, `select `+db.Columns[Matter]("")+` from matter where id > $1 order by id limit $2`, after, limit)
}

// similar are the matters that can be offered before a report: open, of the
// same grid and category, neither private nor about a household, nor merged
// into another. They may be known to whoever may report from there.
func similar(tx *db.Tx, path, category string, limit int) ([]Similar, error) {
	return db.All[Similar](tx, `select `+db.Columns[Similar]("m.")+` from matter m where m.path = $1 and m.category = $2 and m.closed_at = 0
		and m.private = 0 and m.names = 0 and m.household_id = '' and `+waits+` order by m.id desc limit $3`, path, category, limit)
}

// beside lists the matters that one may be merged into.
func beside(tx *db.Tx, by actor.Actor, m Matter, limit int) ([]Line, error) {
	q := new(db.Query).Add("select "+lineColumns()+lineFrom(Filter{})+`where m.closed_at = 0 and m.level = ? and m.path >= ? and m.path < ? and m.id <> ?
		and m.private = ? and m.names = 0 and `+waits, m.Level, m.Path[:12], policy.PrefixEnd(m.Path[:12]), m.ID, m.Private)
	Seen(q, by).Add("order by case when m.path = ? then 0 else 1 end, case when m.category = ? then 0 else 1 end, m.id desc limit ?", m.Path, m.Category, limit)
	return db.All[Line](tx, q.Text(), q.Args()...)
}

// categoryRows are the county's rows of the tree up to a day, the latest last.
func categoryRows(tx *db.Tx, on calendar.Date) ([]Category, error) {
	return db.All[Category](tx, `select `+db.Columns[Category]("")+` from matter_category where state = 'approved' and valid_from <= $1 order by valid_from, decided_at, id`, on)
}

// categoryChanges lists what was asked to change in the tree, the latest first.
func categoryChanges(tx *db.Tx, limit int) ([]CategoryChange, error) {
	return db.All[CategoryChange](tx, `select `+db.Columns[CategoryChange]("")+` from matter_category order by id desc limit $1`, limit)
}

func getCategoryChange(tx *db.Tx, id string) (CategoryChange, error) {
	return db.Found(db.One[CategoryChange](tx, `select `+db.Columns[CategoryChange]("")+` from matter_category where id = $1`, id))
}

// openByCategory counts the open matters under each leaf, and under each root
// those of no leaf.
func openByCategory(tx *db.Tx) (map[string]int64, error) {
	rows, err := db.All[struct {
		Code string `db:"code"`
		N    int64  `db:"n"`
	}](tx, `select case when kind = '' then category else kind end as code, count(*) as n from matter where closed_at = 0 group by 1`)
	open := map[string]int64{}
	for _, r := range rows {
		open[r.Code] = r.N
	}
	return open, err
}

// inPostOver lists the accounts of a name that hold a post today whose area
// has a path in it.
func inPostOver(tx *db.Tx, name, path string, on calendar.Date) ([]string, error) {
	return db.All[string](tx, `select distinct a.id from account a join post p on p.account_id = a.id where a.name = $1
		and p.path in ($2, $3, $4, $5) and p.superseded_at = 0 and p.valid_from <= $6 and p.valid_to > $6 order by a.id`, name, path[:6], path[:9], path[:12], path, on)
}

func namedIn(tx *db.Tx, id ID) ([]Named, error) {
	return db.All[Named](tx, `select `+db.Columns[Named]("")+` from matter_named where matter_id = $1 order by account_id`, id)
}

// Names reports whether a matter names an account: nothing of it may come to
// whoever holds that.
func Names(tx *db.Tx, id ID, account string) (bool, error) {
	n, err := db.One[int64](tx, `select count(*) from matter_named where matter_id = $1 and account_id = $2`, id, account)
	return n > 0, err
}

// levelsOf are the levels that have or have had a matter, or have been told
// that one was late.
func levelsOf(tx *db.Tx, m Matter) ([]int64, error) {
	return db.All[int64](tx, `select level from matter_event where matter_id = $1 union select told from warning where subject = $2`, m.ID, m.Subject())
}

func getContact(tx *db.Tx, id string) (contact, error) {
	return db.One[contact](tx, `select `+db.Columns[contact]("")+` from matter_contact where id = $1`, id)
}

// saveReporter writes whose word a matter waits for, and records it.
func saveReporter(tx *db.Tx, was, is Matter) error {
	n, err := tx.Exec(`update matter set reporter = $2, version = $3 where id = $1 and version = $4`, is.ID, is.Reporter, is.Version, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(is.Subject(), was, is)
}

// A due is a matter whose reporter's time for a word has passed.
type due struct {
	ID     ID    `db:"id"`
	WordBy int64 `db:"word_by"`
}

// wordsPassed lists those after one, the longest past first.
func wordsPassed(tx *db.Tx, now int64, after due, limit int) ([]due, error) {
	return db.All[due](tx, `select id, word_by from matter where word_by > 0 and solved = 0 and word_by <= $1 and (word_by, id) > ($2, $3) order by word_by, id limit $4`,
		now, after.WordBy, after.ID, limit)
}

// photosOf lists the photographs of a matter, the first first.
func photosOf(tx *db.Tx, id ID) ([]Photo, error) {
	return db.All[Photo](tx, `select `+db.Columns[Photo]("")+` from matter_photo where matter_id = $1 order by id`, id)
}

func movePhoto(tx *db.Tx, p Photo) error {
	_, err := tx.Exec(`update matter_photo set matter_id = $2, added_by = $3, added_name = $4, added_at = $5 where id = $1`, p.ID, p.MatterID, p.AddedBy, p.AddedName, p.AddedAt)
	return err
}

// dropDrafts takes away the photographs of forms that were not taken since a
// moment, and lists them.
func dropDrafts(tx *db.Tx, before int64) ([]Photo, error) {
	gone, err := db.All[Photo](tx, `select `+db.Columns[Photo]("")+` from matter_photo where matter_id >= 'draft/' and matter_id < 'draft0' and added_at < $1`, before)
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	_, err = tx.Exec(`delete from matter_photo where matter_id >= 'draft/' and matter_id < 'draft0' and added_at < $1`, before)
	return gone, err
}

// PhotoUsed reports whether a photograph of a matter is kept in a file.
func PhotoUsed(tx *db.Tx, id blob.ID) (bool, error) {
	n, err := db.One[int64](tx, `select count(*) from matter_photo where blob = $1`, id)
	return n > 0, err
}
