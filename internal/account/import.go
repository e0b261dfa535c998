package account

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/policy"
	"anju/internal/seal"
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
	Office string // "" is made from the kind
}

// A RowFault says what is wrong with a line.
type RowFault struct {
	Line   int
	Column string
	Key    string
	Args   []any
}

// Imported is what an import of accounts did, or would do.
type Imported struct {
	Rows, Accounts, Posts, Unchanged int
	Faults                           []RowFault
	Passwords                        []OneTime // for accounts that are new
}

// OneTime is the first password of a new account, to be handed over once.
type OneTime struct {
	Login, Name string
	Password    seal.Secret
}

// Import takes in accounts and posts. Good rows are not held back by bad ones;
// a second run changes nothing. With dry nothing is written.
func (s *Service) Import(ctx context.Context, by actor.Actor, rows []Row, dry bool) (Imported, error) {
	if err := policy.Check(by, policy.AccountImport, policy.Places{}); err != nil {
		return Imported{}, err
	}
	out := Imported{Rows: len(rows)}
	kinds := kindsByName()
	var good []Row
	for _, r := range rows {
		faults := check(r, kinds)
		out.Faults = append(out.Faults, faults...)
		if len(faults) == 0 {
			good = append(good, r)
		}
	}
	fresh := map[string]OneTime{}
	errDry := fault.New(fault.Conflict, "account.dry")
	err := s.DB.Write(ctx, by, string(policy.AccountImport), func(tx *db.Tx) error {
		for _, r := range good {
			id, isNew, err := s.take(tx, r)
			if err != nil {
				return err
			}
			if isNew {
				out.Accounts++
				fresh[r.Login] = OneTime{Login: r.Login, Name: r.Name}
			}
			path := r.path()
			p := Post{AccountID: id, Kind: kinds[r.Kind], Path: path, Office: r.office(), MadeOf: r.MadeOf, ValidFrom: calendar.On(tx.Now())}
			held, err := PostsOf(tx, id, p.ValidFrom)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(held, func(h Post) bool { return h.Kind == p.Kind && h.Path == p.Path }) {
				out.Unchanged++
				continue
			}
			if _, err := Appoint(tx, p); fault.KeyOf(err) == "account.three_apart" {
				out.Faults = append(out.Faults, RowFault{r.Line, "岗位", "account.three_apart", nil}) //i18n:none
				continue
			} else if err != nil {
				return err
			}
			out.Posts++
		}
		if dry {
			return errDry
		}
		if out.Posts == 0 && out.Accounts == 0 {
			return nil
		}
		return tx.RecordAll("account/import", out.Posts, by.Name)
	})
	if err != nil && err != error(errDry) {
		return out, err
	}
	if dry {
		return out, nil
	}
	return out, s.firstPasswords(ctx, by, fresh, &out)
}

// firstPasswords gives every new account its own one-time password, outside
// the transaction: hashing takes its time.
func (s *Service) firstPasswords(ctx context.Context, by actor.Actor, fresh map[string]OneTime, out *Imported) error {
	logins := make([]string, 0, len(fresh))
	for l := range fresh {
		logins = append(logins, l)
	}
	slices.Sort(logins)
	for _, l := range logins {
		o := fresh[l]
		password, err := oneTime()
		if err != nil {
			return err
		}
		hash, err := seal.HashPassword(ctx, password.Reveal())
		if err != nil {
			return err
		}
		err = s.DB.Write(ctx, by, string(policy.AccountImport), func(tx *db.Tx) error {
			was, err := ByLogin(tx, l)
			if err != nil {
				return err
			}
			is := was
			is.Password, is.MustChange = hash, 1
			if err := update(tx, is); err != nil {
				return err
			}
			return tx.Record("account/"+string(is.ID), was, is)
		})
		if err != nil {
			return err
		}
		o.Password = password
		out.Passwords = append(out.Passwords, o)
	}
	return nil
}

func (s *Service) take(tx *db.Tx, r Row) (ID, bool, error) {
	a, err := ByLogin(tx, r.Login)
	if err == nil {
		return a.ID, false, nil
	}
	if fault.KindOf(err) != fault.NotFound {
		return "", false, err
	}
	a = Account{ID: ID(tx.NewID()), Login: r.Login, Name: r.Name, MustChange: 1, State: "active", CreatedAt: tx.Millis(), Version: 1}
	if phone, err := ident.ParsePhone(r.Phone); err == nil {
		a.PhoneSealed = s.Keys.Seal("account", "phone", string(a.ID), []byte(phone))
	}
	return a.ID, true, Insert(tx, a)
}

func (r Row) path() string {
	if r.Grid == "" {
		return r.Code
	}
	return r.Code + strings.Repeat("0", max(0, 3-len(r.Grid))) + r.Grid
}

func (r Row) office() string {
	if r.Office != "" {
		return r.Office
	}
	return r.Kind
}

// kindsByName maps what offices write to kinds of post: the names of the
// catalogue.
func kindsByName() map[string]actor.Kind {
	m := map[string]actor.Kind{}
	for _, k := range actor.Kinds {
		m[i18n.T("account.kind."+string(k))] = k //i18n:dynamic account.kind.
	}
	return m
}

func check(r Row, kinds map[string]actor.Kind) (fs []RowFault) {
	add := func(column, key string, args ...any) { fs = append(fs, RowFault{r.Line, column, key, args}) }
	if r.Name == "" {
		add("姓名", "account.row.name")
	}
	if r.Login == "" || strings.ContainsAny(r.Login, " \t") {
		add("账号", "account.row.login")
	}
	if r.Phone != "" {
		if _, err := ident.ParsePhone(r.Phone); err != nil {
			add("手机号", fault.KeyOf(err))
		}
	}
	kind, ok := kinds[r.Kind]
	if !ok {
		add("岗位", "account.row.kind", "kind", r.Kind)
	}
	if n := len(r.Code); n != 6 && n != 9 && n != 12 || strings.Trim(r.Code, "0123456789") != "" {
		add("范围区划代码", "account.row.code")
	} else if r.Grid != "" && (n != 12 || len(r.Grid) > 3 || strings.Trim(r.Grid, "0123456789") != "") {
		add("网格序号", "account.row.grid")
	} else if ok && kind == actor.GridWorker && r.Grid == "" {
		add("网格序号", "account.row.worker_grid")
	}
	return fs
}
