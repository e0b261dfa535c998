package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/importer/table"
	"anju/internal/policy"
)

// batchSize is how many households one transaction takes in: short enough that
// nobody at a counter waits.
const batchSize = 100

func (s *Service) load(ctx context.Context, payload string) (imp Import, by actor.Actor, err error) {
	var id string
	if err := json.Unmarshal([]byte(payload), &id); err != nil {
		return imp, by, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if imp, err = get(tx, id); err != nil {
			return err
		}
		a, err := account.Get(tx, account.ID(imp.Account))
		by = actor.Actor{Account: imp.Account, Name: a.Name, Kind: actor.Registrar, Paths: []string{imp.Path}, Office: i18n.T("importer.office")}
		return err
	})
	return imp, by, err
}

// check is the dry run: it writes nothing but its report.
func (s *Service) check(ctx context.Context, payload string) error {
	imp, by, err := s.load(ctx, payload)
	if err != nil || imp.State != Checking {
		return err
	}
	reading, err := s.reading(ctx, by, imp)
	return s.settle(ctx, by, imp.ID, func(i *Import) error {
		if err != nil {
			return failed(i, err)
		}
		i.State = Checked
		text, err := json.Marshal(reading.Report)
		i.Report = string(text)
		return err
	})
}

// failed notes why a file could not be taken in, in words a clerk can act on.
func failed(i *Import, err error) error {
	f := fault.Of(err)
	if f == nil {
		return err // ours to mend: the job is tried again
	}
	i.State, i.Error = Failed, i18n.T(f.Key, f.Args...)
	return nil
}

func (s *Service) settle(ctx context.Context, by actor.Actor, id string, f func(*Import) error) error {
	return s.DB.Write(ctx, by, string(policy.RegisterImport), func(tx *db.Tx) error {
		was, err := get(tx, id)
		if err != nil {
			return err
		}
		is := was
		if err := f(&is); err != nil {
			return err
		}
		if is.State == Done || is.State == Failed {
			is.FinishedAt = tx.Millis()
		}
		if err := update(tx, is); err != nil {
			return err
		}
		return tx.Record("import/"+id, was, is)
	})
}

// reading reads and checks a stored file against the register, logging the
// look at those the file names.
func (s *Service) reading(ctx context.Context, by actor.Actor, imp Import) (*Reading, error) {
	var out *Reading
	err := s.DB.Look(ctx, by, db.Purpose{Action: string(policy.RegisterImport), For: "import/" + imp.ID}, func(tx *db.Tx) error {
		tx.Saw("import/" + imp.ID)
		return s.open(blob.ID(imp.BlobID), imp.FileName, func(t *table.Table) (err error) {
			out, err = ReadRegister(t, &known{tx: tx, keys: s.Keys, area: imp.Path}, imp.AsOf)
			return err
		})
	})
	return out, err
}

// run takes the good rows in, household by household, in short transactions.
// After a crash it goes on where it was; run again, it changes nothing twice.
func (s *Service) run(ctx context.Context, payload string) error {
	imp, by, err := s.load(ctx, payload)
	if err != nil || imp.State != Running {
		return err
	}
	reading, err := s.reading(ctx, by, imp)
	if err != nil {
		return s.settle(ctx, by, imp.ID, func(i *Import) error { return failed(i, err) })
	}
	if _, err := s.take(ctx, by, imp, reading.Households, nil); err != nil {
		return err
	}
	return s.settle(ctx, by, imp.ID, func(i *Import) error {
		i.State = Done
		if imp.RowDone > 0 { // it was interrupted: the first report says what was new
			return nil
		}
		text, err := json.Marshal(reading.Report)
		i.Report = string(text)
		return err
	})
}

// take writes households from where the import stands to the end.
func (s *Service) take(ctx context.Context, by actor.Actor, imp Import, all []Household, progress func(done, total int)) (int, error) {
	done := int(imp.RowDone)
	if done > len(all) {
		return done, nil
	}
	for done < len(all) {
		batch := all[done:min(done+batchSize, len(all))]
		err := s.DB.Write(ctx, by, string(policy.RegisterImport), func(tx *db.Tx) error {
			in := intake{tx: tx, keys: s.Keys, source: "import/" + imp.ID, on: imp.AsOf}
			for _, h := range batch {
				if err := in.household(h); err != nil {
					return fmt.Errorf("household at row %d: %w", h.Rows[0].Row, err)
				}
			}
			if imp.ID == "" {
				return tx.RecordAll("import/terminal", len(batch), imp.FileName)
			}
			_, err := tx.Exec(`update import set row_done = $2 where id = $1`, imp.ID, done+len(batch))
			if err != nil {
				return err
			}
			return tx.RecordAll("import/"+imp.ID, len(batch), imp.FileName)
		})
		if err != nil {
			return done, err
		}
		done += len(batch)
		if progress != nil {
			progress(done, len(all))
		}
	}
	return done, nil
}

// Terminal does at once, from an open table, what the pages do by job: check,
// and, unless dry, take in. It is for the terminal of the server itself.
func (s *Service) Terminal(ctx context.Context, by actor.Actor, t *table.Table, dry bool, progress func(done, total int)) (Report, error) {
	if err := s.may(by); err != nil {
		return Report{}, err
	}
	if t == nil {
		return Report{}, errors.New("no table")
	}
	on := calendar.On(s.DB.Now())
	var reading *Reading
	err := s.DB.Look(ctx, by, db.Purpose{Action: string(policy.RegisterImport), For: "import/terminal"}, func(tx *db.Tx) (err error) {
		tx.Saw("import/terminal")
		reading, err = ReadRegister(t, &known{tx: tx, keys: s.Keys, area: by.Paths[0]}, on)
		return err
	})
	if err != nil || dry {
		if reading != nil {
			return reading.Report, err
		}
		return Report{}, err
	}
	_, err = s.take(ctx, by, Import{FileName: t.Name, AsOf: on}, reading.Households, progress)
	return reading.Report, err
}
