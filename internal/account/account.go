// Package account keeps who may sign in, and which posts each holds from when:
// posts, not persons, do the work. It also keeps sessions, enrolled phones and
// the limits on guessing.
package account

import (
	"anju/internal/actor"
	"anju/internal/calendar"
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
	ValidFrom    calendar.Date `db:"valid_from" record:"track"`
	ValidTo      calendar.Date `db:"valid_to" record:"track"`
	RecordedAt   int64         `db:"recorded_at" record:"ignore"`
	SupersededAt int64         `db:"superseded_at" record:"ignore"`
}
