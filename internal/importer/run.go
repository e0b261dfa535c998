package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/importer/table"
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
		by = actor.Actor{Account: imp.Account, Name: a.Name, Kind: imp.Post, Paths: []string{imp.Path}, Office: i18n.T("importer.office")}
		if by.Kind == "" {
			by.Kind = actor.Registrar // of an import before posts were kept
		}
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
	return s.settle(ctx, by, imp, func(i *Import) error {
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

func (s *Service) settle(ctx context.Context, by actor.Actor, imp Import, f func(*Import) error) error {
	k, err := kindOf(imp.Kind)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, by, string(k.action), func(tx *db.Tx) error {
		was, err := get(tx, imp.ID)
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
		return tx.Record("import/"+imp.ID, was, is)
	})
}

// reading reads and checks a stored file against the register, logging that it
// was read; whom it names is in the file.
func (s *Service) reading(ctx context.Context, by actor.Actor, imp Import) (out *Reading, err error) {
	err = s.open(blob.ID(imp.BlobID), imp.FileName, func(t *table.Table) error {
		out, err = s.read(ctx, by, imp, t, "import/"+imp.ID)
		return err
	})
	return out, err
}

// read reads an open table as a file of the import's kind.
func (s *Service) read(ctx context.Context, by actor.Actor, imp Import, t *table.Table, subject string) (out *Reading, err error) {
	k, err := kindOf(imp.Kind)
	if err != nil {
		return nil, err
	}
	n, err := imp.Naming()
	if err != nil {
		return nil, err
	}
	columns := named(k.columns, n.Names)
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(k.action), For: subject}, func(tx *db.Tx) error {
		tx.Saw(subject)
		if k.read == nil {
			out, err = readRegister(t, columns, &known{tx: tx, keys: s.Keys, area: by.Paths[0]}, imp.AsOf)
		} else {
			out, err = readList(t, k, columns, &list{tx: tx, keys: s.Keys, by: by, on: imp.AsOf})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Report.Named = n.Names
	return out, nil
}

// run takes the good rows in, in short transactions. After a crash it goes on
// where it was; run again, it changes nothing twice.
func (s *Service) run(ctx context.Context, payload string) error {
	imp, by, err := s.load(ctx, payload)
	if err != nil || imp.State != Running {
		return err
	}
	reading, err := s.reading(ctx, by, imp)
	if err == nil {
		err = s.finish(ctx, by, imp, reading, nil)
	}
	if err == nil {
		return nil
	}
	return s.broken(ctx, by, imp, err)
}

// broken says on an import why it could not be taken in whole. What is ours to
// mend is given back: the job is tried again.
func (s *Service) broken(ctx context.Context, by actor.Actor, imp Import, err error) error {
	if fault.Of(err) == nil {
		return err
	}
	return s.settle(ctx, by, imp, func(i *Import) error { return failed(i, err) })
}

// finish takes in what is left of a reading, and says that it is done.
func (s *Service) finish(ctx context.Context, by actor.Actor, imp Import, reading *Reading, progress func(done, total int)) error {
	late, err := s.take(ctx, by, imp, reading, progress)
	if err != nil {
		return err
	}
	return s.settle(ctx, by, imp, func(i *Import) error {
		i.State = Done
		if imp.AtRow > 0 && i.Report != "" { // it was interrupted: the first report says what was new
			return nil
		}
		reading.Report.Faults = append(reading.Report.Faults, late...)
		text, err := json.Marshal(reading.Report)
		i.Report = string(text)
		return err
	})
}

// parts are what a transaction can take in whole, in the order of the file.
type part struct {
	row    int
	people []RegisterRow // of a household
	take   func(*intake) error
}

func (r *Reading) parts(late *[]Fault) (all []part) {
	for _, h := range r.Households {
		if h.Known {
			continue
		}
		all = append(all, part{h.First, h.Rows, func(in *intake) error { return in.household(h) }})
	}
	for _, l := range r.Lines {
		all = append(all, part{l.Row, nil, func(in *intake) error {
			_, err := l.entry.take(in, l.Row)
			if fault.Of(err) != nil { // it was right when it was read, and somebody was faster
				*late = append(*late, newFault(l.Row, "", "row_overtaken"))
				return nil
			}
			return err
		}})
	}
	return all
}

// take writes what stands below the row that the import has come to. A row is
// found again by its number, whatever else the county has learned meanwhile.
func (s *Service) take(ctx context.Context, by actor.Actor, imp Import, r *Reading, progress func(done, total int)) (late []Fault, err error) {
	k, err := kindOf(imp.Kind)
	if err != nil {
		return nil, err
	}
	all := r.parts(&late)
	done, _ := slices.BinarySearchFunc(all, int(imp.AtRow)+1, func(p part, row int) int { return p.row - row })
	known := &kept{}
	for done < len(all) {
		batch := all[done:min(done+batchSize, len(all))]
		n := len(late)
		err := s.DB.Write(ctx, by, string(k.action), func(tx *db.Tx) error {
			late = late[:n]
			in := intake{tx: tx, keys: s.Keys, by: by, source: "import/" + imp.ID, kind: k.name, on: imp.AsOf, kept: known}
			var people []RegisterRow
			for _, p := range batch {
				people = append(people, p.people...)
			}
			if err := in.seek(people); err != nil {
				return err
			}
			for _, p := range batch {
				if err := p.take(&in); err != nil {
					return fmt.Errorf("row %d: %w", p.row, err)
				}
			}
			if err := advance(tx, imp.ID, done+len(batch), batch[len(batch)-1].row); err != nil {
				return err
			}
			return tx.RecordAll("import/"+imp.ID, len(batch), imp.FileName)
		})
		if err != nil {
			return late, err
		}
		done += len(batch)
		if progress != nil {
			progress(done, len(all))
		}
	}
	return late, nil
}

// Terminal does at once, from a file, what the pages do by job: check, and,
// unless dry, take in. It is for the terminal of the server itself. A file whose
// import was broken off goes on where it was.
func (s *Service) Terminal(ctx context.Context, by actor.Actor, f File, file io.ReaderAt, size int64, dry bool, progress func(done, total int)) (Report, error) {
	if err := mayAny(by); err != nil {
		return Report{}, err
	}
	k, err := kindOf(f.Kind)
	if err != nil {
		return Report{}, err
	}
	if err := may(by, k); err != nil {
		return Report{}, err
	}
	if file == nil {
		return Report{}, errors.New("no file")
	}
	on, err := f.on(calendar.On(s.DB.Now()))
	if err != nil {
		return Report{}, err
	}
	t, err := table.Open(f.Name, file, size)
	if err != nil {
		return Report{}, err
	}
	defer t.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(file, 0, size)); err != nil {
		return Report{}, err
	}
	imp := Import{Kind: k.name, FileName: f.Name, FileHash: hex.EncodeToString(sum.Sum(nil)), State: Running, Account: by.Account, Post: by.Kind,
		Path: by.Paths[0], AsOf: on, Version: 1}
	if dry {
		r, err := s.read(ctx, by, imp, t, "import/terminal")
		if err != nil {
			return Report{}, err
		}
		return r.Report, nil
	}
	if imp, err = s.begin(ctx, by, k, imp); err != nil {
		return Report{}, err
	}
	r, err := s.read(ctx, by, imp, t, "import/"+imp.ID)
	if err == nil {
		err = s.finish(ctx, by, imp, r, progress)
	}
	if fault.Of(err) != nil {
		return Report{}, errors.Join(err, s.broken(ctx, by, imp, err))
	}
	if err != nil {
		return Report{}, err
	}
	return r.Report, nil
}

// begin writes down that a file is being taken in, or finds where it was
// broken off.
func (s *Service) begin(ctx context.Context, by actor.Actor, k kind, imp Import) (Import, error) {
	err := s.DB.Write(ctx, by, string(k.action), func(tx *db.Tx) error {
		was, ok, err := unfinished(tx, by, k.name, imp.FileHash)
		if err != nil || ok {
			imp = was
			return err
		}
		imp.ID, imp.CreatedAt = tx.NewID(), tx.Millis()
		if err := db.Insert(tx, "import", imp); err != nil {
			return err
		}
		return tx.Record("import/"+imp.ID, nil, imp)
	})
	return imp, err
}
