package matter

import (
	"cmp"
	"context"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A Similar is an open matter that may be the one somebody is about to report:
// enough to tell whether it is, and nothing of who reported it or what they
// wrote.
type Similar struct {
	Number     string `db:"number"`
	Category   string `db:"category"`
	Kind       string `db:"kind"`
	Place      string `db:"place"`
	State      State  `db:"state"`
	Level      int64  `db:"level"`
	ReportedAt int64  `db:"reported_at"`
}

// similarMost is how many are offered.
const similarMost = 5

// Similar offers open matters that may be the same, the newest first, before a
// report is sent.
func (s *Service) Similar(ctx context.Context, by actor.Actor, r ReportRequest) (all []Similar, err error) {
	if r.Path == "" && len(by.Paths) == 1 {
		r.Path = by.Paths[0]
	}
	if err := policy.Check(by, policy.MatterReport, policy.Places{{Relation: policy.At, Path: r.Path}}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		tree, err := TreeOn(tx, today(tx))
		if err != nil {
			return err
		}
		root := r.Category
		c, ok := tree.Of(cmp.Or(r.Kind, r.Category))
		if ok && c.Parent != "" {
			if c.Private != 0 {
				return nil // no other matter is the same
			}
			root = c.Parent
		}
		if place(tx, &r) != nil || r.household(tx, by) != nil {
			return nil // the form says so when it is sent
		}
		if _, err := r.lead(tx, c); err != nil || !reports(by, r.Path) {
			return err
		}
		all, err = similar(tx, r.Path, root, similarMost)
		return err
	})
	return all, err
}

// offer refuses a report that nobody has compared yet with the open matters
// that look the same.
func (r ReportRequest) offer(tx *db.Tx, by actor.Actor, m Matter) error {
	if !r.Offer || r.Into != "" || m.Private != 0 || !reports(by, m.Path) { // what lies elsewhere is not theirs to compare
		return nil
	}
	all, err := similar(tx, m.Path, m.Category, 1)
	if err != nil || len(all) == 0 {
		return err
	}
	var f fault.Fields
	f.Add("into", "matter.report.similar")
	return f.Err()
}

// reports reports whether somebody could report at a place: what is open there
// may be said to them.
func reports(by actor.Actor, path string) bool {
	return policy.Check(by, policy.MatterReport, policy.Places{{Relation: policy.At, Path: path}}) == nil
}

// same is the open matter that a reporter says is the same as the new one.
func same(tx *db.Tx, m Matter, number string) (Matter, error) {
	main, err := byNumber(tx, number)
	if fault.KindOf(err) == fault.NotFound || err == nil && (m.Private != 0 || main.Private != 0 || main.Path != m.Path || main.Category != m.Category || !main.IsOpen()) {
		var f fault.Fields
		f.Add("into", "matter.report.not_similar")
		err = f.Err()
	}
	return main, err
}

// joinSimilar merges a new report into the open matter that its reporter says
// is the same. It has its own number, its own clock with the level that has the
// other, and its reporter a word of their own.
func (s *Service) joinSimilar(tx *db.Tx, by actor.Actor, m, main Matter) (Matter, error) {
	is, err := s.one(tx, by, m, Merge, Say{Into: main.Number, Text: m.Text})
	if err != nil {
		return m, err
	}
	_, err = s.one(tx, by, main, Absorb, Say{Into: m.Number})
	return is, err
}
