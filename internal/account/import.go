package account

import (
	"context"
	"errors"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/policy"
)

// A Row is one line of the workbook of accounts: a person in a post.
type Row struct {
	Line   int // in the file
	Name   string
	Phone  string
	Login  string
	Kind   string // as the office writes it: 网格员, 户籍民警 …
	Code   string // division code of the area
	Grid   string // serial of the grid within a village, "" for the whole area
	MadeOf string // level 1
	Office string // "" is made from the area and the kind
}

// A RowFault says what is wrong with a line.
type RowFault struct {
	Line   int
	Column string // the column's name
	Key    string
	Args   []any
}

// Imported is what an import of accounts did, or would do.
type Imported struct {
	Rows, Accounts, Posts, Unchanged int
	Faults                           []RowFault
	Passwords                        []OneTime // for accounts that have none yet
}

var errDry = errors.New("dry run") // takes the transaction back

// Import takes in accounts and posts. Good rows are not held back by bad ones;
// a second run changes nothing, and gives a password to those who got none
// because the first was cut short. With dry nothing is written.
func (s *Service) Import(ctx context.Context, by actor.Actor, rows []Row, dry bool) (Imported, error) {
	if err := policy.Check(by, policy.AccountImport, policy.Places{}); err != nil {
		return Imported{}, err
	}
	var out Imported
	err := s.DB.Write(ctx, by, string(policy.AccountImport), func(tx *db.Tx) error {
		var err error
		err = s.guarded(tx, calendar.On(tx.Now()), func() error { out, err = s.takeAll(tx, rows); return err })
		if err != nil {
			return err
		}
		if dry {
			return errDry
		}
		if out.Posts == 0 && out.Accounts == 0 {
			return nil
		}
		return tx.RecordAll("account/import", out.Posts, by.Name)
	})
	if dry && errors.Is(err, errDry) {
		return out, nil
	}
	if err != nil {
		return Imported{}, err
	}
	err = s.firstPasswords(ctx, by, rows, &out)
	return out, err // those already given are not lost with the rest
}

func (s *Service) takeAll(tx *db.Tx, rows []Row) (Imported, error) {
	out := Imported{Rows: len(rows)}
	kinds := kindsByName()
	for _, r := range rows {
		r.Login = strings.ToLower(r.Login)
		faults := check(r, kinds)
		if len(faults) == 0 {
			fault, err := s.take(tx, r, kinds[r.Kind], &out)
			if err != nil {
				return out, err
			}
			if fault != nil {
				faults = append(faults, *fault)
			}
		}
		out.Faults = append(out.Faults, faults...)
	}
	return out, nil
}

// take takes in one good row, or says why it cannot.
func (s *Service) take(tx *db.Tx, r Row, kind actor.Kind, out *Imported) (*RowFault, error) {
	area, err := s.area(tx, r.Code)
	if fault.KindOf(err) == fault.NotFound {
		return &RowFault{r.Line, i18n.T("account.column.code"), "account.row.no_division", nil}, nil
	}
	if err != nil {
		return nil, err
	}
	a, err := ByLogin(tx, r.Login)
	isNew := fault.KindOf(err) == fault.NotFound
	switch {
	case isNew:
		a = Account{ID: ID(tx.NewID()), Login: r.Login, Name: r.Name, MustChange: 1, State: "active", CreatedAt: tx.Millis(), Version: 1}
		if phone, err := ident.ParsePhone(r.Phone); err == nil {
			a.PhoneSealed = s.Keys.Seal("account", "phone", string(a.ID), []byte(phone))
		}
	case err != nil:
		return nil, err
	case a.Name != r.Name:
		return &RowFault{r.Line, i18n.T("account.column.name"), "account.row.other_name", nil}, nil
	}
	p := Post{AccountID: a.ID, Kind: kind, Path: r.path(), Office: r.office(area), MadeOf: r.MadeOf, ValidFrom: calendar.On(tx.Now())}
	held, err := postsBetween(tx, a.ID, p.ValidFrom, calendar.Forever)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(held, func(h Post) bool { return h.Kind == p.Kind && h.Path == p.Path }) {
		out.Unchanged++
		return nil, nil
	}
	if slices.ContainsFunc(held, func(h Post) bool { return !together(h.Kind, p.Kind) }) {
		return &RowFault{r.Line, i18n.T("account.column.kind"), "account.three_apart", nil}, nil
	}
	if isNew {
		if err := Insert(tx, a); err != nil {
			return nil, err
		}
		out.Accounts++
	}
	if _, err := Appoint(tx, p); err != nil {
		return nil, err
	}
	out.Posts++
	return nil, nil
}

