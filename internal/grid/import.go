package grid

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A Row is one line of the workbook of grids.
type Row struct {
	Line    int
	Code    string // 15 digits
	Name    string
	Village string
	Parts   []Part // groups or buildings
	Covers  string
}

// A RowFault says what is wrong with a line.
type RowFault struct {
	Line   int
	Column string
	Key    string
}

// errDry undoes a dry run.
var errDry = fault.New(fault.Conflict, "grid.dry")

// Import takes in grids and what each is made of. A line that is wrong is told
// and holds back no other; a second run changes nothing; a new name or new
// parts of a grid that is known are taken over. added counts the grids that are
// new or have changed. With dry nothing is written.
func (s *Service) Import(ctx context.Context, by actor.Actor, rows []Row, dry bool) (added int, faults []RowFault, err error) {
	if err := policy.Check(by, policy.GridImport, policy.Places{}); err != nil {
		return 0, nil, err
	}
	err = s.DB.Write(ctx, by, string(policy.GridImport), func(tx *db.Tx) error {
		added, faults = 0, nil
		for _, r := range rows {
			f, err := check(tx, r)
			if err != nil {
				return err
			}
			if f != nil {
				faults = append(faults, *f)
				continue
			}
			changed, err := take(tx, r)
			if err != nil {
				return err
			}
			if changed {
				added++
			}
		}
		if dry {
			return errDry
		}
		return nil
	})
	if err == error(errDry) {
		err = nil
	}
	return added, faults, err
}

// check says what is wrong with a line, or nil.
func check(tx *db.Tx, r Row) (*RowFault, error) {
	wrong := func(column, key string) (*RowFault, error) { return &RowFault{r.Line, column, key}, nil }
	if !digits(r.Code, 15) || r.Code[:12] != r.Village || strings.HasSuffix(r.Code, NoGrid) {
		return wrong("网格代码", "grid.row.code")
	}
	if strings.TrimSpace(r.Name) == "" {
		return wrong("名称", "form.required")
	}
	if d, err := division.Get(tx, r.Village, calendar.On(tx.Now())); fault.KindOf(err) == fault.NotFound || err == nil && d.Level != division.Village {
		return wrong("村(社区)代码", "division.unknown")
	} else if err != nil {
		return nil, err
	}
	for _, p := range r.Parts {
		if owner, err := holderOf(tx, p); err != nil {
			return nil, err
		} else if owner != "" && owner != r.Code {
			return wrong("村民小组/楼栋", "grid.row.part_taken")
		}
	}
	return nil, nil
}

// take writes one grid that is new, or what has changed about one that is
// known.
func take(tx *db.Tx, r Row) (changed bool, err error) {
	g := Grid{Code: r.Code, Village: r.Village, Name: strings.TrimSpace(r.Name), Covers: strings.TrimSpace(r.Covers), ValidFrom: calendar.On(tx.Now()), ValidTo: calendar.Forever, Version: 1}
	was, err := Get(tx, r.Code)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		changed = true
		if err := db.Insert(tx, "grid", g); err != nil {
			return false, err
		}
		if err := tx.Record("grid/"+g.Code, nil, g); err != nil {
			return false, err
		}
	case err != nil:
		return false, err
	case was.Name != g.Name || was.Covers != g.Covers:
		changed = true
		g.ValidFrom, g.ValidTo, g.Version = was.ValidFrom, was.ValidTo, was.Version+1
		if err := change(tx, was, g); err != nil {
			return false, err
		}
		if err := tx.Record("grid/"+g.Code, was, g); err != nil {
			return false, err
		}
	}
	more, err := takeParts(tx, r)
	return changed || more, err
}

// takeParts adds the parts that a grid did not have.
func takeParts(tx *db.Tx, r Row) (changed bool, err error) {
	known, err := partsOf(tx, r.Code)
	if err != nil {
		return false, err
	}
	for _, p := range r.Parts {
		if slices.Contains(known, p) {
			continue
		}
		if err := db.Insert(tx, "grid_part", p); err != nil {
			return false, err
		}
		if err := tx.Record("grid/"+r.Code, nil, p); err != nil {
			return false, err
		}
		known, changed = append(known, p), true
	}
	return changed, nil
}

// digits reports whether s is n digits.
func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}
