package main

import (
	"context"
	"fmt"

	"anju/internal/app"
	"anju/internal/booklet"
	"anju/internal/i18n"
)

// check checks one code; without one, the county.
func check(ctx context.Context, c *call) error {
	if c.flags.NArg() == 0 {
		if c.text("trust") != "" {
			return app.Problem("cli.check.trust_alone")
		}
		return checkCounty(ctx, c)
	}
	a, err := app.CheckCode(ctx, c.Config, c.arg(0), c.text("trust"))
	if err != nil {
		return err
	}
	if !a.Good {
		return app.No("cli.check.code_no", "why", booklet.Reason(a))
	}
	for _, line := range booklet.Said(a) {
		fmt.Fprintln(c.out, line)
	}
	return nil
}

func signTrust(ctx context.Context, c *call) error {
	a, err := app.Open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Trust(ctx); err != nil {
		return err
	}
	fmt.Fprintln(c.out, i18n.T("cli.trust.signed", "file", c.Root))
	return nil
}
