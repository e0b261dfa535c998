// Package dwelling keeps standard addresses (标准地址) and houses (实有房屋). An
// address is compiled from approved names (地名管理条例 21); one that the counter
// has written down is pending until the register of addresses has it.
package dwelling

// States of an address.
const (
	Approved = "approved"
	Pending  = "pending"
)

// An Address is a standard address within one village.
type Address struct {
	ID       string   `db:"id" record:"ignore"`
	Village  string   `db:"village" record:"track"` // 12 digits
	GroupNo  string   `db:"group_no" record:"track"`
	SiteID   string   `db:"site_id" record:"track"`
	Text     string   `db:"text" record:"track"` // the whole address, county first
	Building string   `db:"building" record:"track"`
	Unit     string   `db:"unit" record:"track"`
	Room     string   `db:"room" record:"track"`
	State    string   `db:"state" record:"track"`
	Lng      *float64 `db:"lng" record:"track"`
	Lat      *float64 `db:"lat" record:"track"`
	CRS      string   `db:"crs" record:"track"` // CGCS2000, GCJ-02, or "" without coordinates
	Version  int64    `db:"version" record:"ignore"`
}

// A House is a dwelling at an address.
type House struct {
	ID        string  `db:"id" record:"ignore"`
	AddressID string  `db:"address_id" record:"track"`
	Use       string  `db:"use" record:"track"`       // resettlement, farmhouse, commercial, self_built
	Ownership string  `db:"ownership" record:"track"` // own, rented, public
	Area      float64 `db:"area" record:"track"`      // m²
	Version   int64   `db:"version" record:"ignore"`
}
