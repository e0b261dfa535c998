package account_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/seal"
)

const (
	county      = "610929"
	town        = "610929101"    // 城关镇
	village     = "610929101001" // one of its communities
	other       = "610929101002"
	otherTown   = "610929102"
	farVillage  = "610929102201"
	password    = "Tao-hua-2026"
	today       = calendar.Date("2026-03-04")
	addressHere = "10.0.0.1"
)

// A world is a county with a few accounts, on one engine.
type world struct {
	*account.Entrance
	s     *account.Service
	clock *dbtest.Clock
}

func each(t *testing.T, f func(t *testing.T, w world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		keys := seal.FromSeed(1)
		w := world{&account.Entrance{DB: d, Keys: keys}, &account.Service{DB: d, Keys: keys}, c}
		w.given(t)
		f(t, w)
	})
}

// totp is the second factor of an account of the world.
func totp(login string) seal.Secret {
	sum := sha256.Sum256([]byte(login))
	return seal.TOTPSecret(sum[:20])
}

var people = []struct {
	login string
	posts []account.Post
}{
	{"worker", []account.Post{{Kind: actor.GridWorker, Path: village + "001"}}},
	{"worker2", []account.Post{{Kind: actor.GridWorker, Path: village + "002"}, {Kind: actor.GridWorker, Path: farVillage + "001"}}},
	{"leader", []account.Post{{Kind: actor.GridLeader, Path: village}}},
	{"leader2", []account.Post{{Kind: actor.GridLeader, Path: other}}},
	{"centre", []account.Post{{Kind: actor.TownCentre, Path: town}}},
	{"centre2", []account.Post{{Kind: actor.TownCentre, Path: otherTown}}},
	{"police", []account.Post{{Kind: actor.Registrar, Path: town}, {Kind: actor.SectionLeader, Path: village}}},
	{"chief", []account.Post{{Kind: actor.Chief, Path: county}}},
	{"sysadmin", []account.Post{{Kind: actor.SystemAdmin, Path: county}}},
	{"audadmin", []account.Post{{Kind: actor.AuditAdmin, Path: county}}},
	{"former", []account.Post{{Kind: actor.GridWorker, Path: village + "001", ValidTo: "2026-03-04"}}},
	{"nobody", nil},
}

func (w world) given(t *testing.T) {
	t.Helper()
	hash := seal.DemoCost.Hash(password, []byte("0123456789abcdef"))
	dbtest.Given(t, w.DB, func(tx *db.Tx) error {
		for _, p := range people {
			id := account.ID(p.login)
			a := account.Account{ID: id, Login: p.login, Name: "甲" + p.login, Password: hash, State: "active", Version: 1,
				TOTPSealed: w.Keys.Seal("account", "totp", p.login, []byte(totp(p.login).Reveal()))}
			if err := account.Insert(tx, a); err != nil {
				return err
			}
			for _, post := range p.posts {
				post.AccountID, post.Office, post.ValidFrom = id, "办公室", "2025-01-01"
				if _, err := account.Appoint(tx, post); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// as is an account of the world in its first kind of post.
func as(login string) actor.Actor {
	for _, p := range people {
		if p.login == login {
			a := actor.Actor{Account: login, Name: "甲" + login, Kind: p.posts[0].Kind, Office: "办公室"}
			for _, q := range p.posts {
				if q.Kind == a.Kind {
					a.Paths = append(a.Paths, q.Path)
				}
			}
			return a
		}
	}
	panic("no " + login)
}

// right are the credentials that SignIn takes now.
func (w world) right(t *testing.T, login string) account.Credentials {
	t.Helper()
	code, err := w.NextCode(t.Context(), login, totp(login))
	if err != nil {
		t.Fatal(err)
	}
	return account.Credentials{Login: login, Password: password, Code: code, Address: addressHere}
}

func (w world) signIn(t *testing.T, login string) (cookie string, s account.Session) {
	t.Helper()
	w.clock.Move(30 * time.Second) // a fresh code
	cookie, err := w.SignIn(t.Context(), w.right(t, login))
	if err != nil {
		t.Fatal(err)
	}
	if s, err = w.Resume(t.Context(), cookie); err != nil {
		t.Fatal(err)
	}
	return cookie, s
}

func (w world) account(t *testing.T, login string) (a account.Account) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *db.Tx) (err error) { a, err = account.ByLogin(tx, login); return err })
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func count(t *testing.T, d *db.DB, query string, args ...any) (n int64) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) { n, err = db.One[int64](tx, query, args...); return err })
	if err != nil {
		t.Fatal(err)
	}
	return n
}
