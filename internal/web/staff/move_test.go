package staff

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/network"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/registration"
	"anju/internal/relocation"
	"anju/internal/request"
	"anju/internal/residence"
	"anju/internal/seal"
)

const headNumber = "610929196102140016"

// withHousehold is the office door of a county with a household of two in the
// third grid, and its police.
func withHousehold(t *testing.T) (o office, id household.ID, people []person.ID) {
	o = withMatters(t)
	d, keys := o.Accounts.DB, seal.FromSeed(1)
	dbtest.Given(t, d, func(tx *db.Tx) error {
		people = nil
		for login, path := range map[string]string{"police": "610929101", "police2": "610929102"} {
			if err := account.Insert(tx, account.Account{ID: account.ID(login), Login: login, Name: "王芳", State: "active", Password: seal.DemoCost.Hash(password, []byte("0123456789abcdef")),
				TOTPSealed: keys.Seal("account", "totp", login, []byte(secret.Reveal()))}); err != nil {
				return err
			}
			if _, err := account.Appoint(tx, account.Post{AccountID: account.ID(login), Kind: actor.Registrar, Path: path, Office: "派出所", ValidFrom: "2025-01-01"}); err != nil {
				return err
			}
		}
		for _, install := range []func(*db.Tx) error{relocation.InstallRules, entitlement.InstallRoutes} {
			if err := install(tx); err != nil {
				return err
			}
		}
		const path = "610929101001003"
		if _, err := tx.Exec(`insert into address (id, village, group_no, text, state, version) values ('a', $1, '01', '一号楼', 'approved', 1)`, path[:12]); err != nil {
			return err
		}
		h, err := household.Insert(tx, household.Household{RegisterNo: "1", Kind: household.Family, Village: path[:12], GroupNo: "01", AddressID: "a", Source: "test", AsOf: "2026-01-01"})
		if err != nil {
			return err
		}
		id = h.ID
		for i, name := range []string{"张桃花", "李小山"} {
			one := person.Draft{Name: name, Sex: "1", Birth: "1961-02-14", Ethnicity: "01", NoNumberReason: "unknown", Phone: "13800001234", Source: "test", AsOf: "2026-01-01"}
			if i == 0 {
				if one.Number, err = ident.ParseCitizenID(headNumber, tx.Now()); err != nil {
					return err
				}
				one.NoNumberReason = ""
			}
			in, err := person.Insert(tx, keys, one)
			if err != nil {
				return err
			}
			people = append(people, in.ID)
			if _, err := residence.Register(tx, in.ID, id, path, []string{"02", "20"}[i], "2010-01-01", "test"); err != nil {
				return err
			}
			if _, err := residence.Begin(tx, residence.Spell{Kind: residence.Living, PersonID: in.ID, Path: path, ValidFrom: "2010-01-01", Source: "test"}); err != nil {
				return err
			}
		}
		return grid.Bind(tx, id, "living", path, "2010-01-01", "")
	})
	o.Pages.Registrations = &registration.Service{DB: d, Keys: keys}
	o.Pages.Relocations, o.Pages.People = &relocation.Service{DB: d, Keys: keys}, &person.Service{DB: d, Keys: keys, Places: residence.PersonPlaces}
	return o, id, people
}

// TestNumberForAReason: a whole number is shown for a reason that was chosen,
// and the access log keeps that reason.
func TestNumberForAReason(t *testing.T) {
	o, id, people := withHousehold(t)
	at, to := "/households/"+string(id), "/people/"+string(people[0])+"/number"
	o.signIn(t, "police2").send("/me", to, "reason", "verify").check(t, "another town's police", 404, "", "!"+headNumber)
	o.signIn(t, "leader").send(at, to, "reason", "verify").check(t, "a leader", 403, "", "!"+headNumber)
	police := o.signIn(t, "police")
	police.get(at).check(t, "the page", 200, "", `<select class="why" name="reason" required`, "更正错误", "!"+headNumber)
	for _, reason := range []string{"", "curious"} {
		police.send(at, to, "reason", reason).check(t, "no reason", 422, "", "!"+headNumber)
	}
	police.send(at, to, "reason", "correct").check(t, "a reason", 200, "", headNumber)
	looks, err := o.Accounts.DB.LooksAt(t.Context(), "person/"+string(people[0]), 50)
	given := 0
	for _, l := range looks {
		if l.Action == string(policy.NumberReveal) {
			if given++; l.For != "person.why.correct" {
				t.Errorf("the log keeps %s", l.For)
			}
		}
	}
	if err != nil || given != 1 {
		t.Errorf("%d numbers were shown, %v; want 1", given, err)
	}
}