// firstPasswords gives every account of the rows that has no password its own
// one-time password. Hashing takes its time, so it is done between
// transactions.
func (s *Service) firstPasswords(ctx context.Context, by actor.Actor, rows []Row, out *Imported) error {
	seen := map[string]bool{}
	for _, r := range rows {
		login := strings.ToLower(r.Login)
		if seen[login] {
			continue
		}
		seen[login] = true
		var a Account
		err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { a, err = ByLogin(tx, login); return err })
		if fault.KindOf(err) == fault.NotFound || err == nil && a.Password != "" {
			continue
		}
		if err != nil {
			return err
		}
		password, hash, err := oneTime(ctx)
		if err != nil {
			return err
		}
		err = s.change(ctx, by, string(policy.AccountImport), a.ID, func(a *Account) error { a.Password, a.MustChange = hash, 1; return nil })
		if err != nil {
			return err
		}
		out.Passwords = append(out.Passwords, OneTime{Login: a.Login, Name: a.Name, Password: password})
	}
	return nil
}

func (r Row) path() string {
	if r.Grid == "" {
		return r.Code
	}
	return r.Code + strings.Repeat("0", 3-len(r.Grid)) + r.Grid
}

// office is what a resident reads who asks who looked: where, and as what.
func (r Row) office(area string) string {
	switch {
	case r.Office != "":
		return r.Office
	case area == "":
		return r.Kind
	case r.Grid != "":
		return i18n.T("account.office.grid", "area", area, "n", strings.TrimLeft(r.Grid, "0"), "kind", r.Kind)
	}
	return i18n.T("account.office.area", "area", area, "kind", inArea(r.Kind))
}

// inArea is a kind of post after the name of its area, which ends with the
// level that the kind by itself begins with.
func inArea(kind string) string {
	for _, level := range strings.Fields(i18n.T("account.office.levels")) {
		if rest, ok := strings.CutPrefix(kind, level); ok {
			return rest
		}
	}
	return kind
}

func kindName(k actor.Kind) string { return i18n.T("account.kind." + string(k)) } //i18n:dynamic account.kind.

// kindsByName maps what offices write to kinds of post: the names of the
// catalogue.
func kindsByName() map[string]actor.Kind {
	m := map[string]actor.Kind{}
	for _, k := range actor.Kinds {
		m[kindName(k)] = k
	}
	return m
}

// check says what is wrong with a row by itself.
func check(r Row, kinds map[string]actor.Kind) (fs []RowFault) {
	add := func(column, key string, args ...any) {
		fs = append(fs, RowFault{r.Line, i18n.T("account.column." + column), key, args}) //i18n:dynamic account.column.
	}
	if r.Name == "" {
		add("name", "account.row.name")
	}
	if r.Login == "" || strings.ContainsAny(r.Login, " \t　") {
		add("login", "account.row.login")
	}
	if r.Phone != "" {
		if _, err := ident.ParsePhone(r.Phone); err != nil {
			add("phone", fault.KeyOf(err))
		}
	}
	kind, known := kinds[r.Kind]
	switch {
	case !known:
		add("kind", "account.row.kind", "kind", r.Kind)
	case kind.Admin():
		add("kind", "account.at_the_machine")
	}
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	switch n := len(r.Code); {
	case n != 6 && n != 9 && n != 12 || !digits(r.Code):
		add("code", "account.row.code")
	case r.Grid != "" && (n != 12 || len(r.Grid) > 3 || !digits(r.Grid) || strings.Trim(r.Grid, "0") == ""):
		add("grid", "account.row.grid")
	case kind == actor.GridWorker && r.Grid == "":
		add("grid", "account.row.worker_grid")
	case known && !kind.Admin() && !slices.Contains(levels[kind], len(r.path())):
		add("code", "account.row.level", "kind", r.Kind)
	}
	return fs
}
