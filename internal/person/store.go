package person

import (
	"strconv"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/policy"
	"anju/internal/seal"
)

// Seal makes the person a draft describes, with the given id.
func (d Draft) Seal(k *seal.Keys, id ID) Person {
	p := Person{
		ID: id, Name: d.Name, Sex: d.Sex, Birth: d.Birth, Ethnicity: d.Ethnicity, Education: d.Education, Marital: d.Marital,
		NumberKind: NoNumber, NoNumberReason: d.NoNumberReason, Source: d.Source, AsOf: d.AsOf, Version: 1,
	}
	p.setNumber(k, d.Number)
	p.setPhone(k, d.Phone)
	return p
}

func (p *Person) setNumber(k *seal.Keys, n ident.CitizenID) {
	if n.IsZero() {
		return
	}
	token := k.Token(seal.KindCitizenID, n.Plain())
	p.NumberKind, p.NumberToken, p.NoNumberReason = CitizenID, &token, ""
	p.NumberSealed = k.Seal("person", "number", string(p.ID), []byte(n.Plain()))
}

func (p *Person) setPhone(k *seal.Keys, phone string) {
	if phone != "" {
		p.PhoneSealed = k.Seal("person", "phone", string(p.ID), []byte(phone))
	}
}

// Number opens a person's ID number; zero if there is none.
func (p Person) Number(k *seal.Keys) (seal.Secret, error) { return p.open(k, "number", p.NumberSealed) }

// Phone opens a person's phone; zero if there is none.
func (p Person) Phone(k *seal.Keys) (seal.Secret, error) { return p.open(k, "phone", p.PhoneSealed) }

func (p Person) open(k *seal.Keys, column string, sealed []byte) (seal.Secret, error) {
	if len(sealed) == 0 {
		return seal.Secret{}, nil
	}
	plain, err := k.Open("person", column, string(p.ID), sealed)
	return seal.Hide(string(plain)), err
}

// Masked is the number and the phone as a screen shows them: the first four
// characters and the last one of the number, never its last four.
func (p Person) Masked(k *seal.Keys) (number, phone string, err error) {
	n, err := p.Number(k)
	if err != nil {
		return "", "", err
	}
	ph, err := p.Phone(k)
	if err != nil {
		return "", "", err
	}
	if !n.IsZero() {
		number = ident.MaskCitizenID(n.Reveal())
	}
	if !ph.IsZero() {
		phone = ident.MaskPhone(ph.Reveal())
	}
	return number, phone, nil
}

// Get is a person by id, or NotFound.
func Get(tx *db.Tx, id ID) (Person, error) {
	p, err := db.One[Person](tx, `select `+db.Columns[Person]("")+` from person where id = $1`, id)
	return p, found(err)
}

// FindByNumber is the person with an ID number, or NotFound.
func FindByNumber(tx *db.Tx, k *seal.Keys, n ident.CitizenID) (Person, error) {
	p, err := db.One[Person](tx, `select `+db.Columns[Person]("")+` from person where number_token = $1`, k.Token(seal.KindCitizenID, n.Plain()))
	return p, found(err)
}

// FindAllByNumber are the people that have these numbers.
func FindAllByNumber(tx *db.Tx, k *seal.Keys, all []ident.CitizenID) (map[ident.CitizenID]Person, error) {
	byToken := make(map[string]ident.CitizenID, len(all))
	tokens := make([]string, len(all))
	for i, n := range all {
		tokens[i] = k.Token(seal.KindCitizenID, n.Plain())
		byToken[tokens[i]] = n
	}
	people, err := db.In[Person](tx, `select `+db.Columns[Person]("")+` from person where number_token in`, tokens, ``)
	found := make(map[ident.CitizenID]Person, len(people))
	for _, p := range people {
		found[byToken[*p.NumberToken]] = p
	}
	return found, err
}

func found(err error) error {
	if err == db.ErrNoRow {
		return fault.New(fault.NotFound, "person.unknown")
	}
	return err
}

