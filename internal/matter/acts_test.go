package matter

import (
	"cmp"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/i18n"
)

var (
	states = []State{Reported, Accepted, Dispatched, Transferred, Returned, Suspended, Merged, Handled, Told, Checked, Reopened, Closed, Rated, Withdrawn}
	noon   = time.Date(2026, 3, 4, 4, 0, 0, 0, time.UTC)
)

// table is state × act, written by hand and not derived from Edges: the first
// letters of the state after it, "=" for the same, "-" for refused; then what
// becomes of the seven-day clock, and of the limits of a law.
//
//	rep acc dis tra ret sus mer han tol che reo clo rat wit
var table = map[Act][3]string{
	Accept:      {"acc -   -   -   -   -   -   -   -   -   acc -   -   -", "goes_on", "starts"},
	Dispatch:    {"dis dis dis dis -   -   -   -   -   -   dis -   -   -", "goes_on", "goes_on"},
	Handle:      {"han han han han han han -   -   -   -   han -   -   -", "stops", "goes_on"},
	Tell:        {"-   -   -   -   -   -   -   tol -   -   -   -   -   -", "none", "stops"},
	Check:       {"-   -   -   -   -   -   -   che che -   -   -   -   -", "none", "goes_on"},
	Close:       {"-   -   -   -   -   -   -   -   -   clo -   -   -   -", "none", "stops"},
	Confirm:     {"-   -   -   -   -   -   -   clo clo clo -   clo -   -", "none", "stops"},
	Lapse:       {"-   -   -   -   -   -   -   clo clo clo -   clo -   -", "none", "stops"},
	Rate:        {"-   -   -   -   -   -   -   -   -   -   -   rat -   -", "none", "none"},
	Comment:     {"=   =   =   =   =   =   =   =   =   =   =   -   -   -", "goes_on", "goes_on"},
	Amend:       {"=   =   =   =   =   =   -   -   -   -   =   -   -   -", "goes_on", "goes_on"},
	Return:      {"ret ret ret -   -   -   -   -   -   -   ret -   -   -", "goes_on", "goes_on"},
	Resubmit:    {"-   -   -   -   rep -   -   -   -   -   -   -   -   -", "goes_on", "goes_on"},
	Extend:      {"=   =   =   =   =   =   -   -   -   -   =   -   -   -", "goes_on", "goes_on"},
	ExtendLimit: {"=   =   =   =   =   =   -   -   -   -   =   -   -   -", "goes_on", "extends"},
	Suspend:     {"sus sus sus -   -   -   -   -   -   -   sus -   -   -", "goes_on", "pauses"},
	Resume:      {"-   -   -   -   -   acc -   -   -   -   -   -   -   -", "goes_on", "resumes"},
	Transfer:    {"tra tra tra tra -   -   -   -   -   -   tra -   -   -", "goes_on", "goes_on"},
	Reply:       {"-   -   -   acc -   -   -   -   -   -   -   -   -   -", "goes_on", "goes_on"},
	HandBack:    {"-   -   -   acc -   -   -   -   -   -   -   -   -   -", "goes_on", "goes_on"},
	SendUp:      {"rep rep rep rep rep rep -   -   -   -   rep -   -   -", "moves", "goes_on"},
	SendDown:    {"rep rep rep rep rep rep -   -   -   -   rep -   -   -", "joins", "goes_on"},
	Merge:       {"mer mer mer -   -   mer -   -   -   -   mer -   -   -", "goes_on", "goes_on"},
	Absorb:      {"=   =   =   =   =   =   -   -   -   -   =   -   -   -", "goes_on", "goes_on"},
	Part:        {"-   -   -   -   -   -   acc -   -   -   -   -   -   -", "goes_on", "goes_on"},
	Split:       {"=   =   =   =   =   =   -   -   -   -   =   -   -   -", "goes_on", "goes_on"},
	Reopen:      {"-   -   -   -   -   -   -   reo reo reo -   reo reo -", "starts", "starts"},
	Withdraw:    {"wit wit wit wit wit wit wit -   -   -   wit -   -   -", "stops", "stops"},
	Notice:      {"=   =   =   =   =   =   =   -   -   -   =   -   -   -", "goes_on", "goes_on"},
	Warn:        {"=   =   =   =   =   =   =   -   -   -   =   -   -   -", "goes_on", "goes_on"},
	Supervise:   {"=   =   =   =   =   =   =   -   -   -   =   -   -   -", "goes_on", "goes_on"},
	RemindOrder: {"=   =   =   =   =   =   =   =   =   =   =   =   =   =", "goes_on", "goes_on"},
	ReturnOrder: {"=   =   =   =   =   =   =   =   =   =   =   =   =   =", "goes_on", "goes_on"},
	AnswerOrder: {"=   =   =   =   =   =   =   =   =   =   =   =   =   =", "goes_on", "goes_on"},
	CloseOrder:  {"=   =   =   =   =   =   =   =   =   =   =   =   =   =", "goes_on", "goes_on"},
	Rehome:      {"=   =   =   =   =   =   =   =   =   =   =   -   -   -", "goes_on", "goes_on"},
}

