package db

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/fault"
)

// A Purpose says why personal data is read: the action of the policy, and what
// it is done for. For is an object id ("move/…", "matter/…") or a catalogue
// key of a stated reason; least first, but never empty.
type Purpose struct {
	Action string
	For    string
}

// A LookEntry is one look at personal data, by anyone, through any door. It is
// committed before the data leaves, and a leaf of the Merkle tree of looks
// once sealed.
type LookEntry struct {
	N        int64  `db:"n" json:"n"` // place in the tree; -1 until sealed
	ID       string `db:"id" json:"id"`
	At       int64  `db:"at" json:"at"`
	Account  string `db:"account" json:"account"`
	Name     string `db:"name" json:"name"`
	Kind     string `db:"kind" json:"kind"`
	Office   string `db:"office" json:"office"`
	Action   string `db:"action" json:"action"`
	For      string `db:"purpose" json:"for"`
	Subjects string `db:"subjects" json:"subjects"` // space separated noun/id
}

// ErrUnseen means that a look read personal data without naming its subjects.
var ErrUnseen = errors.New("db: a look that names no subjects; call Saw, with none if nothing was found")

// Saw names whose data f of Look has read. A page of a list names all of them
// at once; a search that found nobody calls it with no subject.
func (tx *Tx) Saw(subjects ...string) {
	if tx.seen == nil {
		tx.seen = []string{}
	}
	tx.seen = append(tx.seen, subjects...)
}

