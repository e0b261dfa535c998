package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"runtime/debug"

	"anju/internal/app"
	"anju/internal/db"
	"anju/internal/i18n"
	"anju/internal/seed"
)

// ownFlags are the flags that only one command has.
var ownFlags = map[string]func(*flag.FlagSet){
	"demo": func(f *flag.FlagSet) {
		f.Bool("clock", true, i18n.T("cli.flag.clock"))
		f.Bool("make-only", false, i18n.T("cli.flag.make_only"))
	},
	"import": func(f *flag.FlagSet) {
		f.Bool("dry-run", false, i18n.T("cli.flag.dry_run"))
		f.String("report", "", i18n.T("cli.flag.report"))
		f.String("as-of", "", i18n.T("cli.flag.as_of"))
	},
	"export": func(f *flag.FlagSet) {
		f.String("by", "", i18n.T("cli.flag.by"))
		f.String("purpose", "", i18n.T("cli.flag.purpose"))
		f.Bool("open-sealed", false, i18n.T("cli.flag.open_sealed"))
		f.String("document", "", i18n.T("cli.flag.document"))
	},
	"check":         func(f *flag.FlagSet) { f.String("trust", "", i18n.T("cli.flag.trust")) },
	"audit record":  func(f *flag.FlagSet) { f.String("key", "", i18n.T("cli.flag.key")) },
	"booklet print": func(f *flag.FlagSet) { f.String("out", "", i18n.T("cli.flag.out")) },
}

func (c *call) set(name string) bool { return c.flags.Lookup(name).Value.String() == "true" }

func (c *call) text(name string) string { return c.flags.Lookup(name).Value.String() }

func initCounty(ctx context.Context, c *call) error {
	admins, err := app.Init(ctx, c.Config)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out, i18n.T("cli.init.made", "data", c.Data))
	fmt.Fprintln(c.out, i18n.T("cli.init.keys", "file", c.Keys))
	fmt.Fprintln(c.out, i18n.T("cli.init.root", "file", c.Root))
	fmt.Fprintln(c.out, i18n.T("cli.init.admins"))
	for _, a := range admins {
		fmt.Fprintf(c.out, "  %-10s %s  %s\n", a.Login, a.Password.Reveal(), a.Name) // shown once, to be handed over
	}
	fmt.Fprintln(c.out, i18n.T("cli.init.next"))
	return nil
}

func serve(ctx context.Context, c *call) error {
	a, err := app.Open(ctx, c.Config)
	if errors.Is(err, db.ErrOlder) {
		if err = app.Upgrade(ctx, c.Config, c.out); err == nil {
			a, err = app.Open(ctx, c.Config)
		}
	}
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(ctx, func(url string) { fmt.Fprintln(c.out, i18n.T("cli.serve.ready", "url", url)) })
}

func demo(ctx context.Context, c *call) error {
	c.FixedClock = !c.set("clock")
	bar := c.Progress(c.out, i18n.T("cli.demo.making", "scale", c.Scale))
	a, made, err := app.MakeDemo(ctx, c.Config, func(done, total int, what string) { bar.Step(done, total, i18n.T("cli.making."+what)) }) //i18n:dynamic cli.making.
	if err != nil {
		return err
	}
	defer a.Close()
	bar.Done()
	if made != nil {
		fmt.Fprintln(c.out, i18n.T("cli.demo.made", "households", made.Households, "people", made.People, "away", made.AwayPeople, "sites", made.Sites, "grids", made.Grids))
	}
	if err := printSignIns(c); err != nil {
		return err
	}
	fmt.Fprintln(c.out, i18n.T("cli.demo.codes", "file", app.SamplesFile(c.Data)))
	if c.set("make-only") {
		return nil
	}
	return a.Serve(ctx, func(url string) {
		fmt.Fprintln(c.out)
		fmt.Fprintln(c.out, i18n.T("cli.demo.ready", "url", url))
		fmt.Fprintln(c.out, i18n.T("cli.demo.stop"))
	})
}

func printSignIns(c *call) error {
	all, err := seed.SignIns(c.Data)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out, i18n.T("cli.demo.fictional"))
	fmt.Fprintln(c.out, i18n.T("cli.demo.signins", "file", c.Data+"/demo-sign-ins.json"))
	for _, s := range all {
		fmt.Fprintf(c.out, "  %-14s %-11s %s  %s  %s %s\n", s.Account, s.Password, s.TOTPSecret, s.Role, s.Office, s.Name)
	}
	return nil
}

func migrate(ctx context.Context, c *call) error { return app.Upgrade(ctx, c.Config, c.out) }

func verifyLogs(ctx context.Context, c *call) error {
	a, err := app.Open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	verdicts, err := a.VerifyLogs(ctx)
	if err != nil {
		return err
	}
	broken := false
	for _, v := range verdicts {
		tree := i18n.T("staff.audit.tree." + v.Tree) //i18n:dynamic staff.audit.tree.
		if v.Problem != "" {
			broken = true
			fmt.Fprintln(c.out, i18n.T("cli.audit.bad", "tree", tree, "why", v.Problem))
			continue
		}
		fmt.Fprintln(c.out, i18n.T("cli.audit.ok", "tree", tree, "size", v.Size, "heads", v.Heads))
	}
	if broken {
		return app.No("cli.audit.no")
	}
	return nil
}

// checkRecord verifies a signed copy of a record with the county's public key.
func checkRecord(_ context.Context, c *call) error {
	return app.CheckRecord(c.arg(0), c.text("key"), c.out)
}

func version(_ context.Context, c *call) error {
	info, _ := debug.ReadBuildInfo()
	fmt.Fprintln(c.out, "anju", info.Main.Version, info.GoVersion)
	return nil
}
