package importer

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/jobs"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/registration"
	"anju/internal/relocation"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	east   = "610929102206" // 构朳镇东坡村
	gao    = "610929102001" // 构朳镇高庄社区
	town   = "610929102"
	flat   = "陕西省白河县构朳镇高庄社区1号楼2单元301室"
	homeNo = "610929000001"
)

// A world is a county of two grids and one registrar, with nobody in it.
type world struct {
	*Service
	by    actor.Actor
	clock *dbtest.Clock
	jobs  *jobs.Runner
}

func eachWorld(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		c.Set(calendar.Date(today).Start().Add(10 * time.Hour))
		f(t, given(t, d, c))
	})
}

func given(t *testing.T, d *db.DB, c *dbtest.Clock) *world {
	t.Helper()
	keys := seal.FromSeed(1)
	blobs, err := blob.New(t.TempDir(), keys)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Service: &Service{DB: d, Keys: keys, Blobs: blobs}, clock: c,
		by: actor.Actor{Account: "police", Name: "户籍民警", Kind: actor.Registrar, Paths: []string{town}, Office: "构朳派出所"}}
	w.jobs = &jobs.Runner{DB: d, Handlers: w.Handlers()}
	dbtest.Given(t, d, func(tx *db.Tx) error {
		for _, install := range []func(*db.Tx) error{division.Install, relocation.InstallRules, entitlement.InstallRoutes} {
			if err := install(tx); err != nil {
				return err
			}
		}
		for _, p := range []grid.Part{{Grid: east + "001", Village: east, GroupNo: "03"}, {Grid: gao + "001", Village: gao, Building: "1号楼"}} {
			if err := db.Insert(tx, "grid", grid.Grid{Code: p.Grid, Village: p.Village, Name: "第一网格", ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}); err != nil {
				return err
			}
			if err := db.Insert(tx, "grid_part", p); err != nil {
				return err
			}
		}
		for _, id := range []account.ID{"police", "farm", "window"} {
			if err := account.Insert(tx, account.Account{ID: id, Login: string(id), Name: "甲" + string(id), State: "active", Version: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

// work runs jobs until none is due.
func (w *world) work(t *testing.T) {
	t.Helper()
	for {
		ran, err := w.jobs.Tick(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !ran {
			return
		}
	}
}

// taken uploads a file, lets it be checked and taken in, and is the import.
func (w *world) taken(t *testing.T, file []byte) Import {
	t.Helper()
	return w.takenAs(t, w.by, KindRegister, file)
}

func (w *world) takenAs(t *testing.T, by actor.Actor, kind string, file []byte) Import {
	t.Helper()
	return w.takenOf(t, by, File{Kind: kind, Name: "名册.xlsx"}, file)
}

func (w *world) takenOf(t *testing.T, by actor.Actor, said File, file []byte) Import {
	t.Helper()
	i, err := w.Upload(t.Context(), by, said, bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	w.work(t)
	if err := w.Run(t.Context(), by, i.ID); err != nil {
		t.Fatal(err)
	}
	w.work(t)
	return w.get(t, by, i.ID)
}

func (w *world) get(t *testing.T, by actor.Actor, id string) Import {
	t.Helper()
	i, err := w.Get(t.Context(), by, id)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func (w *world) all(t *testing.T, query string, args ...any) (all []string) {
	t.Helper()
	if err := w.DB.Read(t.Context(), func(tx *db.Tx) (err error) { all, err = db.All[string](tx, query, args...); return err }); err != nil {
		t.Fatal(err)
	}
	return all
}

// register is every row that an import of a register writes, as text.
func (w *world) register(t *testing.T) (all []string) {
	t.Helper()
	for _, q := range []string{
		`select 'person ' || name || ' ' || birth || ' ' || education || ' ' || source || ' ' || version from person order by 1`,
		`select 'key ' || key || ' ' || person_id from person_key order by 1`,
		`select 'household ' || register_no || ' ' || village || ' ' || version from household order by 1`,
		`select 'address ' || text || ' ' || version from address order by 1`,
		`select 'house ' || id from house order by 1`,
		`select 'spell ' || id || ' ' || person_id || ' ' || path || ' ' || valid_from || ' ' || superseded_at from spell order by 1`,
		`select 'tie ' || household_id || ' ' || path || ' ' || valid_from || ' ' || superseded_at from tie order by 1`,
		`select 'right ' || id || ' ' || amount || ' ' || superseded_at from entitlement order by 1`,
		`select 'move ' || id || ' ' || version from move order by 1`,
	} {
		all = append(all, w.all(t, q)...)
	}
	return all
}

func TestNobodyElseImports(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		i, err := w.Upload(t.Context(), w.by, File{Kind: KindRegister, Name: "名册.xlsx"}, bytes.NewReader(workbook(t, family())))
		if err != nil {
			t.Fatal(err)
		}
		w.work(t)
		for who, by := range map[string]actor.Actor{
			"nobody": {}, "a grid worker": {Account: "w", Kind: actor.GridWorker, Paths: []string{east + "001"}},
			"a town window": {Account: "t", Kind: actor.TownWindow, Paths: []string{town}}, "an administrator": {Account: "a", Kind: actor.SystemAdmin, Paths: []string{"610929"}},
			"another station": {Account: "o", Kind: actor.Registrar, Paths: []string{"610929100"}},
		} {
			if _, err := w.Get(t.Context(), by, i.ID); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s sees the import: %v", who, err)
			}
			if err := w.Run(t.Context(), by, i.ID); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s runs the import: %v", who, err)
			}
			if _, err := w.Upload(t.Context(), by, File{Kind: KindRegister, Name: "x.xlsx"}, bytes.NewReader(workbook(t, family()))); who != "another station" && fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s uploads: %v", who, err)
			}
		}
		if got := w.register(t); len(got) != 0 {
			t.Errorf("written: %q", got)
		}
		// Who has lost the post, and has another.
		moved := w.by
		moved.Kind = actor.TownWindow
		var out bytes.Buffer
		for act, err := range map[string]error{
			"sees": func() error { _, err := w.Get(t.Context(), moved, i.ID); return err }(), "runs": w.Run(t.Context(), moved, i.ID),
			"fetches": w.Annotated(t.Context(), moved, i.ID, &out), "names": w.Name(t.Context(), moved, i.ID, nil),
		} {
			if fault.KindOf(err) != fault.Forbidden {
				t.Errorf("whoever lost the post %s: %v", act, err)
			}
		}
		if err := w.Annotated(t.Context(), w.by, i.ID, &out); err != nil || out.Len() == 0 {
			t.Fatal(err)
		}
		if looks, err := w.DB.LooksAt(t.Context(), "import/"+i.ID, 1); err != nil || len(looks) != 1 || looks[0].Action != string(policy.FileImport) {
			t.Errorf("fetched and not logged: %+v, %v", looks, err)
		}
	})
}

// TestBrokenImportSaysWhy: what cannot be taken in for a reason a clerk can act
// on does not run for ever.
func TestBrokenImportSaysWhy(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		i, err := w.Upload(t.Context(), w.by, File{Kind: KindRegister, Name: "名册.xlsx"}, bytes.NewReader(workbook(t, family())))
		if err != nil {
			t.Fatal(err)
		}
		w.work(t)
		imp, by, err := w.load(t.Context(), strconv.Quote(i.ID))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.broken(t.Context(), by, imp, fmt.Errorf("row 7: %w", fault.New(fault.Conflict, "form.changed_meanwhile"))); err != nil {
			t.Fatal(err)
		}
		if got := w.get(t, w.by, i.ID); got.State != Failed || got.Error == "" || got.FinishedAt == 0 {
			t.Errorf("%s %q", got.State, got.Error)
		}
		ours := errors.New("a broken disk")
		if err := w.broken(t.Context(), by, imp, ours); err != ours {
			t.Errorf("what is ours to mend is not tried again: %v", err)
		}
		if err := w.Run(t.Context(), w.by, i.ID); err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if got := w.get(t, w.by, i.ID); got.State != Done {
			t.Errorf("run again: %s %q", got.State, got.Error)
		}
	})
}

func TestDryRunWritesNothing(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		before := w.all(t, `select count(*) || '' from change`)
		if _, err := w.Upload(t.Context(), w.by, File{Kind: KindRegister, Name: "名册.xlsx"}, bytes.NewReader(workbook(t, sonWith(ColSex, "?")))); err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if got := w.register(t); len(got) != 0 {
			t.Errorf("a dry run wrote %q", got)
		}
		if got := w.all(t, `select distinct subject from change where n >= $1 and subject not like 'import/%'`, before[0]); len(got) != 0 {
			t.Errorf("a dry run recorded %q", got)
		}
		if got := w.all(t, `select state from import`); !slices.Equal(got, []string{Checked}) {
			t.Errorf("imports %q", got)
		}
	})
}

