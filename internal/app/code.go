package app

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/proof"
	"anju/internal/seal"
)

// rootKeys reads the root of the booklets' codes, or makes it where there is
// none. The server never needs it: it is carried away and kept in a safe.
func rootKeys(file string) (*seal.Keys, error) {
	k, err := seal.Load(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	return seal.Create(file)
}

// Trust signs the list of the next years' keys with the root and stores it. A
// county that has a root takes no other; one that was made before there were
// codes gets its first.
func (a *App) Trust(ctx context.Context) error {
	var rooted bool
	if err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { rooted, err = booklet.Rooted(tx); return err }); err != nil {
		return err
	}
	take := rootKeys
	if rooted {
		take = seal.Load
	}
	root, err := take(a.Config.Root)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Invalid, "cli.trust.no_root", "file", a.Config.Root)
	}
	if err != nil {
		return err
	}
	return a.Booklets.Trust(ctx, a.atTerminal(actor.SecurityAdmin), root, a.Config.County)
}

// keepCheckURL stores where the public finds the check page: booklets that are
// made from now on say so on their cover.
func (a *App) keepCheckURL(ctx context.Context) error {
	return a.keep(ctx, booklet.CheckURLSetting, a.Config.CheckURL)
}

// keepDayCap stores how many booklets one account can have signed in a day.
func (a *App) keepDayCap(ctx context.Context) error {
	if a.Config.DayCap <= 0 {
		return nil
	}
	return a.keep(ctx, booklet.DayCapSetting, strconv.FormatInt(a.Config.DayCap, 10))
}

// keep stores what the machine says of the codes, if it says something new.
func (a *App) keep(ctx context.Context, setting, value string) error {
	was := ""
	if err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { was, err = db.Setting(tx, setting); return err }); err != nil || value == "" || was == value {
		return err
	}
	return a.DB.Write(ctx, actor.ForSystem("serve"), setting, func(tx *db.Tx) error {
		if err := db.SetSetting(tx, setting, value); err != nil {
			return err
		}
		return tx.RecordAll("setting/"+setting, 1, value)
	})
}

// prepareCodes gives the demonstration county its trust list and the address
// of its check page, before its booklets are made.
func prepareCodes(ctx context.Context, c *Config, d *db.DB, keys *seal.Keys) error {
	return d.Write(ctx, actor.ForSystem("seed"), "seed.codes", func(tx *db.Tx) error {
		url := c.CheckURL
		if url == "" && c.Addr != "" {
			url = "http://" + c.Addr + "/check"
		}
		if err := db.SetSetting(tx, booklet.CheckURLSetting, url); err != nil {
			return err
		}
		return booklet.Trust(tx, keys, seal.FromSeed(^c.Seed), c.County)
	})
}

// saveSamples writes some codes of the demonstration county of each kind, to
// be tried on the check page and at the terminal.
func (a *App) saveSamples(ctx context.Context) error {
	var all []booklet.Sample
	if err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { all, err = booklet.Samples(tx, a.Keys); return err }); err != nil {
		return err
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(SamplesFile(a.Config.Data), append(text, '\n'), 0o600)
}

// SamplesFile is where the sample codes of a demonstration county lie.
func SamplesFile(data string) string { return filepath.Join(data, "demo-codes.json") }

// CheckCode is the verdict on a code: by the book in a file, or by the county
// itself.
func CheckCode(ctx context.Context, c *Config, text, file string) (booklet.Answer, error) {
	code, err := proof.Parse(text)
	if err != nil {
		return booklet.Answer{}, fault.Wrap(fault.Invalid, "check.unreadable", err)
	}
	if file == "" {
		a, err := Open(ctx, c)
		if err != nil {
			return booklet.Answer{}, err
		}
		defer a.Close()
		return a.Codes.Check(ctx, text)
	}
	book, err := readBook(file)
	if err != nil {
		return booklet.Answer{}, err
	}
	return booklet.CheckBy(book, code, time.Now())
}

func readBook(file string) (proof.Book, error) {
	f, err := os.Open(file)
	if err != nil {
		return proof.Book{}, err
	}
	defer f.Close()
	book, err := proof.ReadBook(f)
	if err != nil {
		return book, fault.Wrap(fault.Invalid, "check.trust", err)
	}
	return book, nil
}
