package entitlement

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/residence"
)

// Words are what a form of an act says. Each act reads what it needs.
type Words struct {
	Kind     string        // of Enter
	Side     string        // of Enter
	Path     string        // of Enter: the village in whose list it is
	Evidence string        // contract, certificate, decision: its number and where it lies
	Amount   string        // a number, where the kind has a unit
	From     calendar.Date // the day from which it is so
	To       calendar.Date // of Enter and Correct: the first day without it, or ""
	Ground   string        // of End
	Reason   string
}

// Acts on a right.
const (
	ActEnter   = "enter"
	ActCorrect = "correct"
	ActChange  = "change"
	ActEnd     = "end"
	ActReopen  = "reopen"
)

// An Act is what was done to a right, as the ledger keeps it.
type Act struct {
	ID          string       `db:"id" record:"ignore"`
	RightID     string       `db:"right_id" record:"track"`
	HouseholdID household.ID `db:"household_id" record:"track"`
	Kind        string       `db:"kind" record:"track"`
	Side        string       `db:"side" record:"track"`
	Path        string       `db:"path" record:"track"`
	Act         string       `db:"act" record:"track"`
	Ground      string       `db:"ground" record:"track"`
	Evidence    string       `db:"evidence" record:"track"`
	Reason      string       `db:"reason" record:"track"`
	Account     string       `db:"account" record:"track"`
	Name        string       `db:"name" record:"track"`
	Office      string       `db:"office" record:"track"`
	At          int64        `db:"at" record:"ignore"`
}

// limits of what can be written, in characters, and of an amount.
const (
	maxWords  = 200
	maxAmount = 100_000
)

// Unit is what an amount of a kind is counted in: 亩, 平方米, 股; "" where no
// amount is kept. Of insurance and aid none is: the booklet and the county need
// not know how much.
func Unit(kind string) string {
	switch kind {
	case "farmland", "forest", "homestead", "collective_income":
		return i18n.T("entitlement.unit." + kind) //i18n:dynamic entitlement.unit.
	}
	return ""
}

