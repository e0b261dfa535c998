package browser

import "testing"

// communityFounded: the town proposes that a village becomes a community, notes
// what its assembly resolved, and the county approves; the village is known by
// its new code from that day on.
func communityFounded(t *testing.T, c *county, proposes, approves, village string) {
	town := c.as(t, proposes, Office)
	town.Goto("/communities")
	town.See("集中安置区", "怎样会变")
	town.Axe()
	town.Goto("/communities/foundings/new")
	town.See("先选组建方式和涉及的村")
	town.Axe()
	town.Choose("组建方式", "整村划转")
	town.Choose("涉及的村（社区）1", village)
	town.Click("下一步：填写社区")
	town.Fill("社区名称", "青山社区")
	town.Fill("社区代码", "610929100299")
	town.Choose("单位性质", "社区村委会")
	town.Choose("社区类别", "农村社区")
	Eval[bool](town, `document.querySelectorAll('[required]').forEach(e => e.required = false), true`)
	town.ClickRole("button", "提出组建")
	town.See("处需要修改")
	if got := town.Value("社区名称"); got != "青山社区" {
		t.Errorf("what was typed came back as %q", got)
	}
	town.Fill("镇里提出的文件", "城政发〔2026〕9号")
	town.ClickRole("button", "提出组建")
	town.See("青山社区", "还没有登记会议同意")
	town.Axe()
	founding := town.URL()

	county := c.as(t, approves, Office)
	county.Goto(founding)
	county.See("青山社区")
	county.AssertNot(founding + "/approve") // no assembly has agreed
	town.Fill("开会日期", Eval[string](town, `new Date(Date.now() - 86400000).toISOString().slice(0, 10)`))
	town.Fill("应到人数", "100")
	town.Fill("到会人数", "40")
	town.Fill("同意人数", "40")
	town.Fill("决议名称或编号", "村民会议决议第3号")
	town.Click("登记会议同意")
	town.See("处需要修改")
	town.Fill("到会人数", "80")
	town.Fill("同意人数", "60")
	town.Click("登记会议同意")
	town.See("村民会议决议第3号")
	town.Axe()

	county.Goto(founding)
	county.Fill("县里批准的文件", "白政发〔2026〕12号")
	county.Click("批准组建")
	county.See("白政发〔2026〕12号")
	county.Axe()
	county.Goto("/divisions/610929100299")
	county.See("青山社区")
	if n := status(c.as(t, "sj", Office), founding); n == 200 {
		t.Error("the auditor reads it")
	}
}
