package community

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/adjust"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// States of a founding.
const (
	Waiting = "proposed"
	Done    = "done"
	Refused = "refused"
)

// The ways to found a community (adjust.Foundings): a whole village becomes one,
// groups of a village do, groups of several villages do, or groups that are
// abolished do.
const (
	Whole    = "整村划转"
	Divided  = "整村划分"
	Gathered = "分村组建"
	Dissolve = "撤组成立"
)

// A Founding is a community that is to be founded, or was.
type Founding struct {
	ID           string        `db:"id" record:"ignore"`
	Number       string        `db:"number" record:"track"`
	Way          string        `db:"way" record:"track"`
	Code         string        `db:"code" record:"track"`
	Name         string        `db:"name" record:"track"`
	Kind         division.Kind `db:"kind" record:"track"`
	Class        string        `db:"class" record:"track"`
	State        string        `db:"state" record:"track"`
	Proposal     string        `db:"proposal" record:"track"`
	ProposedBy   string        `db:"proposed_by" record:"track"`
	ProposedName string        `db:"proposed_name" record:"ignore"`
	ProposedAt   int64         `db:"proposed_at" record:"ignore"`
	Approval     string        `db:"approval" record:"track"`
	EffectiveOn  calendar.Date `db:"effective_on" record:"track"`
	DecidedBy    string        `db:"decided_by" record:"track"`
	DecidedName  string        `db:"decided_name" record:"ignore"`
	DecidedAt    int64         `db:"decided_at" record:"ignore"`
	Answer       string        `db:"answer" record:"track"`
	Version      int64         `db:"version" record:"ignore"`
}

// Subject is the founding's name in records.
func (c Founding) Subject() string { return "founding/" + c.ID }

// A Part is a village whose people a founding concerns, with what its assembly
// resolved.
type Part struct {
	FoundingID string        `db:"founding_id" record:"ignore"`
	Village    string        `db:"village" record:"track"`
	Groups     string        `db:"groups" record:"track"` // "" is the whole village
	MetOn      calendar.Date `db:"met_on" record:"track"`
	Entitled   int64         `db:"entitled" record:"track"`
	Present    int64         `db:"present" record:"track"`
	Agreed     int64         `db:"agreed" record:"track"`
	Resolution string        `db:"resolution" record:"track"`
	NotedBy    string        `db:"noted_by" record:"track"`
	NotedName  string        `db:"noted_name" record:"ignore"`
	NotedAt    int64         `db:"noted_at" record:"ignore"`
	Version    int64         `db:"version" record:"ignore"`
}

// Agrees reports whether the assembly was asked and agreed.
func (p Part) Agrees() bool { return p.NotedAt != 0 }

// A Request is a founding as the town writes it down.
type Request struct {
	Way      string
	Code     string
	Name     string
	Kind     division.Kind
	Class    string
	Document string
	Groups   map[string][]string // by village, the numbers of the groups concerned
}

var codeForm = regexp.MustCompile(`^[0-9]{12}$`)

// check is the rule of a founding: its way wants so many villages and groups.
func (r *Request) check(x *division.Index) error {
	var f fault.Fields
	words(&f, "name", &r.Name)
	words(&f, "document", &r.Document)
	if !slices.Contains(adjust.Foundings, r.Way) {
		f.Add("way", "adjust.founding")
	}
	if r.Kind != division.ResidentsCommittee && r.Kind != division.CommunityVillage {
		f.Add("kind", "adjust.is")
	}
	if !slices.Contains(division.Classes, r.Class) {
		f.Add("class", "community.founding.class")
	}
	switch town, ok := x.Get(r.Code[:min(9, len(r.Code))]); {
	case !codeForm.MatchString(r.Code):
		f.Add("code", "adjust.code")
	case x.Known(r.Code):
		f.Add("code", "adjust.code_taken")
	case !ok || town.Level != division.Town || town.ValidTo != calendar.Forever:
		f.Add("code", "adjust.code_town")
	case r.Kind == division.ResidentsCommittee && r.Code[9:] >= "200":
		f.Add("code", "adjust.code_committee")
	case r.Kind == division.CommunityVillage && r.Code[9:] < "200":
		f.Add("code", "adjust.code_village")
	}
	switch n := len(r.Groups); {
	case r.Way == Gathered && n < 2:
		f.Add("groups", "community.founding.several")
	case r.Way != Gathered && n != 1:
		f.Add("groups", "community.founding.one")
	}
	for village, groups := range r.Groups {
		v, ok := x.Get(village)
		if !ok || v.Level != division.Village || v.ValidTo != calendar.Forever || v.Code[:6] != r.Code[:min(6, len(r.Code))] {
			f.Add("groups", "adjust.village")
			break
		}
		if r.Way == Whole {
			r.Groups[village] = nil
			continue
		}
		if len(groups) == 0 {
			f.Add("groups", "community.founding.groups", "village", v.Name)
			break
		}
		for _, no := range groups {
			if !slices.ContainsFunc(x.Groups(village), func(g division.Group) bool { return g.No == no && g.ValidTo == calendar.Forever }) {
				f.Add("groups", "adjust.group")
				break
			}
		}
	}
	return f.Err()
}

