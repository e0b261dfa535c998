package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/community"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/relocation"
	"anju/internal/seal"
)

// Init makes an empty county: its places, the default tables, and the three
// administrators, whose one-time passwords it returns.
func Init(ctx context.Context, c *Config) ([]account.OneTime, error) {
	if err := c.countyIsKnown(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, err
	}
	keys, err := initKeys(c)
	if err != nil {
		return nil, err
	}
	root, err := rootKeys(c.Root)
	if err != nil {
		return nil, err
	}
	cfg := dbConfig(c, new(Clock), keys)
	if _, err := db.Migrate(ctx, cfg); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if empty, err := isEmpty(ctx, d); err != nil || !empty {
		if err == nil {
			err = fault.New(fault.Conflict, "app.not_empty", "data", c.where())
		}
		return nil, err
	}
	var admins []account.OneTime
	err = d.Write(ctx, actor.ForSystem("init"), "init", func(tx *db.Tx) error {
		for _, install := range []func(*db.Tx) error{division.Install, relocation.InstallRules, entitlement.InstallRoutes, community.InstallRules} {
			if err := install(tx); err != nil {
				return err
			}
		}
		if err := db.SetSetting(tx, keySetting, keys.ID()); err != nil {
			return err
		}
		if err := booklet.Trust(tx, keys, root, c.County); err != nil {
			return err
		}
		if admins, err = account.InitAdmins(tx, c.County, account.FirstAdmins()); err != nil {
			return err
		}
		return tx.RecordAll("county/"+c.County, 1, "anju init")
	})
	return admins, err
}

// countyIsKnown refuses a county whose places this program does not have: it
// would be made of another's.
func (c *Config) countyIsKnown() error {
	all, err := division.Builtin()
	if err == nil && !slices.ContainsFunc(all, func(d division.Division) bool { return d.Code == c.County }) {
		err = fault.New(fault.Invalid, "app.county_unknown", "county", c.County)
	}
	return err
}

// initKeys makes the county's key file, or takes the one that is there: a
// county may be made again after a disk is lost, never its keys. The key of a
// demonstration county, which everyone has, is not taken.
func initKeys(c *Config) (*seal.Keys, error) {
	keys, err := seal.Load(c.Keys)
	switch {
	case err == nil && keys.Known():
		return nil, fault.New(fault.Conflict, "app.known_keys", "file", c.Keys)
	case !errors.Is(err, fs.ErrNotExist):
		return keys, err
	}
	if err := os.MkdirAll(filepath.Dir(c.Keys), 0o700); err != nil {
		return nil, err
	}
	return seal.Create(c.Keys)
}
