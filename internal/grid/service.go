package grid

import (
	"context"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// Service is the guarded door to grids.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// A Line is a grid as a list shows it.
type Line struct {
	Grid
	Households int64
	Worker     account.Holder
	Leader     account.Holder
}

// OutOfSize reports whether a grid has too few or too many households.
func (l Line) OutOfSize() bool { return l.Households < MinHouseholds || l.Households > MaxHouseholds }

// List lists the grids under a village or town with their size and the two
// people nearest to it. Grids and their staff are published in the county.
func (s *Service) List(ctx context.Context, by actor.Actor, under string) (lines []Line, err error) {
	if err := policy.Check(by, policy.GridRead, policy.Places{}); err != nil {
		return nil, err
	}
	if len(under) < 6 {
		return nil, fault.New(fault.NotFound, "grid.unknown")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		grids, err := All(tx, under)
		if err != nil {
			return err
		}
		n, err := Counts(tx, under)
		if err != nil {
			return err
		}
		workers, err := account.HoldersUnder(tx, s.Keys, []actor.Kind{actor.GridWorker, actor.GridLeader}, under, calendar.On(tx.Now()))
		if err != nil {
			return err
		}
		for _, g := range grids {
			l := Line{Grid: g, Households: n[g.Code]}
			for _, h := range workers {
				if h.Kind == actor.GridWorker && h.Path == g.Code && l.Worker.Name == "" {
					l.Worker = h
				}
				if h.Kind == actor.GridLeader && (h.Path == g.Code || h.Path == g.Village && l.Leader.Name == "") {
					l.Leader = h
				}
			}
			lines = append(lines, l)
		}
		return nil
	})
	return lines, err
}

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

// Import takes in grids and what each is made of; a second run changes
// nothing. With dry nothing is written.
func (s *Service) Import(ctx context.Context, by actor.Actor, rows []Row, dry bool) (added int, faults []RowFault, err error) {
	if err := policy.Check(by, policy.GridImport, policy.Places{}); err != nil {
		return 0, nil, err
	}
	errDry := fault.New(fault.Conflict, "grid.dry")
	err = s.DB.Write(ctx, by, string(policy.GridImport), func(tx *db.Tx) error {
		for _, r := range rows {
			key, err := take(tx, r)
			if err != nil {
				return err
			}
			switch key {
			case "":
				added++
			case unchanged:
			default:
				faults = append(faults, RowFault{r.Line, "网格代码", key})
			}
		}
		if dry {
			return errDry
		}
		if added == 0 {
			return nil
		}
		return tx.RecordAll("grid/import", added, by.Name)
	})
	if err == error(errDry) {
		err = nil
	}
	return added, faults, err
}

const unchanged = "unchanged"

// take writes one grid, or says by a key what is wrong with it.
func take(tx *db.Tx, r Row) (key string, err error) {
	if len(r.Code) != 15 || len(r.Village) != 12 || r.Code[:12] != r.Village {
		return "grid.row.code", nil
	}
	if known, err := db.One[int64](tx, `select count(*) from division where code = $1 and valid_to = '9999-12-31'`, r.Village); err != nil || known == 0 {
		return "division.unknown", err
	}
	if _, err := Get(tx, r.Code); err == nil {
		return unchanged, nil
	} else if fault.KindOf(err) != fault.NotFound {
		return "", err
	}
	g := Grid{Code: r.Code, Village: r.Village, Name: r.Name, Covers: r.Covers, ValidFrom: calendar.On(tx.Now()), ValidTo: calendar.Forever, Version: 1}
	if err := db.Insert(tx, "grid", g); err != nil {
		return "", err
	}
	for _, p := range r.Parts {
		if _, err := tx.Exec(db.InsertText[Part]("grid_part")+` on conflict (village, group_no, building) do nothing`, db.Values(p)...); err != nil {
			return "", err
		}
	}
	return "", nil
}

// Protect seals where a person lives, and the household's living grid with it,
// to the actor's own police unit.
func (s *Service) Protect(ctx context.Context, by actor.Actor, id person.ID) error {
	return s.DB.Write(ctx, by, string(policy.AddressProtect), func(tx *db.Tx) error {
		places, err := residence.PersonPlaces(tx, id)
		if err != nil {
			return err
		}
		if err := policy.Check(by, policy.AddressProtect, places); err != nil {
			return err
		}
		sp, err := residence.Protect(tx, id, by.Paths[0])
		if err != nil {
			return err
		}
		return sealTie(tx, sp.HouseholdID, sp.SealedTo)
	})
}

func sealTie(tx *db.Tx, id household.ID, unit string) error {
	_, err := tx.Exec(`update tie set sealed_to = $2 where household_id = $1 and relation = 'living' and superseded_at = 0 and valid_to = '9999-12-31'`, id, unit)
	return err
}
