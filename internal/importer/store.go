package importer

import (
	"cmp"
	"strings"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

func get(tx *db.Tx, id string) (Import, error) {
	i, err := db.One[Import](tx, `select `+db.Columns[Import]("")+` from import where id = $1`, id)
	if err == db.ErrNoRow {
		return i, fault.New(fault.NotFound, "policy.not_found")
	}
	return i, err
}

// importsOf lists an account's imports, the newest first.
func importsOf(tx *db.Tx, account string, limit int) ([]Import, error) {
	return db.All[Import](tx, `select `+db.Columns[Import]("")+` from import where account = $1 order by id desc limit $2`, account, limit)
}

// spokenOf reports whether any import is about a stored file.
func spokenOf(tx *db.Tx, id blob.ID) (bool, error) {
	n, err := db.One[int64](tx, `select count(*) from import where blob_id = $1`, string(id))
	return n > 0, err
}

func update(tx *db.Tx, i Import) error {
	_, err := tx.Exec(`update import set state = $2, row_done = $3, at_row = $4, columns = $5, report = $6, error = $7, finished_at = $8, version = version + 1 where id = $1`,
		i.ID, i.State, i.RowDone, i.AtRow, i.Columns, i.Report, i.Error, i.FinishedAt)
	return err
}

// advance says how far an import has come.
func advance(tx *db.Tx, id string, done, row int) error {
	_, err := tx.Exec(`update import set row_done = $2, at_row = $3 where id = $1`, id, done, row)
	return err
}

// unfinished is the import of the same file by the same office that was broken
// off; ok is false if there is none.
func unfinished(tx *db.Tx, by actor.Actor, kind, hash string) (i Import, ok bool, err error) {
	i, err = db.One[Import](tx, `select `+db.Columns[Import]("")+` from import
		where file_hash = $1 and kind = $2 and account = $3 and blob_id = '' and state = 'running' order by id desc limit 1`, hash, kind, by.Account)
	if err == db.ErrNoRow {
		return i, false, nil
	}
	return i, err == nil, err
}

// said is the remembered meaning of the headers of an office.
func said(tx *db.Tx, office, kind string) (map[string]string, error) {
	type row struct {
		Header string `db:"header"`
		Name   string `db:"name"`
	}
	rows, err := db.All[row](tx, `select header, name from import_column where office = $1 and kind = $2`, office, kind)
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[r.Header] = r.Name
	}
	return names, err
}

// remember keeps what a header means for an office; "" forgets it.
func remember(tx *db.Tx, office, kind, header, name string) error {
	if name == "" {
		_, err := tx.Exec(`delete from import_column where office = $1 and kind = $2 and header = $3`, office, kind, header)
		return err
	}
	_, err := tx.Exec(`insert into import_column (office, kind, header, name) values ($1, $2, $3, $4)
		on conflict (office, kind, header) do update set name = excluded.name`, office, kind, header, name)
	return err
}

// A registered person, with the household they stand in; no RegisterNo: in none.
type registered struct {
	person.Person
	Relation   string        `db:"relation"`
	RegisterNo string        `db:"register_no"`
	Kind       string        `db:"kind"`
	Village    string        `db:"village"`
	Text       string        `db:"text"`  // of the address
	Since      calendar.Date `db:"since"` // when they came into the household
	HomeAsOf   calendar.Date `db:"home_as_of"`
}

var registeredText = `select ` + db.Columns[person.Person]("p.") + `, coalesce(s.relation, '') as relation, coalesce(h.register_no, '') as register_no,
	coalesce(h.kind, '') as kind, coalesce(h.village, '') as village, coalesce(a.text, '') as text,
	coalesce(s.valid_from, '') as since, coalesce(h.as_of, '') as home_as_of
	from person p left join spell s on s.person_id = p.id and s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31'
	left join household h on h.id = s.household_id left join address a on a.id = h.address_id`

func registeredBy(tx *db.Tx, tokens []string) ([]registered, error) {
	return db.In[registered](tx, registeredText+` where p.number_token in`, tokens, ``)
}

func registeredAs(tx *db.Tx, id person.ID) (registered, error) {
	return db.One[registered](tx, registeredText+` where p.id = $1`, id)
}

// says notes who last said something about a subject that has no source of its own.
func (in *intake) says(subject string, row int) error {
	_, err := in.tx.Exec(`insert into fact_source (subject, source, as_of, recorded_at) values ($1, $2, $3, $4)
		on conflict (subject) do update set source = excluded.source, as_of = excluded.as_of, recorded_at = excluded.recorded_at`,
		subject, in.at(row), in.on, in.tx.Millis())
	return err
}

