// Package dwelling keeps standard addresses (标准地址), houses (实有房屋) and
// organisations (实有单位). An address is compiled from approved names (地名管理条例
// 21); one that the counter has written down is pending until the register of
// addresses has it.
package dwelling

import (
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/ident"
)

// States of an address.
const (
	Approved = "approved"
	Pending  = "pending"
)

// An Address is a standard address within one village.
type Address struct {
	ID          string   `db:"id" record:"ignore"`
	Village     string   `db:"village" record:"track"` // 12 digits
	GroupNo     string   `db:"group_no" record:"track"`
	SiteID      string   `db:"site_id" record:"track"`
	Text        string   `db:"text" record:"track"` // the whole address, county first
	Building    string   `db:"building" record:"track"`
	Unit        string   `db:"unit" record:"track"`
	Room        string   `db:"room" record:"track"`
	State       string   `db:"state" record:"track"`
	Lng         *float64 `db:"lng" record:"track"`
	Lat         *float64 `db:"lat" record:"track"`
	CRS         string   `db:"crs" record:"track"`         // CGCS2000, GCJ-02, or "" without coordinates
	EnteredBy   string   `db:"entered_by" record:"ignore"` // account that wrote it down; "" from a register
	Refusal     string   `db:"refusal" record:"track"`     // why it is not accepted; it stays pending
	DecidedBy   string   `db:"decided_by" record:"track"`
	DecidedName string   `db:"decided_name" record:"ignore"`
	DecidedAt   int64    `db:"decided_at" record:"ignore"`
	Version     int64    `db:"version" record:"ignore"`
}

// Refused reports whether the address was looked at and not accepted.
func (a Address) Refused() bool { return a.State == Pending && a.Refusal != "" }

// Waits reports whether somebody has to decide about the address.
func (a Address) Waits() bool { return a.State == Pending && a.Refusal == "" }

// A House is a dwelling at an address.
type House struct {
	ID               string        `db:"id" record:"ignore"`
	AddressID        string        `db:"address_id" record:"track"`
	Use              string        `db:"use" record:"track"`       // one of Uses
	Ownership        string        `db:"ownership" record:"track"` // one of Ownerships
	Area             float64       `db:"area" record:"track"`      // m²
	Disposal         Disposal      `db:"disposal" record:"track"`
	DisposedOn       calendar.Date `db:"disposed_on" record:"track"`
	DisposalDocument string        `db:"disposal_document" record:"track"`
	Version          int64         `db:"version" record:"ignore"`
}

// Uses and Ownerships of a house, in the order of a form.
var (
	Uses       = []string{"resettlement", "farmhouse", "commercial", "self_built"}
	Ownerships = []string{"own", "rented", "public"}
)

// A Disposal is what becomes of an old house when its household has moved
// (搬新拆旧). It follows the agreement with the household, which is named.
type Disposal string

// Disposals.
const (
	InUse     Disposal = ""          // no old house
	ToClear   Disposal = "to_clear"  // 已签协议，待腾退
	Cleared   Disposal = "cleared"   // 已腾退
	Reclaimed Disposal = "reclaimed" // 已复垦
	Kept      Disposal = "kept"      // 依法保留
)

// Disposals lists them in the order of a form.
var Disposals = []Disposal{InUse, ToClear, Cleared, Reclaimed, Kept}

// becomes is the table disposal × disposal: what may follow what. What is gone
// does not come back.
var becomes = map[Disposal][]Disposal{
	InUse:     {ToClear, Kept},
	ToClear:   {InUse, Cleared, Kept}, // InUse: the agreement was ended
	Cleared:   {Reclaimed},
	Reclaimed: {},
	Kept:      {InUse, ToClear},
}

// Next lists what may become of the house, what it is now first.
func (h House) Next() []Disposal { return append([]Disposal{h.Disposal}, becomes[h.Disposal]...) }

// An Organisation is a unit at an address. What is kept of it is public.
type Organisation struct {
	ID        string        `db:"id" record:"ignore"`
	USCC      ident.USCC    `db:"uscc" record:"track"`
	Name      string        `db:"name" record:"track"`
	Village   string        `db:"village" record:"track"`
	AddressID string        `db:"address_id" record:"track"`
	ValidFrom calendar.Date `db:"valid_from" record:"track"`
	ValidTo   calendar.Date `db:"valid_to" record:"track"` // calendar.Forever: it is there
	Source    string        `db:"source" record:"track"`
	Version   int64         `db:"version" record:"ignore"`
}

// Here reports whether the organisation is there on a day.
func (o Organisation) Here(on calendar.Date) bool { return o.ValidFrom <= on && on < o.ValidTo }

// Service is the guarded door to houses and organisations.
type Service struct {
	DB *db.DB
	// Seen is whether the actor may know of a house: who lives there knows, and
	// that is residence's.
	Seen func(tx *db.Tx, by actor.Actor, houseID string) error
}
