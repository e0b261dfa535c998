package election

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/paper"
	"anju/internal/person"
	"anju/internal/policy"
)

// A Sheet is a list as it hangs on the wall: names and groups and nothing else.
// Why somebody is on it or not goes to that person and to the committee alone.
type Sheet struct {
	Election  Election
	Unit      string
	Groups    []Group
	PrintedAt time.Time // into the file's properties
}

// A Group is the names of one group.
type Group struct {
	Name  string
	Names []string
}

// Public is a list for the wall: what is published, to whoever follows it; while
// it is being prepared, a draft, to the committee.
func (s *Service) Public(ctx context.Context, by actor.Actor, id ID) (Sheet, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ElectionFollow), For: "election/" + string(id)}, func(tx *db.Tx) (sheet Sheet, err error) {
		e, err := get(tx, id)
		if err != nil {
			return sheet, err
		}
		a := policy.ElectionFollow
		if e.State == Preparing || e.State == Cancelled {
			a = policy.ElectionRead
		}
		if err := policy.Check(by, a, e); err != nil {
			return sheet, err
		}
		x, err := division.Load(tx)
		if err != nil {
			return sheet, err
		}
		all, err := electors(tx, id, Show{Listed: true})
		if err != nil {
			return sheet, err
		}
		tx.Saw(e.Subject())
		e.Listed = int64(len(all))
		sheet = Sheet{Election: e, Unit: x.FullName(e.Path), PrintedAt: tx.Now()}
		for _, one := range all {
			tx.Saw("person/" + string(one.PersonID))
			name := i18n.T("election.print.no_group")
			if one.GroupNo != "" {
				name = x.GroupName(e.Path, one.GroupNo)
			}
			if n := len(sheet.Groups); n == 0 || sheet.Groups[n-1].Name != name {
				sheet.Groups = append(sheet.Groups, Group{Name: name})
			}
			g := &sheet.Groups[len(sheet.Groups)-1]
			g.Names = append(g.Names, one.Name)
		}
		return sheet, nil
	})
}

// title is what stands above a list.
func (s Sheet) title() string {
	switch s.Election.State {
	case Preparing, Cancelled:
		return i18n.T("election.print.draft")
	case Final:
		return i18n.T("election.print.final")
	}
	return i18n.T("election.print.title")
}

// under is the line below the title.
func (s Sheet) under() string {
	return i18n.T("election.print.under", "unit", s.Unit, "round", s.Election.Round, "day", s.Election.Day.Chinese(), "n", s.Election.Listed)
}

// hears says where and until when to object.
func (s Sheet) hears() string {
	if s.Election.State != Published {
		return ""
	}
	return i18n.T("election.print.hears."+string(s.Election.Law), "on", s.Election.PublishedOn.Chinese(), "by", s.Election.ObjectionsBy.Chinese()) //i18n:dynamic election.print.hears.
}

