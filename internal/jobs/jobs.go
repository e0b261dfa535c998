// Package jobs runs what a transaction has enqueued: rows that exist if and
// only if it committed. A job is leased, run, and deleted; one that fails is
// tried again later, and after several times is buried where a person sees it.
// Bodies reload what they need and may run twice.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"anju/internal/db"
)

const (
	lease       = 5 * time.Minute
	maxAttempts = 6
	pause       = time.Second
)

// A Handler is the body of a kind of job.
type Handler func(ctx context.Context, payload string) error

// A Runner runs jobs of the kinds it knows and leaves the others alone.
type Runner struct {
	DB       *db.DB
	Handlers map[string]Handler
}

// A Job is one job as it stands.
type Job struct {
	ID       string `db:"id"`
	Kind     string `db:"kind"`
	Payload  string `db:"payload"`
	Attempts int64  `db:"attempts"`
	Error    string `db:"error"`
}

// Run runs jobs until ctx ends.
func (r *Runner) Run(ctx context.Context) {
	for ctx.Err() == nil {
		ran, err := r.Tick(ctx)
		if err != nil && ctx.Err() == nil {
			slog.Error("the job runner failed and goes on", "err", err)
		}
		if ran && err == nil {
			continue
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// Tick runs the next job that is due, if there is one.
func (r *Runner) Tick(ctx context.Context) (ran bool, err error) {
	j, err := r.claim(ctx)
	if err == db.ErrNoRow {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := r.run(ctx, j); err != nil {
		slog.Warn("a job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempts, "err", err)
		return true, r.again(ctx, j, err)
	}
	return true, r.DB.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`delete from job where id = $1 and attempts = $2`, j.ID, j.Attempts) // unless somebody took the lease over
		return err
	})
}

// claim leases the next job. The condition stands in both the inner and the
// outer statement: two runners never get the same one.
func (r *Runner) claim(ctx context.Context) (j Job, err error) {
	q := new(db.Query)
	now := r.DB.Now()
	q.Add(`update job set lease_until = ?, attempts = attempts + 1
		where id = (select id from job where state = 'ready' and run_at <= ? and lease_until < ? and kind in ('-'`,
		now.Add(lease).UnixMilli(), now.UnixMilli(), now.UnixMilli())
	for kind := range r.Handlers {
		q.Add(", ?", kind)
	}
	q.Add(`) order by run_at, id limit 1) and state = 'ready' and lease_until < ? returning id, kind, payload, attempts, error`, now.UnixMilli())
	err = r.DB.Keep(ctx, func(tx *db.Tx) error {
		j, err = db.Change1[Job](tx, q.Text(), q.Args()...)
		return err
	})
	return j, err
}

func (r *Runner) run(ctx context.Context, j Job) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("job %s panicked: %v", j.Kind, v)
		}
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go r.renew(ctx, j)
	return r.Handlers[j.Kind](ctx, j.Payload)
}

// renew keeps the lease of a long job until ctx ends.
func (r *Runner) renew(ctx context.Context, j Job) {
	for {
		select {
		case <-time.After(lease / 3):
		case <-ctx.Done():
			return
		}
		err := r.DB.Keep(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`update job set lease_until = $3 where id = $1 and attempts = $2`, j.ID, j.Attempts, tx.Now().Add(lease).UnixMilli())
			return err
		})
		if err != nil && ctx.Err() == nil {
			slog.Warn("a lease was not renewed", "job", j.ID, "err", err)
		}
	}
}

// again lets a failed job run later, or buries it.
func (r *Runner) again(ctx context.Context, j Job, cause error) error {
	state := "ready"
	if j.Attempts >= maxAttempts {
		state = "buried"
	}
	return r.DB.Keep(ctx, func(tx *db.Tx) error {
		back := time.Duration(1<<min(j.Attempts, 10)) * time.Second
		_, err := tx.Exec(`update job set state = $3, run_at = $4, lease_until = 0, error = $5 where id = $1 and attempts = $2`,
			j.ID, j.Attempts, state, tx.Now().Add(back).UnixMilli(), cause.Error())
		return err
	})
}

// Release gives back the leases of a process that has gone: called once when a
// county with a single server starts.
func (r *Runner) Release(ctx context.Context) error {
	return r.DB.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update job set lease_until = 0 where state = 'ready' and lease_until > 0`)
		return err
	})
}

// Buried lists the jobs that somebody has to look at.
func Buried(tx *db.Tx) ([]Job, error) {
	return db.All[Job](tx, `select id, kind, payload, attempts, error from job where state = 'buried' order by id`)
}