// Insert enters a person with the keys to find it by, and records it. A draft
// that does not check is Invalid, field by field; a number that somebody has
// already is a Conflict.
func Insert(tx *db.Tx, k *seal.Keys, d Draft) (Person, error) {
	d, err := d.Check(calendar.On(tx.Now()))
	if err != nil {
		return Person{}, err
	}
	if err := free(tx, k, "", d.Number); err != nil {
		return Person{}, err
	}
	return enter(tx, k, d)
}

// InsertSought is Insert for whoever has looked for the number in this
// transaction and found nobody.
func InsertSought(tx *db.Tx, k *seal.Keys, d Draft) (Person, error) {
	d, err := d.Check(calendar.On(tx.Now()))
	if err != nil {
		return Person{}, err
	}
	return enter(tx, k, d)
}

func enter(tx *db.Tx, k *seal.Keys, d Draft) (Person, error) {
	p := d.Seal(k, ID(tx.NewID()))
	if err := db.Insert(tx, "person", p); err != nil {
		return p, err
	}
	if err := insertKeys(tx, p.ID, Keys(k, d.Name, d.Number, d.Phone)); err != nil {
		return p, err
	}
	return p, tx.Record("person/"+string(p.ID), nil, p)
}

// free reports a Conflict if a number is somebody else's.
func free(tx *db.Tx, k *seal.Keys, id ID, n ident.CitizenID) error {
	if n.IsZero() {
		return nil
	}
	p, err := FindByNumber(tx, k, n)
	switch {
	case fault.KindOf(err) == fault.NotFound, err == nil && p.ID == id:
		return nil
	case err == nil:
		return fault.New(fault.Conflict, "person.number_taken")
	}
	return err
}

// insertKeys writes all keys of a person in one statement: an import of a county
// writes millions of them.
func insertKeys(tx *db.Tx, id ID, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	args := make([]any, 1, len(keys)+1)
	args[0] = string(id)
	var q strings.Builder
	q.WriteString(`insert into person_key (key, person_id) values `)
	for i, key := range keys {
		if i > 0 {
			q.WriteString(", ")
		}
		q.WriteString("($" + strconv.Itoa(i+2) + ", $1)")
		args = append(args, key)
	}
	q.WriteString(` on conflict do nothing`)
	_, err := tx.Exec(q.String(), args...)
	return err
}

