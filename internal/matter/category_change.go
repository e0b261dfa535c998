package matter

import (
	"context"
	"slices"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/proposal"
)

// A CategoryChange is another row of the tree as somebody asked for it: a leaf
// that is new, named or led another way, or ended. It is in force from its day
// on, once another account has approved it.
type CategoryChange struct {
	ID             string `db:"id" record:"ignore"`
	Code           string `db:"code" record:"track"`
	Parent         string `db:"parent" record:"track"`
	Name           string `db:"name" record:"track"`
	Days           int64  `db:"days" record:"track"`
	Basis          string `db:"basis" record:"track"`
	Needs          string `db:"needs" record:"track"`
	Level          int64  `db:"level" record:"track"`
	Unit           string `db:"unit" record:"track"`
	Private        int64  `db:"private" record:"track"`
	Ended          int64  `db:"ended" record:"track"`
	proposal.Asked `record:"track"`
}

// maxName and maxBasis are how long a category's name and basis can be.
const (
	maxName  = 20
	maxBasis = 200
)

// category is the row that a change asks for.
func (c CategoryChange) category() Category {
	return Category{Code: c.Code, Parent: c.Parent, Name: c.Name, Days: c.Days, Basis: c.Basis, Needs: c.Needs, Level: c.Level, Unit: c.Unit, Private: c.Private, Ended: c.Ended, ValidFrom: c.ValidFrom}
}

// A CategoryTable is the tree of today, with how many matters are open under
// each code, and what was asked to change.
type CategoryTable struct {
	Tree    Tree
	Open    map[string]int64
	Changes []CategoryChange // the latest first
	Today   calendar.Date
}

// CategoryTable is the tree as its page shows it. It names no matter.
func (s *Service) CategoryTable(ctx context.Context, by actor.Actor) (t CategoryTable, err error) {
	if err := policy.Check(by, policy.CategoryRead, policy.Places{}); err != nil {
		return t, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		t.Today = today(tx)
		if t.Tree, err = TreeOn(tx, t.Today); err != nil {
			return err
		}
		if t.Open, err = openByCategory(tx); err != nil {
			return err
		}
		t.Changes, err = categoryChanges(tx, proposal.Shown)
		return err
	})
	return t, err
}

// ProposeCategory asks for a category from a day on: a new one if it has no
// code. A category has one proposal at a time.
func (s *Service) ProposeCategory(ctx context.Context, by actor.Actor, key db.Key, c CategoryChange) (CategoryChange, error) {
	if err := policy.Check(by, policy.CategoryPropose, policy.Places{}); err != nil {
		return CategoryChange{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.CategoryPropose), key, c, func(tx *db.Tx) (CategoryChange, error) {
		c.ID = tx.NewID()
		fresh := c.Code == ""
		if fresh { // named by its root, and by nothing that anybody has to think of
			c.Code = c.Parent + "_" + strings.ReplaceAll(c.ID, "-", "")[20:]
		}
		if err := c.check(tx, fresh); err != nil {
			return c, err
		}
		c.Asked = c.By(by, tx.Millis())
		if err := proposal.Add(tx, "matter_category", "matter_category_code_uq", c); err != nil {
			return c, err
		}
		return c, tx.Record("category/"+c.Code, nil, c)
	})
}

// check is the rule of a change, from tomorrow at the earliest, so that nothing
// that is reported changes under whoever reports it.
func (c *CategoryChange) check(tx *db.Tx, fresh bool) error {
	c.Name, c.Basis = strings.TrimSpace(c.Name), strings.TrimSpace(c.Basis)
	tree, err := TreeOn(tx, today(tx))
	if err != nil {
		return err
	}
	was, known := tree.Of(c.Code)
	if fresh == known {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	if known {
		c.Parent = was.Parent
	}
	var f fault.Fields
	f.Words("name", c.Name, maxName)
	f.Words("basis", c.Basis, maxBasis)
	if !slices.Contains(Categories, c.Parent) && (fresh || was.Parent != "") {
		f.Add("parent", "matter.category_change.parent")
	}
	if c.Days < 1 || c.Days > int64(deadline.Limit/(24*time.Hour)) {
		f.Add("days", "matter.category_change.days")
	}
	if c.Level < 2 || c.Level > deadline.TopLevel {
		f.Add("level", "matter.category_change.level")
	}
	if c.Unit != "" && !slices.Contains(Units, actor.Kind(c.Unit)) {
		f.Add("unit", "matter.transfer.unit")
	}
	if c.category().fault() == "needs" {
		f.Add("needs", "form.required")
	}
	if known {
		if err := c.keeps(tx, was, &f); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(tree.All, func(o Category) bool {
		return o.Parent == c.Parent && o.Code != c.Code && o.Name == c.Name && o.Ended == 0
	}) {
		f.Add("name", "matter.category_change.twice")
	}
	c.Check(&f, today(tx).AddDays(1))
	return f.Err()
}

// keeps is what a change leaves as it is: the roots, by which boards compare
// years; a category by which a law sets a limit; and where matters that are open
// are led to.
func (c CategoryChange) keeps(tx *db.Tx, was Category, f *fault.Fields) error {
	if was.Parent == "" && c.Name != was.Name {
		f.Add("name", "matter.category_change.root")
	}
	law := slices.ContainsFunc(statutories, func(l statutory) bool { return l.category == c.Code })
	if c.Ended != 0 && (was.Parent == "" || law) {
		f.Add("ended", "matter.category_change.stays")
	}
	if was.Unit == "" || c.Unit != "" {
		return nil
	}
	open, err := openByCategory(tx)
	if n := open[c.Code]; n > 0 {
		f.Add("unit", "matter.category_change.in_use", "n", n)
	}
	return err
}

// ApproveCategory lets a change be in force from its day on. Who asked for it
// cannot. Matters that are open keep the days and the hands they have.
func (s *Service) ApproveCategory(ctx context.Context, by actor.Actor, key db.Key, id string) (CategoryChange, error) {
	return s.decideCategory(ctx, by, key, id, proposal.Approved, "")
}

// RefuseCategory says no, with the reason; who asked for it may take it back so.
func (s *Service) RefuseCategory(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (CategoryChange, error) {
	return s.decideCategory(ctx, by, key, id, proposal.Refused, answer)
}

func (s *Service) decideCategory(ctx context.Context, by actor.Actor, key db.Key, id, to, answer string) (CategoryChange, error) {
	if err := policy.Check(by, policy.CategoryDecide, policy.Places{}); err != nil {
		return CategoryChange{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.CategoryDecide), key, [3]string{id, to, answer}, func(tx *db.Tx) (CategoryChange, error) {
		was, err := getCategoryChange(tx, id)
		if err != nil {
			return was, err
		}
		is := was
		if is.Asked, err = was.Decided(by, to, answer, today(tx).AddDays(1), tx.Millis()); err != nil {
			return was, err
		}
		if to == proposal.Approved {
			if err := was.still(tx); err != nil {
				return was, err
			}
		}
		if err := proposal.Save(tx, "matter_category", is.ID, is.Asked); err != nil {
			return was, err
		}
		return is, tx.Record("category/"+is.Code, was, is)
	})
}

// still holds a change that waited to what has happened since.
func (c CategoryChange) still(tx *db.Tx) error {
	tree, err := TreeOn(tx, today(tx))
	if err != nil {
		return err
	}
	was, known := tree.Of(c.Code)
	if !known {
		return nil
	}
	var f fault.Fields
	if err := c.keeps(tx, was, &f); err != nil || len(f) == 0 {
		return err
	}
	return fault.New(fault.Conflict, f[0].Key, f[0].Args...)
}