// TestMoveForm: a form that comes back keeps who was ticked, also when nobody
// was.
func TestMoveForm(t *testing.T) {
	o, id, people := withHousehold(t)
	at := "/moves/new?household=" + string(id)
	ticked := regexp.MustCompile(`<input type="checkbox" checked[^>]* name="person"|<input type="checkbox"[^>]* checked`)
	o.signIn(t, "worker").get(at).check(t, "a worker", 403, "", "!张桃花")
	o.signIn(t, "police2").get(at).check(t, "another town's police", 404, "", "!张桃花")
	police := o.signIn(t, "police")
	if n := len(ticked.FindAllString(police.get(at).body, -1)); n != 2 {
		t.Errorf("%d ticked at first, want both", n)
	}
	for n, ids := range [][]string{{}, {string(people[1])}} {
		form := []string{"household", string(id), "village", "", "key", "k"}
		for _, one := range ids {
			form = append(form, "person", one)
		}
		back := police.send(at, "/moves/preview", form...)
		back.check(t, "sent back", 422, "")
		if got := len(ticked.FindAllString(back.body, -1)); got != n {
			t.Errorf("%d ticked after sending %d", got, n)
		}
	}
}

// TestMovePreview: before a move is registered the clerk reads who moves, when and
// where to; who has unticked everybody has said nothing, and an address that nobody
// has approved is to be read again.
func TestMovePreview(t *testing.T) {
	o, id, people := withHousehold(t)
	police := o.signIn(t, "police")
	form := []string{"household", string(id), "village", "610929101202", "address", "惠民小区99号楼101室", "programme", "natural", "moved_on", "2026-01-05", "key", "k"}
	send := func(more ...string) page {
		return police.send("/me", "/moves/preview", append(slices.Clone(form), more...)...)
	}
	send().check(t, "nobody ticked", 422, "", "请至少选择一名本户成员", "惠民小区99号楼101室")
	send("person", string(people[1])).check(t, "the son", 200, "", "<dd>李小山</dd>", "自行搬迁", "2026-01-05", "这个地址还没有核定", "!<dd>张桃花")
	dbtest.Given(t, o.Accounts.DB, func(tx *db.Tx) error {
		_, err := tx.Exec(`insert into address (id, village, group_no, text, state, version) values ('b', '610929101202', '', '白河县中厂镇宽坪社区惠民小区99号楼101室', 'approved', 1)`)
		return err
	})
	send("person", string(people[1])).check(t, "to an approved address", 200, "", "李小山", "!还没有核定")
	form[3] = "outside"
	send("person", string(people[1])).check(t, "out of the county, nobody knows where", 422, "", ">县外区划代码：请填写此项<")
	send("person", string(people[1]), "outside", "99").check(t, "to no place", 422, "", "请填写县外的行政区划代码", `value="99"`)
	out := append(slices.Clone(form), "person", string(people[1]), "outside", "440300", "key", "k9")
	police.send("/me", "/moves/preview", out...).check(t, "out of the county", 200, "", "搬出县外", "居住证暂行条例第二条", "按规定不发居住簿", "!同村（社区）内")
	made := police.send("/me", "/moves", out...)
	if made.code != 303 {
		t.Fatalf("out of the county: %d\n%.2000s", made.code, made.body)
	}
	police.get(made.to).check(t, "registered out of the county", 200, "", "搬出县外", "惠民小区99号楼101室", "!申请居住簿")
	police.get("/residents?view=registered").check(t, "the list", 200, "", "县外（440300）", "李小山")
	form[3], form[5] = "610929101202", ""
	send("person", string(people[1])).check(t, "without an address", 422, "", ">现居住地址：请填写此项<")
}

// TestAnswerLater: people may change their minds, at the station that knows
// the move.
func TestAnswerLater(t *testing.T) {
	o, id, _ := withHousehold(t)
	police := o.signIn(t, "police")
	made := police.send("/me", "/moves", "household", string(id), "village", "610929100002", "address", "惠民小区3号楼", "programme", relocation.Programmes[0], "moved_on", "2026-01-05", "answer", "stays", "key", "k1")
	if made.code != 303 || !strings.HasPrefix(made.to, "/moves/") {
		t.Fatalf("%d to %q\n%.2000s", made.code, made.to, made.body)
	}
	at := made.to
	police.get(at).check(t, "the move", 200, "", "张桃花户", "<dd>张桃花、李小山</dd>", "暂不迁移户籍（", "更正群众答复")
	for _, who := range []string{"police2", "leader", "admin"} {
		if p := o.signIn(t, who).send("/me", at+"/answer", "answer", "later"); p.code != 404 && p.code != 403 {
			t.Errorf("%s: %d", who, p.code)
		}
	}
	police = o.signIn(t, "police")
	police.send(at, at+"/answer", "answer", "perhaps", "key", "k2").check(t, "no such answer", 422, "", "请询问并记录群众的答复")
	police.send(at, at+"/answer", "answer", "will_transfer", "key", "k3").check(t, "another", 303, at+"?done=move_answered")
	police.get(at).check(t, "kept", 200, "", "愿意迁移户籍（", "!暂不迁移户籍（")
}

