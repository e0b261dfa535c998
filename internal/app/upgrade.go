package app

import (
	"context"
	"fmt"
	"io"
	"time"

	"anju/internal/db"
	"anju/internal/i18n"
)

// Upgrade brings an older county up to this program. It backs it up first,
// beside the data folder, and does nothing if that fails.
func Upgrade(ctx context.Context, c *Config, out io.Writer) error {
	keys, src, err := c.source(ctx)
	if err != nil {
		return err
	}
	was, now := src.Version, db.Current()
	if err := src.Close(); err != nil {
		return err
	}
	if was == now {
		fmt.Fprintln(out, i18n.T("upgrade.none", "schema", now.County))
		return nil
	}
	file := fmt.Sprintf("%s.schema-%d.%s.anju", c.Data, was.County, time.Now().UTC().Format("20060102T150405Z"))
	if err := Backup(ctx, c, file, out); err != nil {
		return err
	}
	if _, err := db.Migrate(ctx, dbConfig(c, new(Clock), keys)); err != nil {
		return err
	}
	fmt.Fprintln(out, i18n.T("upgrade.done", "was", was.County, "is", now.County, "file", file))
	return nil
}
