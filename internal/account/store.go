package account

import (
	"cmp"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/policy"
	"anju/internal/seal"
)

var postColumns = db.Columns[Post]("")

// Get is an account by id, or NotFound.
func Get(tx *db.Tx, id ID) (Account, error) {
	a, err := db.One[Account](tx, `select `+db.Columns[Account]("")+` from account where id = $1`, id)
	return a, found(err)
}

// ByLogin is an account by its login, or NotFound.
func ByLogin(tx *db.Tx, login string) (Account, error) {
	a, err := db.One[Account](tx, `select `+db.Columns[Account]("")+` from account where login = $1`, login)
	return a, found(err)
}

func found(err error) error {
	if err == db.ErrNoRow {
		return fault.New(fault.NotFound, "account.unknown")
	}
	return err
}

// Insert adds an account and records it.
func Insert(tx *db.Tx, a Account) error {
	if err := db.Insert(tx, "account", a); err != nil {
		return err
	}
	return tx.Record("account/"+string(a.ID), nil, a)
}

// update writes what may change about an account. It does not record.
func update(tx *db.Tx, a Account) error {
	_, err := tx.Exec(`update account set name = $2, phone_sealed = $3, password = $4, must_change = $5, totp_sealed = $6, totp_step = $7,
		state = $8, version = version + 1 where id = $1`,
		a.ID, a.Name, a.PhoneSealed, a.Password, a.MustChange, a.TOTPSealed, a.TOTPStep, a.State)
	return err
}

// PostsOf lists the posts an account holds on a day, in the order of the
// kinds.
func PostsOf(tx *db.Tx, id ID, on calendar.Date) ([]Post, error) {
	all, err := db.All[Post](tx, `select `+postColumns+` from post
		where account_id = $1 and superseded_at = 0 and valid_from <= $2 and valid_to > $2 order by path`, id, on)
	slices.SortStableFunc(all, func(a, b Post) int {
		return cmp.Compare(slices.Index(actor.Kinds, a.Kind), slices.Index(actor.Kinds, b.Kind))
	})
	return all, err
}

// postsBetween lists the posts an account holds on any day of a time.
func postsBetween(tx *db.Tx, id ID, from, to calendar.Date) ([]Post, error) {
	return db.All[Post](tx, `select `+postColumns+` from post
		where account_id = $1 and superseded_at = 0 and valid_from < $3 and valid_to > $2 order by path, kind`, id, from, to)
}

// PostsUnder lists the posts over a path and below it that are held on a day or
// later, by path.
func PostsUnder(tx *db.Tx, path string, from calendar.Date) ([]Post, error) {
	return db.All[Post](tx, `select `+postColumns+` from post where path >= $1 and path < $2 and superseded_at = 0 and valid_to > $3 order by path, kind, id`,
		path, policy.PrefixEnd(path), from)
}

// endSessions ends the sessions of an account, on phones too, and says why to
// whoever still has one open.
func endSessions(tx *db.Tx, id ID, why string) error {
	_, err := tx.Exec(`update session set ended = $2 where account_id = $1 and ended = ''`, id, why)
	return err
}

// revokeDevices ends every phone of an account.
func revokeDevices(tx *db.Tx, id ID) error {
	if _, err := tx.Exec(`update session set ended = 'phone' where account_id = $1 and device_id <> '' and ended = ''`, id); err != nil {
		return err
	}
	_, err := tx.Exec(`update device set revoked_at = $2 where account_id = $1 and revoked_at = 0`, id, tx.Millis())
	return err
}

// A Holder is who holds a post.
type Holder struct {
	ID     ID
	Name   string
	Kind   actor.Kind
	Path   string
	Office string
	MadeOf string
	Phone  seal.Secret
}