// TestMoveRedated: a wrong day is corrected on the move's page, with why and by
// which paper; what was typed comes back with what is wrong.
func TestMoveRedated(t *testing.T) {
	o, id, _ := withHousehold(t)
	police := o.signIn(t, "police")
	at := police.send("/me", "/moves", "household", string(id), "village", "610929100002", "address", "惠民小区3号楼", "programme", relocation.Programmes[0], "moved_on", "2026-01-05", "answer", "stays", "key", "k1").to
	for _, who := range []string{"police2", "leader", "admin"} {
		if p := o.signIn(t, who).send("/me", at+"/redate", "on", "2025-12-05", "reason", "r", "evidence", "e", "version", "1"); p.code != 404 && p.code != 403 {
			t.Errorf("%s: %d", who, p.code)
		}
	}
	police = o.signIn(t, "police")
	police.get(at).check(t, "the move", 200, "", "更正搬入日期", "!登记以后的变动")
	police.send(at, at+"/redate", "on", "2099-01-01", "reason", "看错了", "evidence", "", "version", "1", "key", "k2").check(t, "wrong", 422, "", `value="看错了"`, `value="2099-01-01"`, "必填")
	police.send(at, at+"/redate", "on", "2025-12-05", "reason", "看错了", "evidence", "签收单", "version", "1", "key", "k2").check(t, "right", 303, at+"?done=move_redated")
	police.get(at).check(t, "corrected", 200, "", "2025-12-05", "登记以后的变动", "由2026年1月5日更正为2025年12月5日", "看错了", "签收单")
	police.send(at, at+"/redate", "on", "2025-11-05", "reason", "看错了", "evidence", "签收单", "version", "1", "key", "k3").check(t, "of an old page", 409, "")
}

// TestArrivalPages: a move that waits stands on the work table and in the list of
// the station there; returned, on those of the station that registered it.
func TestArrivalPages(t *testing.T) {
	o, id, _ := withHousehold(t)
	police := o.signIn(t, "police")
	o.Pages.Requests, o.Pages.Network, o.Pages.Rights = &request.Service{DB: o.Accounts.DB}, &network.Service{DB: o.Accounts.DB}, &entitlement.Service{DB: o.Accounts.DB}
	o.Pages.Booklets = &booklet.Service{DB: o.Accounts.DB}
	at := police.send("/me", "/moves", "household", string(id), "village", "610929102203", "address", "一组5号", "programme", relocation.Programmes[0], "moved_on", "2026-01-05", "answer", "stays", "key", "k1").to
	move := strings.TrimPrefix(at, "/moves/")
	police.get(at).check(t, "registered", 200, "", "等现居住地确认")
	police.get("/arrivals?side=sent").check(t, "sent", 200, "", "张桃花", "/arrivals/"+move)
	police.get("/arrivals/"+move).check(t, "to who registered it", 200, "", "撤销这次登记", "!确认已到", "!更正并再次送出")
	o.signIn(t, "leader").get("/arrivals/"+move).check(t, "a leader", 404, "", "!张桃花")
	o.signIn(t, "admin").get("/arrivals").check(t, "the administrator", 403, "", "!张桃花")

	there := o.signIn(t, "police2")
	there.get("/").check(t, "the work table", 200, "", "1户搬来，等您确认")
	there.get("/arrivals").check(t, "come", 200, "", "张桃花", "/arrivals/"+move)
	there.get("/arrivals/"+move).check(t, "the page", 200, "", "确认已到", "李小山", "!撤销这次登记")
	there.send("/arrivals/"+move, "/arrivals/"+move+"/return", "reason", "", "version", "1", "key", "k2", "page_key", "p").check(t, "no reason", 422, "", "必填")
	there.send("/arrivals/"+move, "/arrivals/"+move+"/gone", "reason", "x", "version", "1").check(t, "no such act", 404, "")
	there.send("/arrivals/"+move, "/arrivals/"+move+"/return", "reason", "没有这家人", "version", "1", "key", "k2").check(t, "returned", 303, "/arrivals/"+move+"?done=arrival_return")

	police = o.signIn(t, "police")
	police.get("/").check(t, "the work table of the origin", 200, "", "1户的搬迁被退回")
	police.get(at).check(t, "the move", 200, "", "现居住地已退回", "没有这家人", "更正后再送")
	police.send("/arrivals/"+move, "/arrivals/"+move+"/mend", "on", "2026-01-06", "address", "一组6号", "reason", "门牌看错", "version", "2", "key", "k3").check(t, "mended", 303, "/arrivals/"+move+"?done=arrival_mend")
	there = o.signIn(t, "police2")
	there.get("/arrivals/"+move).check(t, "again", 200, "", "一组6号", "门牌看错", "由2026年1月5日更正为2026年1月6日")
	there.send("/arrivals/"+move, "/arrivals/"+move+"/accept", "on", "2026-01-06", "address", "白河县构朳镇家朳村一组6号", "reason", "", "version", "3", "key", "k4").check(t, "accepted", 303, "/arrivals/"+move+"?done=arrival_accept")
	there.get("/arrivals").check(t, "nothing left", 200, "", "没有等候的搬迁", "!张桃花")
}