func TestGoodRowsAreNotHeldBackAndNothingHappensTwice(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		file := workbook(t, sonWith(ColSex, "?"))
		i := w.taken(t, file)
		r, err := i.Parsed()
		if err != nil || i.State != Done || r.Good != 2 || r.Bad != 1 || r.New != 2 {
			t.Fatalf("%s: %d good, %d bad, %d new, %v %s", i.State, r.Good, r.Bad, r.New, err, i.Error)
		}
		first := w.register(t)
		if got := w.all(t, `select name from person order by name`); !slices.Equal(got, []string{"柯秀兰", "黄大山"}) {
			t.Errorf("people %q", got)
		}
		if got := w.all(t, `select source from person where name = '黄大山'`); !slices.Equal(got, []string{"import/" + i.ID + "/2"}) {
			t.Errorf("source %q", got)
		}
		w.clock.Move(48 * time.Hour)
		again := w.taken(t, file)
		if r, _ := again.Parsed(); r.Unchanged != 2 || r.New != 0 || r.Updated != 0 {
			t.Errorf("again: %+v", r)
		}
		if got := w.register(t); !slices.Equal(got, first) {
			t.Errorf("a second run changed something:\n%s\n— was\n%s", strings.Join(got, "\n"), strings.Join(first, "\n"))
		}
	})
}