// Holders lists who holds a post of a kind over a path on a day, deputies after
// those who hold it whole: of the posts whose area contains the path, those of
// the smallest area. Who stands in for a few days is not among them: what is
// printed with a name outlives those days.
func Holders(tx *db.Tx, k *seal.Keys, kind actor.Kind, path string, on calendar.Date) ([]Holder, error) {
	for _, n := range []int{15, 12, 9, 6} {
		if len(path) < n {
			continue
		}
		hs, err := holders(tx, k, kind, path[:n], on)
		if err != nil || len(hs) > 0 {
			return hs, err
		}
	}
	return nil, nil
}

func holders(tx *db.Tx, k *seal.Keys, kind actor.Kind, path string, on calendar.Date) ([]Holder, error) {
	type row struct {
		ID          ID     `db:"id"`
		Name        string `db:"name"`
		PhoneSealed []byte `db:"phone_sealed"`
		Office      string `db:"office"`
		MadeOf      string `db:"made_of"`
		HeldAs      Hold   `db:"held_as"`
	}
	rows, err := db.All[row](tx, `select a.id, a.name, a.phone_sealed, p.office, p.made_of, p.held_as from post p join account a on a.id = p.account_id
		where p.path = $1 and p.kind = $2 and p.superseded_at = 0 and p.valid_from <= $3 and p.valid_to > $3 and a.state = 'active' and p.held_as <> 'stand_in'
		order by p.held_as, a.login`, path, kind, on)
	if err != nil {
		return nil, err
	}
	all := make([]Holder, len(rows))
	for i, r := range rows {
		all[i] = Holder{ID: r.ID, Name: r.HeldAs.Marked(r.Name), Kind: kind, Path: path, Office: r.Office, MadeOf: r.MadeOf}
		if all[i].Phone, err = openPhone(k, r.ID, r.PhoneSealed); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// MaskedPhone is a holder's phone as a screen shows it.
func (h Holder) MaskedPhone() string {
	if h.Phone.IsZero() {
		return ""
	}
	return ident.MaskPhone(h.Phone.Reveal())
}

// HoldersUnder lists who holds posts of some kinds anywhere under a path.
func HoldersUnder(tx *db.Tx, k *seal.Keys, kinds []actor.Kind, under string, on calendar.Date) ([]Holder, error) {
	type row struct {
		ID          ID         `db:"id"`
		Name        string     `db:"name"`
		PhoneSealed []byte     `db:"phone_sealed"`
		Kind        actor.Kind `db:"kind"`
		Path        string     `db:"path"`
		Office      string     `db:"office"`
		MadeOf      string     `db:"made_of"`
		HeldAs      Hold       `db:"held_as"`
	}
	q := new(db.Query).Add(`select a.id, a.name, a.phone_sealed, p.kind, p.path, p.office, p.made_of, p.held_as from post p join account a on a.id = p.account_id
		where p.path >= ? and p.path < ? and p.superseded_at = 0 and p.valid_from <= ? and p.valid_to > ? and a.state = 'active' and p.held_as <> 'stand_in' and p.kind in ('-'`,
		under, policy.PrefixEnd(under), on, on)
	for _, kind := range kinds {
		q.Add(", ?", kind)
	}
	rows, err := db.All[row](tx, q.Add(") order by p.path, p.held_as, a.login").Text(), q.Args()...)
	if err != nil {
		return nil, err
	}
	all := make([]Holder, len(rows))
	for i, r := range rows {
		all[i] = Holder{ID: r.ID, Name: r.HeldAs.Marked(r.Name), Kind: r.Kind, Path: r.Path, Office: r.Office, MadeOf: r.MadeOf}
		if all[i].Phone, err = openPhone(k, r.ID, r.PhoneSealed); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func openPhone(k *seal.Keys, id ID, sealed []byte) (seal.Secret, error) {
	if len(sealed) == 0 {
		return seal.Secret{}, nil
	}
	phone, err := k.Open("account", "phone", string(id), sealed)
	return seal.Hide(string(phone)), err
}
