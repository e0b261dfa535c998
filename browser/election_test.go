package browser

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"anju/internal/db"
)

// listOfElectors walks a round as those whose duty it is. The county's office
// opens it in a village and in a residents' committee; both draw their lists. In
// the village somebody who came applies and the meeting consents; somebody who
// left is on the list where they live and is refused at home by the law's
// sentence. The list hangs out, an objection is heard and decided, and it is
// final once its days are over.
func listOfElectors(t *testing.T, c *county, opens, village, residents string) {
	type left struct {
		ID   string `db:"id"`
		Name string `db:"name"`
	}
	var mover left
	if err := c.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		mover, err = db.One[left](tx, `select p.id, p.name from person p join spell r on r.person_id = p.id and r.kind = 'registered' join spell l on l.person_id = p.id and l.kind = 'living'
			where r.path like '610929`+village[3:]+`%' and l.path like '610929`+residents[3:]+`%' and r.superseded_at = 0 and r.valid_to = '9999-12-31' and l.superseded_at = 0 and l.valid_to = '9999-12-31' and l.sealed_to = '' and p.birth < '2000-01-01' order by p.id limit 1`)
		return err
	}); err != nil {
		t.Fatalf("somebody registered in the village who lives in the community: %v", err)
	}
	civil := c.as(t, opens, Office)
	open := func(unit string) string {
		civil.Goto("/elections")
		civil.Choose("镇，或一个村（社区）", unit)
		civil.Fill("轮次", "2027年换届")
		civil.Fill("选举日", "2020-01-01")
		civil.Click("开启选民登记")
		civil.See("须在今天起20日以后")
		civil.Fill("选举日", "2027-06-20")
		civil.Click("开启选民登记")
		civil.See("选民登记已开启", "登记中")
		return regexp.MustCompile(`/elections/[0-9a-f-]{36}`).FindString(civil.HTML())
	}
	at, there := open("城关镇群力村"), open("城关镇桥儿沟社区")
	civil.Axe()
	civil.Goto("/elections?state=cancelled")
	civil.See("没有这样的选民名单")

	// Where she lives she says that she takes part.
	clerk := c.as(t, residents, Office)
	clerk.See("选民名单：核对登记")
	clerk.Goto(there)
	clerk.See("依照城市居民委员会组织法", "第一步：核对登记")
	clerk.ClickRole("button", "核对登记")
	clerk.See("可表示参加", "不满十八周岁")
	clerk.Axe()
	noNamesInAddresses(t, clerk, there)
	clerk.Goto(there + "?why=may_declare")
	clerk.Click("保存")
	clerk.See("请至少勾选一个人")
	person(clerk, there, mover.ID, mover.Name)
	says(clerk, "电话，本人")
	clerk.See("在本社区常住，本人表示参加选举，列入选民名单")
	clerk.Axe()

	// At home she is refused by the law's sentence; who came is consented to.
	home := c.as(t, village, Office)
	home.Goto(at)
	home.See("依照村民委员会组织法")
	home.ClickRole("button", "核对登记")
	home.See("户籍在本村，并且在本村居住", "可提出申请")
	person(home, at, mover.ID, mover.Name)
	home.See("不得再参加其他地方的选举（村民委员会组织法第十六条）", "请先在已登记的那一处表示不参加")
	home.Goto(at + "?why=may_apply")
	Eval[bool](home, `[...document.querySelectorAll('input[name=people]')].slice(0, 2).forEach(e => e.click()), true`)
	says(home, "书面申请")
	home.Goto(at + "?why=awaits")
	Eval[bool](home, `document.querySelector('input[name=people]').click(), true`)
	home.Click("同意参加选举")
	home.Click("村民代表会议")
	home.Fill("赞成票", "1")
	home.Fill("反对票", "2")
	home.Fill("决议文号", "群力村代表会决议〔2027〕3号")
	home.ClickRole("button", "保存会议决定")
	home.See("票数与决定不符")
	home.Fill("赞成票", "21")
	home.ClickRole("button", "保存会议决定")
	home.Goto(at + "?why=consented")
	home.See("赞成21票、反对2票（群力村代表会决议〔2027〕3号）")

	// Published: names and groups for everybody who follows it, reasons for nobody.
	home.Goto(at)
	home.Click("公布名单")
	home.See("现在公布这份名单吗")
	home.Within("现在公布这份名单吗").ClickRole("button", "公布名单")
	home.See("名单已公布", "正在受理申诉", "没有申诉")
	home.Axe()
	for _, p := range []*Page{home, civil} {
		if r := p.Get(at + "/list.pdf"); r.Status != 200 || !strings.HasPrefix(string(r.Body), "%PDF") {
			t.Errorf("the list for the wall: %d %.20q", r.Status, r.Body)
		}
		if r := p.Get(at + "/list.xlsx"); r.Status != 200 || !strings.HasPrefix(string(r.Body), "PK") {
			t.Errorf("the workbook: %d %.20q", r.Status, r.Body)
		}
	}
	civil.Goto(at)
	civil.See("已公布", "申诉截止日")
	civil.AssertNot("第十六条", mover.Name, "决议〔2027〕3号")

	// An objection, heard, decided with its reason; then the list is final.
	person(home, at, mover.ID, mover.Name)
	home.Fill("申诉的内容", "我要在户籍地参加选举")
	home.ClickRole("button", "登记申诉")
	home.See("已保存")
	home.Goto(at)
	home.See("有1件申诉等待决定", "处理申诉："+mover.Name)
	home.Axe()
	home.Click("维持原名单")
	home.Fill("理由", "本人已在居住地登记参加选举，未表示退出")
	home.ClickRole("button", "作出决定")
	home.See("处理决定已登记", "维持原名单")
	c.pass(t, home, 7)
	home = c.as(t, village, Office)
	home.See("选民名单：可以定稿")
	home.Goto(at)
	home.Click("定稿")
	home.Within("现在定稿吗").ClickRole("button", "定稿")
	home.See("名单已定稿", "定稿日")
	home.Axe()
	if n := status(c.as(t, "ck108", Office), at); n != 404 && n != 403 {
		t.Errorf("another town's window sees the list: %d", n)
	}
}

