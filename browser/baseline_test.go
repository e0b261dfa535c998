package browser

import "testing"

// baselineSigned: the county starts a round; a station signs one household off
// and disputes another; the village's figures lead to the list with the reason.
func baselineSigned(t *testing.T, c *county, police, station string) {
	boss := c.as(t, police, Office)
	boss.Goto("/baseline")
	boss.Axe()
	boss.Fill("轮次", "2026年冬季核对")
	boss.Fill("截止日期", "2020-01-01")
	boss.Click("开始这一轮")
	boss.See("处需要修改", "截止日期不能早于开始日期")
	boss.Fill("截止日期", "2099-12-31")
	boss.Click("开始这一轮")
	boss.See("各村进度", "2026年冬季核对")
	boss.Axe()

	p := c.as(t, station, Office)
	p.Goto("/baseline")
	p.Click("2026年冬季核对")
	p.Click("待派出所核对")
	p.See("确认无误", "提出异议")
	p.Axe()
	Eval[bool](p, `document.querySelector('form[action$="/sign"] button').click(), true`)
	p.See("已确认，这一户不再列在待核对里")
	Eval[bool](p, `(d => { d.open = true; d.querySelector('input[name=reason]').value = '户内少登记一人'; d.querySelector('form').requestSubmit(); return true })(document.querySelector('details.confirm'))`)
	p.See("异议已记录")
	p.Goto(Eval[string](p, `[...document.querySelectorAll('a')].map(a => a.getAttribute('href')).find(h => h.includes('view=disputed'))`))
	p.See("户内少登记一人", "有异议")
	p.Axe()
}
