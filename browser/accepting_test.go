package browser

import (
	"regexp"
	"testing"
)

// sameEffect: the county's centre lets a service come on the list; somebody
// without an account reads it, and reports one that does not accept the booklet;
// the centre has it in its hands, and no town knows of it.
func sameEffect(t *testing.T, c *county, centre, town string) {
	office := c.as(t, centre, Office)
	office.Goto("/accepting")
	office.See("等待审定：办理社会保障卡银行账户", "子女入学、转学")
	office.Axe()
	office.Click("同意")
	office.See("已同意，从生效日期起对外公布。")

	p := Open(t, c.url, Phone)
	p.Goto("/check")
	p.Click("哪些地方认居住簿？看清单")
	p.See("认居住簿的服务", "子女入学、转学", "2021年7月1日起")
	p.AssertNot("办理社会保障卡银行账户", "县老龄办") // it begins in two weeks; it is over
	p.Axe()
	p.Click("老年人优待证：这里不认居住簿？告诉县里")
	p.See("反映不认居住簿", "不写姓名也可以")
	p.Axe()
	p.Fill("在哪里", "县民政局一楼3号窗口")
	p.Fill("当时的情况", "说只认户口簿，让回原籍开证明")
	p.Fill("您的姓名（可以不写）", "覃秀兰")
	p.Fill("您的电话（可以不写）", "139")
	p.Click("提交")
	p.See("处需要修改")
	p.Problems() // the browser notes the refusal
	if got := p.Value("当时的情况"); got != "说只认户口簿，让回原籍开证明" {
		t.Errorf("what was typed came back as %q", got)
	}
	p.Fill("您的电话（可以不写）", "13900001111")
	p.Click("提交")
	p.See("县综治中心已经收到", "请记下受理号和查询码")
	p.Axe()
	receipt := regexp.MustCompile(`(SJ\d+-\d+)\s+查询码\s+(\S+ \S+)`).FindStringSubmatch(p.Text())
	if receipt == nil {
		t.Fatalf("no receipt: %s", p.Text())
	}
	p.Click("以前反映过？查办理情况")
	p.Fill("受理号", receipt[1])
	p.Fill("查询码", receipt[2])
	p.Click("查询")
	p.See("已收到，还没有开始办理。", "老年人优待证")
	p.AssertNot("覃秀兰")
	p.Axe()

	office.Goto("/matters?county=1")
	office.See(receipt[1], "县里直接办的")
	office.Click(receipt[1])
	office.See("老年人优待证 县民政局", "覃秀兰 13900001111", "群众在公开页面反映")
	office.Axe()
	office.Click("受理")
	office.Settle()
	if n := status(c.as(t, town, Office), office.URL()); n != 404 {
		t.Errorf("a town opens it: %d", n)
	}
}
