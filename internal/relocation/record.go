package relocation

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// Programmes a move can belong to.
var Programmes = []string{"poverty_relief", "south_shaanxi", "disaster", "ecological", "natural"}

// Answers to the question whether the household moves its registration too.
var Answers = []string{"stays", "later", "will_transfer"}

// Service is the guarded door to moves.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// A Request is a move as the counter writes it down.
type Request struct {
	HouseholdID household.ID
	Persons     []person.ID // who moves; none is everybody
	Village     string      // 12 digits, where they live now
	Address     string      // the standard address within the village, as text
	MovedOn     calendar.Date
	Programme   string
	Answer      string // to the voluntary-transfer question; "" when none is asked
}

// A Preview says what a move would be, before anything is written.
type Preview struct {
	Case string
	Rule Rule
	Asks bool // whether the voluntary-transfer question is put
	From string
	To   string
	Path string
}

// Preview decides the case of a move and shows the rule that decides it.
func (s *Service) Preview(ctx context.Context, by actor.Actor, r Request) (p Preview, err error) {
	err = s.DB.Look(ctx, by, db.Purpose{Action: string(policy.MoveRecord), For: "household/" + string(r.HouseholdID)}, func(tx *db.Tx) error {
		w, err := s.load(tx, by, &r)
		if err != nil {
			return err
		}
		tx.Saw("household/" + string(r.HouseholdID))
		p = w.preview
		return nil
	})
	return p, err
}

// world is what a move is decided from.
type world struct {
	household household.Household
	members   []residence.Member
	movers    []person.ID
	from      string // present living path of the first mover
	fromText  string
	group     string // of the new address
	building  string
	preview   Preview
}

// load reads and checks everything a move needs, and guards it: the registrar
// of the station at the origin, or of the one where the household lives now.
func (s *Service) load(tx *db.Tx, by actor.Actor, r *Request) (w world, err error) {
	places, err := residence.PlacesOf(tx, r.HouseholdID)
	if err != nil {
		return w, err
	}
	if err := policy.Check(by, policy.MoveRecord, places); err != nil {
		return w, err
	}
	if w.household, err = household.Get(tx, r.HouseholdID); err != nil {
		return w, err
	}
	if w.members, err = residence.Members(tx, r.HouseholdID); err != nil {
		return w, err
	}
	var f fault.Fields
	today := calendar.On(tx.Now())
	f.Require("village", r.Village)
	f.Require("address", r.Address)
	if !slices.Contains(Programmes, r.Programme) {
		f.Add("programme", "relocation.record.programme")
	}
	if !r.MovedOn.Valid() {
		f.Add("moved_on", "relocation.record.date")
	} else if r.MovedOn > today {
		f.Add("moved_on", "relocation.record.future")
	}
	if r.Village != "" {
		if _, err := division.Get(tx, r.Village, today); fault.KindOf(err) == fault.NotFound {
			f.Add("village", "relocation.record.village")
		} else if err != nil {
			return w, err
		}
	}
	w.movers = w.choose(r.Persons, &f)
	if err := f.Err(); err != nil {
		return w, err
	}
	if w.preview.Path, w.group, w.building, err = grid.Locate(tx, r.Village, r.Address); err != nil {
		return w, err
	}
	if err := w.whence(tx, by); err != nil {
		return w, err
	}
	x, err := division.Load(tx)
	if err != nil {
		return w, err
	}
	text := strings.Join(strings.Fields(r.Address), "")
	if name := x.FullName(r.Village); !strings.Contains(text, name) {
		text = x.Name(r.Village[:6]) + name + text
	}
	r.Address = text
	if w.fromText == text {
		f.Add("address", "relocation.record.same")
		return w, f.Err()
	}
	rules, err := rulesOn(tx, today)
	if err != nil {
		return w, err
	}
	w.preview.Case = caseOf(w.household.Village[:6], w.household.Village, w.preview.Path)
	w.preview.From, w.preview.To = w.fromText, text
	if w.preview.Rule, err = decide(rules, w.preview.Case); err != nil {
		return w, err
	}
	w.preview.Asks = w.preview.Rule.Track == Booklet
	return w, nil
}

