// Package request keeps change requests (变更申请): what one office knows and
// another must decide. Who serves people where they live asks, with evidence;
// the police where they are registered approve or refuse with a reason; an
// approval does what the noun itself does, so its history and the request's
// both keep it. One question about one fact waits at a time.
package request

import (
	"slices"

	"anju/internal/blob"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/seal"
)

// An ID names a request.
type ID string

// A Kind is the fact that a request is about.
type Kind string

// The facts that can be asked to be changed.
const (
	Name      Kind = "name"
	Sex       Kind = "sex"
	Birth     Kind = "birth"
	Ethnicity Kind = "ethnicity"
	Number    Kind = "number"
	Address   Kind = "address" // of the registration
	Ended     Kind = "ended"   // the registration is over
)

// Kinds lists the kinds in the order of a form.
var Kinds = []Kind{Name, Sex, Birth, Ethnicity, Number, Address, Ended}

// Why a registration is over.
const (
	Death    = "death"
	MovedOut = "moved_out" // registered outside the county now
)

// Endings lists the reasons in the order of a form.
var Endings = []string{Death, MovedOut}

// A State of a request's life.
type State string

// States.
const (
	Asked     State = "asked"     // 待审批
	Approved  State = "approved"  // 已同意
	Refused   State = "refused"   // 不同意
	Withdrawn State = "withdrawn" // 已撤回
)

// A Request asks for one change of one person's registration.
type Request struct {
	ID          ID            `db:"id" record:"ignore"`
	Number      string        `db:"number" record:"track"`
	Kind        Kind          `db:"kind" record:"track"`
	PersonID    person.ID     `db:"person_id" record:"track"`
	HouseholdID household.ID  `db:"household_id" record:"track"`
	Path        string        `db:"path" record:"track"` // where the person is registered
	Was         string        `db:"was" record:"track"`  // when it was asked; a number masked
	Want        string        `db:"want" record:"track"` // "" of a number
	WantSealed  []byte        `db:"want_sealed" record:"secret"`
	EndsOn      calendar.Date `db:"ends_on" record:"track"`
	Evidence    string        `db:"evidence" record:"track"`
	State       State         `db:"state" record:"track"`
	AskedBy     string        `db:"asked_by" record:"track"`
	AskedName   string        `db:"asked_name" record:"track"`
	AskedOffice string        `db:"asked_office" record:"track"`
	AskedAt     int64         `db:"asked_at" record:"ignore"`
	Answer      string        `db:"answer" record:"track"`
	DecidedBy   string        `db:"decided_by" record:"track"`
	DecidedName string        `db:"decided_name" record:"track"`
	DecidedAt   int64         `db:"decided_at" record:"ignore"`
	SeenAt      int64         `db:"seen_at" record:"ignore"`
	Version     int64         `db:"version" record:"ignore"`
}

// Subject is the request's name in records and looks.
func (r Request) Subject() string { return "request/" + string(r.ID) }

// Places is how a request lies: where the person is registered, and with who
// asked. It stays so when the registration has ended.
func (r Request) Places() []policy.Place {
	return []policy.Place{{Relation: policy.Registered, Path: r.Path}, {Relation: policy.Own, Path: r.AskedBy}}
}

// Service is the guarded door to change requests.
type Service struct {
	DB    *db.DB
	Keys  *seal.Keys
	Blobs *blob.Store
	// Used reports whether something else than a request is kept in a file: the
	// same picture is kept once.
	Used func(tx *db.Tx, id blob.ID) (bool, error)
}

// acts is the table state × act: from which states an act leads where.
var acts = map[policy.Action]struct {
	from []State
	to   State // "" stays
}{
	policy.RequestApprove:     {[]State{Asked}, Approved},
	policy.RequestRefuse:      {[]State{Asked}, Refused},
	policy.RequestWithdraw:    {[]State{Asked}, Withdrawn},
	policy.RequestAcknowledge: {[]State{Approved, Refused}, ""},
}

// after is the rule: the request once the act has been done, or a Conflict. An
// answer is taken note of once.
func (r Request) after(a policy.Action) (Request, error) {
	rule, ok := acts[a]
	if !ok || !slices.Contains(rule.from, r.State) || a == policy.RequestAcknowledge && r.SeenAt != 0 {
		return r, fault.New(fault.Conflict, "request.not_now")
	}
	if rule.to != "" {
		r.State = rule.to
	}
	return r, nil
}

// Can reports whether the table allows an act now: for buttons, never instead
// of the guard.
func (r Request) Can(a policy.Action) bool {
	_, err := r.after(a)
	return err == nil
}