// Number is the number in an amount, for a form that begins with it.
func (e Entitlement) Number() string {
	return strings.TrimFunc(e.Amount, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
}

// amount is an amount in words, or a fault of its field.
func amount(f *fault.Fields, kind, text string) string {
	if text == "" || Unit(kind) == "" {
		return ""
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n > 0 && n <= maxAmount) {
		f.Add("amount", "entitlement.act.amount")
		return ""
	}
	return i18n.T("entitlement.amount."+kind, "n", strconv.FormatFloat(n, 'f', -1, 64)) //i18n:dynamic entitlement.amount.
}

// common checks what every act says: which paper proves it, and why.
func (w *Words) common(f *fault.Fields) {
	w.Evidence, w.Reason, w.Amount = strings.TrimSpace(w.Evidence), strings.TrimSpace(w.Reason), strings.TrimSpace(w.Amount)
	for _, x := range []struct{ name, text string }{{"evidence", w.Evidence}, {"reason", w.Reason}} {
		f.Require(x.name, x.text)
		if len([]rune(x.text)) > maxWords {
			f.Add(x.name, "entitlement.act.long", "n", maxWords)
		}
	}
}

// dates checks from when, and until when if it is said.
func (w *Words) dates(f *fault.Fields, today calendar.Date) {
	if !w.From.Valid() || w.From > today {
		f.Add("from", "entitlement.act.from")
	}
	if w.To == "" {
		w.To = calendar.Forever
	}
	if !w.To.Valid() || w.From.Valid() && w.To <= w.From {
		f.Add("to", "entitlement.act.to")
	}
}

// acts is the table of a right's life: which acts it allows while it runs, and
// when it has ended.
var acts = map[string]struct{ running, ended bool }{
	ActCorrect: {true, true}, ActChange: {true, false}, ActEnd: {true, false}, ActReopen: {false, true},
}

// Can reports whether the table allows an act on a day.
func (e Entitlement) Can(act string, on calendar.Date) bool {
	rule, ok := acts[act]
	if !ok || e.SupersededAt != 0 {
		return false
	}
	if e.Owed() && e.ValidTo > on {
		return rule.running
	}
	return rule.ended
}

// held is one right that the actor's place keeps, or NotFound: whoever has no
// duty for its kind does not learn that it is there.
func held(tx *db.Tx, by actor.Actor, a policy.Action, id string) (e Entitlement, err error) {
	if e, err = get(tx, id); err != nil {
		return e, err
	}
	seals, err := sealsOf(tx, e)
	if err != nil {
		return Entitlement{}, err
	}
	if err := mayKeep(by, a, e, seals); err != nil {
		return Entitlement{}, err
	}
	return e, nil
}

// mayKeep is the rule: the place in whose list it is, and an office that has the
// duty. The kind opens nothing by itself.
func mayKeep(by actor.Actor, a policy.Action, e Entitlement, sealedTo string) error {
	d, err := policy.Decide(by, a, policy.Places{{Relation: relation(e.Side), Path: e.Path, SealedTo: sealedTo}})
	if err != nil {
		return err
	}
	if !d.Fields.Has(Duty(e.Kind)) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return nil
}

// sealsOf is the police unit that the place of living of a right's household is
// sealed to, where the right would tell it.
func sealsOf(tx *db.Tx, e Entitlement) (string, error) {
	if e.Side != Living {
		return "", nil
	}
	places, err := residence.PlacesOf(tx, e.HouseholdID)
	return sealOf(places), err
}

func sealOf(places policy.Places) string {
	for _, p := range places {
		if p.SealedTo != "" {
			return p.SealedTo
		}
	}
	return ""
}

// act is what every act on a right that is there goes through: load, guard,
// rule, store, record, and a look whether the lists add up; one transaction,
// once for each key.
func (s *Service) act(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, act, id string, w Words, rule func(tx *db.Tx, was Entitlement, w *Words) (Entitlement, error)) (Entitlement, error) {
	return db.Once(ctx, s.DB, by, string(a), key, [2]any{id, w}, func(tx *db.Tx) (Entitlement, error) {
		was, err := held(tx, by, a, id)
		if err != nil {
			return Entitlement{}, err
		}
		if !was.Can(act, calendar.On(tx.Now())) {
			return was, fault.New(fault.Conflict, "entitlement.act.not_now")
		}
		is, err := rule(tx, was, &w)
		if err != nil {
			return was, err
		}
		return is, done(tx, by, act, is, w)
	})
}

// done keeps the act beside the right, lets the household's booklets be looked
// at again, and checks its lists.
func done(tx *db.Tx, by actor.Actor, act string, is Entitlement, w Words) error {
	a := Act{ID: tx.NewID(), RightID: is.ID, HouseholdID: is.HouseholdID, Kind: is.Kind, Side: is.Side, Path: is.Path, Act: act, Ground: w.Ground,
		Evidence: w.Evidence, Reason: w.Reason, Account: by.Account, Name: by.Name, Office: by.Office, At: tx.Millis()}
	if err := insertAct(tx, a); err != nil {
		return err
	}
	if err := household.Changed(tx, is.HouseholdID); err != nil {
		return err
	}
	_, err := Recheck(tx, is.HouseholdID)
	return err
}

// Enter writes a right into the list of the actor's own place: evidence, from
// when, why. The other place's list is not asked; if both say the same, that is
// found and told to both.
func (s *Service) Enter(ctx context.Context, by actor.Actor, key db.Key, id household.ID, w Words) (Entitlement, error) {
	return db.Once(ctx, s.DB, by, string(policy.RightEnter), key, [2]any{id, w}, func(tx *db.Tx) (Entitlement, error) {
		choices, err := Choices(tx, by, id)
		if err != nil {
			return Entitlement{}, err
		}
		today := calendar.On(tx.Now())
		var f fault.Fields
		if !slices.Contains(choices, Choice{w.Kind, w.Side, w.Path}) {
			f.Add("kind", "entitlement.act.kind")
			return Entitlement{}, f.Err()
		}
		w.common(&f)
		w.dates(&f, today)
		e := Entitlement{HouseholdID: id, Kind: w.Kind, Side: w.Side, Path: w.Path, Evidence: w.Evidence, Amount: amount(&f, w.Kind, w.Amount), State: Valid,
			ValidFrom: w.From, ValidTo: w.To, Source: "act"}
		if err := f.Err(); err != nil {
			return e, err
		}
		_, twice, err := Listed(tx, e)
		if err != nil {
			return e, err
		}
		if twice {
			return e, fault.New(fault.Conflict, "entitlement.act.listed")
		}
		if e, err = Enter(tx, e); err != nil {
			return e, err
		}
		return e, done(tx, by, ActEnter, e, w)
	})
}

// A Choice is a right that an actor may enter for a household: which kind, as
// which of its places, in whose list.
type Choice struct{ Kind, Side, Path string }

// Choices are the rights that a place may enter for a household: it is
// registered or lives there, and some route says that this side owes the kind.
// NotFound where there is none that the actor's duty opens.
func Choices(tx *db.Tx, by actor.Actor, id household.ID) (all []Choice, err error) {
	places, err := residence.PlacesOf(tx, id)
	if err != nil {
		return nil, err
	}
	if _, err := policy.Decide(by, policy.RightEnter, places); err != nil {
		return nil, err
	}
	routes, err := RoutesOn(tx, calendar.On(tx.Now()))
	if err != nil {
		return nil, err
	}
	seal := sealOf(places)
	for _, r := range routes {
		for _, p := range places {
			e := Entitlement{HouseholdID: id, Kind: r.Kind, Side: r.Side, Path: p.Path[:min(len(p.Path), 12)]}
			sealed := ""
			if r.Side == Living {
				sealed = seal
			}
			c := Choice{e.Kind, e.Side, e.Path}
			if p.Relation == relation(r.Side) && mayKeep(by, policy.RightEnter, e, sealed) == nil && !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	return all, nil
}