// TestTheHeadSpeaksForTheHousehold: what another row says otherwise of the household
// is told, not taken in, and no change the next time either; what the head says is
// one of everybody.
func TestTheHeadSpeaksForTheHousehold(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		people := sonWith(ColAddress, "白河县城关镇桥儿沟社区二组99号")
		people[2][ColKind] = "集体户"
		file := workbook(t, people)
		w.taken(t, file)
		w.clock.Move(48 * time.Hour)
		if r, err := w.taken(t, file).Parsed(); err != nil || r.Unchanged != 3 || len(r.Faults) == 0 {
			t.Errorf("again: %+v, %v", r, err)
		}
		for _, p := range people {
			p[ColAddress] = "白河县城关镇桥儿沟社区二组100号"
		}
		if r, err := w.taken(t, workbook(t, people)).Parsed(); err != nil || r.Updated != 3 {
			t.Errorf("moved on paper: %+v, %v", r, err)
		}
	})
}

// TestRefusedBeforeItIsTakenIn: what nobody can be entered with is told of its
// row by the dry run, and does not stop the file when it is taken in.
func TestRefusedBeforeItIsTakenIn(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, name := range []string{"·", "..", "- -", "'", "\u0301", "·小川", "小川·", "黄··川"} {
			i := w.taken(t, workbook(t, sonWith(ColName, name)))
			r, err := i.Parsed()
			if err != nil || i.State != Done || r.Good != 2 || len(r.Faults) != 1 || r.Faults[0].Row != 4 || r.Faults[0].Code != "name_form" {
				t.Errorf("%q: %s %s, %d good, %v, %v", name, i.State, i.Error, r.Good, r.Faults, err)
			}
		}
	})
}

// TestWhoHasDiedIsNotRegisteredAgain: an old workbook still has whoever died or
// left since.
func TestWhoHasDiedIsNotRegisteredAgain(t *testing.T) {
	for kind, want := range map[household.ActKind]struct {
		code       string
		registered int
	}{household.Death: {"person_died", 2}, household.MoveOut: {"person_left", 3}} {
		t.Run(string(kind), func(t *testing.T) {
			eachWorld(t, func(t *testing.T, w *world) {
				file := workbook(t, family())
				w.taken(t, file)
				w.clock.Move(48 * time.Hour)
				w.gone(t, kind)
				w.clock.Move(72 * time.Hour)
				r, err := w.taken(t, file).Parsed()
				if err != nil {
					t.Fatal(err)
				}
				if len(r.Faults) != 1 || r.Faults[0].Row != 4 || r.Faults[0].Code != want.code {
					t.Errorf("faults %v, want %s", r.Faults, want.code)
				}
				got := w.all(t, `select person_id from spell where kind = 'registered' and path like '610929%' and superseded_at = 0 and valid_to = '9999-12-31'`)
				if len(got) != want.registered {
					t.Errorf("%d are registered after the old workbook, want %d", len(got), want.registered)
				}
			})
		})
	}
}

