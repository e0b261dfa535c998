// Package app builds the whole program from a Config: keys, clock, database,
// guards, doors and what runs in the background.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"anju/internal/accepting"
	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/adjust"
	"anju/internal/audit"
	"anju/internal/baseline"
	"anju/internal/blob"
	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/community"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/division"
	"anju/internal/duplicate"
	"anju/internal/dwelling"
	"anju/internal/election"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/importer"
	"anju/internal/jobs"
	"anju/internal/ledger"
	"anju/internal/matter"
	"anju/internal/mediation"
	"anju/internal/network"
	"anju/internal/overview"
	"anju/internal/party"
	"anju/internal/person"
	"anju/internal/registration"
	"anju/internal/regrid"
	"anju/internal/relocation"
	"anju/internal/request"
	"anju/internal/residence"
	"anju/internal/seal"
	"anju/internal/visit"
	"anju/internal/web/check"
	"anju/internal/web/field"
	"anju/internal/web/gate"
	"anju/internal/web/staff"
	"anju/internal/web/ui"
)

// An App is an open county with everything that serves it.
type App struct {
	Config *Config
	Keys   *seal.Keys
	DB     *db.DB
	Clock  *Clock

	Accounts      *account.Service
	Entrance      *account.Entrance
	Overview      *overview.Service
	People        *person.Service
	Dwellings     *dwelling.Service
	Requests      *request.Service
	Baseline      *baseline.Service
	Relocations   *relocation.Service
	Registrations *registration.Service
	Duplicates    *duplicate.Service
	Rights        *entitlement.Service
	Booklets      *booklet.Service
	Codes         *booklet.Public
	Accepting     *accepting.Service
	Grids         *grid.Service
	Visits        *visit.Service
	Matters       *matter.Service
	Mediations    *mediation.Service
	Elections     *election.Service
	Party         *party.Service
	Network       *network.Service
	Regrids       *regrid.Service
	Deadlines     *deadline.Service
	Imports       *importer.Service
	Ledgers       *ledger.Service
	Adjust        *adjust.Service
	Communities   *community.Service
	Divisions     *division.Service
	Audit         *audit.Service
	Moves         *ClockService // the demonstration county's clock; nil in a real one
	Jobs          *jobs.Runner

	County string // its name
}

// dbConfig is where the county lives, with its clock and its keys.
func dbConfig(c *Config, clock *Clock, keys *seal.Keys) db.Config {
	return db.Config{Dir: c.Data, URL: c.DB, Now: clock.Now, Sign: signer(keys)}
}

// logOrigin names the county's logs in signatures.
const logOrigin = "anju.log"

func signer(k *seal.Keys) func([]byte) []byte {
	return func(text []byte) []byte {
		signed, err := k.SignCheckpoint(logOrigin, string(text))
		if err != nil {
			slog.Error("a log head could not be signed", "err", err)
			return nil
		}
		return signed
	}
}

func checker(k *seal.Keys) (func(text, signature []byte) bool, error) {
	key, err := k.CheckpointKey(logOrigin)
	if err != nil {
		return nil, err
	}
	return func(text, signature []byte) bool {
		signed, err := seal.VerifyCheckpoint(signature, key)
		return err == nil && signed == string(text)
	}, nil
}

// keySetting holds the id of the key file the county was made with.
const keySetting = "keys.id"

// smallServer is from how many bytes on the program cleans up more often; what
// SQLite keeps comes on top.
const smallServer = 440 << 20

// LimitMemory keeps the program's memory to what a small server has, half a
// gigabyte with SQLite's, unless GOMEMLIMIT says another size.
func LimitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(smallServer)
	}
}

// Open opens a county.
func Open(ctx context.Context, c *Config) (*App, error) {
	if err := c.hasCounty(); err != nil {
		return nil, err
	}
	keys, err := seal.Load(c.Keys)
	if err != nil {
		return nil, err
	}
	clock := new(Clock)
	d, err := db.Open(ctx, dbConfig(c, clock, keys))
	if err != nil {
		return nil, err
	}
	a, err := build(ctx, c, keys, d, clock)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if c.DB == "" {
		LimitMemory()
	}
	return a, nil
}

