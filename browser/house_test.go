package browser

import "testing"

// houseAndUnit: from a person to the house, and back to its people, in one
// click each; the house is said to be an old one; an organisation is registered.
func houseAndUnit(t *testing.T, c *county, who, at string) {
	p := c.as(t, who, Office)
	p.Goto("/residents?at=" + at)
	p.Goto(Eval[string](p, `document.querySelector('a[href^="/households/"]').getAttribute('href')`))
	p.Goto(Eval[string](p, `document.querySelector('a[href^="/people/"]').getAttribute('href')`))
	p.See("登记、居住与务工", "至今")
	p.Axe()
	house := Eval[string](p, `document.querySelector('a[href^="/houses/"]').getAttribute('href')`)
	p.Goto(house)
	p.See("居住在此的人", "旧房处置", "更新房屋信息")
	p.Axe()
	p.Choose("旧房处置", "旧房，已签协议，待腾退")
	p.Click("保存")
	p.See("处需要修改", "没有协议不能登记旧房处置")
	p.Fill("面积", "80") // of a house that a move has named nobody knows it yet
	p.Fill("处置日期", "2026-03-01")
	p.Fill("协议或依据编号", "腾退协议2026-17号")
	p.Click("保存")
	p.See("已保存", "旧房，已签协议，待腾退", "腾退协议2026-17号")
	p.Goto(house + "?on=1990-01-01")
	p.See("这是1990年1月1日的情况", "这一天没有记录")

	p.Goto("/houses?disposal=old")
	p.See("旧房，已签协议，待腾退")
	p.Axe()

	p.Goto("/organisations/new")
	p.Axe()
	p.Fill("统一社会信用代码", "91350100M000100Y44")
	p.Fill("单位名称", "惠民小卖部")
	p.Fill("地址", "惠民安置小区1号楼底商")
	p.Fill("从哪一天起在这里", "2025-01-01")
	Eval[bool](p, `(s => { s.value = s.options[1].value; return true })(document.querySelector('select[name=village]'))`)
	p.Click("保存")
	p.See("处需要修改")
	p.Fill("统一社会信用代码", "91350100M000100Y43")
	p.Click("保存")
	p.See("已保存", "惠民小卖部", "91350100M000100Y43")
	p.Axe()
	p.Goto("/organisations")
	p.See("惠民小卖部", "惠民安置小区1号楼底商")
	p.Axe()
}
