package dwelling

import (
	"strings"

	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/policy"
)

// InsertAddress adds an address.
func InsertAddress(tx *db.Tx, a Address) error { return db.Insert(tx, "address", a) }

// InsertHouse adds a house.
func InsertHouse(tx *db.Tx, h House) error { return db.Insert(tx, "house", h) }

// GetAddress is an address by id, or NotFound.
func GetAddress(tx *db.Tx, id string) (Address, error) {
	a, err := db.One[Address](tx, `select `+db.Columns[Address]("")+` from address where id = $1`, id)
	if err == db.ErrNoRow {
		return a, fault.New(fault.NotFound, "dwelling.unknown")
	}
	return a, err
}

// GetHouse is a house with its address, or NotFound.
func GetHouse(tx *db.Tx, id string) (House, Address, error) {
	h, err := db.One[House](tx, `select `+db.Columns[House]("")+` from house where id = $1`, id)
	if err == db.ErrNoRow {
		return h, Address{}, fault.New(fault.NotFound, "dwelling.unknown")
	}
	if err != nil {
		return h, Address{}, err
	}
	a, err := GetAddress(tx, h.AddressID)
	return h, a, err
}

// FindAddress is the address of a village with exactly this text; ok is false
// if there is none.
func FindAddress(tx *db.Tx, village, text string) (a Address, ok bool, err error) {
	a, err = db.One[Address](tx, `select `+db.Columns[Address]("")+` from address where village = $1 and text = $2`, village, clean(text))
	if err == db.ErrNoRow {
		return a, false, nil
	}
	return a, err == nil, err
}

// FindOrInsertAddress returns the address of a village with this text, adding
// it as given if there is none. Text and village of a are required; the state
// of a new address is a's, Pending if empty. One that was refused waits again:
// somebody else has named it too.
func FindOrInsertAddress(tx *db.Tx, a Address) (Address, error) {
	a.Text = clean(a.Text)
	old, ok, err := FindAddress(tx, a.Village, a.Text)
	if err != nil || ok && !old.Refused() {
		return old, err
	}
	if ok {
		again := old
		again.Refusal, again.DecidedBy, again.DecidedName, again.DecidedAt = "", "", "", 0
		if a.State == Approved {
			again.State = Approved
		} else {
			again.EnteredBy = tx.By().Account
		}
		_, err := UpdateAddress(tx, old, again)
		again.Version++
		return again, err
	}
	if a.State != Approved {
		a.EnteredBy = tx.By().Account
	}
	if a.ID == "" {
		a.ID = tx.NewID()
	}
	if a.State == "" {
		a.State = Pending
	}
	a.Version = 1
	if err := InsertAddress(tx, a); err != nil {
		return a, err
	}
	return a, tx.Record("address/"+a.ID, nil, a)
}

// HouseAt returns the first house at an address, adding one of the given use
// if there is none.
func HouseAt(tx *db.Tx, addressID, use string) (House, error) {
	h, err := db.One[House](tx, `select `+db.Columns[House]("")+` from house where address_id = $1 order by id limit 1`, addressID)
	if err != db.ErrNoRow {
		return h, err
	}
	h = House{ID: tx.NewID(), AddressID: addressID, Use: use, Ownership: "own", Version: 1}
	if err := InsertHouse(tx, h); err != nil {
		return h, err
	}
	return h, tx.Record("house/"+h.ID, nil, h)
}

func clean(s string) string { return strings.Join(strings.Fields(s), "") }

// GetOrganisation is an organisation by id, or NotFound.
func GetOrganisation(tx *db.Tx, id string) (Organisation, error) {
	o, err := db.One[Organisation](tx, `select `+db.Columns[Organisation]("")+` from organisation where id = $1`, id)
	if err == db.ErrNoRow {
		return o, fault.New(fault.NotFound, "dwelling.no_organisation")
	}
	return o, err
}

// FindOrganisation is the organisation that has a code; ok is false if none has.
func FindOrganisation(tx *db.Tx, code ident.USCC) (o Organisation, ok bool, err error) {
	o, err = db.One[Organisation](tx, `select `+db.Columns[Organisation]("")+` from organisation where uscc = $1`, string(code))
	if err == db.ErrNoRow {
		return o, false, nil
	}
	return o, err == nil, err
}

// EnterOrganisation enters a new organisation and records it.
func EnterOrganisation(tx *db.Tx, o Organisation) error {
	o.ID, o.Version = tx.NewID(), 1
	return insertOrganisation(tx, o)
}

// ChangeOrganisation writes what has become known of an organisation, and
// records it.
func ChangeOrganisation(tx *db.Tx, was, is Organisation) error { return saveOrganisation(tx, was, is) }

// insertOrganisation enters an organisation and records it; a code that another
// has is a Conflict.
func insertOrganisation(tx *db.Tx, o Organisation) error {
	err := db.Insert(tx, "organisation", o)
	if db.Unique(err) == "organisation_uscc_uq" {
		return fault.Wrap(fault.Conflict, "dwelling.uscc_taken", err)
	}
	if err != nil {
		return err
	}
	return tx.Record("organisation/"+o.ID, nil, o)
}

