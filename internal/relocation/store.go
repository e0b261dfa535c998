package relocation

import (
	"fmt"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/proposal"
)

// Get is a move by id, or NotFound.
func Get(tx *db.Tx, id string) (Move, error) {
	m, err := db.One[Move](tx, `select `+db.Columns[Move]("")+` from move where id = $1`, id)
	if err == db.ErrNoRow {
		return m, fault.New(fault.NotFound, "policy.not_found")
	}
	return m, err
}

// Of lists the moves of a household, the latest first, without those that were
// taken back.
func Of(tx *db.Tx, id household.ID) ([]Move, error) {
	return db.All[Move](tx, `select `+db.Columns[Move]("")+` from move where household_id = $1 and arrival <> 'withdrawn' order by moved_on desc, id desc`, id)
}

// Rules is the whole decision table, of every time.
func Rules(tx *db.Tx) ([]Rule, error) {
	return db.All[Rule](tx, `select `+db.Columns[Rule]("")+` from track_rule order by move_case, valid_from`)
}

// endRule ends a rule earlier than it said.
func endRule(tx *db.Tx, was, is Rule) error {
	if _, err := tx.Exec(`update track_rule set valid_to = $2 where id = $1`, is.ID, is.ValidTo); err != nil {
		return err
	}
	return tx.Record("rule/"+is.Case, was, is)
}

// proposals lists what was asked to change, the latest first.
func proposals(tx *db.Tx, limit int) ([]Proposal, error) {
	return db.All[Proposal](tx, `select `+db.Columns[Proposal]("")+` from track_proposal order by id desc limit $1`, limit)
}

func getProposal(tx *db.Tx, id string) (Proposal, error) {
	return db.Found(db.One[Proposal](tx, `select `+db.Columns[Proposal]("")+` from track_proposal where id = $1`, id))
}

func saveProposal(tx *db.Tx, was, is Proposal) error {
	if err := proposal.Save(tx, "track_proposal", is.ID, is.Asked); err != nil {
		return err
	}
	if _, err := tx.Exec(`update track_proposal set rule_id = $2 where id = $1`, is.ID, is.RuleID); err != nil {
		return err
	}
	return tx.Record("rule/"+is.Case, was, is)
}

// basis is where the rule that decided a move stands.
func basis(tx *db.Tx, ruleID string) (string, error) {
	b, err := db.One[string](tx, `select basis from track_rule where id = $1`, ruleID)
	if err == db.ErrNoRow {
		return "", nil // of a register loaded with its moves decided elsewhere
	}
	return b, err
}

// saveAnswer writes a changed answer if nobody changed the move meanwhile, and
// records it.
func saveAnswer(tx *db.Tx, was, is Move) error {
	n, err := tx.Exec(`update move set answer = $2, offered_on = $3, version = $4 where id = $1 and version = $5`,
		is.ID, is.Answer, is.OfferedOn, is.Version, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record("household/"+string(is.HouseholdID), was, is)
}

// save writes what was corrected of a move if nobody changed it meanwhile, and
// records it.
func save(tx *db.Tx, was, is Move) error {
	if err := db.Met(tx.Exec(`update move set moved_on = $2, to_path = $3, to_address = $4, house_id = $5, site_id = $6, arrival = $7, version = $8 where id = $1 and version = $9`,
		is.ID, is.MovedOn, is.ToPath, is.ToAddress, is.HouseID, is.SiteID, is.Arrival, is.Version, was.Version)); err != nil {
		return err
	}
	return tx.Record("household/"+string(is.HouseholdID), was, is)
}

// actsOf lists what became of a move, the latest first.
func actsOf(tx *db.Tx, moveID string) ([]Act, error) {
	return db.All[Act](tx, `select `+db.Columns[Act]("")+` from move_act where move_id = $1 order by id desc`, moveID)
}

// between begins the moves of a side that a scope reaches.
func between(scope policy.Scope, side Side, q *db.Query) *db.Query {
	state, end := Waiting, "m.from_path"
	switch side {
	case Come:
		end = "m.to_path"
	case Back:
		state = Returned
	}
	where, args := scope.WhereOn(policy.At, end, "")
	q.Add(`from move m where m.arrival = ? and `+where, append([]any{state}, args...)...)
	seen, args := scope.Unsealed("x.sealed_to")
	return q.Add(`and not exists (select 1 from spell s join spell x on x.person_id = s.person_id
		where s.household_id = m.household_id and s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31'
		and x.superseded_at = 0 and x.valid_to = '9999-12-31' and not `+seen+`)`, args...)
}

// arrivals lists the moves of a side, the longest waiting first.
func arrivals(tx *db.Tx, scope policy.Scope, side Side, after string, limit int) ([]Arrival, error) {
	q := new(db.Query).Add(`select ` + db.Columns[Move]("m.") + `, coalesce((select p.name from spell s join person p on p.id = s.person_id
		where s.household_id = m.household_id and s.kind = 'registered' and s.relation = '02' and s.superseded_at = 0 and s.valid_to = '9999-12-31' limit 1), '') as head`)
	q = between(scope, side, q).If(after != "", `and m.id > ?`, after).Add(`order by m.id limit ?`, limit)
	return db.All[Arrival](tx, q.Text(), q.Args()...)
}

func countArrivals(tx *db.Tx, scope policy.Scope, side Side) (int64, error) {
	q := between(scope, side, new(db.Query).Add(`select count(*)`))
	return db.One[int64](tx, q.Text(), q.Args()...)
}

// nextNumber is the next receipt number of the year.
func nextNumber(tx *db.Tx) (string, error) {
	year := calendar.On(tx.Now()).Year()
	n, err := db.NextInSeries(tx, fmt.Sprintf("receipt/%d", year))
	return i18n.T("relocation.number", "year", year, "n", fmt.Sprintf("%05d", n)), err
}