// whole is a form with everything in it.
var whole = Say{Text: "写明", To: "张三", Until: "2026-03-20", Unit: actor.CivilAffairs, Into: "SJ20260301-0001", How: "phone", Rating: 3, Place: "三号楼", Limit: deadline.PetitionAnswer, Days: 10}

func TestEveryCell(t *testing.T) {
	if len(table) != len(Acts) || len(edges) != len(Edges) {
		t.Fatalf("%d acts here, %d in order, %d edges, %d of them by name", len(table), len(Acts), len(Edges), len(edges))
	}
	for _, a := range Acts {
		row := strings.Fields(table[a][0])
		if e := edges[a]; len(row) != len(states) || string(e.Seven) != table[a][1] || string(e.Statutory) != table[a][2] {
			t.Fatalf("%s: %d cells, clocks %s and %s, want %v", a, len(row), e.Seven, e.Statutory, table[a])
		}
		for i, s := range states {
			m := Matter{State: s, Level: 3, Duty: 3, LevelSince: 7, Version: 4, WordBy: noon.UnixMilli() - 1}
			is, tick, err := m.after(a, whole, noon)
			got := string(is.State)[:3]
			if is.State == s && edges[a].To == "" {
				got = "="
			}
			if err != nil {
				got = "-"
				if fault.KindOf(err) != fault.Conflict || is != m {
					t.Errorf("%s in %s is refused with %v, and left %+v", a, s, err, is)
				}
			} else if string(tick) != table[a][1] || is.Version != 5 {
				t.Errorf("%s in %s: clock %s, version %d", a, s, tick, is.Version)
			}
			if got != row[i] {
				t.Errorf("%s in %s: got %q, want %q", a, s, got, row[i])
			}
			if can := m.Can(a, noon); can != (err == nil) {
				t.Errorf("%s in %s: Can says %v", a, s, can)
			}
		}
	}
	if _, _, err := (Matter{State: Reported}).after("recall", whole, noon); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an act that does not exist: %v", err)
	}
}

// TestForms: what a form needs is refused without it, field by field.
func TestForms(t *testing.T) {
	empty := map[string]func(*Say){
		"text": func(y *Say) { y.Text = "" }, "to": func(y *Say) { y.To = "" }, "until": func(y *Say) { y.Until = "" }, "unit": func(y *Say) { y.Unit = "" },
		"into": func(y *Say) { y.Into = "" }, "how": func(y *Say) { y.How = "" }, "rating": func(y *Say) { y.Rating = 0 },
		"extension": func(y *Say) { y.Days = 0 },
	}
	needs := map[string][]Act{
		"text": {Comment, Amend, Return, Resubmit, Extend, Suspend, Transfer, Reply, HandBack, SendUp, SendDown, Handle, Tell, Check, Merge, Part, Split, Reopen, Withdraw, AnswerOrder, ReturnOrder, ExtendLimit},
		"to":   {Dispatch}, "until": {Extend, Suspend}, "unit": {Transfer}, "into": {Merge}, "how": {Tell, ExtendLimit}, "rating": {Rate}, "extension": {ExtendLimit},
	}
	for _, a := range Acts {
		m := Matter{State: edges[a].From[0], Level: 3, Duty: 3, WordBy: 1}
		for field, drop := range empty {
			y := whole
			drop(&y)
			is, _, err := m.after(a, y, noon)
			if want := slices.Contains(needs[field], a); (fault.KindOf(err) == fault.Invalid) != want || want && is != m {
				t.Errorf("%s without %s: %v, want refused %v", a, field, err, want)
			}
		}
	}
	for why, tt := range map[string]struct {
		a Act
		f func(*Say)
	}{
		"an extension into the past":    {Extend, func(y *Say) { y.Until = "2026-03-04" }},
		"an extension of two months":    {Extend, func(y *Say) { y.Until = "2026-05-04" }},
		"a suspension of half a year":   {Suspend, func(y *Say) { y.Until = "2026-09-04" }},
		"handed to another worker":      {Transfer, func(y *Say) { y.Unit = actor.GridWorker }},
		"four stars":                    {Rate, func(y *Say) { y.Rating = 4 }},
		"told by nobody":                {Tell, func(y *Say) { y.How = "rumour" }},
		"amended to nothing":            {Amend, func(y *Say) { y.Place = "" }},
		"amended to no category of all": {Amend, func(y *Say) { y.Category = "petition" }},
		"a limit longer than the law":   {ExtendLimit, func(y *Say) { y.Days = 31 }},
		"the seven days made longer":    {ExtendLimit, func(y *Say) { y.Limit = deadline.SevenDay }},
		"words without an end":          {Comment, func(y *Say) { y.Text = strings.Repeat("字", MaxText+1) }},
	} {
		y := whole
		tt.f(&y)
		if _, _, err := (Matter{State: edges[tt.a].From[0], Level: 3}).after(tt.a, y, noon); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", why, err)
		}
	}
}