// saveOrganisation writes a changed organisation if nobody changed it
// meanwhile, and records it.
func saveOrganisation(tx *db.Tx, was, is Organisation) error {
	n, err := tx.Exec(`update organisation set name = $2, village = $3, address_id = $4, valid_from = $5, valid_to = $6, source = $7, version = $8
		where id = $1 and version = $9`, is.ID, is.Name, is.Village, is.AddressID, is.ValidFrom, is.ValidTo, is.Source, was.Version+1, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record("organisation/"+is.ID, was, is)
}

// An OrganisationRow is an organisation in a list, with its address.
type OrganisationRow struct {
	Organisation
	Address string `db:"address"`
}

func organisationsUnder(tx *db.Tx, under, after string, limit int) ([]OrganisationRow, error) {
	q := new(db.Query).Add(`select `+db.Columns[Organisation]("o.")+`, a.text as address from organisation o join address a on a.id = o.address_id
		where o.village >= ? and o.village < ?`, under, policy.PrefixEnd(under)).
		If(after != "", "and o.id > ?", after).Add("order by o.id limit ?", limit)
	return db.All[OrganisationRow](tx, q.Text(), q.Args()...)
}

// OrganisationsAt lists the organisations at an address, those that are gone
// too.
func OrganisationsAt(tx *db.Tx, addressID string) ([]Organisation, error) {
	return db.All[Organisation](tx, `select `+db.Columns[Organisation]("")+` from organisation where address_id = $1 order by valid_to desc, id`, addressID)
}

// saveHouse writes a changed house if nobody changed it meanwhile, and records
// it.
func saveHouse(tx *db.Tx, was, is House) error {
	n, err := tx.Exec(`update house set use = $2, ownership = $3, area = $4, disposal = $5, disposed_on = $6, disposal_document = $7, version = $8
		where id = $1 and version = $9`, is.ID, is.Use, is.Ownership, is.Area, is.Disposal, is.DisposedOn, is.DisposalDocument, was.Version+1, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record("house/"+is.ID, was, is)
}

// UpdateAddress changes what is known of an address, if that is anything else,
// and records it. Its village and text are what it is, and stay.
func UpdateAddress(tx *db.Tx, was, is Address) (changed bool, err error) {
	is.ID, is.Village, is.Text, is.Version = was.ID, was.Village, was.Text, was.Version
	if Equal(is, was) {
		return false, nil
	}
	is.Version++
	n, err := tx.Exec(`update address set group_no = $2, site_id = $3, building = $4, unit = $5, room = $6, state = $7, lng = $8, lat = $9, crs = $10, version = $11,
		entered_by = $12, refusal = $13, decided_by = $14, decided_name = $15, decided_at = $16 where id = $1 and version = $17`, is.ID, is.GroupNo, is.SiteID, is.Building, is.Unit, is.Room,
		is.State, is.Lng, is.Lat, is.CRS, is.Version, is.EnteredBy, is.Refusal, is.DecidedBy, is.DecidedName, is.DecidedAt, was.Version)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	if err != nil {
		return false, err
	}
	return true, tx.Record("address/"+is.ID, was, is)
}

// Equal reports whether two addresses say the same.
func Equal(a, b Address) bool {
	same := func(x, y *float64) bool { return x == y || x != nil && y != nil && *x == *y }
	lng, lat := same(a.Lng, b.Lng), same(a.Lat, b.Lat)
	a.Lng, a.Lat, b.Lng, b.Lat = nil, nil, nil, nil
	return lng && lat && a == b
}

// UpdateHouse changes what is known of a house, if that is anything else, and
// records it.
func UpdateHouse(tx *db.Tx, was, is House) (changed bool, err error) {
	is.ID, is.AddressID, is.Version = was.ID, was.AddressID, was.Version
	if is == was {
		return false, nil
	}
	is.Version++
	n, err := tx.Exec(`update house set use = $2, ownership = $3, area = $4, version = $5 where id = $1 and version = $6`,
		is.ID, is.Use, is.Ownership, is.Area, is.Version, was.Version)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	if err != nil {
		return false, err
	}
	return true, tx.Record("house/"+is.ID, was, is)
}

// FindHouse is the first house at an address; ok is false if there is none.
func FindHouse(tx *db.Tx, addressID string) (h House, ok bool, err error) {
	h, err = db.One[House](tx, `select `+db.Columns[House]("")+` from house where address_id = $1 order by id limit 1`, addressID)
	if err == db.ErrNoRow {
		return h, false, nil
	}
	return h, err == nil, err
}

// FindAddressEnding is the first address of a village whose text ends so: the
// same address is written with the province, or without.
func FindAddressEnding(tx *db.Tx, village, ending string) (a Address, ok bool, err error) {
	esc := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(clean(ending))
	a, err = db.One[Address](tx, `select `+db.Columns[Address]("")+` from address
		where village = $1 and text like $2 escape '\' order by text limit 1`, village, "%"+esc)
	if err == db.ErrNoRow {
		return a, false, nil
	}
	return a, err == nil, err
}

// HousesAt lists the houses at an address.
func HousesAt(tx *db.Tx, addressID string) ([]House, error) {
	return db.All[House](tx, `select `+db.Columns[House]("")+` from house where address_id = $1 order by id`, addressID)
}