// TestWhoHasDiedLivesNowhere: a list that still has them is told so, as those
// of moves, contracts and rights are; it was counted as taken in, and was not.
func TestWhoHasDiedLivesNowhere(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.taken(t, workbook(t, family()))
		w.clock.Move(48 * time.Hour)
		w.gone(t, household.Death)
		w.clock.Move(72 * time.Hour)
		line := maps.Clone(goodLine[KindResidents])
		line[ColID], line[ColName], line[colSince] = number("1998-01-02", 997), "黄小川", ""
		if r := w.dry(t, KindResidents, line); r.Good != 0 || len(r.Faults) != 1 || r.Faults[0].Code != "person_unknown" {
			t.Errorf("%d good, %v", r.Good, r.Faults)
		}
	})
}

// TestAnOldFileUndoesNothing: what has become known since the day that a file
// speaks of stays as it is, and the clerk reads where.
func TestAnOldFileUndoesNothing(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		other := head().with(ColID, number("1990-01-02", 1)).with(ColHousehold, "610929000009").with(ColName, "王成家").with(ColBirth, "1990-01-02")
		old := workbook(t, add(other))
		day := calendar.On(w.clock.Now())
		w.taken(t, old)
		w.clock.Move(48 * time.Hour)
		people := add(other)
		people[0][ColAddress], people[2][ColAddress] = "白河县城关镇桥儿沟社区二组100号", "白河县城关镇桥儿沟社区二组100号"
		people[0][ColEducation] = "初级中学教育"
		people[1][ColHousehold], people[1][ColRelation] = "610929000009", "非亲属"
		if r, err := w.taken(t, workbook(t, people)).Parsed(); err != nil || r.Bad != 0 || r.Updated != 3 {
			t.Fatalf("what has become known: %+v, %v", r, err)
		}
		w.clock.Move(48 * time.Hour)
		w.gone(t, household.MoveOut)
		w.clock.Move(48 * time.Hour)
		now := w.register(t)
		for _, said := range []File{{AsOf: day}, {AsOf: day.AddDays(1)}} {
			said.Kind, said.Name = KindRegister, "旧.xlsx"
			r, err := w.takenOf(t, w.by, said, old).Parsed()
			if err != nil || r.Updated != 0 || r.New != 0 || len(r.Faults) == 0 {
				t.Errorf("of %s: %+v, %v", said.AsOf, r, err)
			}
			for _, f := range r.Faults {
				if f.Code != "person_newer" {
					t.Errorf("of %s: %+v", said.AsOf, f)
				}
			}
			if got := w.register(t); !slices.Equal(got, now) {
				t.Errorf("of %s, it undid something:\n%s\n— was\n%s", said.AsOf, strings.Join(got, "\n"), strings.Join(now, "\n"))
			}
		}
		found := workbook(t, add(other, son().with(ColName, "黄小海").with(ColRelation, "次子").with(ColID, number("1999-01-02", 1)).with(ColBirth, "1999-01-02")))
		r, err := w.takenOf(t, w.by, File{Kind: KindRegister, Name: "旧.xlsx", AsOf: day}, found).Parsed()
		if err != nil || r.Updated != 0 || r.New != 1 {
			t.Errorf("with somebody nobody knew: %+v, %v", r, err)
		}
		left := slices.DeleteFunc(w.register(t), func(line string) bool { return !slices.Contains(now, line) })
		if !slices.Equal(left, now) {
			t.Errorf("with somebody nobody knew, of what was known is left\n%s\n— was\n%s", strings.Join(left, "\n"), strings.Join(now, "\n"))
		}
		for _, wrong := range []calendar.Date{"2026-2-30", calendar.On(w.clock.Now()).AddDays(1)} {
			if _, err := w.Upload(t.Context(), w.by, File{Kind: KindRegister, Name: "旧.xlsx", AsOf: wrong}, bytes.NewReader(old)); fault.KindOf(err) != fault.Invalid {
				t.Errorf("of %s: %v", wrong, err)
			}
		}
		w.taken(t, old) // said to be of today, it is news
		if got := w.register(t); slices.Equal(got, now) {
			t.Error("a register of today changes nothing")
		}
	})
}

