package mediation

import (
	"fmt"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/policy"
)

// Get is a mediation by id, or NotFound.
func Get(tx *db.Tx, id ID) (Mediation, error) {
	m, err := db.One[Mediation](tx, `select `+db.Columns[Mediation]("")+` from mediation where id = $1`, id)
	if err == db.ErrNoRow {
		return m, fault.New(fault.NotFound, "policy.not_found")
	}
	return m, err
}

func peopleOf(tx *db.Tx, id ID) ([]Person, error) {
	return db.All[Person](tx, `select `+db.Columns[Person]("")+` from mediation_person where mediation_id = $1 order by n`, id)
}

func consentsOf(tx *db.Tx, id ID) ([]Consent, error) {
	return db.All[Consent](tx, `select `+db.Columns[Consent]("")+` from mediation_consent where mediation_id = $1 order by third, party`, id)
}

func notesOf(tx *db.Tx, id ID) ([]Note, error) {
	return db.All[Note](tx, `select `+db.Columns[Note]("")+` from mediation_note where mediation_id = $1 order by n`, id)
}

func addPerson(tx *db.Tx, m Mediation, p Person) error {
	n, err := db.One[int64](tx, `select coalesce(max(n), 0) + 1 from mediation_person where mediation_id = $1`, m.ID)
	if err != nil {
		return err
	}
	p.MediationID, p.N = m.ID, n
	if err := db.Insert(tx, "mediation_person", p); err != nil {
		return err
	}
	return tx.Record(m.Subject(), nil, p)
}

func savePerson(tx *db.Tx, m Mediation, was, is Person) error {
	if _, err := tx.Exec(`update mediation_person set consent = $3, consent_at = $4, signed_on = $5 where mediation_id = $1 and n = $2`,
		m.ID, is.N, is.Consent, is.ConsentAt, is.SignedOn); err != nil {
		return err
	}
	return tx.Record(m.Subject(), was, is)
}

func saveConsent(tx *db.Tx, m Mediation, c Consent) error {
	if _, err := tx.Exec(db.InsertText[Consent]("mediation_consent")+` on conflict (mediation_id, third, party) do update set answer = excluded.answer, at = excluded.at`, db.Values(c)...); err != nil {
		return err
	}
	return tx.Record(m.Subject(), nil, c)
}

func addNote(tx *db.Tx, m Mediation, n Note) (err error) {
	if n.N, err = db.One[int64](tx, `select coalesce(max(n), 0) + 1 from mediation_note where mediation_id = $1`, m.ID); err != nil {
		return err
	}
	n.MediationID, n.Account, n.Name, n.At = m.ID, tx.By().Account, tx.By().Name, tx.Millis()
	if err := db.Insert(tx, "mediation_note", n); err != nil {
		return err
	}
	return tx.Record(m.Subject(), nil, n)
}

// insert enters a mediation and records it. A second one of the same matter
// that runs is a Conflict.
func insert(tx *db.Tx, m Mediation) error {
	err := db.Insert(tx, "mediation", m)
	if db.Unique(err) == "mediation_matter_id_uq" {
		return fault.Wrap(fault.Conflict, "mediation.start.runs", err)
	}
	if err != nil {
		return err
	}
	return tx.Record(m.Subject(), nil, m)
}

// save writes a changed mediation if nobody changed it meanwhile, and records it.
func save(tx *db.Tx, was, is Mediation) error {
	n, err := tx.Exec(`update mediation set state = $2, ended_why = $3, ended_at = $4, form = $5, facts = $6, terms = $7, manner = $8, perform_by = $9, agreed_on = $10, mediator_on = $11,
		sealed_on = $12, effective_on = $13, confirm_by = $14, confirmation = $15, confirmed_on = $16, confirm_document = $17, reminded_at = $18, version = $19 where id = $1 and version = $20`,
		is.ID, is.State, is.EndedWhy, is.EndedAt, is.Form, is.Facts, is.Terms, is.Manner, is.PerformBy, is.AgreedOn, is.MediatorOn,
		is.SealedOn, is.EffectiveOn, is.ConfirmBy, is.Confirmation, is.ConfirmedOn, is.ConfirmDocument, is.RemindedAt, was.Version+1, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(is.Subject(), was, is)
}

// confirmable lists the mediations whose parties can still apply on a day, and
// have not.
func confirmable(tx *db.Tx, on calendar.Date) ([]Mediation, error) {
	return db.All[Mediation](tx, `select `+db.Columns[Mediation]("")+` from mediation where confirmation = '' and effective_on <> '' and confirm_by >= $1 order by id`, on)
}

func nextNumber(tx *db.Tx) (string, error) {
	year := calendar.On(tx.Now()).Year()
	n, err := db.NextInSeries(tx, fmt.Sprintf("mediation/%d", year))
	return i18n.T("mediation.number", "year", year, "n", fmt.Sprintf("%05d", n)), err
}

// A Line is a mediation in a list: no person is in it.
type Line struct {
	ID           ID            `db:"id"`
	Number       string        `db:"number"`
	Path         string        `db:"path"`
	Modes        string        `db:"modes"`
	Mediator     string        `db:"mediator"`
	State        State         `db:"state"`
	OpenedAt     int64         `db:"opened_at"`
	EffectiveOn  calendar.Date `db:"effective_on"`
	ConfirmBy    calendar.Date `db:"confirm_by"`
	Confirmation string        `db:"confirmation"`
	PerformBy    calendar.Date `db:"perform_by"`
	MatterNumber string        `db:"matter_number"`
}

var lineColumns = `md.id, md.number, md.path, md.modes, md.mediator, md.state, md.opened_at, md.effective_on, md.confirm_by, md.confirmation, md.perform_by, m.number as matter_number
	from mediation md join matter m on m.id = md.matter_id `

// running is the condition of the partial index, word for word.
const running = `md.state in ('asked', 'open', 'agreed')`

func list(tx *db.Tx, by actor.Actor, scope policy.Scope, f Filter, today calendar.Date) ([]Line, error) {
	where, args := scope.WhereOn(policy.At, "md.path", "")
	q := new(db.Query).Add("select "+lineColumns+"where "+where, args...).
		If(!f.All, "and "+running).
		If(f.Under != "", "and md.path >= ? and md.path < ?", f.Under, policy.PrefixEnd(f.Under)).
		If(f.Matter != "", "and md.matter_id = ?", f.Matter).
		If(f.Mode != "", "and ',' || md.modes || ',' like ?", "%,"+string(f.Mode)+",%").
		If(f.ToConfirm, "and md.effective_on <> '' and md.confirmation in ('', 'applied') and md.confirm_by >= ?", today).
		If(f.After != "", "and md.id < ?", f.After)
	matter.Seen(q, by).Add("order by md.id desc limit ?", f.Limit)
	return db.All[Line](tx, q.Text(), q.Args()...)
}

// MoveTo lets what runs of a matter's mediations lie where the matter does now.
func MoveTo(tx *db.Tx, matterID, path string) error {
	running, err := db.All[Mediation](tx, `select `+db.Columns[Mediation]("")+` from mediation where matter_id = $1 and state in ('asked', 'open', 'agreed') and path <> $2`, matterID, path)
	if err != nil {
		return err
	}
	for _, was := range running {
		is := was
		is.Path = path
		if _, err := tx.Exec(`update mediation set path = $2 where id = $1`, is.ID, is.Path); err != nil {
			return err
		}
		if err := tx.Record(is.Subject(), was, is); err != nil {
			return err
		}
	}
	return nil
}