// Propose writes down a founding for the town.
func (s *Service) Propose(ctx context.Context, by actor.Actor, key db.Key, r Request) (Founding, error) {
	if err := policy.Check(by, policy.CommunityPropose, at(r.Code)); err != nil {
		return Founding{}, err
	}
	for village := range r.Groups {
		if err := policy.Check(by, policy.CommunityPropose, at(village)); err != nil {
			return Founding{}, err
		}
	}
	return db.Once(ctx, s.DB, by, string(policy.CommunityPropose), key, r, func(tx *db.Tx) (Founding, error) {
		x, err := division.Load(tx)
		if err != nil {
			return Founding{}, err
		}
		if err := r.check(x); err != nil {
			return Founding{}, err
		}
		if n, err := waitingFor(tx, r.Code); err != nil || n > 0 {
			if err == nil {
				err = fault.New(fault.Conflict, "community.founding.waiting")
			}
			return Founding{}, err
		}
		c := Founding{ID: tx.NewID(), Way: r.Way, Code: r.Code, Name: r.Name, Kind: r.Kind, Class: r.Class, State: Waiting, Proposal: r.Document,
			ProposedBy: by.Account, ProposedName: by.Name, ProposedAt: tx.Millis(), Version: 1}
		n, err := db.NextInSeries(tx, "founding/"+string(calendar.On(tx.Now()))[:4])
		if err != nil {
			return c, err
		}
		c.Number = fmt.Sprintf("ZJ%s-%03d", string(calendar.On(tx.Now()))[:4], n)
		if err := db.Insert(tx, "founding", c); err != nil {
			return c, err
		}
		if err := tx.Record(c.Subject(), nil, c); err != nil {
			return c, err
		}
		for _, village := range slices.Sorted(maps.Keys(r.Groups)) {
			groups := slices.Clone(r.Groups[village])
			slices.Sort(groups)
			p := Part{FoundingID: c.ID, Village: village, Groups: strings.Join(slices.Compact(groups), " "), Version: 1}
			if err := db.Insert(tx, "founding_part", p); err != nil {
				return c, err
			}
			if err := tx.Record(c.Subject(), nil, p); err != nil {
				return c, err
			}
		}
		return c, nil
	})
}

func at(path string) policy.Places { return policy.Places{{Relation: policy.At, Path: path}} }

// A Consent is what the assembly of a village resolved.
type Consent struct {
	Village    string
	MetOn      calendar.Date
	Entitled   int64 // who could have come
	Present    int64
	Agreed     int64
	Resolution string // its record, by name or number
}

// check is the rule of a resolution: the assembly met half a year before the
// proposal at the earliest, more than half came, and more than half of those
// agreed.
func (c *Consent) check(today, proposed calendar.Date) error {
	var f fault.Fields
	words(&f, "resolution", &c.Resolution)
	if !c.MetOn.Valid() || c.MetOn > today || c.MetOn < proposed.AddDays(-180) {
		f.Add("met_on", "community.consent.day")
	}
	switch {
	case c.Entitled < 1 || c.Entitled > maxHouseholds:
		f.Add("entitled", "community.rule.number", "most", maxHouseholds)
	case c.Present*2 <= c.Entitled || c.Present > c.Entitled:
		f.Add("present", "community.consent.quorum")
	case c.Agreed*2 <= c.Present || c.Agreed > c.Present:
		f.Add("agreed", "community.consent.agreed")
	}
	return f.Err()
}

// Consent notes that the assembly of a village has agreed.
func (s *Service) Consent(ctx context.Context, by actor.Actor, key db.Key, id string, r Consent) (Part, error) {
	if err := policy.Check(by, policy.CommunityConsent, at(r.Village)); err != nil {
		return Part{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.CommunityConsent), key, []any{id, r}, func(tx *db.Tx) (Part, error) {
		c, parts, err := load(tx, id)
		if err != nil {
			return Part{}, err
		}
		i := slices.IndexFunc(parts, func(p Part) bool { return p.Village == r.Village })
		switch {
		case i < 0:
			return Part{}, fault.New(fault.NotFound, "policy.not_found")
		case c.State != Waiting || parts[i].Agrees():
			return Part{}, fault.New(fault.Conflict, "community.founding.decided")
		}
		if err := r.check(calendar.On(tx.Now()), calendar.On(time.UnixMilli(c.ProposedAt))); err != nil {
			return Part{}, err
		}
		was := parts[i]
		is := was
		is.MetOn, is.Entitled, is.Present, is.Agreed, is.Resolution = r.MetOn, r.Entitled, r.Present, r.Agreed, r.Resolution
		is.NotedBy, is.NotedName, is.NotedAt, is.Version = by.Account, by.Name, tx.Millis(), was.Version+1
		if err := savePart(tx, was, is); err != nil {
			return is, err
		}
		return is, tx.Record(c.Subject(), was, is)
	})
}