// gone lets the son of the family die or move out of the county.
func (w *world) gone(t *testing.T, kind household.ActKind) {
	t.Helper()
	r := registration.Request{Kind: kind, On: calendar.On(w.DB.Now())}
	r.Evidence = household.Evidence{Document: "death_certificate", Number: "证0001", Office: "白河县医院", On: r.On}
	if kind == household.MoveOut {
		r.Evidence.Document, r.To = "transfer_permit", "610921"
	}
	dbtest.Given(t, w.DB, func(tx *db.Tx) error {
		h, err := household.FindByRegisterNo(tx, homeNo)
		if err != nil {
			return err
		}
		members, err := residence.Members(tx, h.ID)
		for _, m := range members {
			if m.Person.Name == "黄小川" {
				r.HouseholdID, r.Person, r.Persons = h.ID, m.Person.ID, []person.ID{m.Person.ID}
			}
		}
		return err
	})
	if _, err := (&registration.Service{DB: w.DB, Keys: w.Keys}).Record(t.Context(), w.by, "gone", r); err != nil {
		t.Fatal(err)
	}
}

// moved lets the family of the register live in 高庄社区.
func (w *world) moved(t *testing.T, sealedTo string) {
	t.Helper()
	dbtest.Given(t, w.DB, func(tx *db.Tx) error {
		h, err := household.FindByRegisterNo(tx, homeNo)
		if err != nil {
			return err
		}
		members, err := residence.Members(tx, h.ID)
		if err != nil {
			return err
		}
		for _, m := range members {
			if err := residence.Relocate(tx, h.ID, []person.ID{m.Person.ID}, gao+"001", "", calendar.On(tx.Now()), "counter"); err != nil {
				return err
			}
			if sealedTo != "" {
				if _, err := residence.Protect(tx, m.Person.ID, sealedTo); err != nil {
					return err
				}
			}
		}
		return grid.Bind(tx, h.ID, residence.Living, gao+"001", calendar.On(tx.Now()), sealedTo)
	})
}

// TestNewMemberLeavesTheGridOfAHouseholdAlone: a child that the register names
// for the first time neither draws a household that has moved back to where it
// is registered, nor opens a protected place.
func TestNewMemberLeavesTheGridOfAHouseholdAlone(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, sealedTo := range []string{"", town} {
			t.Run(fmt.Sprintf("sealed to %q", sealedTo), func(t *testing.T) {
				w.taken(t, workbook(t, family()))
				w.clock.Move(24 * time.Hour)
				w.moved(t, sealedTo)
				w.clock.Move(24 * time.Hour)
				born := map[string]string{"": "黄小满", town: "黄小雪"}[sealedTo]
				w.taken(t, workbook(t, add(member(born, "孙子", "男", map[string]string{"": "2026-02-03", town: "2026-05-03"}[sealedTo]))))
				if got := w.all(t, `select name from person where name = $1`, born); len(got) != 1 {
					t.Fatalf("the child is not there")
				}
				got := w.all(t, `select path || ' ' || sealed_to from tie where relation = 'living' and superseded_at = 0 and valid_to = '9999-12-31'`)
				if want := []string{gao + "001 " + sealedTo}; !slices.Equal(got, want) {
					t.Errorf("the household lives in %q, want %q", got, want)
				}
			})
		}
	})
}

// TestAFileOfTheTerminal: what was taken in there is on the list, and there is no
// file here to give back.
func TestAFileOfTheTerminal(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		file := workbook(t, family())
		if _, err := w.Terminal(t.Context(), w.by, File{Kind: KindRegister, Name: "户籍.xlsx"}, bytes.NewReader(file), int64(len(file)), false, nil); err != nil {
			t.Fatal(err)
		}
		all, err := w.List(t.Context(), w.by, 9)
		if err != nil || len(all) != 1 {
			t.Fatalf("%d, %v", len(all), err)
		}
		var out bytes.Buffer
		if err := w.Annotated(t.Context(), w.by, all[0].ID, &out); fault.KindOf(err) != fault.NotFound || out.Len() > 0 {
			t.Errorf("%d bytes, %v", out.Len(), err)
		}
	})
}
