package browser

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"anju/internal/db"
	"anju/internal/seal"
)

// The journeys of the demonstration county, on both engines.
func TestDemoCounty(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			c := demoCounty(t, engine)
			t.Run("move to booklet", func(t *testing.T) { moveToBooklet(t, c, "mj100", "sz100", "610929100200", "桥儿沟社区") })
			t.Run("register in", func(t *testing.T) { registerIn(t, c, "hz1", "../examples/register-good.xlsx") })
			t.Run("search", func(t *testing.T) { searchInNoAddress(t, c, "ck100") })
			t.Run("late form", func(t *testing.T) { lateForm(t, c, "wg100001002", "pz100001") })
			t.Run("lost line", func(t *testing.T) { lostLine(t, c, "wg100001002") })
			t.Run("other files", func(t *testing.T) { otherFiles(t, c, "hz1") })
			t.Run("counter", func(t *testing.T) { atTheCounter(t, c, "mj100", "ck100") })
			t.Run("not theirs", func(t *testing.T) { notTheirs(t, c) })
			t.Run("ledgers", func(t *testing.T) { flowLedgers(t, c) })
			t.Run("look back", func(t *testing.T) { lookBack(t, c) })
			t.Run("divisions", func(t *testing.T) { adjustDivisions(t, c) })
			if engine == "sqlite" {
				t.Run("guide", func(t *testing.T) { guide(t, c) })
			}
			t.Run("change requested", func(t *testing.T) { changeRequested(t, c, "mj100", "sz100", "610929100200") })
			t.Run("house and unit", func(t *testing.T) { houseAndUnit(t, c, "mj100", "610929100001") })
			t.Run("baseline signed", func(t *testing.T) { baselineSigned(t, c, "hz1", "mj100") })
			t.Run("community founded", func(t *testing.T) { communityFounded(t, c, "zzx100", "mz1", "清风村") })
			t.Run("same effect", func(t *testing.T) { sameEffect(t, c, "xzx1", "zzx100") })
			t.Run("three grids", func(t *testing.T) { threeGrids(t, c, "xzx2", "cgb100001", "610929100001") })
			t.Run("electors", func(t *testing.T) { listOfElectors(t, c, "mz1", "cgb100200", "cgb100001") })                  // moves the clock
			t.Run("matter", func(t *testing.T) { matterNotForgotten(t, c, "wg100001001", "wz100001001", "zzx100", "xzx1") }) // moves the clock: the last
		})
	}
}

// moveToBooklet: at the counter a person is found, a move registered, the case
// and its rule shown, the answer taken, a receipt handed out; another account
// approves; the booklet is made and handed over.
func moveToBooklet(t *testing.T, c *county, registrar, head, from, to string) {
	clerk := c.as(t, registrar, Office)
	clerk.Axe()
	clerk.Goto("/residents?view=registered&at=" + from)
	clerk.See("居民台账")
	clerk.Axe()
	href := Eval[string](clerk, `[...document.querySelectorAll('a[href^="/moves/new"]')].map(a => a.getAttribute('href')).find(h => !document.querySelector('tr:has(a[href="'+h+'"]) .tag')) || ''`)
	if href == "" {
		t.Fatal("nobody in the list can be registered as moved")
	}
	clerk.Goto(href)
	clerk.See("搬迁登记", "谁搬、搬到哪")
	clerk.Axe()
	// Nothing filled in: the form comes back with what is wrong.
	Eval[bool](clerk, `document.querySelectorAll('[required]').forEach(e => e.required = false), true`)
	clerk.Click("下一步：看属于哪种情形")
	clerk.See("处需要修改")
	clerk.Choose("现居住村（社区）", Eval[string](clerk, `[...document.querySelector('select[name=village]').options].map(o => o.text).find(s => s.includes('`+to+`'))`))
	clerk.Fill("现居住地址", "惠民安置小区 99号楼1单元101室")
	clerk.Choose("搬迁类型", "易地扶贫搬迁")
	clerk.Click("下一步：看属于哪种情形")
	clerk.See("情形", "白政办发〔2021〕25号")
	clerk.Axe()
	if strings.Contains(clerk.Text(), "您是否自愿把户籍迁到现居住地") {
		clerk.Click("确认登记")
		clerk.See("请询问并记录群众的答复")
		clerk.Click("暂不迁移户籍")
		clerk.Click("确认登记")
		clerk.See("搬迁已登记", "白搬回〔")
		receipt := clerk.URL()
		clerk.Back() // to the form, not to what was sent
		eventually(t, "the form", func() bool { return clerk.URL() == href })
		clerk.See("谁搬、搬到哪")
		clerk.Goto(receipt)
		clerk.Click("申请居住簿")
		clerk.See("已提交，等待核验", "待核验")
		clerk.Click("核验通过")
		clerk.See("已核验，等待另一人审核", "待审核")
		clerk.Axe()
		clerk.AssertNot("审核通过")
		id := regexp.MustCompile(`/booklets/[0-9a-f-]+`).FindString(clerk.URL())
		boss := c.as(t, head, Office)
		boss.Goto("/booklets")
		boss.Axe()
		boss.Goto(id)
		boss.Click("审核通过")
		boss.See("已审核，编号已生成", "610929-")
		clerk.Goto(id)
		clerk.Click("制作居住簿")
		clerk.See("已制作，内容已冻结")
		if r := clerk.Get(id + "/booklet.pdf"); r.Status != 200 || !strings.HasPrefix(string(r.Body), "%PDF") {
			t.Errorf("the booklet's PDF: %d %.20q", r.Status, r.Body)
		}
		clerk.Click("登记发放")
		clerk.See("已登记发放", "已发放", "第1版")
		clerk.Click("换发居住簿")
		clerk.Axe()
		return
	}
	t.Fatal("the move is not one that leads to a booklet; choose another community")
}

