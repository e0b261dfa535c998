// Package jobs runs what a transaction has enqueued: rows that exist if and
// only if it committed. A job is leased, run, and deleted; one that fails is
// tried again later, and after several times is buried where a person sees it.
// Bodies reload what they need and may run twice.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"anju/internal/db"
)

const (
	lease       = 5 * time.Minute
	maxAttempts = 6
	pause       = time.Second
	firstWait   = 5 * time.Second // before the second attempt; four times as long before each further one
	tellEvery   = time.Hour       // how often what needs a person is told
)

// A Handler is the body of a kind of job. Its error is logged and kept: it
// holds no personal data.
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
	var told time.Time
	for ctx.Err() == nil {
		if time.Since(told) > tellEvery {
			r.tell(ctx)
			told = time.Now()
		}
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

// tell logs what needs a person: jobs that are buried, and kinds of job that
// wait for a program that knows them.
func (r *Runner) tell(ctx context.Context) {
	err := r.DB.Read(ctx, func(tx *db.Tx) error {
		unknown, err := Unknown(tx, r.Handlers)
		for _, u := range unknown {
			slog.Warn("jobs of a kind this program does not know are left alone", "kind", u.Kind, "n", u.N)
		}
		if err != nil {
			return err
		}
		buried, err := Buried(tx)
		for _, j := range buried {
			slog.Warn("a job is buried and waits for a person", "kind", j.Kind, "job", j.ID, "attempts", j.Attempts, "err", j.Error)
		}
		return err
	})
	if err != nil && ctx.Err() == nil {
		slog.Error("the job runner cannot say what it leaves alone", "err", err)
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
		return true, r.failed(ctx, j, err)
	}
	return true, r.own(ctx, j, "finish", done, j.ID, j.Attempts)
}

// claim leases the next job and buries those whose every attempt has taken the
// program down with it.
func (r *Runner) claim(ctx context.Context) (j Job, err error) {
	now := r.DB.Now().UnixMilli()
	kinds := slices.Sorted(maps.Keys(r.Handlers))
	none := false
	err = r.DB.Keep(ctx, func(tx *db.Tx) error {
		if err := buryLost(tx, kinds, now); err != nil {
			return err
		}
		var err error
		j, err = claim(tx, kinds, now)
		if none = err == db.ErrNoRow; none {
			return nil // what was buried stays so
		}
		return err
	})
	if err == nil && none {
		err = db.ErrNoRow
	}
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
		err := r.own(ctx, j, "renew", renew, j.ID, j.Attempts, r.DB.Now().Add(lease).UnixMilli())
		if err != nil && ctx.Err() == nil {
			slog.Warn("a lease was not renewed", "job", j.ID, "err", err)
		}
	}
}

// failed lets a failed job run later, or buries it. A job that ends because the
// program ends has not failed: it goes back as it was.
func (r *Runner) failed(ctx context.Context, j Job, cause error) error {
	if ctx.Err() != nil {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return r.own(last, j, "give back", giveBack, j.ID, j.Attempts)
	}
	slog.Warn("a job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempts, "err", cause)
	state := "ready"
	if j.Attempts >= maxAttempts {
		state = "buried"
	}
	return r.own(ctx, j, "put off", putOff, j.ID, j.Attempts, state, r.DB.Now().Add(wait(j.Attempts)).UnixMilli(), cause.Error())
}

// wait is the time before the next attempt after n.
func wait(n int64) time.Duration { return firstWait << (2 * (min(n, maxAttempts) - 1)) }

// own changes a job if its lease is still ours: another runner may have taken
// it over when ours ran out.
func (r *Runner) own(ctx context.Context, j Job, what, query string, args ...any) error {
	return r.DB.Keep(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(query, args...)
		if err == nil && n == 0 {
			slog.Warn("a job's lease was taken over", "to", what, "kind", j.Kind, "job", j.ID)
		}
		return err
	})
}

// Release gives back the leases of a process that has gone: called once when a
// county with a single server starts. The attempt that went with it counts, so
// that a job that takes the program down is buried in the end.
func (r *Runner) Release(ctx context.Context) error {
	return r.DB.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update job set lease_until = 0 where state = 'ready' and lease_until > 0`)
		return err
	})
}
