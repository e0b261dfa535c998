package browser

import (
	"strings"
	"testing"
)

// atTheCounter: a birth is registered with what is missing said first and
// nothing lost; two records of one person are compared, merged, and un-merged
// from the person's file; what a death left to decide is decided at the window.
func atTheCounter(t *testing.T, c *county, registrar, window string) {
	clerk := c.as(t, registrar, Office)
	clerk.Goto("/residents?view=registered")
	clerk.Goto(Eval[string](clerk, `document.querySelector('main a[href^="/households/"]').getAttribute('href')`))
	clerk.See("办理", "出生登记", "死亡注销", "收养入户")
	clerk.Axe()
	clerk.Click("迁入")
	clerk.See("办理对象", "凭证与日期")
	clerk.Axe()
	clerk.Fill("姓名", "向朳安")
	Eval[bool](clerk, `document.querySelectorAll('[required]').forEach(e => e.required = false), true`)
	clerk.ClickRole("button", "登记")
	clerk.See("处需要修改", "请选择性别", "请填写公民身份号码；确实没有的，请写明原因")
	clerk.Axe()
	if got := clerk.Value("姓名"); got != "向朳安" {
		t.Errorf("the name that was typed is lost: %q", got)
	}
	clerk.Click("女")
	clerk.Fill("出生日期", "1999-03-04")
	clerk.Choose("与户主关系", "非亲属")
	clerk.Fill("没有号码的原因", "演示，无号码")
	clerk.Fill("证明编号", "陕迁0001")
	clerk.Fill("签发单位", "安康市公安局")
	clerk.Fill("签发日期", "2026-01-02")
	clerk.ClickRole("button", "登记")
	clerk.See("迁入已登记", "回执 白户办〔")
	clerk.Axe()
	clerk.Click("返回户档案")
	clerk.See("向朳安", "户籍办理记录")

	eventually(t, "the first sweep", func() bool {
		clerk.Goto("/duplicates")
		return strings.Contains(clerk.Text(), "姓名相同、出生日期相同")
	})
	clerk.Axe()
	clerk.Goto(Eval[string](clerk, `document.querySelector('main a[href^="/duplicates/"]').getAttribute('href')`))
	clerk.See("逐项对照", "没有号码的原因", "旧册转录，号码待查", "不同")
	clerk.Axe()
	clerk.Click("是同一人，以记录一为准")
	clerk.Fill("依据", "本人持身份证到场")
	clerk.Click("记录判定")
	clerk.See("已合并", "同一人的其他记录")
	clerk.Axe()
	clerk.Click("撤销合并")
	clerk.Within("这两条记录不是同一人").Fill("依据", "指纹比对不符")
	Eval[bool](clerk, `document.querySelector('form[action$="/unmerge"]').requestSubmit(), true`)
	clerk.See("已撤销合并")
	clerk.AssertNot("同一人的其他记录")

	town := c.as(t, window, Office)
	town.Goto("/reviews")
	town.See("待核事项", "核对权益", "死亡注销")
	town.Axe()
	town.Goto(Eval[string](town, `document.querySelector('main a[href^="/reviews/"]').getAttribute('href')`))
	town.See("请核对两地权益是否仍如登记")
	town.Axe()
	town.Click("核实无误，维持现状")
	town.Fill("依据", "承包地属于全户")
	town.Click("记录处理结果")
	town.See("处理结果已记录")
	if status(town, "/duplicates") != 403 {
		t.Error("the window may compare people")
	}
}
