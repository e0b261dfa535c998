package residence

import (
	"cmp"
	"slices"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/household"
	"anju/internal/person"
)

// A Flow is one person's change from one place of living to the next (流动). It
// says nothing that the spells do not: it is kept so that ten years of a county
// are read at once.
type Flow struct {
	PersonID     person.ID     `db:"person_id"`
	HouseholdID  household.ID  `db:"household_id"`
	MovedOn      calendar.Date `db:"moved_on"`
	FromPath     string        `db:"from_path"`
	ToPath       string        `db:"to_path"`
	Source       string        `db:"source"`
	RecordedAt   int64         `db:"recorded_at"`
	SupersededAt int64         `db:"superseded_at"` // 0: believed now
	SealedTo     string        `db:"sealed_to"`     // from or to a protected place: in no ledger
}

// FlowsOf are the flows that a person's spells say, the first one first: from
// each stay to the one that begins on the day it ends. Who is first known of in
// a place has not flowed there, nor has who came back after a time when nobody
// knows where they lived.
func FlowsOf(all []Spell) (flows []Flow) {
	var living []Spell
	for _, s := range all {
		if s.Kind == Living && s.SupersededAt == 0 {
			living = append(living, s)
		}
	}
	slices.SortFunc(living, func(a, b Spell) int {
		return cmp.Or(cmp.Compare(a.ValidFrom, b.ValidFrom), cmp.Compare(a.ValidTo, b.ValidTo))
	})
	for i := 1; i < len(living); i++ {
		from, to := living[i-1], living[i]
		if from.ValidTo == to.ValidFrom {
			flows = append(flows, Flow{PersonID: to.PersonID, HouseholdID: to.HouseholdID, MovedOn: to.ValidFrom, FromPath: from.Path, ToPath: to.Path,
				Source: to.Source, SealedTo: cmp.Or(to.SealedTo, from.SealedTo)})
		}
	}
	return flows
}

// reflow brings the flows of a person up to what the spells say now. It
// records nothing: the spells have been.
func reflow(tx *db.Tx, id person.ID) error {
	spells, err := SpellsOf(tx, id)
	if err != nil {
		return err
	}
	kept, err := flowsKept(tx, id)
	if err != nil {
		return err
	}
	want := FlowsOf(spells)
	for _, f := range kept {
		same := f
		same.RecordedAt = 0
		if i := slices.Index(want, same); i >= 0 {
			want = slices.Delete(want, i, i+1)
		} else if err := supersedeFlow(tx, f); err != nil {
			return err
		}
	}
	for _, f := range want {
		f.RecordedAt = tx.Millis()
		if err := putFlow(tx, f); err != nil {
			return err
		}
	}
	return nil
}