// Look runs f in a read-only transaction and commits an entry to the access
// log (with all the subjects f named through Saw) before it returns, so that
// nothing f has read can leave unlogged. If the log cannot be written, or has
// not been sealed for ten minutes, nothing may be read.
func (d *DB) Look(ctx context.Context, by actor.Actor, p Purpose, f func(*Tx) error) error {
	if time.Since(d.started)-time.Duration(d.sealedAt.Load()) > sealLimit {
		return fault.New(fault.Conflict, "audit.unsealed")
	}
	var seen []string
	err := d.run(ctx, d.read, func(tx *Tx) error {
		tx.by, tx.action = by, p.Action
		if err := f(tx); err != nil {
			return err
		}
		if seen = tx.seen; seen == nil {
			return ErrUnseen
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.commitLook(ctx, LookEntry{
		N: -1, At: d.Now().UnixMilli(), Account: by.Account, Name: by.Name, Kind: string(by.Kind), Office: by.Office,
		Action: p.Action, For: p.For, Subjects: strings.Join(seen, " "),
	})
}

// Looked is Look for who reads a T. With an error it answers with the zero T:
// what could not be logged, or may not be seen, does not leave beside it.
func Looked[T any](ctx context.Context, d *DB, by actor.Actor, p Purpose, f func(*Tx) (T, error)) (T, error) {
	var read, none T
	if err := d.Look(ctx, by, p, func(tx *Tx) (err error) { read, err = f(tx); return err }); err != nil {
		return none, err
	}
	return read, nil
}

// sealLimit is how long sensitive reads go on when looks can no longer be sealed.
const sealLimit = 10 * time.Minute

type pendingLook struct {
	entry LookEntry
	err   chan error
}

// commitLook waits until the entry is durable, grouped with others.
func (d *DB) commitLook(ctx context.Context, e LookEntry) error {
	p := &pendingLook{entry: e, err: make(chan error, 1)}
	select {
	case d.lookQueue <- p:
	case <-d.closing:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-p.err:
		return err
	case <-d.looked: // it came too late for the last batch
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ErrClosed means that the county was closed before a look could be logged.
var ErrClosed = errors.New("db: the county is closed")

// commitLooks is the one writer of looks of this process: whatever waits is
// committed together. When the county closes it commits what still waits.
func (d *DB) commitLooks(ctx context.Context) {
	defer close(d.looked)
	for open := true; open; {
		var batch []*pendingLook
		select {
		case p := <-d.lookQueue:
			batch = append(batch, p)
		case <-d.closing:
			open = len(d.lookQueue) > 0
		}
		for more := true; more && len(batch) < 256; {
			select {
			case p := <-d.lookQueue:
				batch = append(batch, p)
			default:
				more = false
			}
		}
		if len(batch) == 0 {
			continue
		}
		err := d.run(context.WithoutCancel(ctx), d.looks, func(tx *Tx) error {
			for _, p := range batch {
				p.entry.ID = tx.NewID()
				if err := tx.keepLook(p.entry); err != nil {
					return err
				}
			}
			return nil
		})
		for _, p := range batch {
			p.err <- err
		}
	}
}

func (tx *Tx) keepLook(e LookEntry) error {
	if _, err := tx.exec(InsertText[LookEntry]("look"), Values(e)...); err != nil {
		return err
	}
	for _, s := range strings.Fields(e.Subjects) {
		if _, err := tx.exec(`insert into look_subject (subject, look_id) values ($1, $2) on conflict do nothing`, s, e.ID); err != nil {
			return err
		}
	}
	return nil
}

// sealLooks is the sequencer: every second it gives the new looks their place
// in the tree, and every minute it signs the heads of both trees.
func (d *DB) sealLooks(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
			d.Seal(context.WithoutCancel(ctx))
			return
		}
		if err := d.sealOnce(ctx, n%60 == 59); err == nil {
			d.sealedAt.Store(int64(time.Since(d.started)))
		}
	}
}

// Seal seals every look committed so far and signs the heads of both trees.
func (d *DB) Seal(ctx context.Context) error {
	for {
		before := d.unsealed(ctx)
		if err := d.sealOnce(ctx, true); err != nil || before <= sealBatch {
			return err
		}
	}
}

const sealBatch = 4096

func (d *DB) unsealed(ctx context.Context) (n int64) {
	d.run(ctx, d.looks, func(tx *Tx) (err error) {
		n, err = One[int64](tx, `select count(*) from look where n < 0`)
		return err
	})
	return n
}

// Each log keeps the heads of the other too: on SQLite they are two files, and one
// that is put back as it was, or cut together with its own heads, is found out by
// the other.
func (d *DB) sealOnce(ctx context.Context, sign bool) error {
	var look, change Head
	err := d.run(ctx, d.looks, func(tx *Tx) error {
		if err := tx.lock(" looks"); err != nil {
			return err
		}
		size, err := One[int64](tx, `select coalesce(max(n), -1) + 1 from look`)
		if err != nil {
			return err
		}
		fresh, err := All[LookEntry](tx, `select `+Columns[LookEntry]("")+` from look where n < 0 order by at, id limit $1`, sealBatch)
		if err != nil {
			return err
		}
		leaves := make([][]byte, len(fresh))
		for i, e := range fresh {
			e.N = size + int64(i)
			if leaves[i], err = json.Marshal(e); err != nil {
				return err
			}
			if _, err := tx.exec(`update look set n = $2 where id = $1`, e.ID, e.N); err != nil {
				return err
			}
		}
		sign = sign || size == 0 && len(fresh) > 0 // no log is without a head
		if err := tx.grow(lookTree, size, leaves); err != nil || !sign {
			return err
		}
		if err := tx.checkpoint(lookTree, size+int64(len(fresh))); err != nil {
			return err
		}
		look, err = tx.newest(lookTree)
		return err
	})
	if err != nil || !sign {
		return err
	}
	err = d.Keep(ctx, func(tx *Tx) error {
		if err := tx.forgetOps(); err != nil {
			return err
		}
		size, err := One[int64](tx, `select coalesce(max(n), -1) + 1 from change`)
		if err != nil {
			return err
		}
		if err := tx.checkpoint(changeTree, size); err != nil {
			return err
		}
		if err := tx.keepHead(look); err != nil {
			return err
		}
		change, err = tx.newest(changeTree)
		return err
	})
	if err != nil {
		return err
	}
	return d.run(ctx, d.looks, func(tx *Tx) error { return tx.keepHead(change) })
}

// LooksAt lists who looked at a subject, newest first, sealed or not.
func (d *DB) LooksAt(ctx context.Context, subject string, limit int) (looks []LookEntry, err error) {
	err = d.run(ctx, d.log, func(tx *Tx) error {
		looks, err = All[LookEntry](tx, `select `+Columns[LookEntry]("l.")+` from look_subject s join look l on l.id = s.look_id
			where s.subject = $1 order by l.at desc, l.id desc limit $2`, subject, limit)
		return err
	})
	return looks, err
}

// Looks lists the access log before the entry with id before ("" from the
// end), newest first.
func (d *DB) Looks(ctx context.Context, before string, limit int) (looks []LookEntry, err error) {
	err = d.run(ctx, d.log, func(tx *Tx) error {
		looks, err = All[LookEntry](tx, `select `+Columns[LookEntry]("")+` from look where $1 = '' or id < $1 order by id desc limit $2`, before, limit)
		return err
	})
	return looks, err
}
