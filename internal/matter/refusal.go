package matter

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"unicode/utf8"

	"anju/internal/accepting"
	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/seal"
)

// Public is how a report comes from somebody without an account.
const Public = "public"

// CategoryRefusal is the leaf of the tree for a booklet that was not accepted.
const CategoryRefusal = "service_booklet"

// A Refusal is what is kept of a matter about a service that did not accept the
// booklet.
type Refusal struct {
	MatterID ID            `db:"matter_id" record:"track"`
	Item     string        `db:"item" record:"track"` // of the list; "" another service
	Service  string        `db:"service" record:"track"`
	Unit     string        `db:"unit" record:"track"`   // that answers for it by the list
	Office   actor.Kind    `db:"office" record:"track"` // whose counter it is, if its people work with this program
	On       calendar.Date `db:"happened_on" record:"track"`
	Receipt  string        `db:"receipt" record:"ignore"`
}

// countyOwn is the path of what lies with the county itself: no town, village or
// station lies over it, and so none of them knows of it.
func countyOwn(county string) string { return county + ownDigits }

const ownDigits = "000000000"

// IsCountys reports whether a matter lies with the county itself: its centre has
// it in its hands, and it is never sent down.
func (m Matter) IsCountys() bool { return isCountys(m.Path) }

func isCountys(path string) bool { return len(path) == 15 && path[6:] == ownDigits }

// MayHand reports whether a refusal can be handed to a kind of department: one
// of the county's, and never the one that refused.
func (r Refusal) MayHand(unit actor.Kind) bool {
	return slices.Contains([]actor.Kind{actor.CivilAffairs, actor.Agriculture, actor.Justice}, unit) && unit != r.Office
}

// A RefusalForm is what the form of a refusal offers.
type RefusalForm struct {
	Items []accepting.Item
	Towns []string // names
	Today calendar.Date
}

// RefusalForm is what the form of a refusal offers today.
func (s *Service) RefusalForm(ctx context.Context, by actor.Actor) (f RefusalForm, err error) {
	if err := policy.Check(by, policy.MatterReportRefusal, policy.Places{}); err != nil {
		return f, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		f.Today = today(tx)
		if f.Items, err = accepting.On(tx, f.Today); err != nil {
			return err
		}
		f.Towns, err = townNames(tx)
		return err
	})
	return f, err
}

func townNames(tx *db.Tx) (names []string, err error) {
	x, err := division.Load(tx)
	if err != nil {
		return nil, err
	}
	for _, county := range x.Roots() {
		for _, town := range x.Children(county.Code) {
			names = append(names, town.Name)
		}
	}
	return names, nil
}

// OtherItem stands in the form for a service that is not on the list.
const OtherItem = "other"

// A RefusalRequest is what the form of a refusal asks for.
type RefusalRequest struct {
	Item    string // of the list, or OtherItem
	Service string // what it was about, if it is not on the list
	Town    string // name; "" not known
	Place   string // which unit, which counter
	On      calendar.Date
	Text    string
	Name    string // whom to tell, if somebody wishes so
	Phone   string
}

func (r *RefusalRequest) trim() {
	for _, text := range []*string{&r.Item, &r.Service, &r.Town, &r.Place, &r.Text, &r.Name, &r.Phone} {
		*text = strings.TrimSpace(*text)
	}
}

// check holds the form to what somebody needs who is to look into it.
func (r RefusalRequest) check(items []accepting.Item, towns []string, today calendar.Date) (is Refusal, err error) {
	var f fault.Fields
	is = Refusal{Service: r.Service, On: r.On}
	i := slices.IndexFunc(items, func(i accepting.Item) bool { return i.Item == r.Item })
	switch {
	case i >= 0:
		is.Item, is.Service, is.Unit, is.Office = r.Item, items[i].Name, items[i].Unit, items[i].Office
	case r.Item != OtherItem:
		f.Add("item", "matter.refusal.item")
	default:
		f.Words("service", r.Service, maxShort)
	}
	if r.Town != "" && !slices.Contains(towns, r.Town) {
		f.Add("town", "matter.refusal.town")
	}
	f.Words("place", r.Place, maxShort)
	if !r.On.Valid() || r.On > today || r.On < today.AddDays(-maxOld) {
		f.Add("on", "matter.refusal.on")
	}
	f.Require("text", r.Text)
	if utf8.RuneCountInString(r.Text) > MaxText {
		f.Add("text", "matter.text_long", "most", MaxText)
	}
	f.Within("name", r.Name, maxShort)
	if r.Phone != "" && !phoneFits(r.Phone) {
		f.Add("phone", "matter.report.for_phone")
	}
	return is, f.Err()
}

// Limits of what comes without an account, in the quarter of an hour that the
// sign-in counts by. A clinic's whole waiting room may sit behind one address.
const (
	refusalsFrom  = 10  // reports of one address
	refusalsInAll = 100 // of all
	looksFrom     = 30  // at how one stands, of one address
	looksAt       = 10  // at one number
)

const refusalSeries = "matter.refusal"

// A RefusalReceipt is what somebody without an account is given in the hand.
type RefusalReceipt struct {
	Number string
	Code   string // with it alone can it be looked how the matter stands
}

