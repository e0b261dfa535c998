// Package person keeps the people of the county: who they are, by the words of
// the 常住人口登记卡. The ID number and the phone are encrypted at rest and found
// only by keyed tokens. Religion, blood type, health and the like are not kept.
package person

import (
	"anju/internal/calendar"
)

// An ID names a person.
type ID string

// Kinds of identity number.
const (
	CitizenID = "citizen_id" // 公民身份号码 GB 11643, or a residence permit of its structure
	NoNumber  = "none"       // none, with a reason
)

// A Person is one natural person.
type Person struct {
	ID             ID            `db:"id" record:"ignore"`
	Name           string        `db:"name" record:"track"`
	Sex            string        `db:"sex" record:"track"` // GB/T 2261.1
	Birth          calendar.Date `db:"birth" record:"track"`
	Ethnicity      string        `db:"ethnicity" record:"track"` // GB/T 3304
	Education      string        `db:"education" record:"track"` // GB/T 4658
	Marital        string        `db:"marital" record:"track"`   // GB/T 2261.2
	NumberKind     string        `db:"number_kind" record:"track"`
	NumberSealed   []byte        `db:"number_sealed" record:"secret"`
	NumberToken    *string       `db:"number_token" record:"ignore"` // keyed blind index
	NoNumberReason string        `db:"no_number_reason" record:"track"`
	PhoneSealed    []byte        `db:"phone_sealed" record:"secret"`
	Source         string        `db:"source" record:"track"` // import/<id>/<row>, or how else it became known
	AsOf           calendar.Date `db:"as_of" record:"track"`
	Version        int64         `db:"version" record:"ignore"`
}
