package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/seal"
	"anju/internal/seed"
	"anju/internal/web/gate"
)

// demoSetting is set in a county that is made of invented people: its value is
// what it was made from.
const demoSetting = "demo.made"

// demo is what the pages of the demonstration county show besides.
func (a *App) demo() (*gate.Demo, error) {
	d := &gate.Demo{Now: a.DB.Now, Moves: !a.Config.FixedClock}
	signIns, err := seed.SignIns(a.Config.Data)
	if err != nil {
		return nil, err
	}
	for _, s := range signIns {
		d.SignIns = append(d.SignIns, gate.DemoSignIn{
			Role: s.Role, Name: s.Name, Office: s.Office, Login: s.Account, Password: s.Password, Phone: s.Phone,
			Code: func() (string, error) {
				return a.Entrance.NextCode(context.Background(), s.Account, seal.Hide(s.TOTPSecret))
			},
		})
	}
	return d, nil
}

// MakeDemo makes the demonstration county where there is none, and opens it. It
// touches no other county, and no other county's key.
func MakeDemo(ctx context.Context, c *Config, progress func(done, total int, what string)) (*App, *seed.Made, error) {
	if err := errors.Join(c.countyIsKnown(), c.roomForDemo(ctx)); err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, nil, err
	}
	keys, err := seal.Load(c.Keys)
	if errors.Is(err, fs.ErrNotExist) {
		keys, err = seal.CreateFromSeed(c.Keys, c.Seed)
	}
	if err != nil {
		return nil, nil, err
	}
	made, err := makeDemo(ctx, c, keys, progress)
	if err != nil {
		return nil, nil, err
	}
	a, err := Open(ctx, c)
	if err != nil || made == nil {
		return a, made, err
	}
	if err := seed.Counter(ctx, a.DB, keys); err != nil {
		return a, made, err
	}
	if err := seed.Mediate(ctx, a.DB, keys); err != nil {
		return a, made, err
	}
	if err := seed.Network(ctx, a.DB, keys); err != nil {
		return a, made, err
	}
	if err := seed.Desk(ctx, a.DB, keys); err != nil {
		return a, made, err
	}
	if err := seed.Renew(ctx, a.DB, keys, made); err != nil {
		return a, made, err
	}
	if err := a.saveSamples(ctx); err != nil {
		return a, made, err
	}
	return a, made, a.DB.Write(ctx, actor.ForSystem("seed"), "seed.whole", func(tx *db.Tx) error { return setMade(tx, whole) })
}

// setMade says how far the demonstration county has come.
func setMade(tx *db.Tx, state string) error {
	if err := db.SetSetting(tx, demoSetting, state); err != nil {
		return err
	}
	return tx.RecordAll("setting/"+demoSetting, 1, "seed")
}

// roomForDemo refuses a place in which a real county lives.
func (c *Config) roomForDemo(ctx context.Context) error {
	if c.hasCounty() != nil {
		return nil
	}
	src, err := db.OpenSource(ctx, db.Config{Dir: c.Data, URL: c.DB})
	if err != nil {
		return err
	}
	defer src.Close()
	key, err := src.Setting(ctx, keySetting)
	if err != nil {
		return err
	}
	made, err := src.Setting(ctx, demoSetting)
	if err == nil && key != "" && made == "" {
		err = fault.New(fault.Conflict, "app.demo_real", "data", c.where())
	}
	return err
}

func makeDemo(ctx context.Context, c *Config, keys *seal.Keys, progress func(done, total int, what string)) (*seed.Made, error) {
	day := calendar.On(time.Now())
	var now atomic.Int64 // the log of looks reads it too
	set := func(at time.Time) { now.Store(at.UnixMilli()) }
	set(day.Start())
	cfg := db.Config{Dir: c.Data, URL: c.DB, Bulk: true, Now: func() time.Time { return time.UnixMilli(now.Load()) }, Sign: signer(keys)}
	if _, err := db.Migrate(ctx, cfg); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	state := ""
	if err := d.Read(ctx, func(tx *db.Tx) (err error) { state, err = db.Setting(tx, demoSetting); return err }); err != nil {
		return nil, err
	}
	if state == whole {
		return nil, nil
	}
	empty, err := isEmpty(ctx, d)
	if err != nil {
		return nil, err
	}
	if !empty {
		return nil, fault.New(fault.Conflict, "app.demo_half", "data", c.where())
	}
	if err := prepareCodes(ctx, c, d, keys); err != nil {
		return nil, err
	}
	made, err := seed.County(ctx, d, keys, seed.Options{Seed: c.Seed, Scale: c.Scale, Day: day, Progress: progress})
	if err != nil {
		return nil, err
	}
	if err := made.Save(c.Data); err != nil {
		return nil, err
	}
	if err := seed.Elections(ctx, d, keys, day, set); err != nil {
		return nil, err
	}
	return made, d.Write(ctx, actor.ForSystem("seed"), "seed.done", func(tx *db.Tx) error {
		if err := db.SetSetting(tx, keySetting, keys.ID()); err != nil {
			return err
		}
		return setMade(tx, begun)
	})
}

// The values of the demo setting: with its people in it, and once their offices
// have worked a while and it is complete.
const (
	begun = "begun"
	whole = "whole"
)

func isEmpty(ctx context.Context, d *db.DB) (empty bool, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		n, err := db.One[int64](tx, `select count(*) from division`)
		empty = n == 0
		return err
	})
	return empty, err
}