// differ lays a difference before whoever decides, unless the same was asked
// before. It reports false: nothing has changed yet.
func (in *intake) differ(row int, d Difference) (bool, error) {
	switch {
	case d.PersonID != "":
		reg, id, err := householdOf(in, d.PersonID)
		if err != nil {
			return false, err
		}
		d.HouseholdID, d.Path = id, reg.Path
	case d.HouseholdID != "":
		places, err := residence.PlacesOf(in.tx, d.HouseholdID)
		if err != nil {
			return false, err
		}
		for _, p := range places {
			if p.Relation == policy.Registered {
				d.Path = p.Path
			}
		}
	}
	d.ID, d.SaysSource, d.SaysKind, d.SaysAsOf, d.State, d.RecordedAt, d.Version = in.tx.NewID(), in.at(row), in.kind, in.on, Open, in.tx.Millis(), 1
	n, err := in.tx.Exec(db.InsertText[Difference]("difference")+` on conflict (subject, field, says) do nothing`, db.Values(d)...)
	if err != nil || n == 0 {
		return false, err
	}
	return false, in.tx.Record(d.subject(), nil, d)
}

// saveDifference writes a decision if nobody decided meanwhile.
func saveDifference(tx *db.Tx, was, is Difference) error {
	is.Version++
	n, err := tx.Exec(`update difference set state = $2, reason = $3, decided_by = $4, decided_name = $5, decided_at = $6, returned_at = $7, version = $8
		where id = $1 and version = $9`, is.ID, is.State, is.Reason, is.DecidedBy, is.DecidedName, is.DecidedAt, is.ReturnedAt, is.Version, was.Version)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	if err != nil {
		return err
	}
	return tx.Record(is.subject(), was, is)
}

// openQuery selects the open differences that an actor may decide. Where
// somebody lives is no question for those who do not know the place.
func openQuery(by actor.Actor, scope policy.Scope, f DifferenceFilter, columns string) *db.Query {
	q := new(db.Query)
	q.Add(`select ` + columns + ` from difference d where d.state = 'open'`)
	q.If(f.Field != "", `and d.field = ?`, f.Field)
	q.If(f.Kind != "", `and d.says_kind = ?`, f.Kind)
	q.If(f.Import != "", `and d.says_source >= ? and d.says_source < ?`, "import/"+f.Import+"/", policy.PrefixEnd("import/"+f.Import+"/"))
	fields := fieldsFor(by)
	args := make([]any, len(fields))
	for i, name := range fields {
		args[i] = name
	}
	q.Add(`and d.field in (`+strings.TrimSuffix(strings.Repeat("?, ", len(fields)), ", ")+`)`, args...)
	registered, a := scope.WhereOn(policy.Registered, "d.path", "")
	living, b := scope.WhereOn(policy.Living, "d.living_path", "")
	q.Add(`and (`+registered+` or d.field = 'living' and `+living+`)`, append(a, b...)...)
	sealed, c := scope.Unsealed("x.sealed_to")
	q.Add(`and (d.field <> 'living' or not exists (select 1 from spell x where x.person_id = d.person_id and x.superseded_at = 0
		and x.valid_to = '9999-12-31' and x.sealed_to <> '' and not `+sealed+`))`, c...)
	return q
}

func openDifferences(tx *db.Tx, by actor.Actor, scope policy.Scope, f DifferenceFilter, limit int) ([]Difference, error) {
	q := openQuery(by, scope, f, db.Columns[Difference]("d."))
	q.If(f.After != "", `and d.id > ?`, f.After)
	q.Add(`order by d.id limit ?`, limit)
	return db.All[Difference](tx, q.Text(), q.Args()...)
}

func countDifferences(tx *db.Tx, by actor.Actor, scope policy.Scope, f DifferenceFilter) (int, error) {
	q := openQuery(by, scope, f, `count(*)`)
	return db.One[int](tx, q.Text(), q.Args()...)
}

func openDifference(tx *db.Tx, by actor.Actor, scope policy.Scope, id string) (Difference, error) {
	q := openQuery(by, scope, DifferenceFilter{}, db.Columns[Difference]("d.")).Add(`and d.id = ?`, id)
	d, err := db.One[Difference](tx, q.Text(), q.Args()...)
	if err == db.ErrNoRow {
		return d, fault.New(fault.NotFound, "importer.reconcile.none")
	}
	return d, err
}

// corrections lists what was decided against a file, by row: what it said was
// not taken over, or what it had said before was replaced.
func corrections(tx *db.Tx, id string) ([]Difference, error) {
	from := "import/" + id + "/"
	return db.All[Difference](tx, `select `+db.Columns[Difference]("")+` from difference
		where state = 'kept' and says_source >= $1 and says_source < $2 or state = 'taken' and have_source >= $1 and have_source < $2
		order by id`, from, policy.PrefixEnd(from))
}