// matterNotForgotten: a matter is reported on the phone, accepted, and let
// lie. Seven days pass with no page open; a warning and a numbered supervision
// order are there for both centres; the leader answers; the matter is resolved;
// the reporter confirms.
func matterNotForgotten(t *testing.T, c *county, reporter, owner, townCentre, countyCentre string) {
	worker := c.as(t, reporter, Phone)
	worker.Axe()
	worker.Goto("/m/report")
	worker.Axe()
	worker.Click("安全隐患")
	worker.Fill("情况说明", "三号楼后坡有落石，已拉警戒线，请派人查看。")
	sendReport(worker)
	worker.See("三号楼后坡有落石")
	id := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`).FindString(worker.URL())

	leader := c.as(t, owner, Office)
	leader.Goto("/matters/" + id)
	leader.Axe()
	leader.Click("受理")
	leader.See("已受理；受理不停表")

	// Seven days pass on the demonstration clock.
	c.pass(t, leader, 7)
	leader.See("超期预警", "督办")
	leader.See("受理、留言、退回都不停表")

	town := c.as(t, townCentre, Office)
	town.Goto("/orders")
	town.See("白综督〔", "待答复")
	town.Axe()
	county := c.as(t, countyCentre, Office)
	county.Goto("/orders")
	county.See("白综督〔")

	leader.Goto("/matters/" + id)
	leader.Fill("督办答复", "已联系施工队，三日内清理完毕。")
	leader.Click("送出答复")
	leader.See("督办回复已送出")
	leader.Fill("处置结果", "落石已清理，坡面加装防护网。")
	leader.Click("记录处置结果")
	leader.See("处置结果已记录，等待上报人确认")

	worker.Goto("/m/matters/" + id)
	worker.See("落石已清理")
	worker.Axe()
	worker.Click("确认已解决")
	worker.See("已办结")
}

// sendReport sends the report that is filled in. Where open matters look the
// same, it is none of them.
func sendReport(worker *Page) {
	worker.Click("提交上报")
	if strings.Contains(worker.Text(), "可能是同一件事") {
		worker.Axe()
		worker.Click("都不是，作为新的一件上报")
		worker.Click("提交上报")
	}
}

// searchInNoAddress: what is searched for is found, stands in no address, and
// the back button leads to it again.
func searchInNoAddress(t *testing.T, c *county, who string) {
	clerk := c.as(t, who, Office)
	clerk.Goto("/residents")
	name := Eval[string](clerk, `document.querySelector('a.name').textContent`)
	clerk.Fill("查找", name)
	clerk.ClickRole("button", "查询")
	clerk.See(name)
	clerk.Axe()
	list := clerk.URL()
	if !strings.Contains(list, "find=") || strings.Contains(list, url.QueryEscape(name)) || strings.Contains(list, url.PathEscape(name)) {
		t.Errorf("the search leads to %s", list)
	}
	if got := clerk.Value("查找"); got != name {
		t.Errorf("the box holds %q, want %q", got, name)
	}
	Eval[bool](clerk, `document.querySelector('a.name').click(), true`)
	clerk.See("户内成员")
	clerk.Axe()
	clerk.Back()
	eventually(t, "the list again", func() bool { return clerk.URL() == list })
	clerk.See(name)
}

// lateForm: a report that is sent after the session has ended is not lost. Who
// signs in again comes back to the form with what was typed in it; and so does
// who signs in by another way, and opens the form later.
func lateForm(t *testing.T, c *county, who, other string) {
	for _, forgets := range []bool{false, true} {
		text := "二号楼楼梯照明坏了三层"
		if forgets {
			who, text = other, "活动室门口积水"
		}
		worker := c.as(t, who, Phone)
		worker.Goto("/m/report")
		worker.Click("环境卫生")
		worker.Fill("情况说明", text)
		c.sendTooLate(t, worker, who)
		worker.Axe()
		if forgets {
			worker.Goto("/m/sign-in")
		}
		c.signInAgain(t, worker, who)
		if forgets {
			worker.See("您好")
			worker.Goto("/m/report")
		}
		worker.See("情况说明")
		if got := worker.Value("情况说明"); worker.URL() != "/m/report" || got != text {
			t.Errorf("at %s with %q, want the form with %q", worker.URL(), got, text)
		}
		sendReport(worker)
		worker.See(text)
		worker.Goto("/m/report")
		if got := worker.Value("情况说明"); got != "" {
			t.Errorf("sent, and the form holds %q", got)
		}
	}
}

// lostLine: a report that is sent where there is no signal is not lost. Whoever goes
// back from the browser's own page finds it in the form, and nothing once it is sent.
func lostLine(t *testing.T, c *county, who string) {
	const text = "护林路上有落石，过不了车"
	worker := c.as(t, who, Phone)
	worker.Goto("/m/report")
	worker.Click("安全隐患")
	worker.Fill("情况说明", text)
	worker.Offline(true)
	worker.Click("提交上报")
	worker.Offline(false)
	worker.Back()
	eventually(t, "the page before", func() bool { return worker.URL() == "/m/" })
	worker.Problems()
	worker.ClickRole("link", "上报")
	worker.See("情况说明")
	if got := worker.Value("情况说明"); got != text {
		t.Errorf("the form holds %q, want %q", got, text)
	}
	sendReport(worker)
	worker.See("已上报，编号", text)
	worker.Goto("/m/report")
	if got := worker.Value("情况说明"); got != "" {
		t.Errorf("sent, and the form holds %q", got)
	}
}

// sendTooLate sends the report of a page whose session has ended meanwhile.
func (c *county) sendTooLate(t *testing.T, p *Page, who string) {
	t.Helper()
	err := c.DB.Keep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`update session set seen_at = 0 where account_id in (select id from account where login like $1)`, who+"%")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Click("提交上报")
	p.See("较长时间没有操作")
}

// signInAgain fills in the sign-in form of the phone that the page stands at.
func (c *county) signInAgain(t *testing.T, p *Page, who string) {
	t.Helper()
	for _, s := range c.signIns {
		if !strings.HasPrefix(s.Account, who) {
			continue
		}
		code, err := c.Entrance.NextCode(t.Context(), s.Account, seal.Hide(s.TOTPSecret))
		if err != nil {
			t.Fatal(err)
		}
		p.Fill("账号", s.Account)
		p.Fill("口令", s.Password)
		p.Fill("动态码", code)
		break
	}
	p.ClickRole("button", "进入")
}

// notTheirs: nobody sees what is not theirs.
func notTheirs(t *testing.T, c *county) {
	clerk := c.as(t, "mj100", Office)
	clerk.Goto("/residents?at=610929100001")
	household := Eval[string](clerk, `document.querySelector('a[href^="/households/"]').getAttribute('href')`)
	if n := status(clerk, household); n != 200 {
		t.Fatalf("the registrar's own: %d", n)
	}
	refused := func(who string) *Page {
		p := c.as(t, who, Office)
		if n := status(p, household); n != 404 && n != 403 {
			t.Errorf("%s sees the household: %d", who, n)
		}
		return p
	}
	for _, who := range []string{"mj108", "sf1", "xzx1", "xt", "aq"} {
		refused(who)
	}
	admin := refused("sj")
	far := c.as(t, "wg108", Phone)
	if n := status(far, "/m"+household); n != 404 {
		t.Errorf("a worker of another town: %d, want 404", n)
	}
	admin.Goto("/audit")
	admin.See("访问记录")
	admin.Click("核对两本记录")
	admin.See("变更记录", "完整")
	admin.Axe()
}

// registerIn: the register comes in by dry run, result, import.
func registerIn(t *testing.T, c *county, who, file string) {
	p := c.as(t, who, Office)
	p.Goto("/imports")
	p.Axe()
	p.Upload("要导入的文件", file)
	p.Click("上传并预检")
	eventually(t, "the dry run", func() bool { return strings.Contains(p.Text(), "预检完成，待确认") })
	p.See("可导入")
	p.Axe()
	p.Click("导入可用的行")
	eventually(t, "the import", func() bool { return strings.Contains(p.Text(), "查看导入的居民") })
	if n := imported(t, c); n == 0 {
		t.Error("nobody was imported")
	}
}

func imported(t *testing.T, c *county) (n int64) {
	err := c.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		n, err = db.One[int64](tx, `select count(*) from person where source like 'import/%'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
