package importer

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
)

// CountCorrections is how many facts of a file were decided against it.
func (s *Service) CountCorrections(ctx context.Context, by actor.Actor, id string) (n int, err error) {
	if _, err := s.Get(ctx, by, id); err != nil {
		return 0, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := corrections(tx, id)
		n = len(all)
		return err
	})
	return n, err
}

// Corrections writes the list that goes back to the office a file came from:
// by row of its own file, what was decided instead, why and by whom. That it
// went back is recorded.
func (s *Service) Corrections(ctx context.Context, by actor.Actor, id string, w io.Writer) error {
	i, err := s.Get(ctx, by, id)
	if err != nil {
		return err
	}
	k, err := kindOf(i.Kind)
	if err != nil {
		return err
	}
	var all []Difference
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(k.action), For: "import/" + id}, func(tx *db.Tx) error {
		tx.Saw("import/" + id)
		if all, err = corrections(tx, id); err != nil {
			return err
		}
		all, err = unsealed(tx, by, all)
		for _, d := range all {
			tx.Saw(d.subject())
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fault.New(fault.NotFound, "importer.corrections.none")
	}
	if err := s.DB.Write(ctx, by, string(k.action), func(tx *db.Tx) error {
		for _, was := range all {
			if was.ReturnedAt != 0 {
				continue
			}
			is := was
			is.ReturnedAt = tx.Millis()
			if err := saveDifference(tx, was, is); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return writeCorrections(w, i, all)
}

func writeCorrections(w io.Writer, i Import, all []Difference) error {
	f := excelize.NewFile()
	defer f.Close()
	sheet := i18n.T("importer.corrections.sheet")
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, 7, 22); err != nil {
		return err
	}
	rows := [][]string{{i18n.T("importer.corrections.row"), i18n.T("importer.corrections.field"), i18n.T("importer.corrections.said"), i18n.T("importer.corrections.is"),
		i18n.T("importer.corrections.reason"), i18n.T("importer.corrections.by"), i18n.T("importer.corrections.at")}}
	for _, d := range all {
		rows = append(rows, d.correction(i.ID))
	}
	for n, row := range rows {
		cells := make([]any, len(row))
		for j, v := range row {
			cells[j] = excelize.Cell{StyleID: text, Value: plain(v)}
		}
		if err := out.SetRow(fmt.Sprintf("A%d", n+1), cells); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}

// correction is one line for the office of a file: its own words first.
func (d Difference) correction(id string) []string {
	said, is, source := d.Says, d.Have, d.SaysSource
	if d.State == Taken { // the file said what was known before
		said, is, source = d.Have, d.Says, d.HaveSource
	}
	row := strings.TrimSuffix(strings.TrimPrefix(source, "import/"+id+"/"), assumed)
	return []string{row, i18n.T("importer.field." + d.Field), d.In(said), d.In(is), d.Reason, d.DecidedName, calendar.On(time.UnixMilli(d.DecidedAt)).Chinese()} //i18n:dynamic importer.field.
}