// An Origin says where a fact comes from, in the words of the file it stood in.
type Origin struct {
	Kind string // of the file, or of the act
	File string // its name; "" if it was no file
	Row  string
}

// originOf reads a source.
func originOf(tx *db.Tx, source string) (Origin, error) {
	kind, rest, _ := strings.Cut(source, "/")
	if kind == "move" { // a move that a list says comes from the list
		listed, err := db.One[string](tx, `select source from move where id = $1`, rest)
		if err != nil && err != db.ErrNoRow {
			return Origin{}, err
		}
		if strings.HasPrefix(listed, "import/") {
			return originOf(tx, listed)
		}
		return Origin{Kind: KindMoves}, nil
	}
	if kind != "import" {
		return Origin{Kind: cmp.Or(map[string]string{"seed": rest}[kind], kind)}, nil
	}
	id, row, _ := strings.Cut(rest, "/")
	type file struct {
		Kind string `db:"kind"`
		Name string `db:"file_name"`
	}
	f, err := db.One[file](tx, `select kind, file_name from import where id = $1`, id)
	if err == db.ErrNoRow {
		return Origin{Kind: KindRegister, Row: strings.TrimSuffix(row, assumed)}, nil
	}
	return Origin{Kind: f.Kind, File: f.Name, Row: strings.TrimSuffix(row, assumed)}, err
}

func names(tx *db.Tx, all []Difference) (map[string]string, error) {
	type row struct {
		ID   string `db:"id"`
		Name string `db:"name"`
	}
	out := map[string]string{}
	var ids, heads, units []any
	for _, d := range all {
		switch {
		case d.PersonID != "":
			ids = append(ids, string(d.PersonID))
		case d.Unit() != "":
			units = append(units, d.Unit())
		default:
			heads = append(heads, string(d.HouseholdID))
		}
	}
	add := func(text string, args []any) error {
		if len(args) == 0 {
			return nil
		}
		q := new(db.Query).Add(strings.Replace(text, "(?)", "("+strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ")+")", 1), args...)
		rows, err := db.All[row](tx, q.Text(), q.Args()...)
		for _, r := range rows {
			out[r.ID] = r.Name
		}
		return err
	}
	if err := add(`select id, name from person where id in (?)`, ids); err != nil {
		return nil, err
	}
	if err := add(`select id, name from organisation where id in (?)`, units); err != nil {
		return nil, err
	}
	return out, add(`select s.household_id as id, p.name as name from spell s join person p on p.id = s.person_id where s.household_id in (?)
		and s.kind = 'registered' and s.relation = '02' and s.superseded_at = 0 and s.valid_to = '9999-12-31'`, heads)
}

func (s *Service) named(tx *db.Tx, all []Difference) ([]DifferenceRow, error) {
	byID, err := names(tx, all)
	if err != nil {
		return nil, err
	}
	known := map[string]Origin{}
	origin := func(source string) (Origin, error) {
		o, ok := known[source]
		if !ok {
			o, err = originOf(tx, source)
			known[source] = o
		}
		return o, err
	}
	rows := make([]DifferenceRow, len(all))
	for i, d := range all {
		rows[i] = DifferenceRow{Difference: d, Name: cmp.Or(byID[string(d.PersonID)], byID[string(d.HouseholdID)], byID[d.Unit()])}
		if rows[i].HaveOrigin, err = origin(d.HaveSource); err != nil {
			return nil, err
		}
		if rows[i].SaysFile, err = origin(d.SaysSource); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// spellsOf lists where the registered members of a household are registered,
// live and work today.
func spellsOf(tx *db.Tx, id household.ID) ([]residence.Spell, error) {
	return db.All[residence.Spell](tx, `select `+db.Columns[residence.Spell]("x.")+` from spell s join spell x on x.person_id = s.person_id
		where s.household_id = $1 and s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31'
		and x.superseded_at = 0 and x.valid_to = '9999-12-31' order by x.person_id, x.kind desc, x.id`, string(id))
}

func factSource(tx *db.Tx, subject string) ([]houseSource, error) {
	return db.All[houseSource](tx, `select source, as_of, recorded_at from fact_source where subject = $1`, subject)
}

// unsealed leaves out the places of people whose place is protected by now.
func unsealed(tx *db.Tx, by actor.Actor, all []Difference) (out []Difference, err error) {
	for _, d := range all {
		if d.Field == FieldLiving {
			was, lives, err := residence.Current(tx, d.PersonID, residence.Living)
			if err != nil {
				return nil, err
			}
			if lives && !policy.Sees(by, policy.Place{Relation: policy.Living, Path: was.Path, SealedTo: was.SealedTo}) {
				continue
			}
		}
		out = append(out, d)
	}
	return out, nil
}
