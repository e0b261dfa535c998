package relocation_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/paper/papertest"
	"anju/internal/person"
	"anju/internal/relocation"
	"anju/internal/residence"
)

// TestWhoMayRecord begins with the wrong people: what they may not do they may
// not preview either.
func TestWhoMayRecord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			who  string
			by   actor.Actor
			want fault.Kind
		}{
			{"nobody", actor.Actor{}, fault.NotFound},
			{"a registrar of a third town", as(actor.Registrar, third), fault.NotFound},
			{"the grid worker there", as(actor.GridWorker, origin+"001"), fault.Forbidden},
			{"the grid worker of another grid", as(actor.GridWorker, origin+"002"), fault.NotFound},
			{"the head of the station", as(actor.StationHead, town), fault.Forbidden},
			{"a village clerk", as(actor.VillageClerk, origin), fault.Forbidden},
			{"the town window", as(actor.TownWindow, town), fault.Forbidden},
			{"civil affairs", as(actor.CivilAffairs, county), fault.Forbidden},
			{"the system administrator", as(actor.SystemAdmin, county), fault.Forbidden},
			{"the security administrator", as(actor.SecurityAdmin, county), fault.Forbidden},
			{"the audit administrator", as(actor.AuditAdmin, county), fault.Forbidden},
			{"the registrar at the origin", as(actor.Registrar, town), ""},
			{"the registrar at the destination", as(actor.Registrar, farTown), ""},
			{"the county police", as(actor.CountyPolice, county), ""},
		} {
			if _, err := w.Preview(t.Context(), c.by, w.toFar()); fault.KindOf(err) != c.want {
				t.Errorf("%s previews: %v, want %q", c.who, err, c.want)
			}
			if c.want == "" {
				continue
			}
			if _, err := w.Record(t.Context(), c.by, "", w.toFar()); fault.KindOf(err) != c.want {
				t.Errorf("%s records: %v, want %q", c.who, err, c.want)
			}
		}
		r := w.toFar()
		r.HouseholdID = "nobody"
		if _, err := w.Preview(t.Context(), as(actor.Registrar, farTown), r); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a household that is not there: %v", err)
		}
		if n := w.rows(t, `select id from move`); len(n) > 0 {
			t.Errorf("the wrong people have recorded %d moves", len(n))
		}
	})
}

func TestFaultsByField(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as(actor.Registrar, town)
		for _, c := range []struct {
			name   string
			change func(r *relocation.Request)
			want   []string // field key, in form order
		}{
			{"nothing given", func(r *relocation.Request) { *r = relocation.Request{HouseholdID: w.house} },
				[]string{"village form.required", "address form.required", "programme relocation.record.programme", "moved_on relocation.record.date"}},
			{"a day to come", func(r *relocation.Request) { r.MovedOn = "2026-03-05" }, []string{"moved_on relocation.record.future"}},
			{"no day", func(r *relocation.Request) { r.MovedOn = "2026-02-30" }, []string{"moved_on relocation.record.date"}},
			{"an unknown village", func(r *relocation.Request) { r.Village = "610929100999" }, []string{"village relocation.record.village"}},
			{"a village that was abolished", func(r *relocation.Request) { r.Village = closed }, []string{"village relocation.record.village"}},
			{"a town only", func(r *relocation.Request) { r.Village = farTown }, []string{"village relocation.record.village"}},
			{"nowhere in the country", func(r *relocation.Request) { r.Village = "00x" }, []string{"village relocation.record.outside"}},
			{"a village and no door", func(r *relocation.Request) { r.Address = "白河县中厂镇同心社区" }, []string{"address relocation.record.address"}},
			{"where they live already", func(r *relocation.Request) { r.Village, r.Address = origin, home }, []string{"address relocation.record.same"}},
			{"somebody of another household", func(r *relocation.Request) { r.Persons = []person.ID{w.people[0], "stranger"} }, []string{"persons relocation.record.not_member"}},
			{"a house that is not there", func(r *relocation.Request) { r.HouseID = "gone" }, []string{"house relocation.record.house"}},
			{"a programme of nobody", func(r *relocation.Request) { r.Programme = "luck" }, []string{"programme relocation.record.programme"}},
			{"no answer", func(r *relocation.Request) { r.Answer = "" }, []string{"answer relocation.record.answer"}},
			{"an answer nobody can give", func(r *relocation.Request) { r.Answer = "perhaps" }, []string{"answer relocation.record.answer"}},
			{"asked tomorrow", func(r *relocation.Request) { r.OfferedOn = "2026-03-05" }, []string{"offered_on relocation.record.offered"}},
		} {
			r := w.toFar()
			c.change(&r)
			_, err := w.Record(t.Context(), by, "", r)
			var got []string
			if f := fault.Of(err); f != nil {
				for _, field := range f.Fields {
					got = append(got, field.Name+" "+field.Key)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: got %v (%v), want %v", c.name, got, err, c.want)
			}
		}
		for _, table := range []string{"move", "op"} {
			if n := w.rows(t, `select '1' from `+table); len(n) > 0 {
				t.Errorf("refused requests left %d rows in %s", len(n), table)
			}
		}
		if n := w.rows(t, `select id from address`); len(n) != 2 {
			t.Errorf("refused requests left addresses: %d", len(n))
		}
	})
}