// XLSX writes the list as a workbook, every word as text.
func (s Sheet) XLSX(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	out, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return fmt.Errorf("write list of electors: %w", err)
	}
	rows := [][]any{{s.title()}, {s.under()}, {i18n.T("election.print.n"), i18n.T("election.print.group"), i18n.T("election.print.name")}}
	n := 0
	for _, g := range s.Groups {
		for _, name := range g.Names {
			n++
			rows = append(rows, []any{n, g.Name, name})
		}
	}
	if words := s.hears(); words != "" {
		rows = append(rows, []any{words})
	}
	if err := out.SetColWidth(2, 3, 22); err != nil {
		return fmt.Errorf("write list of electors: %w", err)
	}
	for i, row := range rows {
		if err := out.SetRow(fmt.Sprintf("A%d", i+1), row); err != nil {
			return fmt.Errorf("write list of electors: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write list of electors: %w", err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write list of electors: %w", err)
	}
	return nil
}

const (
	left, width = 24.0, 162.0
	top, bottom = 26.0, 270.0
	across      = 6 // names in a line
)

var (
	big   = paper.Style{Face: paper.Serif, Pt: 22, Leading: 1.4, Colour: paper.Ink, Align: paper.Centre}
	body  = paper.Style{Face: paper.Serif, Pt: 12, Leading: 1.7, Colour: paper.Ink, Align: paper.Justify, Indent: 2}
	plain = paper.Style{Face: paper.Serif, Pt: 12, Leading: 1.7, Colour: paper.Ink}
	head  = paper.Style{Face: paper.Sans, Pt: 13, Leading: 1.9, Colour: paper.Ink}
	small = paper.Style{Face: paper.Sans, Pt: 9, Leading: 1.5, Colour: paper.Muted}
)

// PDF writes the list for the wall. It fails with *paper.MissingError if a name
// cannot be printed; nothing is written then.
func (s Sheet) PDF(w io.Writer) error {
	d := paper.New(paper.A4, paper.Meta{Title: s.title() + " " + s.Unit, Author: s.Unit, ID: string(s.Election.ID), CreatedAt: s.PrintedAt})
	d.Footer(func(d *paper.Doc, page, pages int) {
		d.Line(d.Size().W/2, 282, small.Aligned(paper.Centre), i18n.T("election.print.page", "n", page, "of", pages))
	})
	d.Page()
	y := d.Paragraph(left, top, width, big, s.title()) + 2
	y = d.Paragraph(left, y, width, plain.Aligned(paper.Centre), s.under()) + 3
	room := func(h float64) {
		if y+h > bottom {
			d.Page()
			y = top
		}
	}
	for _, g := range s.Groups {
		room(head.LineHeight() + plain.LineHeight())
		y = d.Paragraph(left, y, width, head, i18n.T("election.print.of_group", "group", g.Name, "n", len(g.Names)))
		for i, name := range g.Names {
			if i%across == 0 {
				if i > 0 {
					y += plain.LineHeight()
				}
				room(plain.LineHeight())
			}
			d.Line(left+float64(i%across)*width/across, y, plain, name)
		}
		y += plain.LineHeight() + 2
	}
	if words := s.hears(); words != "" {
		room(4 * body.LineHeight())
		d.Paragraph(left, y+2, width, body, words)
	}
	return d.Write(w)
}

// A Notice tells one person whether they are on a list, why, and what they can do.
type Notice struct {
	Election  Election
	Elector   Elector
	Unit      string
	PrintedAt time.Time
}

// Notice is the paper that goes to a person.
func (s *Service) Notice(ctx context.Context, by actor.Actor, id ID, of person.ID) (Notice, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ElectionRead), For: "election/" + string(id)}, func(tx *db.Tx) (n Notice, err error) {
		e, err := get(tx, id)
		if err != nil {
			return n, err
		}
		if err := policy.Check(by, policy.ElectionRead, e); err != nil {
			return n, err
		}
		if e.State == Cancelled {
			return n, fault.New(fault.Conflict, "election.not_now")
		}
		x, err := shown(tx, id, of)
		if err != nil {
			return n, err
		}
		ix, err := division.Load(tx)
		if err != nil {
			return n, err
		}
		tx.Saw(e.Subject(), "person/"+string(of))
		return Notice{Election: e, Elector: x, Unit: ix.FullName(e.Path), PrintedAt: tx.Now()}, nil
	})
}

// Reason says why somebody is on a list or not, with the law's article.
func Reason(law Law, x Elector) string {
	return i18n.T("election.why."+string(law)+"."+string(x.Why), "since", x.Since.Chinese(), "full", x.FullOn.Chinese(), "work", x.Work, "meeting", x.Meeting, "document", x.Barred) //i18n:dynamic election.why.
}

// Next says what a person can do about it.
func Next(e Election, x Elector) string {
	if e.State == Published {
		return i18n.T("election.next.object", "by", e.ObjectionsBy.Chinese())
	}
	if e.State != Preparing {
		return ""
	}
	switch x.Why {
	case MayDeclare, MayApply, YearNotFull, Awaits, Elsewhere:
		return i18n.T("election.next."+string(x.Why), "by", e.PublishBy().Chinese(), "full", x.FullOn.Chinese()) //i18n:dynamic election.next.
	}
	return ""
}

// PDF writes the notice.
func (n Notice) PDF(w io.Writer) error {
	d := paper.New(paper.A4, paper.Meta{Title: i18n.T("election.notice.title"), Author: n.Unit, ID: string(n.Election.ID) + string(n.Elector.PersonID), CreatedAt: n.PrintedAt})
	d.Page()
	y := d.Paragraph(left, top, width, big, i18n.T("election.notice.title")) + 6
	y = d.Paragraph(left, y, width, plain, i18n.T("election.notice.to", "name", n.Elector.Name)) + 2
	key := "election.notice.not_listed"
	if n.Elector.Listed == 1 {
		key = "election.notice.listed"
	}
	y = d.Paragraph(left, y, width, body, i18n.T(key, "unit", n.Unit, "round", n.Election.Round, "day", n.Election.Day.Chinese()))
	y = d.Paragraph(left, y, width, body, Reason(n.Election.Law, n.Elector))
	if words := Next(n.Election, n.Elector); words != "" {
		y = d.Paragraph(left, y, width, body, words)
	}
	y = d.Paragraph(left, y+12, width, plain.Aligned(paper.Right), i18n.T("election.notice.committee", "unit", n.Unit))
	d.Paragraph(left, y, width, plain.Aligned(paper.Right), calendar.On(n.PrintedAt).Chinese())
	return d.Write(w)
}