// TestLevels: a matter goes up one level at a time to the fifth and down to the
// second; there is no sixth, and nothing is sent down to who reports.
func TestLevels(t *testing.T) {
	m := Matter{State: Reported, Level: 2, Duty: 2}
	for want := int64(3); want <= deadline.TopLevel; want++ {
		is, _, err := m.after(SendUp, whole, noon)
		if err != nil || is.Level != want || is.Duty != want || is.State != Reported || is.LevelSince != noon.UnixMilli() {
			t.Fatalf("got %+v, %v, want level %d from now", is, err, want)
		}
		m = is
	}
	if _, _, err := m.after(SendUp, whole, noon); fault.KeyOf(err) != "matter.no_higher" || m.Can(SendUp, noon) {
		t.Errorf("from the fifth level: %v", err)
	}
	for want := int64(4); want >= 2; want-- {
		is, _, err := m.after(SendDown, whole, noon)
		if err != nil || is.Level != want || is.Duty != deadline.TopLevel {
			t.Fatalf("sent down: %+v, %v, want level %d, and the fifth still on duty", is, err, want)
		}
		m = is
	}
	if _, _, err := m.after(SendDown, whole, noon); fault.KindOf(err) != fault.Conflict || m.Can(SendDown, noon) {
		t.Errorf("below the second level: %v", err)
	}
}

// TestOnlyAResultStopsAClock is C6 read off the table: a result, going up with
// what was done, or the reporter taking it back; and only the level that has
// the matter, or its reporter, can.
func TestOnlyAResultStopsAClock(t *testing.T) {
	for a, e := range edges {
		stops := e.Seven == Stops || e.Seven == Moves
		if want := a == Handle || a == SendUp || a == Withdraw; stops != want {
			t.Errorf("%s stops a clock: %v, want %v", a, stops, want)
		}
		if want := a == Report || a == Reopen || a == SendUp; (e.Seven == Starts || e.Seven == Moves) != want {
			t.Errorf("%s starts a clock: want %v", a, want)
		}
		_, empty := e.Asks(Text)
		if stops && (empty || slices.Contains(e.Who, Anybody) || slices.Contains(e.Who, Itself) || slices.Contains(e.Who, Over)) {
			t.Errorf("%s stops a clock without a word or by a stranger", a)
		}
		// A clock runs in exactly the states in which it can be stopped.
		for _, s := range e.From {
			after := cmp.Or(e.To, s)
			if ran, runs := slices.Contains(running, s), slices.Contains(running, after); ran != runs && !stops && e.Seven != Starts {
				t.Errorf("%s leads from %s to %s and does nothing to the clock", a, s, after)
			}
		}
	}
}

// TestWordOfTheReporter: closed is not solved until the reporter has said so or
// the time for it has passed, and nobody's silence counts who was not told.
func TestWordOfTheReporter(t *testing.T) {
	do := func(m Matter, at time.Time, acts ...Act) Matter {
		t.Helper()
		for _, a := range acts {
			is, _, err := m.after(a, whole, at)
			if err != nil {
				t.Fatalf("%s: %v", a, err)
			}
			m = is
		}
		return m
	}
	week := noon.Add(WordTime)
	own := do(Matter{State: Reported, Level: 2, Duty: 2, Via: Self}, noon, Handle)
	if own.Can(Lapse, week.Add(-time.Millisecond)) || !own.Can(Lapse, week) {
		t.Error("of one's own report the time runs from the result")
	}
	phoned := do(Matter{State: Reported, Level: 2, Duty: 2, Via: Phone}, noon, Handle)
	if phoned.WordBy != 0 || phoned.Can(Lapse, noon.AddDate(1, 0, 0)) {
		t.Errorf("nobody told whoever phoned, and silence counts: %+v", phoned)
	}
	if told := do(phoned, noon, Tell); told.Can(Lapse, week.Add(-time.Millisecond)) || !told.Can(Lapse, week) {
		t.Error("once told, the time runs")
	}
	closed := do(phoned, noon, Check, Close)
	if closed.Solved != 0 || closed.ClosedAt == 0 || !closed.Can(Confirm, noon) {
		t.Errorf("closed is solved: %+v", closed)
	}
	if lapsed := do(closed, week, Lapse); lapsed.Solved != 1 || lapsed.State != Closed || lapsed.ClosedAt != noon.UnixMilli() || lapsed.Can(Confirm, week) || lapsed.Can(Lapse, week) {
		t.Errorf("the time has passed: %+v", lapsed)
	}
	end := noon.Add(ReopenTime)
	if !closed.Can(Reopen, end) || closed.Can(Reopen, end.Add(time.Millisecond)) {
		t.Error("the window to open it again is thirty days")
	}
	again := do(do(closed, noon, Confirm, Rate), end, Reopen)
	if again.Solved != 0 || again.ClosedAt != 0 || again.ClosedLevel != 0 || again.Rating != 0 || again.WordBy != 0 || again.LevelSince != end.UnixMilli() {
		t.Errorf("opened again it is open: %+v", again)
	}
}

