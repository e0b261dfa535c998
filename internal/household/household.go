// Package household keeps registered households (户): a number, a place of
// registration, a head and members with their relation to the head. Who lives
// together is another matter: see residence.
package household

import "anju/internal/calendar"

// An ID names a registered household.
type ID string

// Kinds of household.
const (
	Family     = "family"     // 家庭户
	Collective = "collective" // 集体户
)

// A Household is one household of the police register, as a read copy: Anju
// never writes registration data back.
type Household struct {
	ID         ID            `db:"id" record:"ignore"`
	RegisterNo string        `db:"register_no" record:"track"` // 户号
	Kind       string        `db:"kind" record:"track"`
	Village    string        `db:"village" record:"track"` // 12 digits, where it is registered
	GroupNo    string        `db:"group_no" record:"track"`
	AddressID  string        `db:"address_id" record:"track"`
	Source     string        `db:"source" record:"track"`
	AsOf       calendar.Date `db:"as_of" record:"track"`
	Version    int64         `db:"version" record:"ignore"`
}
