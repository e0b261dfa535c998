package network

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/importer"
	"anju/internal/matter"
	"anju/internal/party"
	"anju/internal/policy"
	"anju/internal/request"
)

// A Part is one sort of thing that somebody leaves who gives up a post.
type Part string

// Parts. The first five belong to the post, whoever holds it, and somebody has
// to know of them; the others are in the name of who goes, and change hands.
const (
	Matters    Part = "matters"    // open, in the hands of the level
	Orders     Part = "orders"     // supervision orders without an answer
	Visits     Part = "visits"     // households of the grid that are due to be seen
	Mediations Part = "mediations" // running, opened by who goes
	Inbox      Part = "inbox"      // what waits for the office's decision
	Reports    Part = "reports"    // own reports that are not closed
	Requests   Part = "requests"   // own change requests without an answer, or whose answer is new
	Imports    Part = "imports"    // files that have been checked and not taken in
	Pairs      Part = "pairs"      // households that a member pairs with
)

// Parts lists the parts in the order of a page.
var Parts = []Part{Matters, Orders, Visits, Mediations, Inbox, Reports, Requests, Imports, Pairs}

// A HandOver is what somebody leaves who gives up a post.
type HandOver struct {
	ID          string        `db:"id" record:"ignore"`
	PostID      string        `db:"post_id" record:"track"`
	AccountID   account.ID    `db:"account_id" record:"track"`
	Name        string        `db:"name" record:"track"`
	Kind        actor.Kind    `db:"kind" record:"track"`
	Path        string        `db:"path" record:"track"`
	Office      string        `db:"office" record:"track"`
	EndsOn      calendar.Date `db:"ends_on" record:"track"` // first day without the post
	OfferedBy   string        `db:"offered_by" record:"track"`
	OfferedName string        `db:"offered_name" record:"track"`
	OfferedAt   int64         `db:"offered_at" record:"ignore"`
	DoneAt      int64         `db:"done_at" record:"track"`
	Version     int64         `db:"version" record:"ignore"`
}

// Subject is the hand-over's name in records.
func (h HandOver) Subject() string { return "handover/" + h.ID }

// A Bundle is one part of a hand-over with who takes it.
type Bundle struct {
	HandoverID string     `db:"handover_id" record:"ignore"`
	Part       Part       `db:"part" record:"track"`
	Items      int64      `db:"items" record:"track"`
	ToAccount  account.ID `db:"to_account" record:"track"`
	ToName     string     `db:"to_name" record:"track"`
	ToOffice   string     `db:"to_office" record:"track"`
	TakenAt    int64      `db:"taken_at" record:"track"`
}

// A Candidate is somebody who can take something over: of the same post, or of
// the next level or office above.
type Candidate struct {
	ID     account.ID
	Name   string
	Kind   actor.Kind
	Office string
}

// Leaving is what a post would leave, counted, with who can take it. It names
// nobody of those it is about.
type Leaving struct {
	Post       account.Post
	Name       string
	Today      calendar.Date
	Open       map[Part]int
	Candidates []Candidate
}

// Leaving is what is open in a post, for whoever ends it.
func (s *Service) Leaving(ctx context.Context, by actor.Actor, postID string) (l Leaving, err error) {
	if err := policy.Check(by, policy.PostAppoint, policy.Places{}); err != nil {
		return l, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		l, err = s.leaving(tx, postID)
		return err
	})
	return l, err
}

func (s *Service) leaving(tx *db.Tx, postID string) (l Leaving, err error) {
	if l.Post, err = post(tx, postID); err != nil {
		return l, err
	}
	a, err := account.Get(tx, l.Post.AccountID)
	if err != nil {
		return l, err
	}
	l.Name, l.Today = l.Post.HeldAs.Marked(a.Name), calendar.On(tx.Now())
	open, err := openOf(tx, l.Post, l.Today)
	if err != nil {
		return l, err
	}
	l.Open = map[Part]int{}
	for part, items := range open {
		l.Open[part] = len(items)
	}
	l.Candidates, err = s.candidates(tx, l.Post, l.Today)
	return l, err
}

