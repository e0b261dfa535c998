package app

import (
	"context"
	"fmt"
	"io"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/importer"
	"anju/internal/importer/table"
	"anju/internal/seal"
)

// atTerminal is whoever sits at the server itself: the record names the
// terminal, since no account signed in.
func (a *App) atTerminal(kind actor.Kind) actor.Actor {
	return actor.Actor{Account: "terminal", Name: i18n.T("app.terminal"), Kind: kind, Paths: []string{a.Config.County}, Office: i18n.T("app.terminal")}
}

// ImportFile takes in a file that offices hand over.
func (a *App) ImportFile(ctx context.Context, f importer.File, r io.ReaderAt, size int64, dry bool, progress func(done, total int)) (importer.Report, error) {
	post := actor.CountyPolice
	switch f.Kind {
	case importer.KindContracts:
		post = actor.Agriculture
	case importer.KindRights: // a counter keeps every kind; each line says of which place's list it is
		post = actor.TownWindow
	}
	return a.Imports.Terminal(ctx, a.atTerminal(post), f, r, size, dry, progress)
}

// ImportStaff takes accounts or grids in from a workbook and says what it did;
// ok is false if rows were wrong.
func (a *App) ImportStaff(ctx context.Context, kind, name string, r io.ReaderAt, size int64, dry bool, out io.Writer) (ok bool, err error) {
	t, err := table.Open(name, r, size)
	if err != nil {
		return false, err
	}
	defer t.Close()
	by := a.atTerminal(actor.SystemAdmin)
	if kind == "grids" {
		rows, err := importer.Grids(t)
		if err != nil {
			return false, err
		}
		added, faults, err := a.Grids.Import(ctx, by, rows, dry)
		for _, f := range faults {
			fmt.Fprintln(out, i18n.T("app.row", "row", f.Line, "column", f.Column, "what", i18n.T(f.Key)))
		}
		fmt.Fprintln(out, i18n.T("app.grids", "rows", len(rows), "added", added))
		if err != nil || dry {
			return len(faults) == 0, err
		}
		placed, err := a.Grids.Place(ctx, by)
		if placed > 0 {
			fmt.Fprintln(out, i18n.T("app.placed", "n", placed))
		}
		return len(faults) == 0, err
	}
	rows, err := importer.Accounts(t)
	if err != nil {
		return false, err
	}
	done, err := a.Accounts.Import(ctx, by, rows, dry)
	if err == nil || len(done.Passwords) > 0 { // cut short: what is kept already is said all the same
		for _, f := range done.Faults {
			fmt.Fprintln(out, i18n.T("app.row", "row", f.Line, "column", f.Column, "what", i18n.T(f.Key, f.Args...)))
		}
		fmt.Fprintln(out, i18n.T("app.accounts", "rows", len(rows), "accounts", done.Accounts, "posts", done.Posts))
	}
	for _, p := range done.Passwords {
		fmt.Fprintf(out, "  %-16s %s  %s\n", p.Login, p.Password.Reveal(), p.Name) // shown once, to be handed over
	}
	return len(done.Faults) == 0, err
}

// PrintBooklet prints the booklet with a number.
func (a *App) PrintBooklet(ctx context.Context, number string, w io.Writer) error {
	err := a.Booklets.PrintByNumber(ctx, a.atTerminal(actor.CountyPolice), number, w)
	if fault.KindOf(err) == fault.NotFound {
		return fault.Wrap(fault.NotFound, "cli.booklet.none", err, "number", number)
	}
	return err
}

// VerifyLogs recomputes both logs.
func (a *App) VerifyLogs(ctx context.Context) ([]db.Verdict, error) {
	return a.Audit.Verify(ctx, a.atTerminal(actor.AuditAdmin))
}

// EachAccount calls f for every post.
func (a *App) EachAccount(ctx context.Context, f func(login, name, kind, path, office string)) error {
	after := ""
	for {
		list, err := a.Accounts.List(ctx, a.atTerminal(actor.SystemAdmin), "", after, 500)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, e := range list {
			f(e.Login, e.Name, string(e.Kind), e.Path, e.Office)
		}
		after = list[len(list)-1].Key()
	}
}

// ResetAccount gives the account with a login a one-time password.
func (a *App) ResetAccount(ctx context.Context, login string) (seal.Secret, error) {
	var id account.ID
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		found, err := account.ByLogin(tx, strings.ToLower(login)) // as at the sign-in
		id = found.ID
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		return seal.Secret{}, fault.New(fault.NotFound, "cli.admin.none", "login", login)
	}
	if err != nil {
		return seal.Secret{}, err
	}
	return a.Accounts.ResetPassword(ctx, actor.ForSystem("terminal"), id)
}

// Check is the county's own consistency check.
func (a *App) Check(ctx context.Context) ([]string, error) {
	return a.Overview.CheckConsistency(ctx, a.atTerminal(actor.AuditAdmin))
}
