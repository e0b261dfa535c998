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
	if n := status(c.as(t, "sj", Office), "/work-grids"); n == 200 {
		t.Error("the auditor reads whom to call")
	}
}