// candidates are who can take over from a post: the others who hold it and its
// deputies, then those above, the nearest first.
func (s *Service) candidates(tx *db.Tx, p account.Post, on calendar.Date) (all []Candidate, err error) {
	for _, kind := range successors(p.Kind) {
		held, err := account.Tenures(tx, s.Keys, []actor.Kind{kind}, p.Path, 15, on)
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(held, func(a, b account.Tenure) int { return len(b.Path) - len(a.Path) })
		for _, t := range held {
			over := strings.HasPrefix(p.Path, t.Path) || kind == p.Kind && len(t.Path) == 15 && strings.HasPrefix(t.Path, p.Path[:min(12, len(p.Path))])
			known := slices.ContainsFunc(all, func(c Candidate) bool { return c.ID == t.AccountID })
			if over && !known && t.Current(on) && t.AccountID != p.AccountID && t.AwayTo == "" {
				all = append(all, Candidate{ID: t.AccountID, Name: t.Name, Kind: t.Kind, Office: t.Office})
			}
		}
	}
	return all, nil
}

// successors are the kinds of post that can take over from one: itself, then
// those above it.
func successors(k actor.Kind) []actor.Kind {
	if n := k.Level(); n > 0 {
		return Kinds[n-1:]
	}
	above := map[actor.Kind][]actor.Kind{
		actor.Registrar: {actor.StationHead, actor.CountyPolice}, actor.StationHead: {actor.CountyPolice},
		actor.VillageClerk: {actor.GridLeader, actor.SectionLeader, actor.TownWindow}, actor.TownWindow: {actor.GeneralLeader},
		actor.TownCentre: {actor.CountyCentre}, actor.PartyMember: {actor.BranchSecretary}, actor.BranchSecretary: {actor.GeneralLeader},
	}
	return append([]actor.Kind{k}, above[k]...)
}

// An Offer says when a post ends and who takes each part.
type Offer struct {
	PostID string
	EndsOn calendar.Date // first day without it; "" is today
	To     map[Part]account.ID
}

// HandOver ends a post on a day and offers what is open in it to those who are
// to take it. With something open and nobody to take it the post does not end.
// Without anything open it ends at once, and there is nothing to take: the
// answer has no id then.
func (s *Service) HandOver(ctx context.Context, by actor.Actor, key db.Key, o Offer) (HandOver, error) {
	if err := policy.Check(by, policy.PostAppoint, policy.Places{}); err != nil {
		return HandOver{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.PostAppoint), key, o, func(tx *db.Tx) (HandOver, error) {
		l, err := s.leaving(tx, o.PostID)
		if err != nil {
			return HandOver{}, err
		}
		if l.Post.Kind.Admin() {
			return HandOver{}, fault.New(fault.Forbidden, "account.at_the_machine")
		}
		if o.EndsOn == "" {
			o.EndsOn = l.Today
		}
		open, err := openOf(tx, l.Post, l.Today)
		if err != nil {
			return HandOver{}, err
		}
		bundles, err := s.bundles(tx, l, open, o)
		if err != nil {
			return HandOver{}, err
		}
		err = s.guard(tx, o.EndsOn, func() error { return account.EndPost(tx, l.Post, o.EndsOn) })
		if err != nil || len(bundles) == 0 {
			return HandOver{}, err
		}
		p := l.Post
		h := HandOver{ID: tx.NewID(), PostID: p.ID, AccountID: p.AccountID, Name: l.Name, Kind: p.Kind, Path: p.Path, Office: p.Office,
			EndsOn: o.EndsOn, OfferedBy: by.Account, OfferedName: by.Name, OfferedAt: tx.Millis(), Version: 1}
		return h, insertHandOver(tx, h, bundles, open)
	})
}