// TestNoWayRound lets people do anything the table allows, in random order: a
// level that has neither recorded a result nor sent the matter up for seven
// days is warned of, whatever else was done (T11). ANJU_SIM_SEQUENCES asks for
// more.
func TestNoWayRound(t *testing.T) {
	sequences := 20_000
	if n, err := strconv.Atoi(os.Getenv("ANJU_SIM_SEQUENCES")); err == nil {
		sequences = n
	}
	r := rand.New(rand.NewPCG(1, 2))
	var people []Act
	for _, a := range Acts {
		if e := edges[a]; !slices.Contains(e.Who, Itself) && a != SendDown { // sent down, two levels have a clock: see the model
			people = append(people, a)
		}
	}
	for n := range sequences {
		now := noon
		m := Matter{State: Reported, Level: 2, Duty: 2, LevelSince: now.UnixMilli(), Days: 7}
		clock, running, since := m.Clock(), true, now
		warned := int64(0)
		for range 30 {
			now = now.Add(time.Duration(r.IntN(72*60)) * time.Minute)
			for {
				next, _, ok := clock.Warn(now)
				if !running || !ok {
					break
				}
				clock, warned = next, warned+1
			}
			if running {
				if want := int64(now.Sub(since) / deadline.Limit); warned != want {
					t.Fatalf("sequence %d: %s without a result, and %d warnings; want %d", n, now.Sub(since), warned, want)
				}
			}
			a := people[r.IntN(len(people))]
			y := whole
			y.Until = calendar.On(now).AddDays(3)
			is, tick, err := m.after(a, y, now)
			if err != nil {
				continue
			}
			m = is
			if tick == Stops || tick == Moves {
				running = false
			}
			if tick == Moves || tick == Starts {
				clock, running, since, warned = m.Clock(), true, now, 0
			}
			if open := m.IsOpen() || m.State == Merged; open != running {
				t.Fatalf("sequence %d: %s leaves state %s with a clock running: %v", n, a, m.State, running)
			}
		}
	}
}

func TestCategories(t *testing.T) {
	if len(Categories) != 8 {
		t.Errorf("got %d roots, want 8", len(Categories))
	}
	for _, c := range defaults {
		if want := i18n.T("matter.category." + c.Code); c.Parent == "" && c.Name != want { //i18n:dynamic matter.category.
			t.Errorf("%s is called %s in the file and %s in the catalogue", c.Code, c.Name, want)
		}
	}
	const head = "code,parent,name,days,basis,needs,level,unit,private\n"
	good := "fire,,火情,2,消防法,,2,,0\nfire_wood,fire,林火,1,条例,place,3,agriculture,1\n"
	all, err := readCategories(strings.NewReader(head + good))
	if err != nil || len(all) != 2 || all[1].Days != 1 || !all[1].Asks("place") || all[1].Level != 3 {
		t.Errorf("got %+v %v", all, err)
	}
	for why, row := range map[string]string{
		"longer than seven days": "other,,其他,8,规则,,2,,0", "never": "other,,其他,0,规则,,2,,0", "no number": "other,,其他,七,规则,,2,,0", "no basis": "other,,其他,7,,,2,,0",
		"no code": ",,其他,7,规则,,2,,0", "no name": "other,,,7,规则,,2,,0", "twice": "fire,,火情,7,规则,,2,,0", "no root": "other,none,其他,7,规则,,2,,0",
		"the reporter's own level": "other,,其他,7,规则,,1,,0", "no such department": "other,,其他,7,规则,,2,mayor,0", "no such need": "other,,其他,7,规则,blood,2,,0",
	} {
		if _, err := readCategories(strings.NewReader(head + good + row + "\n")); err == nil {
			t.Errorf("%s: accepted", why)
		}
	}
}
