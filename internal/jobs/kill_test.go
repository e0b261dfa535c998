package jobs

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
)

// A child is this test binary again, running jobs until it is killed: by
// itself at a step, or by its parent.
const (
	childDir  = "ANJU_JOBS_CHILD_DIR"
	childURL  = "ANJU_JOBS_CHILD_URL"
	childStep = "ANJU_JOBS_CHILD_STEP"
)

func TestMain(m *testing.M) {
	if os.Getenv(childDir) != "" || os.Getenv(childURL) != "" {
		child(os.Getenv(childStep))
	}
	os.Exit(m.Run())
}

func die() { syscall.Kill(os.Getpid(), syscall.SIGKILL) }

// child runs jobs and dies at a step.
func child(step string) {
	d, err := db.Open(context.Background(), db.Config{Dir: os.Getenv(childDir), URL: os.Getenv(childURL), Now: func() time.Time { return dbtest.Noon }})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	r := &Runner{DB: d, Handlers: map[string]Handler{"effect": func(ctx context.Context, payload string) error {
		if step == "claimed" {
			die()
		}
		err := effect(ctx, d, payload, func() {
			if step == "in the middle" {
				die()
			}
		})
		if step == "done, not said" {
			die()
		}
		return err
	}}}
	fmt.Println("ready")
	for {
		ran, err := r.Tick(context.Background())
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		if step == "said" || !ran {
			die()
		}
	}
}

// effect is a body as bodies must be: done twice it has happened once.
func effect(ctx context.Context, d *db.DB, payload string, half func()) error {
	_, err := db.Once(ctx, d, actor.ForSystem("jobs"), "test.effect", db.Key("effect "+payload), payload, func(tx *db.Tx) (int, error) {
		if err := db.SetSetting(tx, "effect "+payload, payload); err != nil {
			return 0, err
		}
		half()
		_, err := db.NextInSeries(tx, "effects")
		if err != nil {
			return 0, err
		}
		return 0, tx.RecordAll("setting/effect", 1, payload)
	})
	return err
}

func startChild(t *testing.T, cfg db.Config, step string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childDir+"="+cfg.Dir, childURL+"="+cfg.URL, childStep+"="+step)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if n, err := out.Read(make([]byte, 16)); n == 0 {
		c.Wait()
		t.Fatalf("the child did not start: %v %s", err, said.String())
	}
	return c
}

func killed(t *testing.T, c *exec.Cmd) {
	t.Helper()
	err := c.Wait()
	if s, ok := c.ProcessState.Sys().(syscall.WaitStatus); !ok || !s.Signaled() || s.Signal() != syscall.SIGKILL {
		t.Fatalf("the child was not killed: %v", err)
	}
}

func effects(t *testing.T, d *db.DB) int64 {
	t.Helper()
	return read(t, d, func(tx *db.Tx) (int64, error) {
		return db.One[int64](tx, `select coalesce(max(last), 0) from series where name = 'effects'`)
	})
}

func enqueue(t *testing.T, d *db.DB, n int) {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for i := range n {
			if err := tx.Enqueue("effect", "", dbtest.Noon.Add(-time.Hour), fmt.Sprint(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestKilledAtEachStep kills the program with SIGKILL at each step of a job:
// no job is lost, none has its effect twice, and none is free before its lease
// is over.
func TestKilledAtEachStep(t *testing.T) {
	for _, tt := range []struct {
		step    string
		effects int64 // when it is dead
		left    int64
	}{{"claimed", 0, 1}, {"in the middle", 0, 1}, {"done, not said", 1, 1}, {"said", 1, 0}} {
		t.Run(strings.ReplaceAll(tt.step, " ", "_"), func(t *testing.T) {
			dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
				c := new(dbtest.Clock)
				c.Set(dbtest.Noon)
				cfg.Now = c.Now
				d := dbtest.Open(t, cfg)
				enqueue(t, d, 1)
				killed(t, startChild(t, cfg, tt.step))
				if got, n := effects(t, d), left(t, d); got != tt.effects || n != tt.left {
					t.Fatalf("dead: %d effects, %d left; want %d, %d", got, n, tt.effects, tt.left)
				}
				r := &Runner{DB: d, Handlers: map[string]Handler{"effect": func(ctx context.Context, payload string) error { return effect(ctx, d, payload, func() {}) }}}
				if n := drain(t, r); n != 0 {
					t.Errorf("%d ran under another's lease", n)
				}
				c.Move(lease + time.Second)
				drain(t, r)
				if got, n := effects(t, d), left(t, d); got != 1 || n != 0 {
					t.Errorf("in the end: %d effects, %d left; want 1, 0", got, n)
				}
			})
		})
	}
}

// TestKillerIsBuried: a job that takes the program down every time does not do
// so for ever.
func TestKillerIsBuried(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		d := dbtest.Open(t, cfg)
		enqueue(t, d, 1)
		for range maxAttempts {
			killed(t, startChild(t, cfg, "claimed"))
			if err := (&Runner{DB: d}).Release(t.Context()); err != nil { // what a server does when it starts
				t.Fatal(err)
			}
		}
		r := &Runner{DB: d, Handlers: map[string]Handler{"effect": func(context.Context, string) error { t.Error("it ran once more"); return nil }}}
		drain(t, r)
		if b := read(t, d, Buried); len(b) != 1 || b[0].Error == "" {
			t.Errorf("buried: %+v", b)
		}
	})
}

// TestKilledAnyTime kills the program at random moments until all is done.
func TestKilledAnyTime(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		d := dbtest.Open(t, cfg)
		const n = 40
		enqueue(t, d, n)
		for range 5 {
			c := startChild(t, cfg, "")
			time.AfterFunc(time.Duration(r.IntN(60))*time.Millisecond, func() { c.Process.Kill() })
			killed(t, c)
			if err := (&Runner{DB: d}).Release(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		drain(t, &Runner{DB: d, Handlers: map[string]Handler{"effect": func(ctx context.Context, payload string) error { return effect(ctx, d, payload, func() {}) }}})
		if got, l := effects(t, d), left(t, d); got != n || l != 0 {
			t.Errorf("%d effects, %d left; want %d, 0", got, l, n)
		}
		keys := read(t, d, func(tx *db.Tx) ([]string, error) {
			return db.All[string](tx, `select value from setting where key like 'effect %' order by value`)
		})
		if len(slices.Compact(keys)) != n {
			t.Errorf("%d different effects, want %d", len(keys), n)
		}
	})
}