// bundles holds an offer to its rules: a day that the post has, and for each
// part that is open somebody who can take it.
func (s *Service) bundles(tx *db.Tx, l Leaving, open map[Part][]string, o Offer) (all []Bundle, err error) {
	var f fault.Fields
	if !o.EndsOn.Valid() || o.EndsOn < l.Today || o.EndsOn > l.Post.ValidTo {
		f.Add("ends_on", "network.hand_over.day")
	}
	for _, part := range Parts {
		if len(open[part]) == 0 {
			continue
		}
		i := slices.IndexFunc(l.Candidates, func(c Candidate) bool { return c.ID == o.To[part] })
		if i < 0 {
			f.Add(string(part), "network.hand_over.nobody", "part", i18n.T("network.part."+string(part)), "n", len(open[part])) //i18n:dynamic network.part.
			continue
		}
		c := l.Candidates[i]
		kept, err := unnamed(tx, c.ID, open[part])
		if err != nil {
			return nil, err
		}
		named := len(open[part]) - len(kept)
		if part == Matters || part == Orders { // the level has them, and whom one names sees nothing of it
			if open[part] = kept; len(kept) == 0 {
				continue
			}
		}
		if part == Reports {
			own, err := handles(tx, c.ID, open[part], l.Today)
			if err != nil {
				return nil, err
			}
			if own += named; own > 0 {
				f.Add(string(part), "network.hand_over.own_matter", "name", c.Name, "n", own)
				continue
			}
		}
		all = append(all, Bundle{Part: part, Items: int64(len(open[part])), ToAccount: c.ID, ToName: c.Name, ToOffice: c.Office})
	}
	return all, f.Err()
}

// Ends refuses to end a post with anything open in it: that is handed over
// first. Accounts ask it.
func Ends(tx *db.Tx, p account.Post, on calendar.Date) error {
	open, err := openOf(tx, p, on)
	if err != nil {
		return err
	}
	var left []string
	for _, part := range Parts {
		if n := len(open[part]); n > 0 {
			left = append(left, i18n.T("network.part."+string(part)+"_n", "n", n)) //i18n:dynamic network.part.
		}
	}
	if len(left) > 0 {
		return fault.New(fault.Conflict, "network.hand_over.first", "what", strings.Join(left, "、"))
	}
	return nil
}

// TakeOver is the word of who takes over: from now on it is theirs. What was in
// the name of who goes is in their name, and the record says from whom.
func (s *Service) TakeOver(ctx context.Context, by actor.Actor, key db.Key, id string) (HandOver, error) {
	if !policy.May(by, policy.HandOverTake) {
		return HandOver{}, fault.New(fault.NotFound, "policy.not_found")
	}
	return db.Once(ctx, s.DB, by, string(policy.HandOverTake), key, id, func(tx *db.Tx) (HandOver, error) {
		h, bundles, err := handOver(tx, id)
		if err != nil {
			return h, err
		}
		mine, left := 0, 0
		for _, b := range bundles {
			place := policy.Places{{Relation: policy.Own, Path: string(b.ToAccount)}}
			if b.TakenAt != 0 {
				continue
			}
			if policy.Check(by, policy.HandOverTake, place) != nil {
				left++
				continue
			}
			mine++
			if err := s.take(tx, by, h, b); err != nil {
				return h, err
			}
		}
		if mine == 0 {
			if slices.ContainsFunc(bundles, func(b Bundle) bool { return string(b.ToAccount) == by.Account }) {
				return h, fault.New(fault.Conflict, "network.hand_over.taken")
			}
			return HandOver{}, fault.New(fault.NotFound, "policy.not_found")
		}
		was := h
		h.Version++
		if left == 0 {
			h.DoneAt = tx.Millis()
		}
		return h, saveHandOver(tx, was, h)
	})
}

