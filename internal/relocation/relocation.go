// Package relocation registers moves (搬迁) and decides the track: who only
// changes an address, and who is offered a voluntary transfer of registration
// and, staying registered at the origin, a residence booklet. The decision
// table is data with dates; every decision keeps the rule text as it was.
package relocation

import (
	"encoding/json"
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/household"
	"anju/internal/person"
)

// Cases of a move (分类施策).
const (
	SameVillage       = "same_village"
	OtherVillage      = "other_village" // same town
	OtherTown         = "other_town"
	OutOfCounty       = "out_of_county"
	RegistrationMoved = "registration_moved"
	Holder            = "holder" // not a case of its own: who may hold a booklet
)

// Cases lists what the decision table decides, in its order.
var Cases = []string{SameVillage, OtherVillage, OtherTown, OutOfCounty, RegistrationMoved, Holder}

// Tracks a case leads to.
const (
	AddressChange = "address_change"
	Booklet       = "booklet"
	NoTrack       = "none" // switched off, e.g. out of the county
	CancelBooklet = "cancel"
	Everyone      = "everyone"      // who may hold a booklet: all whom a case leads to one
	Beneficiaries = "beneficiaries" // or those of the relocation programmes alone (白政办发〔2021〕25号 4)
)

// tracks are those that a case can lead to: what else the table said would not
// be the county's to decide.
var tracks = map[string][]string{
	SameVillage: {AddressChange}, OtherVillage: {Booklet, NoTrack}, OtherTown: {Booklet, NoTrack}, OutOfCounty: {NoTrack, Booklet},
	RegistrationMoved: {CancelBooklet}, Holder: {Everyone, Beneficiaries},
}

// TracksOf lists the tracks that a case can lead to.
func TracksOf(moveCase string) []string { return tracks[moveCase] }

// benefits are the programmes whose people are beneficiaries.
var benefits = []string{"poverty_relief", "south_shaanxi"}

// Programmes a move can belong to.
var Programmes = []string{"poverty_relief", "south_shaanxi", "disaster", "ecological", "natural"}

// Answers to the question whether the household moves its registration too.
// Who neither moves it nor wants a booklet has lost nothing by saying so.
var Answers = []string{Stays, Later, WillTransfer, Declined}

const (
	Stays        = "stays"         // not now; a booklet instead
	Later        = "later"         // thinks about it; a booklet meanwhile
	WillTransfer = "will_transfer" // moves its registration: no booklet is needed
	Declined     = "declined"      // neither that nor a booklet
)

// What the place where people went says of a move.
const (
	Waiting   = "waiting"   // nothing yet
	Accepted  = "accepted"  // they are there; also where nobody had to be asked
	Returned  = "returned"  // they are not: where they were registered as moved, it is mended
	Withdrawn = "withdrawn" // it has been taken back: nobody has moved
)

// A Rule is one row of the decision table.
type Rule struct {
	ID        string        `db:"id" record:"ignore"`
	Case      string        `db:"move_case" record:"track"`
	Track     string        `db:"track" record:"track"`
	Text      string        `db:"text" record:"track"`
	Basis     string        `db:"basis" record:"track"`
	Enabled   int64         `db:"enabled" record:"track"`
	ValidFrom calendar.Date `db:"valid_from" record:"track"`
	ValidTo   calendar.Date `db:"valid_to" record:"track"`
}

// A Move is one registered move of a household, or part of one.
type Move struct {
	ID          string        `db:"id" record:"ignore"`
	Number      string        `db:"number" record:"track"` // of the receipt
	HouseholdID household.ID  `db:"household_id" record:"track"`
	Programme   string        `db:"programme" record:"track"` // poverty_relief 易地扶贫搬迁, disaster 避灾, ecological 生态, south_shaanxi 陕南移民, natural 自然流动
	MovedOn     calendar.Date `db:"moved_on" record:"track"`
	FromPath    string        `db:"from_path" record:"track"`
	ToPath      string        `db:"to_path" record:"track"`
	FromAddress string        `db:"from_address" record:"secret"`
	ToAddress   string        `db:"to_address" record:"secret"`
	HouseID     string        `db:"house_id" record:"track"`
	SiteID      string        `db:"site_id" record:"track"`
	Case        string        `db:"move_case" record:"track"`
	Track       string        `db:"track" record:"track"`
	RuleID      string        `db:"rule_id" record:"track"`
	RuleText    string        `db:"rule_text" record:"track"`
	OfferedOn   calendar.Date `db:"offered_on" record:"track"` // the voluntary-transfer question
	Answer      string        `db:"answer" record:"track"`     // one of Answers
	Persons     string        `db:"persons" record:"track"`    // JSON list of person ids
	Office      string        `db:"office" record:"track"`     // that recorded it: the letterhead of the receipt
	RecordedBy  string        `db:"recorded_by" record:"track"`
	RecordedAt  int64         `db:"recorded_at" record:"ignore"`
	Source      string        `db:"source" record:"track"`
	Arrival     string        `db:"arrival" record:"track"` // what the place where they went says
	Version     int64         `db:"version" record:"ignore"`
}

// LeftBehind reports whether everybody of m has moved on in a later one of all
// the household's moves, the latest first: then nothing follows from m any more.
func (m Move) LeftBehind(all []Move) bool {
	_, left := m.Onward(all)
	return left
}

// Onward is the latest move of any of the people of m, if all of them have moved
// on since.
func (m Move) Onward(all []Move) (next Move, left bool) {
	at := slices.IndexFunc(all, func(o Move) bool { return o.ID == m.ID })
	people, err := m.People()
	if at <= 0 || err != nil || len(people) == 0 {
		return Move{}, false
	}
	for _, id := range people {
		if !slices.ContainsFunc(all[:at], func(later Move) bool { return later.moves([]person.ID{id}) }) {
			return Move{}, false
		}
	}
	return all[slices.IndexFunc(all, func(o Move) bool { return o.moves(people) })], true
}

// Outside reports whether they moved out of the county.
func (m Move) Outside() bool { return m.Case == OutOfCounty }

// People are those who moved.
func (m Move) People() (people []person.ID, err error) {
	return people, json.Unmarshal([]byte(m.Persons), &people)
}

// moves reports whether one of the persons moved in m.
func (m Move) moves(ids []person.ID) bool {
	return slices.ContainsFunc(ids, func(id person.ID) bool { return strings.Contains(m.Persons, `"`+string(id)+`"`) })
}
