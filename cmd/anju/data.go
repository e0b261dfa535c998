package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"anju/internal/app"
	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/importer"
)

func importFile(ctx context.Context, c *call) error {
	kind, file := c.arg(0), c.arg(1)
	staff := kind == "accounts" || kind == "grids"
	if file == "" || !staff && !importer.Known(kind) {
		return app.Problem("cli.import.kinds")
	}
	if staff && c.text("report")+c.text("as-of") != "" {
		return app.Problem("cli.import.no_report")
	}
	a, err := app.Open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	report, err := newReport(c.text("report"), info)
	if err != nil {
		return err
	}
	defer report.drop()
	dry := c.set("dry-run")
	bar := c.Progress(c.out, i18n.T("cli.import.running", "file", filepath.Base(file)))
	var ok bool
	if staff {
		ok, err = a.ImportStaff(ctx, kind, filepath.Base(file), f, info.Size(), dry, c.out)
		bar.Done()
	} else {
		var rep importer.Report
		said := importer.File{Kind: kind, Name: filepath.Base(file), AsOf: calendar.Date(c.text("as-of"))}
		rep, err = a.ImportFile(ctx, said, f, info.Size(), dry, func(done, total int) { bar.Step(done, total, "") })
		if err != nil {
			return err
		}
		bar.Done()
		ok = rep.Bad == 0
		fmt.Fprintln(c.out, i18n.T(summaryKey(kind), "rows", rep.Rows, "good", rep.Good, "bad", rep.Bad, "warnings", rep.Warnings, "new", rep.New, "updated", rep.Updated, "unchanged", rep.Unchanged))
		for _, told := range rep.Told() {
			fmt.Fprintln(c.out, told)
		}
		if len(rep.Dropped) > 0 {
			fmt.Fprintln(c.out, i18n.T("staff.import.dropped", "columns", strings.Join(rep.Dropped, "、")))
		}
		err = report.write(rep, f, info.Size())
		if err == nil && report != nil {
			fmt.Fprintln(c.out, i18n.T("cli.import.report", "file", report.name))
		}
	}
	if err != nil {
		return err
	}
	if dry {
		fmt.Fprintln(c.out, i18n.T("cli.import.dry"))
	}
	if !ok {
		return app.No("cli.import.no")
	}
	return nil
}

// summaryKey is the sentence that sums a file up: people of a register, lines
// of anything else.
func summaryKey(kind string) string {
	if kind == importer.KindRegister {
		return "cli.import.summary"
	}
	return "cli.import.summary_list"
}

// A report is what --report asks for: JSON Lines, or the clerk's own workbook
// back. It is opened before anything is imported and gets its name when whole.
type report struct {
	name string
	*os.File
}

func newReport(name string, source os.FileInfo) (*report, error) {
	if name == "" {
		return nil, nil
	}
	if there, err := os.Stat(name); err == nil && os.SameFile(there, source) {
		return nil, app.Problem("cli.import.report_same", "file", name)
	}
	if err := app.NoFolder(name); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	return &report{name, f}, nil
}

func (r *report) write(rep importer.Report, source *os.File, size int64) (err error) {
	if r == nil {
		return nil
	}
	if strings.EqualFold(filepath.Ext(r.name), ".xlsx") {
		err = rep.WriteXLSX(r, source, size)
	} else {
		err = rep.WriteJSONL(r)
	}
	if err == nil {
		err = r.Close()
	}
	if err == nil {
		err = os.Rename(r.Name(), r.name)
	}
	return err
}

// drop removes what never got its name.
func (r *report) drop() {
	if r != nil {
		r.Close()
		os.Remove(r.Name())
	}
}

func printBooklet(ctx context.Context, c *call) error {
	a, err := app.Open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	number, out := strings.TrimSpace(c.arg(0)), c.text("out")
	if out == "" {
		out = filepath.Base(number) + ".pdf"
	}
	if err := app.NoFolder(out); err != nil {
		return err
	}
	part := out + ".part"
	w, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = a.PrintBooklet(ctx, number, w)
	if err2 := w.Close(); err == nil {
		err = err2
	}
	if err != nil {
		os.Remove(part)
		return err
	}
	if err := os.Rename(part, out); err != nil {
		return err
	}
	fmt.Fprintln(c.out, out)
	return nil
}

func backup(ctx context.Context, c *call) error { return app.Backup(ctx, c.Config, c.arg(0), c.out) }

func restore(ctx context.Context, c *call) error { return app.Restore(ctx, c.Config, c.arg(0), c.out) }

func exportCounty(ctx context.Context, c *call) error {
	a, err := app.Open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Export(ctx, c.arg(0), app.ExportRequest{
		By: c.text("by"), Purpose: c.text("purpose"), Open: c.set("open-sealed"), Document: c.text("document"),
	}, c.out)
}

func importCounty(ctx context.Context, c *call) error {
	return app.ImportCounty(ctx, c.Config, c.arg(0), c.out)
}

func checkCounty(ctx context.Context, c *call) error {
	a, err := app.Open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	findings, err := a.Check(ctx)
	if err != nil {
		return err
	}
	if len(findings) == 0 {
		fmt.Fprintln(c.out, i18n.T("cli.check.ok"))
		return nil
	}
	fmt.Fprintln(c.out, i18n.T("cli.check.found", "n", len(findings)))
	for _, f := range findings {
		fmt.Fprintln(c.out, "  "+f)
	}
	return app.No("cli.check.no")
}

func listAccounts(ctx context.Context, c *call) error {
	a, err := app.Open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.EachAccount(ctx, func(login, name, kind, path, office string) {
		fmt.Fprintf(c.out, "%-16s %-15s %-15s %s %s\n", login, kind, path, name, office)
	})
}

func resetAccount(ctx context.Context, c *call) error {
	a, err := app.Open(ctx, c.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	password, err := a.ResetAccount(ctx, c.arg(0))
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out, i18n.T("cli.admin.reset", "login", c.arg(0), "password", password.Reveal())) // shown once
	return nil
}