// ReportRefusal takes in, from somebody without an account, that a service did
// not accept the booklet. It becomes a matter of the county's own: the centre has
// it in its hands, and no office of the place, least of all the one that refused,
// sees it. from is where it comes from, for the limits.
func (s *Service) ReportRefusal(ctx context.Context, by actor.Actor, key db.Key, from string, r RefusalRequest) (RefusalReceipt, error) {
	if err := policy.Check(by, policy.MatterReportRefusal, policy.Places{}); err != nil {
		return RefusalReceipt{}, err
	}
	r.trim()
	form, err := s.RefusalForm(ctx, by)
	if err != nil {
		return RefusalReceipt{}, err
	}
	if _, err := r.check(form.Items, form.Towns, form.Today); err != nil { // what is not written limits nobody
		return RefusalReceipt{}, err
	}
	for _, l := range []struct {
		whom string
		most int64
	}{{from, refusalsFrom}, {"all", refusalsInAll}} {
		if err := account.Limit(ctx, s.DB, refusalSeries, l.whom, l.most); err != nil {
			return RefusalReceipt{}, tooOften(err, "matter.refusal.too_many")
		}
	}
	return db.Once(ctx, s.DB, by, string(policy.MatterReportRefusal), key, r, func(tx *db.Tx) (RefusalReceipt, error) {
		items, err := accepting.On(tx, today(tx))
		if err != nil {
			return RefusalReceipt{}, err
		}
		is, err := r.check(items, form.Towns, today(tx))
		if err != nil {
			return RefusalReceipt{}, err
		}
		m, err := r.matter(tx, by)
		if err != nil {
			return RefusalReceipt{}, err
		}
		receipt := RefusalReceipt{Number: m.Number, Code: rand.Text()[:10]}
		is.MatterID, is.Receipt = m.ID, s.receipt(receipt)
		return receipt, s.keepRefusal(tx, by, m, is, r)
	})
}

// tooOften says in its own words what was refused for its number.
func tooOften(err error, key string) error {
	if fault.KeyOf(err) == "account.too_many" {
		return fault.Wrap(fault.Forbidden, key, err)
	}
	return err
}

// receipt is what is kept of a receipt's code.
func (s *Service) receipt(r RefusalReceipt) string {
	return s.Keys.Token(seal.KindReceipt, r.Number+" "+r.Code)
}

// matter is the matter that a refusal becomes.
func (r RefusalRequest) matter(tx *db.Tx, by actor.Actor) (Matter, error) {
	tree, err := TreeOn(tx, today(tx))
	if err != nil {
		return Matter{}, err
	}
	c, ok := tree.Of(CategoryRefusal)
	if !ok || c.Ended != 0 { // the county has taken the leaf away: its root takes it
		c, _ = tree.Of("service")
	}
	county, err := division.OfCounty(tx)
	if err != nil {
		return Matter{}, err
	}
	m := ReportRequest{Text: r.Text, Path: countyOwn(county), Place: r.Town + r.Place, Via: Public, Private: true}.matter(by, c, tx.Millis())
	m.ID, m.Level, m.Duty = ID(tx.NewID()), deadline.TopLevel, deadline.TopLevel
	m.Reporter, m.ReporterName = "", i18n.T("matter.refusal.reporter")
	m.Number, err = nextNumber(tx)
	return m, err
}

// keepRefusal stores the matter with what is kept beside it; who reported it is
// sealed, the name like the phone.
func (s *Service) keepRefusal(tx *db.Tx, by actor.Actor, m Matter, is Refusal, r RefusalRequest) error {
	if r.Name != "" || r.Phone != "" {
		m.Contact = tx.NewID()
		c := contact{ID: m.Contact}
		if r.Name != "" {
			c.NameSealed = s.Keys.Seal("matter_contact", "name", c.ID, []byte(r.Name))
		}
		if r.Phone != "" {
			c.PhoneSealed = s.Keys.Seal("matter_contact", "phone", c.ID, []byte(r.Phone))
		}
		if err := db.Insert(tx, "matter_contact", c); err != nil {
			return err
		}
	}
	if err := db.Insert(tx, "matter", m); err != nil {
		return err
	}
	if err := db.Insert(tx, "refusal", is); err != nil {
		return err
	}
	if err := begin(tx, by, m, r.Text); err != nil {
		return err
	}
	if err := tx.Record(m.Subject(), nil, is); err != nil {
		return err
	}
	return tx.Record(m.Subject(), nil, m)
}

// A RefusalState is how a refusal stands, as its reporter is told.
type RefusalState struct {
	Number     string
	Service    string
	State      State
	ReportedAt int64
	ResumeOn   string // until when nothing can be done
	Result     string // "" until there is one
}

// RefusalState says how a refusal stands to whoever holds its receipt. A number
// that is none and a code that is wrong are answered alike.
func (s *Service) RefusalState(ctx context.Context, by actor.Actor, from string, r RefusalReceipt) (is RefusalState, err error) {
	if err := policy.Check(by, policy.MatterFollowRefusal, policy.Places{}); err != nil {
		return is, err
	}
	copied := func(s string) string { return strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(s), " ", "")) }
	r.Number, r.Code = copied(r.Number), copied(r.Code)
	for _, l := range []struct {
		whom string
		most int64
	}{{"look " + from, looksFrom}, {"look at " + r.Number, looksAt}} {
		if err := account.Limit(ctx, s.DB, refusalSeries, l.whom, l.most); err != nil {
			return is, tooOften(err, "matter.refusal.looked_too_often")
		}
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MatterFollowRefusal), For: "refusal"}, func(tx *db.Tx) (RefusalState, error) {
		m, kept, err := byReceipt(tx, s.receipt(r))
		if fault.KindOf(err) == fault.NotFound {
			var f fault.Fields
			f.Add("code", "matter.refusal.no_receipt")
			return is, f.Err()
		}
		if err != nil {
			return is, err
		}
		tx.Saw(m.Subject())
		is = RefusalState{Number: m.Number, Service: kept.Service, State: m.State, ReportedAt: m.ReportedAt, ResumeOn: m.ResumeOn}
		if slices.Contains(Done, m.State) || slices.Contains(Ended, m.State) {
			is.Result = m.Result
		}
		return is, nil
	})
}