// An Approval is the county's word: its document, and the day from which the
// community is there.
type Approval struct {
	Document string
	On       calendar.Date
}

// Approve founds the community on the county's document once every assembly has
// agreed. Whoever proposed it is not the second person. The divisions change in
// the same moment, or nothing does.
func (s *Service) Approve(ctx context.Context, by actor.Actor, key db.Key, id string, r Approval) (Founding, error) {
	return s.decide(ctx, by, key, policy.CommunityApprove, id, r, func(tx *db.Tx, is *Founding, parts []Part) error {
		if by.Account == is.ProposedBy {
			return fault.New(fault.Forbidden, "community.founding.own")
		}
		if slices.ContainsFunc(parts, func(p Part) bool { return !p.Agrees() }) {
			return fault.New(fault.Conflict, "community.founding.no_consent")
		}
		var f fault.Fields
		words(&f, "document", &r.Document)
		today := calendar.On(tx.Now())
		if !r.On.Valid() || r.On > today {
			f.Add("on", "adjust.future")
		}
		for _, p := range parts {
			if !f.Has("on") && r.On < p.MetOn {
				f.Add("on", "community.founding.before", "on", p.MetOn.Chinese())
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		is.State, is.Approval, is.EffectiveOn = Done, r.Document, r.On
		steps := is.steps(parts)
		do := func() error {
			for _, step := range steps {
				if _, err := adjust.Carry(tx, by, step); err != nil {
					return err
				}
			}
			return nil
		}
		if s.Guard != nil {
			return s.Guard(tx, today, do)
		}
		return do()
	})
}

// Refuse says no, and why; the proposer may take it back so.
func (s *Service) Refuse(ctx context.Context, by actor.Actor, key db.Key, id, answer string) (Founding, error) {
	return s.decide(ctx, by, key, policy.CommunityRefuse, id, answer, func(_ *db.Tx, is *Founding, _ []Part) error {
		var f fault.Fields
		words(&f, "answer", &answer)
		is.State, is.Answer = Refused, answer
		return f.Err()
	})
}

func (s *Service) decide(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, id string, request any, do func(*db.Tx, *Founding, []Part) error) (Founding, error) {
	if !policy.May(by, a) {
		return Founding{}, fault.New(fault.NotFound, "policy.not_found")
	}
	return db.Once(ctx, s.DB, by, string(a), key, []any{id, request}, func(tx *db.Tx) (Founding, error) {
		was, parts, err := load(tx, id)
		if err != nil {
			return was, err
		}
		if err := policy.Check(by, a, at(was.Code)); err != nil {
			return Founding{}, err
		}
		if was.State != Waiting {
			return was, fault.New(fault.Conflict, "community.founding.decided")
		}
		is := was
		if err := do(tx, &is, parts); err != nil {
			return was, err
		}
		is.DecidedBy, is.DecidedName, is.DecidedAt, is.Version = by.Account, by.Name, tx.Millis(), was.Version+1
		if err := saveFounding(tx, was, is); err != nil {
			return was, err
		}
		return is, tx.Record(is.Subject(), was, is)
	})
}

// steps are the acts upon divisions that a founding comes to.
func (c Founding) steps(parts []Part) (all []adjust.Request) {
	for i, p := range parts {
		r := adjust.Request{Village: p.Village, Groups: strings.Fields(p.Groups), Code: c.Code, Name: c.Name, VillageIs: c.Kind, Class: c.Class, Founding: c.Way, On: c.EffectiveOn, Document: c.Approval, Consent: p.words()}
		switch {
		case c.Way == Whole:
			r.Kind = adjust.Recode
		case i > 0:
			r.Kind, r.Into = adjust.Transfer, c.Code
		case c.Way == Dissolve && len(r.Groups) > 1: // the groups are one before they leave
			one := r
			one.Kind, one.Into, one.Groups = adjust.MergeGroups, r.Groups[0], r.Groups[1:]
			all = append(all, one)
			r.Kind, r.Groups = adjust.Divide, r.Groups[:1]
		default:
			r.Kind = adjust.Divide
		}
		all = append(all, r)
	}
	return all
}

// words is a resolution as the act upon the divisions keeps it.
func (p Part) words() string {
	return i18n.T("community.consent.words", "on", p.MetOn.Chinese(), "entitled", p.Entitled, "present", p.Present, "agreed", p.Agreed, "resolution", p.Resolution)
}
