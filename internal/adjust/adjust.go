// Package adjust changes the divisions of the county (区划调整): villages and
// groups are created, merged, divided and abolished, each by a dated act with a
// document. A code that was valid once still resolves. Where codes change, the
// scope paths of everything that lies there are rewritten in the same
// transaction, and the act stands only if everybody's scope is after it what it
// was before.
package adjust

import (
	"regexp"
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
)

// Service is the guarded door to acts upon divisions.
type Service struct {
	DB *db.DB
	// Guard lets an act happen unless it would leave something with nobody from a
	// day on. The network knows; nil asks nobody.
	Guard func(tx *db.Tx, on calendar.Date, act func() error) error
}

// A Kind is a kind of act.
type Kind string

const (
	CreateGroup   Kind = "create_group"
	MergeGroups   Kind = "merge_groups" // into one of the village: the others are abolished
	AbolishGroup  Kind = "abolish_group"
	CreateVillage Kind = "create_village"
	RenameVillage Kind = "rename_village"
	Recode        Kind = "recode"          // another code, and kind: a village becomes a community (整村划转)
	MergeVillage  Kind = "merge_village"   // into another
	Divide        Kind = "divide"          // some groups become a community of their own (整村划分、分村组建、撤组成立)
	Transfer      Kind = "transfer_groups" // into a village that is there: a community formed from several (分村组建)
	Abolish       Kind = "abolish_village"
)

// Kinds are all kinds of act.
var Kinds = []Kind{CreateGroup, MergeGroups, AbolishGroup, CreateVillage, RenameVillage, Recode, MergeVillage, Divide, Transfer, Abolish}

// Foundings are the four ways to found a community.
var Foundings = []string{"整村划转", "整村划分", "分村组建", "撤组成立"}

// A Request is an act as the administrator of divisions writes it down.
type Request struct {
	Kind      Kind
	Village   string   // 12 digits, the village acted upon
	Groups    []string // numbers of its groups that are concerned
	Into      string   // merge: the village or the number of the group that stays
	Code      string   // of the new village; its first 9 digits are its town
	Name      string   // of what is new
	VillageIs division.Kind
	Founding  string
	Class     string // of a new community; "" goes by its kind and town
	On        calendar.Date
	Document  string
	Consent   string // what the assembly of those concerned resolved
}

// An Act is a registered act.
type Act struct {
	ID          string        `db:"id" record:"ignore"`
	Kind        Kind          `db:"kind" record:"track"`
	Code        string        `db:"code" record:"track"`
	Result      string        `db:"result" record:"track"`
	Groups      string        `db:"groups" record:"track"`
	Name        string        `db:"name" record:"track"`
	Founding    string        `db:"founding" record:"track"`
	EffectiveOn calendar.Date `db:"effective_on" record:"track"`
	Document    string        `db:"document" record:"track"`
	Consent     string        `db:"consent" record:"track"`
	Proof       string        `db:"proof" record:"track"` // a Proof as JSON
	Account     string        `db:"account" record:"ignore"`
	ByName      string        `db:"by_name" record:"ignore"`
	RecordedAt  int64         `db:"recorded_at" record:"ignore"`
}

// needs are the fields of each kind of act, apart from day and document. Where a
// village changes, those who live there have agreed (村民委员会组织法 3).
var needs = map[Kind][]string{
	CreateGroup: {"village", "name"}, MergeGroups: {"village", "groups", "into"}, AbolishGroup: {"village", "groups"},
	CreateVillage: {"code", "name", "is"}, RenameVillage: {"village", "name"}, Recode: {"village", "code", "name", "is", "consent"},
	MergeVillage: {"village", "into", "consent"}, Divide: {"village", "groups", "code", "name", "is", "founding", "consent"}, Transfer: {"village", "groups", "into", "consent"}, Abolish: {"village"},
}

// Needs are the names of the fields that an act of a kind asks for.
func Needs(k Kind) []string { return needs[k] }

// check holds a request to its form: nothing of the county is asked yet.
func (r Request) check(today calendar.Date) error {
	var f fault.Fields
	if !slices.Contains(Kinds, r.Kind) {
		f.Add("kind", "adjust.which")
	}
	given := map[string]string{"village": r.Village, "groups": strings.Join(r.Groups, " "), "into": r.Into, "code": r.Code, "name": strings.TrimSpace(r.Name), "is": string(r.VillageIs), "founding": r.Founding, "consent": strings.TrimSpace(r.Consent)}
	for _, name := range needs[r.Kind] {
		f.Require(name, given[name])
	}
	f.Require("document", strings.TrimSpace(r.Document))
	switch {
	case !r.On.Valid():
		f.Add("on", "adjust.date")
	case r.On > today:
		f.Add("on", "adjust.future")
	}
	if slices.Contains(needs[r.Kind], "code") && !f.Has("code") {
		checkCode(r, &f)
	}
	if slices.Contains(needs[r.Kind], "founding") && !f.Has("founding") && !slices.Contains(Foundings, r.Founding) {
		f.Add("founding", "adjust.founding")
	}
	return f.Err()
}

var codeForm = regexp.MustCompile(`^[0-9]{12}$`)

// checkCode holds a new code to the statistical rule: residents' committees
// from 001, village committees from 200 (国统字〔2009〕91号).
func checkCode(r Request, f *fault.Fields) {
	if !codeForm.MatchString(r.Code) {
		f.Add("code", "adjust.code")
		return
	}
	committee := r.Code[9:] < "200"
	switch r.VillageIs {
	case division.ResidentsCommittee:
		if !committee {
			f.Add("code", "adjust.code_committee")
		}
	case division.CommunityVillage, division.VillageCommittee:
		if committee {
			f.Add("code", "adjust.code_village")
		}
	case "":
	default:
		f.Add("is", "adjust.is")
	}
}