func (w *world) choose(wanted []person.ID, f *fault.Fields) (movers []person.ID) {
	for _, m := range w.members {
		if len(wanted) == 0 || slices.Contains(wanted, m.Person.ID) {
			movers = append(movers, m.Person.ID)
		}
	}
	if len(movers) == 0 || len(wanted) > 0 && len(movers) != len(wanted) {
		f.Add("persons", "relocation.record.persons")
	}
	return movers
}

// whence finds where the movers live until now. A place that is protected from
// the actor is not said.
func (w *world) whence(tx *db.Tx, by actor.Actor) error {
	was, lives, err := residence.Current(tx, w.movers[0], residence.Living)
	if err != nil || !lives {
		return err
	}
	w.from = was.Path
	if was.HouseID == "" || !policy.Sees(by, policy.Place{Path: was.Path, SealedTo: was.SealedTo}) {
		return nil
	}
	_, a, err := dwelling.GetHouse(tx, was.HouseID)
	w.fromText = a.Text
	return err
}

// Record registers a move: people live at the new address from that day on,
// the household is bound to the grid there, the receipt gets its number, and
// the rule that decided the case is kept as it was. Registration and the
// rights at the origin are not touched (农村土地承包法 27).
func (s *Service) Record(ctx context.Context, by actor.Actor, key db.Key, r Request) (Move, error) {
	return db.Once(ctx, s.DB, by, string(policy.MoveRecord), key, r, func(tx *db.Tx) (Move, error) {
		w, err := s.load(tx, by, &r)
		if err != nil {
			return Move{}, err
		}
		if w.preview.Asks && !slices.Contains(Answers, r.Answer) {
			var f fault.Fields
			f.Add("answer", "relocation.record.answer")
			return Move{}, f.Err()
		}
		a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: r.Village, GroupNo: w.group, Building: w.building, Text: r.Address, State: dwelling.Pending})
		if err != nil {
			return Move{}, err
		}
		house, err := dwelling.HouseAt(tx, a.ID, "resettlement")
		if err != nil {
			return Move{}, err
		}
		number, err := nextNumber(tx)
		if err != nil {
			return Move{}, err
		}
		persons, err := json.Marshal(w.movers)
		if err != nil {
			return Move{}, err
		}
		m := Move{
			ID: tx.NewID(), Number: number, HouseholdID: r.HouseholdID, Programme: r.Programme, MovedOn: r.MovedOn,
			FromPath: w.from, ToPath: w.preview.Path, FromAddress: w.fromText, ToAddress: a.Text, HouseID: house.ID, SiteID: a.SiteID,
			Case: w.preview.Case, Track: w.preview.Rule.Track, RuleID: w.preview.Rule.ID, RuleText: w.preview.Rule.Text,
			Persons: string(persons), RecordedBy: by.Name, RecordedAt: tx.Millis(), Source: "counter", Version: 1,
		}
		if w.preview.Asks {
			m.OfferedOn, m.Answer = calendar.On(tx.Now()), r.Answer
		}
		if err := residence.Relocate(tx, r.HouseholdID, w.movers, m.ToPath, house.ID, r.MovedOn, "move/"+m.ID); err != nil {
			return m, err
		}
		if w.headMoves() {
			if err := grid.Bind(tx, r.HouseholdID, residence.Living, m.ToPath, r.MovedOn, ""); err != nil {
				return m, err
			}
		}
		if err := db.Insert(tx, "move", m); err != nil {
			return m, err
		}
		return m, tx.Record("household/"+string(r.HouseholdID), nil, m)
	})
}

// headMoves reports whether the household's centre of life moves: with its
// head, or with all of it when there is none.
func (w world) headMoves() bool {
	head, ok := residence.HeadOf(w.members)
	if !ok {
		return len(w.movers) == len(w.members)
	}
	return slices.Contains(w.movers, head.Person.ID)
}
