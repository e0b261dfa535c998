package matter

import (
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/policy"
)

// mergeable is the rule of 并案: two matters in the same hands become one, the
// other of them open, not merged itself, and no less private than this one. Each
// keeps its clock; what is done to the one is done to both until there is a
// result, and then each reporter has a word.
func mergeable(tx *db.Tx, by actor.Actor, m Matter, y *Say) error {
	var f fault.Fields
	main, err := byNumber(tx, y.Into)
	if err == nil {
		err = Allowed(tx, by, policy.MatterMerge, main)
	}
	switch {
	case fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Forbidden:
		f.Add("into", "matter.merge.into")
		return f.Err()
	case err != nil:
		return err
	}
	others, err := mergedInto(tx, m.Number)
	if err != nil {
		return err
	}
	switch {
	case len(others) > 0:
		f.Add("into", "matter.merge.has_others")
	case main.ID == m.ID || !main.IsOpen():
		f.Add("into", "matter.merge.not_open")
	case main.Level != m.Level || inHands(tx, by, main.Level, main.Path) != nil:
		f.Add("into", "matter.merge.other_hands")
	case main.Private != m.Private || main.Names != 0 || m.Names != 0:
		f.Add("into", "matter.merge.private")
	}
	y.Into = main.Number
	return f.Err()
}

// besideMost is how many matters are offered to be merged into.
const besideMost = 10

// Beside lists the matters that one may be merged into: open, of the same
// village and in the same hands, those of the same grid and category first.
func (s *Service) Beside(ctx context.Context, by actor.Actor, id ID) ([]Line, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MatterMerge), For: "matter/" + string(id)}, func(tx *db.Tx) (lines []Line, err error) {
		m, err := Get(tx, id)
		if err != nil {
			return nil, err
		}
		e, _ := EdgeOf(Merge)
		if err := guard(tx, by, e, m); err != nil {
			return nil, err
		}
		tx.Saw(m.Subject())
		if lines, err = beside(tx, by, m, besideMost); err != nil {
			return nil, err
		}
		for i, l := range lines {
			lines[i].HouseholdID, lines[i].Reporter, lines[i].ReporterName = "", "", ""
			tx.Saw(l.Subject())
		}
		return lines, nil
	})
}

// splitOff makes the part of a matter that goes its own way. It has the
// clocks of the whole, as far as they have run: splitting wins no time.
func splitOff(tx *db.Tx, by actor.Actor, whole Matter, y Say) (Matter, error) {
	part := whole
	part.ID, part.Number, part.SplitFrom, part.Text = ID(tx.NewID()), y.Into, whole.Number, y.Text
	part.State, part.Unit, part.PromisedOn, part.ResumeOn, part.Result, part.HandledBy = Reported, "", "", "", "", ""
	part.ReportedAt, part.Version = tx.Millis(), 1
	if y.Category != "" {
		part.Category, part.Kind = y.Category, y.Kind
	}
	if err := db.Insert(tx, "matter", part); err != nil {
		return part, err
	}
	if err := copyBeside(tx, whole.ID, part.ID); err != nil {
		return part, err
	}
	clocks, err := deadline.Of(tx, whole.Subject())
	if err != nil {
		return part, err
	}
	for _, c := range clocks {
		if c.StoppedAt != 0 {
			continue
		}
		if err := deadline.Carry(tx, c, part.Subject()); err != nil {
			return part, err
		}
	}
	if err := appendEvent(tx, by, part, SplitOff, Say{Text: y.Text, Into: whole.Number}); err != nil {
		return part, err
	}
	return part, tx.Record(part.Subject(), nil, part)
}
