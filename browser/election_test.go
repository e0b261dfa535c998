package browser

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// listOfElectors: the county's office opens a round; the village draws its list,
// writes down that somebody takes part, and hangs the list out.
func listOfElectors(t *testing.T, c *county, opens, committee, unit string) {
	civil := c.as(t, opens, Office)
	civil.Goto("/elections")
	civil.See("还没有选民名单")
	civil.Axe()
	civil.Choose("镇，或一个村（社区）", unit)
	civil.Fill("选举日", "2020-01-01")
	civil.Click("开启选民登记")
	civil.See("须在今天起20日以后")
	civil.Fill("选举日", "2027-06-20")
	civil.Click("开启选民登记")
	civil.See("登记中")
	href := regexp.MustCompile(`/elections/[0-9a-f-]{36}`).FindString(civil.HTML())

	clerk := c.as(t, committee, Office)
	clerk.Goto(href)
	clerk.See("城市居民委员会组织法")
	clerk.ClickRole("button", "核对登记")
	clerk.See("可表示参加", "不满十八周岁")
	clerk.Axe()
	clerk.Goto(href + "?why=may_declare")
	onwards := Eval[string](clerk, `document.querySelector('a[href*="after="]').getAttribute('href')`)
	last := Eval[string](clerk, `[...document.querySelectorAll('a.name')].pop().innerText`)
	if address, err := url.QueryUnescape(onwards); err != nil || strings.Contains(address, last) || strings.Contains(address, "|") {
		t.Errorf("the next page of the list has who ends this one in its address: %s, %v", address, err)
	}
	clerk.Goto(onwards)
	clerk.AssertNot(last)
	clerk.Goto(href + "?why=may_declare")
	clerk.Click("保存")
	clerk.See("请至少勾选一个人")
	Eval[bool](clerk, `document.querySelector('input[name=people]').click(), true`)
	clerk.Click("表示参加（提出申请）")
	clerk.Fill("怎样表示的", "电话，本人")
	clerk.Click("保存")
	clerk.See("常住本社区，本人表示参加")
	clerk.Axe()
	Eval[bool](clerk, `document.querySelector('a.name').click(), true`)
	clerk.See("核对到的情况", "打印告知书")
	clerk.Axe()
	clerk.Goto(href)
	Eval[bool](clerk, `document.querySelector('form[action$="/publish"]').requestSubmit(), true`)
	clerk.See("已公布", "申诉截止日")
	clerk.Axe()
	for _, p := range []*Page{clerk, civil} {
		if r := p.Get(href + "/list.pdf"); r.Status != 200 || !strings.HasPrefix(string(r.Body), "%PDF") {
			t.Errorf("the list for the wall: %d %.20q", r.Status, r.Body)
		}
	}
	civil.Goto(href)
	civil.See("已公布")
	civil.AssertNot("剥夺政治权利", "本人表示参加")
	if n := status(c.as(t, "ck108", Office), href); n != 404 && n != 403 {
		t.Errorf("another town's window sees the list: %d", n)
	}
}
