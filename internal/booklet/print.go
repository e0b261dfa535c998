package booklet

import (
	"errors"
	"io"
	"time"

	"anju/internal/i18n"
	"anju/internal/paper"
)

// Content is everything one printed booklet says, ready to be set: dates,
// addresses and phones as they are read, in Chinese. It has no place for what
// a booklet never carries: care levels, petitions, corrections, illness,
// religion, blood type, and whether the household draws a benefit.
type Content struct {
	// Number is the booklet's number with its check character,
	// such as 610929-26-000123-X.
	Number string
	// County is the county in whose area the booklet has effect (白河县).
	County string
	// Issuer is the issuing organ. Its seal is set by hand on an empty place.
	Issuer string
	// IssuedOn is the date of this issue, as printed (2026年11月23日).
	IssuedOn string
	// FirstIssuedOn is the date the household first had a booklet.
	FirstIssuedOn string
	// CheckURL is the public page that says whether the number is valid. It is
	// printed on the cover in letters and as a plain QR code; empty prints
	// neither.
	CheckURL string
	// Code is the signed code of the booklet as a whole, on the cover: its number
	// and nothing about people. Empty leaves its place white.
	Code string
	// Phone is where the holder asks, corrects and reports a loss.
	Phone string
	// PrintedAt goes into the file's properties. The same content printed with
	// the same instant gives the same bytes.
	PrintedAt time.Time

	Household PrintedHousehold
	// Members in the order of the household register, the head first.
	Members []PrintedMember
	// Origin and Settlement say which office of each place owes which right.
	Origin, Settlement PrintedPlace
	// Living, Registered and Working are the grids of the three places. A grid
	// without a name is printed as not set up.
	Living, Registered, Working PrintedGrid
	// Changes are the changes since the first issue, oldest first.
	Changes []PrintedChange
}

// PrintedHousehold is the household page.
type PrintedHousehold struct {
	Head string // name of the head of household
	// RegisterNumber is the household's number in the household booklet (户号).
	RegisterNumber string
	OriginAddress  string // where the household is registered (户籍地址)
	Address        string // where it lives (居住地址)
	Programme      string // kind of relocation (搬迁类型)
	Site           string // resettlement site (安置区)
	MovedInOn      string // date of moving in, as printed
}

// PrintedMember is one member. The ID number stands in full on paper.
type PrintedMember struct {
	Name      string
	Relation  string // to the head of household, GB/T 4761
	Sex       string
	Ethnicity string
	BornOn    string // as printed
	IDNumber  string // 18 characters
	Code      string // the member's signed code; empty leaves its place white
}

// PrintedPlace is one of the two places and the rights it answers for.
type PrintedPlace struct {
	Name   string // town and village or community
	Rights []PrintedRight
}

// PrintedRight says which office owes a right. It never says whether the
// household makes use of it.
type PrintedRight struct {
	// Name of the right, the same for every household of the place.
	Name string
	// Detail identifies land or forest: area, contract or certificate number.
	// Only the place of origin has details; of the settlement place they are
	// refused, because there they could only be the state of a benefit.
	Detail string
	Unit   string // responsible office
	Phone  string // of the office
}

// PrintedGrid is a grid with the people to call.
type PrintedGrid struct {
	Name        string
	Worker      string // grid worker (网格员)
	WorkerPhone string
	Leader      string // grid leader (网格长)
	LeaderPhone string
	Code        string // division and three digits
}

// PrintedChange is one line of the change record.
type PrintedChange struct {
	On   string // date, as printed
	Item string // what changed
	Text string // from what to what
	By   string // officer in charge
}

// ErrForbiddenContent is returned when the content says what a booklet never
// says. Its text does not repeat the words: they may be about a person.
var ErrForbiddenContent = errors.New("booklet content holds what a booklet never carries")

// PDF writes the booklet as a PDF of 143 × 105 mm pages. It fails with
// ErrForbiddenContent, or with *paper.MissingError if a character cannot be
// printed; nothing is written then.
func (c Content) PDF(w io.Writer) error { return Print(w, Layout{}, c) }

// Print writes several booklets into one file, each on its own pages with its
// own page numbers, for printing a village or a town at one go. All of them
// are refused if one is.
func Print(w io.Writer, l Layout, all ...Content) error {
	if len(all) == 0 {
		return errors.New("no booklet to print")
	}
	if err := l.check(); err != nil {
		return err
	}
	pages, err := l.pages(all)
	if err != nil {
		return err
	}
	p := printer{d: l.document(meta(all[0]), pages)}
	for i, c := range all {
		if err := c.allowed(); err != nil {
			return err
		}
		p.booklet(c, l.blanks(pages, i))
	}
	p.d.Footer(p.foot)
	return p.d.Write(w)
}

func meta(first Content) paper.Meta {
	return paper.Meta{
		Title:     i18n.T("booklet.print.file_title", "county", first.County, "number", first.Number),
		Author:    first.Issuer,
		ID:        first.Number,
		CreatedAt: first.PrintedAt,
	}
}

// A printer sets booklets into one document.
type printer struct {
	d *paper.Doc
	c Content
	// feet has one entry for each page set, in order.
	feet []printFoot
}

// printFoot is what stands at the foot of a page; a cover has nothing.
type printFoot struct {
	number, clause string
	page, last     int
}

// booklet sets one booklet and then numbers its pages; the cover has none. Blank
// pages of the change record go before the last page, so that the notice is the
// back cover of what is folded.
func (p *printer) booklet(c Content, blanks int) {
	p.c = c
	from := len(p.feet)
	p.cover()
	p.household()
	p.members()
	p.originRights()
	p.settlementRights()
	p.grids()
	p.changes(blanks)
	p.notice()
	for i := from + 1; i < len(p.feet); i++ {
		p.feet[i] = printFoot{number: c.Number, clause: p.t("clause", "county", c.County), page: i - from, last: len(p.feet) - from - 1}
	}
}

// t is a text of the booklet's pages.
//
//i18n:dynamic booklet.print.
func (p *printer) t(what string, args ...any) string {
	return i18n.T("booklet.print."+what, args...)
}