func build(ctx context.Context, c *Config, keys *seal.Keys, d *db.DB, clock *Clock) (*App, error) {
	a := &App{Config: c, Keys: keys, DB: d, Clock: clock}
	demo := false
	err := d.Read(ctx, func(tx *db.Tx) error {
		id, err := db.Setting(tx, keySetting)
		if err != nil {
			return err
		}
		if id != "" && id != keys.ID() {
			return fault.New(fault.Conflict, "app.other_keys", "file", c.Keys)
		}
		made, err := db.Setting(tx, demoSetting)
		if err != nil {
			return err
		}
		demo = made != ""
		county, err := division.Get(tx, c.County, calendar.On(d.Now()))
		a.County = county.Name
		switch {
		case fault.KindOf(err) == fault.NotFound && id != "":
			return fault.New(fault.Conflict, "app.other_county", "data", c.where(), "county", c.County)
		case fault.KindOf(err) == fault.NotFound:
			return fault.New(fault.Conflict, "app.no_county", "data", c.where())
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	blobs, err := blob.New(filepath.Join(c.Data, "blobs"), keys)
	if err != nil {
		return nil, err
	}
	check, err := checker(keys)
	if err != nil {
		return nil, err
	}
	a.Accounts = &account.Service{DB: d, Keys: keys, Place: placeName, Wall: time.Now, Ends: network.Ends, Guard: network.Guard}
	a.Entrance = &account.Entrance{DB: d, Keys: keys, Wall: time.Now}
	a.Overview = &overview.Service{DB: d, Keys: keys}
	a.People = &person.Service{DB: d, Keys: keys, Places: residence.PersonPlaces}
	a.Dwellings = &dwelling.Service{DB: d, Seen: residence.HouseSeen}
	a.Baseline = &baseline.Service{DB: d}
	a.Requests = &request.Service{DB: d, Keys: keys, Blobs: blobs, Used: matter.PhotoUsed}
	a.Relocations = &relocation.Service{DB: d, Keys: keys}
	a.Registrations = &registration.Service{DB: d, Keys: keys}
	a.Duplicates = &duplicate.Service{DB: d, Keys: keys}
	a.Rights = &entitlement.Service{DB: d, Keys: keys}
	a.Booklets = &booklet.Service{DB: d, Keys: keys, Blobs: blobs}
	a.Codes = &booklet.Public{DB: d, Keys: keys}
	a.Accepting = &accepting.Service{DB: d}
	a.Grids = &grid.Service{DB: d, Keys: keys}
	a.Visits = &visit.Service{DB: d}
	a.Matters = &matter.Service{DB: d, Keys: keys, Blobs: blobs}
	a.Mediations = &mediation.Service{DB: d, Keys: keys}
	a.Elections = &election.Service{DB: d, Keys: keys}
	a.Party = &party.Service{DB: d, Keys: keys}
	a.Network = &network.Service{DB: d, Keys: keys}
	a.Regrids = &regrid.Service{DB: d, Keys: keys, Guard: network.Guard}
	a.Deadlines = &deadline.Service{DB: d, Recount: []func(*db.Tx, *calendar.Notice) error{matter.Recount, mediation.Recount}}
	a.Imports = &importer.Service{DB: d, Keys: keys, Blobs: blobs}
	a.Ledgers = &ledger.Service{DB: d}
	a.Adjust = &adjust.Service{DB: d, Guard: network.Guard}
	a.Communities = &community.Service{DB: d, Guard: network.Guard}
	a.Divisions = &division.Service{DB: d}
	a.Audit = &audit.Service{DB: d, Check: check, Sign: func(text string) ([]byte, error) { return keys.SignCheckpoint(audit.RecordOrigin, text) }}
	a.Jobs = &jobs.Runner{DB: d, Handlers: a.Imports.Handlers()}
	maps.Copy(a.Jobs.Handlers, a.Duplicates.Handlers())
	maps.Copy(a.Jobs.Handlers, a.Requests.Handlers())
	maps.Copy(a.Jobs.Handlers, a.Matters.Handlers())
	maps.Copy(a.Jobs.Handlers, a.Mediations.Handlers())
	maps.Copy(a.Jobs.Handlers, a.Booklets.Handlers())
	maps.Copy(a.Jobs.Handlers, a.Rights.Handlers())
	a.Jobs.Handlers[household.JobChanged] = a.changed(a.Booklets.Handlers()[household.JobChanged])
	maps.Copy(a.Jobs.Handlers, a.Network.Handlers())
	maps.Copy(a.Jobs.Handlers, a.Regrids.Handlers())
	if demo {
		a.Moves = &ClockService{DB: d, Clock: clock, Stay: a.Entrance.Shift, After: a.Sweep}
		if err := a.Moves.load(ctx); err != nil {
			return nil, err
		}
	}
	return a, a.clockIsSane(ctx)
}

// clockIsSane refuses a clock that lies before what has been recorded.
func (a *App) clockIsSane(ctx context.Context) error {
	return a.DB.Read(ctx, func(tx *db.Tx) error {
		last, err := a.DB.LatestInstant(tx)
		if err != nil {
			return err
		}
		if a.DB.Now().Add(5 * time.Minute).Before(last) {
			return fault.New(fault.Conflict, "cli.serve.clock_back", "last", last.In(calendar.Zone).Format("2006-01-02 15:04"))
		}
		return nil
	})
}

// Close closes the county.
func (a *App) Close() error { return a.DB.Close() }

// changed lets everybody who keeps something of a household look at it again:
// its rights at both places, then its booklets.
func (a *App) changed(booklets jobs.Handler) jobs.Handler {
	return func(ctx context.Context, payload string) error {
		return errors.Join(a.Rights.HouseholdChanged(ctx, actor.ForSystem("rights"), payload), booklets(ctx, payload))
	}
}

// Sweep stores every warning whose limit has passed, and closes what its
// reporter has had the time for a word about.
func (a *App) Sweep(ctx context.Context) error {
	_, err := a.Matters.Sweeper().Sweep(ctx)
	_, lapsed := a.Matters.LapseDue(ctx)
	return errors.Join(err, lapsed)
}

// Handler is every page of the program.
func (a *App) Handler() (http.Handler, error) {
	proxies, err := a.Config.proxies()
	if err != nil {
		return nil, err
	}
	g := &gate.Gate{Entrance: a.Entrance, County: a.County, Secure: a.Config.TLSCert != "", Proxy: proxies}
	if a.Moves != nil {
		if g.Demo, err = a.demo(); err != nil {
			return nil, err
		}
	}
	office := &staff.Pages{
		Gate: g, Accepting: a.Accepting, Accounts: a.Accounts, Overview: a.Overview, People: a.People, Dwellings: a.Dwellings, Requests: a.Requests, Baseline: a.Baseline, Relocations: a.Relocations, Registrations: a.Registrations, Duplicates: a.Duplicates, Rights: a.Rights, Booklets: a.Booklets,
		Grids: a.Grids, Visits: a.Visits, Matters: a.Matters, Mediations: a.Mediations, Deadlines: a.Deadlines, Elections: a.Elections, Party: a.Party, Network: a.Network, Regrids: a.Regrids, Imports: a.Imports, Ledgers: a.Ledgers, Adjust: a.Adjust, Communities: a.Communities, Divisions: a.Divisions, Audit: a.Audit, Now: a.DB.Now,
	}
	if office.RecordKey, err = a.Keys.CheckpointKey(audit.RecordOrigin); err != nil {
		return nil, err
	}
	phone := &field.Pages{Gate: g, Accounts: a.Accounts, Overview: a.Overview, People: a.People, Grids: a.Grids, Visits: a.Visits, Matters: a.Matters, Network: a.Network, Now: a.DB.Now}
	if a.Moves != nil && !a.Config.FixedClock {
		office.Clock, phone.Clock = a.Moves, a.Moves
	}
	public := &check.Pages{Gate: g, Codes: a.Codes, Accepting: &accepting.Public{DB: a.DB}, Matters: a.Matters}
	mux := http.NewServeMux()
	mux.Handle("/", office.Mux())
	mux.Handle("/check", public.Mux())
	mux.Handle("/check/", public.Mux())
	mux.Handle("/m/", phone.Mux())
	mux.Handle(ui.AssetPath, ui.Assets())
	mux.Handle("GET /favicon.ico", http.RedirectHandler(ui.Asset("mark.svg"), http.StatusFound))
	mux.HandleFunc("GET /healthz", a.healthz)
	return mux, nil
}

// healthz answers 200 when the county can be read.
func (a *App) healthz(w http.ResponseWriter, r *http.Request) {
	err := a.DB.Read(r.Context(), func(tx *db.Tx) error {
		_, err := db.One[int64](tx, `select count(*) from division where level = 'county'`)
		return err
	})
	if err != nil {
		slog.Error("not healthy", "err", err)
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}
