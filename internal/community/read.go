package community

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/policy"
)

// A Filter says which sites a list shows.
type Filter struct {
	Under   string // within this division
	Self    string // how they govern themselves, "" for all
	Differs bool   // only those whose form is not the one the numbers propose
	After   string // Next of the page before
	Limit   int    // 1 to 100; anything else is 20
}

// A Line is a site as a list shows it: its size, its form, and the form that its
// numbers propose.
type Line struct {
	Site       division.Site
	Place      string // town and village
	Households int64
	People     int64
	Form       Form
	Proposed   Proposed
}

// Differs reports whether the site has another form than its numbers propose.
func (l Line) Differs() bool { return l.Form.Differs(l.Proposed) }

// A Page is a page of the list of sites.
type Page struct {
	Lines   []Line
	Next    string           // "" at the end
	Sites   int64            // under the path, whatever the filter
	Forms   map[string]int64 // of these, by how they govern themselves
	Classes map[string]int   // communities by class
	Rule    Rule
}

// reading is what every line is made with.
type reading struct {
	tx    *db.Tx
	x     *division.Index
	rule  Rule
	today calendar.Date
}

func begin(tx *db.Tx) (r reading, err error) {
	r = reading{tx: tx, today: calendar.On(tx.Now())}
	if r.x, err = division.Load(tx); err != nil {
		return r, err
	}
	rows, err := ruleRows(tx)
	r.rule = ruleOn(rows, r.today)
	return r, err
}

func (r reading) lines(rows []siteRow) ([]Line, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	n, err := counts(r.tx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]Line, len(rows))
	for i, row := range rows {
		all[i] = Line{Site: row.Site, Place: r.x.FullName(row.Village), Households: n[row.ID].Households, People: n[row.ID].People,
			Form: Form{SiteID: row.ID, Party: row.Party, Self: row.Self, With: row.With, Members: row.Members}}
		all[i].Proposed = r.rule.Propose(all[i].Households, row.Members)
	}
	return all, nil
}

// Sites lists the resettlement sites with their form and what the numbers
// propose, a page at a time. Sites and how many live there are public in the
// county.
func (s *Service) Sites(ctx context.Context, by actor.Actor, f Filter) (p Page, err error) {
	if err := policy.Check(by, policy.CommunityRead, policy.Places{}); err != nil {
		return p, err
	}
	if f.Limit < 1 || f.Limit > 100 {
		f.Limit = 20
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		p = Page{}
		r, err := begin(tx)
		if err != nil {
			return err
		}
		p.Rule, p.Classes = r.rule, Count(r.x, f.Under)
		if p.Forms, err = totals(tx, f.Under, r.today); err != nil {
			return err
		}
		for _, n := range p.Forms {
			p.Sites += n
		}
		village, id, _ := strings.Cut(f.After, "-")
		for {
			rows, err := sites(tx, f.Under, f.Self, village, id, r.today, f.Limit+1)
			if err != nil {
				return err
			}
			lines, err := r.lines(rows)
			if err != nil {
				return err
			}
			for _, l := range lines {
				village, id = l.Site.Village, l.Site.ID
				if f.Differs && !l.Differs() {
					continue
				}
				if len(p.Lines) == f.Limit {
					last := p.Lines[f.Limit-1].Site
					p.Next = last.Village + "-" + last.ID
					return nil
				}
				p.Lines = append(p.Lines, l)
			}
			if len(rows) <= f.Limit {
				return nil
			}
		}
	})
	return p, err
}

// A SitePage is one site with every form that it has had.
type SitePage struct {
	Line
	Forms []Form // the latest first
	Rule  Rule
	Today calendar.Date
	With  string // name of the neighbour that it leans on
}

// Site is one site.
func (s *Service) Site(ctx context.Context, by actor.Actor, id string) (p SitePage, err error) {
	if err := policy.Check(by, policy.CommunityRead, policy.Places{}); err != nil {
		return p, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		site, err := siteByID(tx, id)
		if err != nil {
			return err
		}
		r, err := begin(tx)
		if err != nil {
			return err
		}
		p = SitePage{Rule: r.rule, Today: r.today}
		if p.Forms, err = formsOf(tx, id); err != nil {
			return err
		}
		row := siteRow{Site: site, Members: -1}
		for _, f := range p.Forms {
			if f.ValidFrom <= r.today && f.ValidTo > r.today {
				row.Party, row.Self, row.With, row.Members = f.Party, f.Self, f.With, f.Members
			}
		}
		lines, err := r.lines([]siteRow{row})
		if err != nil {
			return err
		}
		p.Line = lines[0]
		if row.With != "" {
			p.With = r.x.FullName(row.With)
		}
		return nil
	})
	return p, err
}

// Foundings lists foundings, the latest first.
func (s *Service) Foundings(ctx context.Context, by actor.Actor, state, after string, limit int) (all []Founding, next string, err error) {
	if err := policy.Check(by, policy.CommunityRead, policy.Places{}); err != nil {
		return nil, "", err
	}
	if limit < 1 || limit > 100 {
		limit = 20
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { all, err = foundings(tx, state, after, limit+1); return err })
	if len(all) > limit {
		all = all[:limit]
		next = all[limit-1].ID
	}
	return all, next, err
}

// A FoundingPage is one founding with those whom it concerns.
type FoundingPage struct {
	Founding
	Parts []Part
	Today calendar.Date
}

// Founding is one founding.
func (s *Service) Founding(ctx context.Context, by actor.Actor, id string) (p FoundingPage, err error) {
	if err := policy.Check(by, policy.CommunityRead, policy.Places{}); err != nil {
		return p, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		p.Today = calendar.On(tx.Now())
		p.Founding, p.Parts, err = load(tx, id)
		return err
	})
	return p, err
}