// TestRecord: all effects of one move, in one transaction, once.
func TestRecord(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as(actor.Registrar, town)
		rights := `select id || household_id || kind || side || path || evidence || amount || state || valid_from || valid_to || source from entitlement order by id`
		register := `select id || path || valid_from || valid_to from spell where kind = 'registered' order by id`
		before, registered := w.rows(t, rights), w.rows(t, register)

		p, err := w.Preview(t.Context(), by, w.toFar())
		if err != nil {
			t.Fatal(err)
		}
		if p.Case != relocation.OtherTown || p.Rule.Track != relocation.Booklet || !p.Asks || !p.Pending || len(p.Next) == 0 || !strings.Contains(p.Rule.Text, "自愿迁移户籍") {
			t.Errorf("preview: %+v", p)
		}
		if n := w.rows(t, `select id from move`); len(n) > 0 {
			t.Error("a preview writes")
		}
		m, err := w.Record(t.Context(), by, "k1", w.toFar())
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.Record(t.Context(), by, "k1", w.toFar())
		if err != nil || again.ID != m.ID {
			t.Errorf("sent again: %v, %v", again.ID, err)
		}
		if m.Number != "白搬回〔2026〕00001号" || m.RuleText != p.Rule.Text || m.OfferedOn != "2026-03-04" || m.Answer != relocation.Stays {
			t.Errorf("move: %+v", m)
		}
		if m.ToAddress != "白河县中厂镇同心社区幸福家园8号楼2单元302室" || m.ToPath != far+"001" || m.FromAddress != home || m.FromPath != origin+"001" {
			t.Errorf("from and to: %+v", m)
		}
		if got := w.rows(t, rights); !slices.Equal(got, before) {
			t.Errorf("a move touched the rights at the origin:\ngot  %v\nwant %v", got, before)
		}
		if got := w.rows(t, register); !slices.Equal(got, registered) {
			t.Errorf("a move touched the register:\ngot  %v\nwant %v", got, registered)
		}
		w.DB.Read(t.Context(), func(tx *db.Tx) error {
			for _, id := range w.people {
				s, lives, err := residence.Current(tx, id, residence.Living)
				if err != nil || !lives || s.Path != far+"001" || s.HouseID != m.HouseID || s.ValidFrom != "2026-03-01" {
					t.Errorf("%s lives: %+v, %v, %v", id, s, lives, err)
				}
			}
			ties, err := grid.TiesOf(tx, w.house)
			if err != nil || len(ties) != 2 || ties[0].Path != far+"001" || ties[1].Path != origin+"001" {
				t.Errorf("ties: %+v, %v", ties, err)
			}
			return nil
		})
	})
}