// take gives one part to who takes it.
func (s *Service) take(tx *db.Tx, by actor.Actor, h HandOver, was Bundle) error {
	items, err := itemsOf(tx, h.ID, was.Part)
	if err != nil {
		return err
	}
	for _, item := range items {
		_, id, _ := strings.Cut(item, "/")
		switch was.Part {
		case Reports:
			err = matter.HandOn(tx, by, matter.ID(id), by.Account, i18n.T("network.hand_over.word", "from", h.Name, "to", by.Name))
		case Requests:
			err = request.HandOn(tx, request.ID(id), by.Account)
		case Imports:
			err = importer.HandOn(tx, id, by.Account)
		case Pairs:
			err = endPair(tx, id, calendar.On(tx.Now()))
		}
		if err != nil {
			return fmt.Errorf("hand on %s: %w", item, err)
		}
	}
	is := was
	is.TakenAt = tx.Millis()
	if err := takePart(tx, is); err != nil {
		return err
	}
	return tx.Record(h.Subject(), was, is)
}

// An Item is one thing that is handed over, with the number it is called by.
type Item struct{ Subject, Label string }

// A HandOverPage is a hand-over as its page shows it.
type HandOverPage struct {
	HandOver
	Bundles []Bundle
	Items   map[Part][]Item // of the parts that go to the actor
	Mine    bool            // something waits for the actor
}

// GetHandOver is a hand-over for who takes it, for the levels over it and for
// who appoints. What it is made of is shown to who takes it alone.
func (s *Service) GetHandOver(ctx context.Context, by actor.Actor, id string) (HandOverPage, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.HandOverRead), For: "handover/" + id}, func(tx *db.Tx) (p HandOverPage, err error) {
		if p.HandOver, p.Bundles, err = handOver(tx, id); err != nil {
			return HandOverPage{}, err
		}
		if err := policy.Check(by, policy.HandOverRead, places(p.HandOver, p.Bundles)); err != nil {
			return HandOverPage{}, err
		}
		tx.Saw(p.Subject())
		p.Items = map[Part][]Item{}
		for i, b := range p.Bundles {
			if string(b.ToAccount) != by.Account {
				continue
			}
			p.Mine = p.Mine || b.TakenAt == 0
			subjects, err := itemsOf(tx, id, b.Part)
			if err != nil {
				return HandOverPage{}, err
			}
			if b.Part == Visits {
				if subjects, err = unsealed(tx, by, subjects); err != nil {
					return HandOverPage{}, err
				}
				p.Bundles[i].Items = int64(len(subjects))
			}
			tx.Saw(subjects...)
			if p.Items[b.Part], err = labelled(tx, subjects); err != nil {
				return HandOverPage{}, err
			}
		}
		return p, nil
	})
}

func places(h HandOver, bundles []Bundle) policy.Places {
	all := policy.Places{{Relation: policy.At, Path: h.Path}}
	for _, b := range bundles {
		all = append(all, policy.Place{Relation: policy.Own, Path: string(b.ToAccount)})
	}
	return all
}

// HandOvers lists what waits to be taken over: by the actor, and in the actor's
// area by anybody. With all the ones that are done follow.
func (s *Service) HandOvers(ctx context.Context, by actor.Actor, done bool) (all []HandOver, err error) {
	scope, err := policy.Predicate(by, policy.HandOverRead)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err = handOvers(tx, scope, by.Account, done)
		return err
	})
	return all, err
}

// A Work is what waits for an actor in the network: vacancies they answer for
// and have not taken note of, hand-overs to take, what is with nobody, files of the
// reserve that wait for their word.
type Work struct{ Vacancies, HandOvers, Holes, Reserve int64 }

// Work counts what waits for the actor. It names nobody.
func (s *Service) Work(ctx context.Context, by actor.Actor) (w Work, err error) {
	if !policy.May(by, policy.NetworkRead) {
		return w, fault.New(fault.Forbidden, "policy.forbidden")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		w = Work{}
		if w.HandOvers, err = handOversFor(tx, by.Account); err != nil {
			return err
		}
		if w.Reserve, err = party.ReserveWaits(tx, by); err != nil {
			return err
		}
		if policy.May(by, policy.NetworkCheck) {
			found, err := openHoles(tx)
			if err != nil {
				return err
			}
			w.Holes = int64(len(found))
		}
		if policy.May(by, policy.VacancyNote) {
			w.Vacancies, err = told(tx, by)
		}
		return err
	})
	return w, err
}
