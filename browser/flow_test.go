package browser

import (
	"strings"
	"testing"
)

// flowLedgers: a station's ledgers, the county's matrix, a number that opens
// its list, and the list as a workbook once it is said what for.
func flowLedgers(t *testing.T, c *county) {
	clerk := c.as(t, "mj100", Office)
	clerk.Goto("/flows")
	clerk.See("人口流出台账", "净流入", "搬迁日期", "城关派出所")
	clerk.Axe()
	clerk.Choose("台账", "人口流入台账")
	clerk.Click("查询")
	clerk.See("人口流入台账")

	police := c.as(t, "hz1", Office)
	police.Goto("/flows/matrix?unit=moves")
	police.See("流向矩阵", "城关镇", "冷水镇", "合计")
	police.Axe()
	cell := Eval[[]string](police, `(a => [a.innerText, a.getAttribute('href')])(document.querySelector('td a[href^="/flows?"]'))`)
	police.Goto(cell[1])
	police.See("流向明细", "共"+" "+cell[0]+" "+"条")
	police.Axe()
	sent := `(async (why) => { const f = document.querySelector('form[action="/flows/export"]'); const b = new URLSearchParams(new FormData(f)); b.set('purpose', why);
		const r = await fetch(f.action, {method: 'POST', body: b}); return [String(r.status), r.headers.get('Content-Type')] })`
	if r := Eval[[]string](police, sent+`('report')`); r[0] != "200" || !strings.Contains(r[1], "spreadsheetml") {
		t.Errorf("the workbook: %v", r)
	}
	if r := Eval[[]string](police, sent+`('')`); r[0] != "422" {
		t.Errorf("without a purpose: %v", r)
	}
	police.Problems()
}

// lookBack: a household, its house and its village on a day of the past; the
// page says which day it shows, and the way back to the present.
func lookBack(t *testing.T, c *county) {
	clerk := c.as(t, "mj100", Office)
	clerk.Goto("/residents?separated=1")
	household := Eval[string](clerk, `[...document.querySelectorAll('tr:has(.tag) a[href^="/households/"]')].map(a => a.getAttribute('href'))[0]`)
	clerk.Goto(household)
	clerk.See("查历史")
	clerk.Axe()
	clerk.Fill("哪一天的情况", "2016-01-01")
	clerk.Click("查询")
	clerk.See("这是2016年1月1日的情况，不是现在的情况", "按现在掌握的资料显示", "当时居住地")
	clerk.Axe()
	clerk.Click("回到现在")
	clerk.See("现居住地址")
	clerk.Goto(household + "?on=2999-01-01")
	clerk.See("不能晚于今天")
	clerk.Problems()
	clerk.Goto("/places/610929100001?on=2020-01-01")
	clerk.See("这是2020年1月1日的情况", "居住人口", "当时居住的人")
	clerk.Axe()
	clerk.Goto(household)
	clerk.Goto(Eval[string](clerk, `document.querySelector('table a[href^="/people/"]').getAttribute('href')`))
	clerk.See("居住年限", "连续居住", "累计居住")
	clerk.Axe()
}

// adjustDivisions: the county's administrator of divisions finds a village by
// its code, sees its history, and registers an act; somebody else may only look.
func adjustDivisions(t *testing.T, c *county) {
	affairs := c.as(t, "mz1", Office)
	affairs.Goto("/divisions")
	affairs.See("行政区划", "下辖单位", "登记区划调整")
	affairs.Axe()
	affairs.Goto("/divisions/act?kind=create_group&village=610929100203")
	affairs.See("设立小组", "批准文件")
	affairs.Axe()
	affairs.Fill("新名称", "新建组")
	affairs.Click("登记调整")
	affairs.See("处需要修改")
	affairs.Fill("批准文件", "白政发〔2026〕3号")
	affairs.Click("登记调整")
	affairs.See("区划调整已登记", "新建组", "白政发〔2026〕3号", "清风村")
	affairs.Axe()
	clerk := c.as(t, "mj100", Office)
	clerk.Goto("/divisions/610929100203")
	clerk.See("新建组", "历次名称和有效期")
	clerk.AssertNot("登记区划调整")
	if got := status(clerk, "/divisions/act"); got == 200 {
		t.Error("the registrar may adjust divisions")
	}
}