// person opens the page of somebody on a list, found by name.
func person(p *Page, at, id, name string) {
	p.t.Helper()
	p.Goto(at)
	p.Fill("找人", name)
	p.ClickRole("button", "查询")
	if strings.Contains(p.URL(), name) || strings.Contains(p.URL(), url.QueryEscape(name)) {
		p.t.Errorf("the address says whom the committee looks for: %s", p.URL())
	}
	p.See(name)
	Eval[bool](p, `document.querySelector('a.name[href$="/people/`+id+`"]').click(), true`)
	p.See("核对到的情况", "打印告知书")
}

// says writes down that those chosen take part.
func says(p *Page, how string) {
	p.t.Helper()
	p.Click("表示参加（提出申请）")
	p.Fill("怎样表示的", how)
	p.Within("怎样表示的").ClickRole("button", "保存")
	p.See("已保存")
}

// noNamesInAddresses turns a page of a list.
func noNamesInAddresses(t *testing.T, p *Page, at string) {
	t.Helper()
	p.Goto(at + "?why=may_declare")
	onwards := Eval[string](p, `document.querySelector('a[href*="after="]').getAttribute('href')`)
	last := Eval[string](p, `[...document.querySelectorAll('a.name')].pop().innerText`)
	if address, err := url.QueryUnescape(onwards); err != nil || strings.Contains(address, last) || strings.Contains(address, "|") {
		t.Errorf("the next page of the list has who ends this one in its address: %s, %v", address, err)
	}
	first := Eval[string](p, `document.querySelector('a.name').getAttribute('href')`)
	p.Goto(onwards)
	if Eval[bool](p, `!!document.querySelector('a.name[href="`+first+`"]')`) {
		t.Error("the next page begins as this one")
	}
}