// Update changes a known person to what a draft says and reports whether that
// was a change. An empty phone, education or marital state of the draft is not
// known, and keeps what is; so does a missing number. It fails as Insert does,
// and with a Conflict if somebody changed the person since was was read.
func Update(tx *db.Tx, k *seal.Keys, was Person, d Draft) (Person, bool, error) {
	if d.Number.IsZero() && d.NoNumberReason == "" && was.NumberKind == NoNumber {
		d.NoNumberReason = was.NoNumberReason
	}
	d, err := d.check(calendar.On(tx.Now()), was.NumberKind != NoNumber)
	if err != nil {
		return was, false, err
	}
	p := was
	p.Name, p.Sex, p.Birth, p.Ethnicity = d.Name, d.Sex, d.Birth, d.Ethnicity
	if d.Education != "" {
		p.Education = d.Education
	}
	if d.Marital != "" {
		p.Marital = d.Marital
	}
	if p.NumberKind == NoNumber {
		p.NoNumberReason = d.NoNumberReason
	}
	p.setNumber(k, d.Number)
	p.setPhone(k, d.Phone)
	if same(was, p) {
		return was, false, nil
	}
	if err := free(tx, k, p.ID, d.Number); err != nil {
		return p, false, err
	}
	p.Source, p.AsOf, p.Version = d.Source, d.AsOf, was.Version+1
	n, err := tx.Exec(`update person set name = $2, sex = $3, birth = $4, ethnicity = $5, education = $6, marital = $7, number_kind = $8,
		number_sealed = $9, number_token = $10, no_number_reason = $11, phone_sealed = $12, source = $13, as_of = $14, version = $15
		where id = $1 and version = $16`, p.ID, p.Name, p.Sex, p.Birth, p.Ethnicity, p.Education, p.Marital, p.NumberKind,
		p.NumberSealed, p.NumberToken, p.NoNumberReason, p.PhoneSealed, p.Source, p.AsOf, p.Version, was.Version)
	if err != nil {
		return p, false, err
	}
	if n == 0 {
		return p, false, fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	if err := reindex(tx, k, was, p); err != nil {
		return p, false, err
	}
	return p, true, tx.Record("person/"+string(p.ID), was, p)
}

// reindex moves a person from the keys of what was to those of what is.
func reindex(tx *db.Tx, k *seal.Keys, was, is Person) error {
	old, err := was.keys(tx, k)
	if err != nil {
		return err
	}
	for _, key := range old {
		if _, err := tx.Exec(`delete from person_key where key = $1 and person_id = $2`, key, string(was.ID)); err != nil {
			return err
		}
	}
	keys, err := is.keys(tx, k)
	if err != nil {
		return err
	}
	return insertKeys(tx, is.ID, keys)
}

// keys are those a stored person stands under.
func (p Person) keys(tx *db.Tx, k *seal.Keys) ([]string, error) {
	number, err := p.Number(k)
	if err != nil {
		return nil, err
	}
	phone, err := p.Phone(k)
	if err != nil {
		return nil, err
	}
	var n ident.CitizenID
	if !number.IsZero() {
		if n, err = ident.ParseCitizenID(number.Reveal(), tx.Now()); err != nil {
			return nil, err
		}
	}
	return Keys(k, p.Name, n, phone.Reveal()), nil
}

func same(a, b Person) bool {
	return a.Name == b.Name && a.Sex == b.Sex && a.Birth == b.Birth && a.Ethnicity == b.Ethnicity && a.Education == b.Education &&
		a.Marital == b.Marital && a.NumberKind == b.NumberKind && string(a.NumberSealed) == string(b.NumberSealed) &&
		string(a.PhoneSealed) == string(b.PhoneSealed) && a.NoNumberReason == b.NoNumberReason
}

// GetAlias is an alias that still holds, by the record that is read as
// another, or NotFound.
func GetAlias(tx *db.Tx, id ID) (Alias, error) {
	a, err := db.One[Alias](tx, `select `+db.Columns[Alias]("")+` from person_alias where person_id = $1 and until_at = 0`, id)
	return a, found(err)
}

// Aliases lists the aliases that hold and touch a record.
func Aliases(tx *db.Tx, id ID) ([]Alias, error) {
	return db.All[Alias](tx, `select `+db.Columns[Alias]("")+` from person_alias where until_at = 0 and (person_id = $1 or main_id = $1) order by from_at, id`, id)
}

func endAlias(tx *db.Tx, a Alias) error {
	n, err := tx.Exec(`update person_alias set until_at = $2, undo_reason = $3, undo_account = $4, undo_name = $5 where id = $1 and until_at = 0`,
		a.ID, a.UntilAt, a.UndoReason, a.UndoAccount, a.UndoName)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return err
}

// GetPair is a pair by id, or NotFound.
func GetPair(tx *db.Tx, id string) (Pair, error) {
	p, err := db.One[Pair](tx, `select `+db.Columns[Pair]("")+` from person_pair where id = $1`, id)
	return p, found(err)
}

// FindPair is the pair of two records; ok is false if nobody has seen it yet.
func FindPair(tx *db.Tx, a, b ID) (p Pair, ok bool, err error) {
	p, err = db.One[Pair](tx, `select `+db.Columns[Pair]("")+` from person_pair where a_id = $1 and b_id = $2`, min(a, b), max(a, b))
	if err == db.ErrNoRow {
		return p, false, nil
	}
	return p, err == nil, err
}

// InsertPair enters a pair unless it is known, and reports whether it was not.
func InsertPair(tx *db.Tx, p Pair) (bool, error) {
	n, err := tx.Exec(db.InsertText[Pair]("person_pair")+` on conflict (a_id, b_id) do nothing`, db.Values(p)...)
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.Record("pair/"+p.ID, nil, p)
}

func savePair(tx *db.Tx, was, is Pair) error {
	is.Version++
	n, err := tx.Exec(`update person_pair set state = $2, reason = $3, decided_by = $4, decided_name = $5, decided_at = $6, version = $7 where id = $1 and version = $8`,
		is.ID, is.State, is.Reason, is.DecidedBy, is.DecidedName, is.DecidedAt, is.Version, was.Version)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	if err != nil {
		return err
	}
	return tx.Record("pair/"+is.ID, was, is)
}

// A Neighbour is a record that a draft is compared with.
type Neighbour struct {
	Person
	Address string `db:"address_id"`
	Path    string `db:"path"` // where the record is registered
}

// Facts are what the record is compared by.
func (n Neighbour) Facts(k *seal.Keys) (Facts, error) {
	f := Facts{Name: n.Name, Sex: n.Sex, Birth: n.Birth, Address: n.Address}
	number, err := n.Number(k)
	if plain := number.Reveal(); plain != "" { // for its keyed tail alone
		f.Tail = tailMark + k.Token(seal.KindIDTail, plain[len(plain)-4:])
	}
	return f, err
}

// manyAlike is how many records of one sound are compared with a draft: more
// people of one name there are not in a county.
const manyAlike = 500

// Neighbours lists the records that sound like a name or share the tail of a
// number, with what they are compared by.
func Neighbours(tx *db.Tx, keys []string) ([]Neighbour, error) {
	q := new(db.Query).Add(`select ` + db.Columns[Person]("p.") + `, coalesce(h.address_id, '') as address_id, coalesce(s.path, '') as path
		from person p left join spell s on s.person_id = p.id and s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31'
		left join household h on h.id = s.household_id
		where p.id in (select person_id from person_key where key in ('-'`)
	for _, k := range keys {
		q.Add(", ?", k)
	}
	q.Add(")) order by p.id limit ?", manyAlike)
	return db.All[Neighbour](tx, q.Text(), q.Args()...)
}

// EachFacts calls f with the facts of every record of the county that is
// registered, and where: for the sweep, which compares them all.
func EachFacts(tx *db.Tx, f func(ID, Facts, string)) error {
	type tail struct {
		Key string `db:"key"`
		ID  ID     `db:"person_id"`
	}
	tails := map[ID]string{}
	err := db.Each(tx, `select key, person_id from person_key where key >= '#' and key < '$'`, nil, func(t tail) error { tails[t.ID] = t.Key; return nil })
	if err != nil {
		return err
	}
	type row struct {
		ID      ID            `db:"id"`
		Name    string        `db:"name"`
		Sex     string        `db:"sex"`
		Birth   calendar.Date `db:"birth"`
		Address string        `db:"address_id"`
		Path    string        `db:"path"`
	}
	return db.Each(tx, `select p.id, p.name, p.sex, p.birth, coalesce(h.address_id, '') as address_id, s.path
		from spell s join person p on p.id = s.person_id left join household h on h.id = s.household_id
		where s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31'`, nil, func(r row) error {
		f(r.ID, Facts{Name: r.Name, Sex: r.Sex, Birth: r.Birth, Tail: tails[r.ID], Address: r.Address}, r.Path)
		return nil
	})
}

// OpenPairs lists the pairs nobody has decided about, both of whose records are
// registered in a scope, in the order in which they were found.
func OpenPairs(tx *db.Tx, scope policy.Scope, after string, limit int) ([]Pair, error) {
	a, args := scope.WhereOn(policy.Registered, "a_path", "")
	b, more := scope.WhereOn(policy.Registered, "b_path", "")
	q := new(db.Query).Add(`select `+db.Columns[Pair]("")+` from person_pair where state = 'open' and `+a, args...).Add("and "+b, more...)
	q.If(after != "", "and id > ?", after).Add("order by id limit ?", limit)
	return db.All[Pair](tx, q.Text(), q.Args()...)
}

// Names are the names of people, by id.
func Names(tx *db.Tx, ids []ID) (map[ID]string, error) {
	type row struct {
		ID   ID     `db:"id"`
		Name string `db:"name"`
	}
	q := new(db.Query).Add("select id, name from person where id in ('-'")
	for _, id := range ids {
		q.Add(", ?", id)
	}
	rows, err := db.All[row](tx, q.Add(")").Text(), q.Args()...)
	names := map[ID]string{}
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}
