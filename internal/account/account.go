// Package account keeps who may sign in, and which posts each holds from when:
// posts, not persons, do the work. It also keeps sessions, enrolled phones and
// the limits on guessing.
package account

import (
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/i18n"
)

// An ID names an account.
type ID string

// An Account is a person who may sign in.
type Account struct {
	ID          ID     `db:"id" record:"ignore"`
	Login       string `db:"login" record:"track"`
	Name        string `db:"name" record:"track"`
	PhoneSealed []byte `db:"phone_sealed" record:"secret"`
	Password    string `db:"password" record:"secret"`
	MustChange  int64  `db:"must_change" record:"track"`
	TOTPSealed  []byte `db:"totp_sealed" record:"secret"`
	TOTPStep    int64  `db:"totp_step" record:"ignore"`
	State       string `db:"state" record:"track"` // active, closed
	CreatedAt   int64  `db:"created_at" record:"ignore"`
	Version     int64  `db:"version" record:"ignore"`
}

// A Post is one appointment of an account.
type Post struct {
	ID           string        `db:"id" record:"ignore"`
	AccountID    ID            `db:"account_id" record:"track"`
	Kind         actor.Kind    `db:"kind" record:"track"`
	Path         string        `db:"path" record:"track"` // division or grid code
	Office       string        `db:"office" record:"track"`
	MadeOf       string        `db:"made_of" record:"track"` // level 1: 护林员, 护路员, 护水员, 公益性岗位, 村组干部
	HeldAs       Hold          `db:"held_as" record:"track"`
	StandsFor    ID            `db:"stands_for" record:"track"` // who is on leave, of a stand-in
	ValidFrom    calendar.Date `db:"valid_from" record:"track"`
	ValidTo      calendar.Date `db:"valid_to" record:"track"`
	RecordedAt   int64         `db:"recorded_at" record:"ignore"`
	SupersededAt int64         `db:"superseded_at" record:"ignore"`
}

// A Hold is how a post is held.
type Hold string

// Ways to hold a post. All three see and do what the post sees and does; a name
// says which it is, wherever it stands.
const (
	Whole   Hold = ""
	Deputy  Hold = "deputy"   // 副职
	StandIn Hold = "stand_in" // 代理, for the days on which somebody is on leave
)

// Marked is a name as it stands beside a post that is held so.
func (h Hold) Marked(name string) string {
	if h == Whole || name == "" {
		return name
	}
	return i18n.T("account.hold."+string(h), "name", name) //i18n:dynamic account.hold.
}
