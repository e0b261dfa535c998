package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/grid"
	"anju/internal/matter"
	"anju/internal/seal"
)

const killedGrid = "610929100207999"

// TestProofKilledSweep kills the running program with SIGKILL while it warns of
// a backlog of overdue matters, again and again: whatever moment it dies at, a
// warning is stored once, with its order and the receipts of both centres, and
// once it is left alone nothing is missing within a minute.
func TestProofKilledSweep(t *testing.T) {
	kills, backlog := 3, 400
	if os.Getenv("ANJU_PROOF") != "" {
		kills, backlog = 20, 1500
	}
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		data := filepath.Join(t.TempDir(), "data")
		if cfg.URL == "" {
			cfg.Dir = data
		}
		p := program{t, built(t), "", cfg, data}
		p.anju("init")
		late := cfg
		late.Now = func() time.Time { return time.Now().Add(-deadline.Limit - time.Minute) }
		d, err := db.Open(t.Context(), late)
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			return db.Insert(tx, "grid", grid.Grid{Code: killedGrid, Village: killedGrid[:12], Name: "第九九九网格", ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1})
		})
		s := &matter.Service{DB: d, Keys: seal.FromSeed(1)}
		by := actor.Actor{Account: "w", Name: "w", Kind: actor.GridWorker, Paths: []string{killedGrid}, Office: killedGrid}
		for i := range backlog {
			if _, err := s.Report(t.Context(), by, db.Key(fmt.Sprint("late ", i)), matter.ReportRequest{Category: "other", Text: "路灯不亮"}); err != nil {
				t.Fatal(err)
			}
		}
		// stored is how many warnings there are, and how many of them are not whole.
		stored := func() (n, broken int) {
			t.Helper()
			if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
				if n, err = db.One[int](tx, `select count(*) from warning`); err != nil {
					return err
				}
				broken, err = db.One[int](tx, `select count(*) from warning w where (select count(*) from supervision o where o.warning_id = w.id) <> 1
					or (select count(*) from warning_receipt r where r.warning_id = w.id) <> 2 or (select count(*) from warning x where x.subject = w.subject) <> 1
					or (select count(*) from matter_event e where 'matter/' || e.matter_id = w.subject and e.act = 'warn') <> 1`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n, broken
		}
		serve := func() *exec.Cmd {
			t.Helper()
			c := p.command(context.WithoutCancel(t.Context()), "serve", "--addr", "127.0.0.1:0")
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			return c
		}
		seed := uint64(time.Now().UnixNano())
		r := rand.New(rand.NewPCG(seed, 0))
		for n := range kills {
			c := serve()
			time.Sleep(time.Duration(50+r.IntN(700)) * time.Millisecond)
			if err := c.Process.Kill(); err != nil {
				t.Fatalf("the program ended by itself: %v", err)
			}
			if err := c.Wait(); err == nil || c.ProcessState.ExitCode() != -1 {
				t.Fatalf("the program ended by itself: %v", err)
			}
			if all, broken := stored(); broken != 0 || all > backlog {
				t.Fatalf("seed %d, kill %d: %d warnings, %d of them not whole", seed, n+1, all, broken)
			}
		}
		c, began := serve(), time.Now()
		defer func() { c.Process.Kill(); c.Wait() }()
		for all, broken := 0, 0; all < backlog; time.Sleep(100 * time.Millisecond) {
			if all, broken = stored(); broken != 0 {
				t.Fatalf("seed %d: %d of %d are not whole", seed, broken, all)
			}
			if time.Since(began) > time.Minute {
				t.Fatalf("seed %d: after a minute %d of %d are stored", seed, all, backlog)
			}
		}
		if all, broken := stored(); all != backlog || broken != 0 {
			t.Errorf("seed %d: %d warnings for %d matters, %d not whole", seed, all, backlog, broken)
		}
	})
}