// TestRuleTextIsKept: a move says what the rule said, whatever it says now.
func TestRuleTextIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as(actor.Registrar, town)
		m, err := w.Record(t.Context(), by, "", w.toFar())
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update track_rule set text = 'new'`)
			return err
		})
		got, err := w.Get(t.Context(), by, m.ID)
		if err != nil || got.RuleText != m.RuleText || got.RuleText == "new" {
			t.Errorf("got %q, %v", got.RuleText, err)
		}
	})
}

// TestKinds of move that are unlike the first.
func TestKinds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as(actor.Registrar, town)
		// The son alone into a flat that is there: the household stays bound to its grid.
		m, err := w.Record(t.Context(), by, "", relocation.Request{HouseholdID: w.house, Persons: w.people[2:], HouseID: w.flat, MovedOn: "2026-01-05", Programme: "natural", Answer: relocation.Later})
		if err != nil {
			t.Fatal(err)
		}
		if m.Case != relocation.OtherVillage || m.HouseID != w.flat || m.ToPath != sameTown+"001" {
			t.Errorf("the son: %+v", m)
		}
		w.DB.Read(t.Context(), func(tx *db.Tx) error {
			ties, err := grid.TiesOf(tx, w.house)
			if err != nil || ties[0].Path != origin+"001" {
				t.Errorf("the household's tie went with the son: %+v, %v", ties, err)
			}
			if s, _, err := residence.Current(tx, w.people[0], residence.Living); err != nil || s.Path != origin+"001" {
				t.Errorf("the head went with the son: %+v, %v", s, err)
			}
			return nil
		})
		// The rest within the village: nobody is asked.
		m, err = w.Record(t.Context(), by, "", relocation.Request{HouseholdID: w.house, Persons: w.people[:2], Village: origin, Address: "幸福村二组9号", MovedOn: "2026-02-01", Programme: "natural", Answer: relocation.Stays})
		if err != nil || m.Case != relocation.SameVillage || m.Track != relocation.AddressChange || m.Answer != "" || m.OfferedOn != "" || m.ToAddress != "白河县城关镇幸福村二组9号" || m.ToPath != origin+"000" {
			t.Errorf("within the village: %+v, %v", m, err)
		}
		// Nobody moves before the last time they moved; somebody else may.
		back := w.toFar()
		back.MovedOn = "2026-01-31"
		if _, err := w.Record(t.Context(), by, "", back); fault.Of(err) == nil || fault.Of(err).Fields[0].Key != "relocation.record.before" {
			t.Errorf("before the last move: %v", err)
		}
		// Out of the county: no booklet, no house of ours.
		m, err = w.Record(t.Context(), by, "", relocation.Request{HouseholdID: w.house, Village: "440300", Address: "广东省深圳市龙岗区 1 号", MovedOn: "2026-03-01", Programme: "natural"})
		if err != nil || m.Case != relocation.OutOfCounty || m.Track != relocation.NoTrack || m.HouseID != "" || m.ToPath != "440300" || m.ToAddress != "广东省深圳市龙岗区1号" {
			t.Errorf("out of the county: %+v, %v", m, err)
		}
		if got := w.rows(t, `select number from move order by number`); !slices.Equal(got, []string{"白搬回〔2026〕00001号", "白搬回〔2026〕00002号", "白搬回〔2026〕00003号"}) {
			t.Errorf("receipt numbers: %v", got)
		}
	})
}

func TestAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as(actor.Registrar, town)
		m, err := w.Record(t.Context(), by, "", w.toFar())
		if err != nil {
			t.Fatal(err)
		}
		for who, wrong := range map[string]actor.Actor{"nobody": {}, "a third town": as(actor.Registrar, third), "the grid worker": as(actor.GridWorker, far+"001")} {
			if _, err := w.Answer(t.Context(), wrong, "", m.ID, relocation.Declined); err == nil {
				t.Errorf("%s changes the answer", who)
			}
		}
		w.clock.Move(48 * 3600e9)
		got, err := w.Answer(t.Context(), by, "", m.ID, relocation.Declined)
		if err != nil || got.Answer != relocation.Declined || got.OfferedOn != "2026-03-06" || got.Version != 2 {
			t.Errorf("declined: %+v, %v", got, err)
		}
		if _, err := w.Answer(t.Context(), by, "", m.ID, "perhaps"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("no answer at all: %v", err)
		}
	})
}

// TestProtected: of a household with a protected address a move is there for
// the unit that knows, and for nobody else; and the move does not lift it.
func TestProtected(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		unit, other := as(actor.Registrar, town), as(actor.Registrar, farTown)
		grids := &grid.Service{DB: w.DB, Keys: w.Keys}
		before, err := w.Record(t.Context(), unit, "", relocation.Request{HouseholdID: w.house, Village: sameTown, Address: "河边路5号", MovedOn: "2026-02-01", Programme: "natural", Answer: relocation.Stays})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range w.people {
			if _, err := grids.Protect(t.Context(), unit, "", grid.ProtectionDraft{PersonID: id, Ground: "court_order", Document: "（2026）陕0929民保令1号", ReviewOn: "2026-09-01"}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Record(t.Context(), other, "", w.toFar()); fault.KeyOf(err) != "relocation.record.elsewhere" {
			t.Errorf("the destination moves a protected household: %v", err)
		}
		if _, err := w.Get(t.Context(), as(actor.CountyPolice, county), before.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the county reads where it went: %v", err)
		}
		m, err := w.Record(t.Context(), unit, "", w.toFar())
		if err != nil {
			t.Fatal(err)
		}
		if m.ToPath != town || m.HouseID != "" || strings.Contains(m.ToAddress, "同心") || !strings.Contains(m.ToAddress, "城关镇") {
			t.Errorf("the move says where: %+v", m)
		}
		for _, sealed := range w.rows(t, `select sealed_to from spell where kind = 'living' and superseded_at = 0 and valid_to = '9999-12-31'
			union all select sealed_to from tie where relation = 'living' and superseded_at = 0 and valid_to = '9999-12-31'`) {
			if sealed != town {
				t.Errorf("a move has lifted the protection: %q", sealed)
			}
		}
		for _, by := range []actor.Actor{other, as(actor.CountyPolice, county), as(actor.Registrar, third)} {
			var b bytes.Buffer
			if err := w.Receipt(t.Context(), by, m.ID, &b); fault.KindOf(err) != fault.NotFound || b.Len() > 0 {
				t.Errorf("%s prints the receipt: %v", by.Account, err)
			}
		}
	})
}

func TestReceiptOfMove(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as(actor.Registrar, town)
		m, err := w.Record(t.Context(), by, "", w.toFar())
		if err != nil {
			t.Fatal(err)
		}
		for who, wrong := range map[string]actor.Actor{"nobody": {}, "a third town": as(actor.Registrar, third), "the grid worker": as(actor.GridWorker, far+"001"), "the auditor": as(actor.AuditAdmin, county)} {
			var b bytes.Buffer
			if err := w.Receipt(t.Context(), wrong, m.ID, &b); err == nil || b.Len() > 0 {
				t.Errorf("%s prints the receipt: %d bytes, %v", who, b.Len(), err)
			}
		}
		file := papertest.File(t, func(out io.Writer) error { return w.Receipt(t.Context(), by, m.ID, out) })
		if pages := papertest.Pages(t, file); len(pages) != 1 {
			t.Errorf("the receipt has %d pages", len(pages))
		}
		text := papertest.Text(t, file)
		for _, want := range []string{m.Number, "王守山、陈桂兰、王建军", "6109*************6", "跨镇搬迁，户籍未迁", "暂不迁移户籍", "2026年3月1日", "13800000001", "土地承包法第二十七"} {
			if !strings.Contains(text, want) {
				t.Errorf("the receipt does not say %s:\n%s", want, text)
			}
		}
		for _, never := range []string{number, number[14:]} {
			if strings.Contains(text, never) {
				t.Errorf("the receipt says %s", never)
			}
		}
		looks, err := w.DB.LooksAt(t.Context(), "household/"+string(w.house), 10)
		if err != nil || len(looks) != 1 || looks[0].For != "move/"+m.ID {
			t.Errorf("looks: %+v, %v", looks, err)
		}
	})
}

// TestTogetherAgain: the wife has moved within the village, and comes back to
// her husband: for him it is no move, for her it is.
func TestTogetherAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as(actor.Registrar, town)
		r := relocation.Request{HouseholdID: w.house, Persons: w.people[1:2], Village: origin, Address: "幸福村二组9号", MovedOn: "2026-01-05", Programme: "natural"}
		if _, err := w.Record(t.Context(), by, "", r); err != nil {
			t.Fatal(err)
		}
		r.Persons, r.Address, r.MovedOn = w.people[:2], home, "2026-02-01"
		m, err := w.Record(t.Context(), by, "", r)
		if err != nil || m.ToAddress != home {
			t.Fatalf("together again: %+v, %v", m, err)
		}
		if there := w.rows(t, `select person_id from spell where kind = 'living' and superseded_at = 0 and valid_to = '9999-12-31' and house_id = $1`, m.HouseID); len(there) != 3 {
			t.Errorf("in the house live %v", there)
		}
		r.MovedOn = "2026-02-02"
		if _, err := w.Record(t.Context(), by, "", r); fault.Of(err) == nil || fault.Of(err).Fields[0].Key != "relocation.record.same" {
			t.Errorf("and again: %v", err)
		}
	})
}

// TestReceiptAgain: printed again by another office, after the son has left the
// household, the receipt says what it said.
func TestReceiptAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		by := as(actor.Registrar, town)
		by.Office = "城关派出所"
		m, err := w.Record(t.Context(), by, "", w.toFar())
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			s, _, err := residence.Current(tx, w.people[2], residence.Registered)
			if err != nil {
				return err
			}
			return residence.End(tx, s, "2026-03-02")
		})
		other := as(actor.Registrar, farTown)
		other.Office = "中厂派出所"
		text := papertest.Text(t, papertest.File(t, func(out io.Writer) error { return w.Receipt(t.Context(), other, m.ID, out) }))
		for _, want := range []string{"城关派出所", "王守山、陈桂兰、王建军"} {
			if !strings.Contains(text, want) {
				t.Errorf("the receipt does not say %s any more:\n%s", want, text)
			}
		}
		if strings.Contains(text, other.Office) {
			t.Error("the letterhead is that of whoever prints")
		}
	})
}

// TestRefusedAddress: the counter moves nobody to an address that was not
// accepted, and reads why; nothing is written.
func TestRefusedAddress(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: far, Text: "白河县中厂镇同心社区幸福家园8号楼2单元302室"})
			if err != nil {
				return err
			}
			is := a
			is.Refusal = "应写幸福家园8号楼"
			_, err = dwelling.UpdateAddress(tx, a, is)
			return err
		})
		_, err := w.Record(t.Context(), as(actor.Registrar, town), "", w.toFar())
		if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != "address" || f.Fields[0].Key != "relocation.record.refused" {
			t.Errorf("moved to a refused address: %v", err)
		}
		if got := w.rows(t, `select id from move`); len(got) != 0 {
			t.Errorf("moves: %v", got)
		}
	})
}
