package app

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"anju/internal/db"
)

// A one-time password is kept as a hash and shown once: an import that is cut
// short shows those it has given, and the next one gives the rest.
func TestImportCutShortShowsItsPasswords(t *testing.T) {
	eachEngine(t, func(t *testing.T, url func() string) {
		a := open(t, given(t, url()))
		f, err := os.Open("../../examples/accounts.xlsx")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		held := func() (n int64) {
			err := a.DB.Read(context.Background(), func(tx *db.Tx) (err error) {
				n, err = db.One[int64](tx, `select count(*) from account where password <> ''`)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			return n
		}
		bring := func(ctx context.Context) (shown int64, err error) {
			var out bytes.Buffer
			_, err = a.ImportStaff(ctx, "accounts", "accounts.xlsx", f, info.Size(), false, &out)
			return int64(strings.Count(out.String(), "\n  ")), err
		}
		admins := held()
		ctx, cut := context.WithCancel(t.Context())
		var watch sync.WaitGroup
		watch.Go(func() {
			for ctx.Err() == nil && held() < admins+2 {
			}
			cut()
		})
		shown, err := bring(ctx)
		cut()
		watch.Wait()
		if !errors.Is(err, context.Canceled) || shown == 0 || shown != held()-admins {
			t.Errorf("cut short: %d passwords shown, %d given (%v)", shown, held()-admins, err)
		}
		rest, err := bring(t.Context())
		if err != nil || shown+rest != held()-admins || rest == 0 {
			t.Errorf("the rest: %d shown, %d given in all (%v)", rest, held()-admins, err)
		}
	})
}
