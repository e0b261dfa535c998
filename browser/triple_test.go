package browser

import "testing"

// threeGrids: who did not ask for it approves another row of the table of routes;
// a village notes whom to call where its people work outside the county; the
// household's page says which of its grids answers, since when and why.
func threeGrids(t *testing.T, c *county, decides, keeps, village string) {
	centre := c.as(t, decides, Office)
	centre.Goto("/grid-routes")
	centre.See("三网分办", "等待审定：12345热线转办", "山林土地纠纷", "户籍地网格")
	centre.Axe()
	centre.ClickRole("button", "同意")
	centre.See("已同意，从生效日期起执行。")

	clerk := c.as(t, keeps, Office)
	clerk.Goto("/work-grids")
	clerk.See("县外务工网格", "昆山务工网格")
	clerk.Axe()
	before := Eval[string](clerk, `document.querySelector('form[action="/work-grids"] [name=name]').id`)
	if before == "" {
		t.Fatal("no form for a contact")
	}
	Eval[bool](clerk, `document.querySelectorAll('[required]').forEach(e => e.required = false), true`)
	clerk.ClickRole("button", "登记县外务工网格")
	clerk.See("处需要修改", "请填写能打通的电话号码。")

	clerk.Goto("/residents?view=living&at=" + village)
	href := Eval[string](clerk, `[...document.querySelectorAll('main a[href^="/households/"]')].map(a => a.getAttribute('href'))[0] || ''`)
	if href == "" {
		t.Fatal("nobody lives in the village")
	}
	clerk.Goto(href)
	clerk.See("居住地网格", "主责网格", "为该户承担：", "走访")
	clerk.Axe()
	worksHere(t, clerk, href)
	if n := status(c.as(t, "sj", Office), "/work-grids"); n == 200 {
		t.Error("the auditor reads whom to call")
	}
}

// worksHere: a village notes where in the county somebody of a household works; the
// household has its working grid by that, until the day on which it is over. How
// many of a grid's households have been seen opens their list.
func worksHere(t *testing.T, clerk *Page, household string) {
	clerk.Goto(household)
	clerk.Click("县内务工地")
	clerk.See("现在的县内务工地", "登记县内务工地")
	clerk.Axe()
	who := Eval[string](clerk, `document.querySelector('[name=person]').options[1].text`)
	grid := Eval[string](clerk, `document.querySelector('[name=grid]').options[1].text`)
	clerk.Choose("谁", who)
	clerk.Choose("务工地网格", grid)
	clerk.Fill("从哪天起", "2026-03-02")
	Eval[bool](clerk, `document.querySelectorAll('[required]').forEach(e => e.required = false), true`)
	clerk.ClickRole("button", "登记县内务工地")
	clerk.See("处需要修改")
	clerk.Fill("在什么地方", "竹编合作社")
	clerk.ClickRole("button", "登记县内务工地")
	clerk.See("务工地网格", "竹编合作社", "县内务工")
	clerk.Click("县内务工地")
	clerk.Choose("哪一处", Eval[string](clerk, `[...document.querySelector('[name=stay]').options].map(o => o.text).find(o => o.includes('竹编合作社')) || ''`))
	clerk.Fill("结束日期", "2026-09-01")
	clerk.ClickRole("button", "登记不再务工")
	clerk.AssertNot("竹编合作社")
	clerk.Goto("/visits")
	clerk.See("走访情况", "90天内见到")
	clerk.Axe()
	list := Eval[string](clerk, `[...document.querySelectorAll('main a[href^="/visits/list"]')].map(a => a.getAttribute('href'))[0] || ''`)
	if list == "" {
		t.Fatal("no number of visits opens its list")
	}
	clerk.Goto(list)
	clerk.See("上次走访", "户")
	clerk.Axe()
}
