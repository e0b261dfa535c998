package browser

import (
	"regexp"
	"testing"
)

// changeRequested: at the counter a person's name is asked to be corrected;
// who decides refuses without a reason in vain, approves; who asked takes note.
func changeRequested(t *testing.T, c *county, who, head, from string) {
	clerk := c.as(t, who, Office)
	clerk.Goto("/residents?view=registered&at=" + from)
	clerk.Goto(Eval[string](clerk, `document.querySelector('a[href^="/households/"]').getAttribute('href')`))
	clerk.Goto(Eval[string](clerk, `document.querySelector('a[href^="/requests/new"]').getAttribute('href')`))
	clerk.See("申请更正登记", "现在登记为")
	clerk.Axe()
	clerk.Fill("应更正为（姓名）", "王*山")
	clerk.Fill("依据", "结婚证 陕白结字2001-118，原件在村委会")
	clerk.Upload("材料照片或扫描件", "../examples/moves.xlsx")
	clerk.Click("送户籍地公安机关审批")
	clerk.See("处需要修改", "有文件不是照片")
	if got := clerk.Value("依据"); got != "结婚证 陕白结字2001-118，原件在村委会" {
		t.Errorf("what was typed is gone: %q", got)
	}
	clerk.Upload("材料照片或扫描件", "../docs/guide/booklet-1366.png")
	clerk.Click("送户籍地公安机关审批")
	clerk.See("处需要修改", "请填写姓名本身", "已收到1页")
	if got := clerk.Value("依据"); got != "结婚证 陕白结字2001-118，原件在村委会" {
		t.Errorf("what was typed is gone: %q", got)
	}
	clerk.Fill("应更正为（姓名）", "王寿山")
	clerk.Click("送户籍地公安机关审批")
	clerk.See("变更申请已送出", "待审批", "白变申〔")
	clerk.AssertNot("同意，更正登记")
	clerk.Axe()
	id := regexp.MustCompile(`/requests/[0-9a-f-]+`).FindString(clerk.URL())

	boss := c.as(t, head, Office)
	boss.Goto("/requests")
	boss.See("白变申〔", "结婚证 陕白结字2001-118")
	boss.Axe()
	boss.Goto(id)
	boss.See("材料照片或扫描件", "第1页，共1页")
	if !Eval[bool](boss, `document.querySelector('figure img').decode().then(() => true)`) {
		t.Error("who decides is not shown the paper")
	}
	boss.Axe()
	boss.Click("同意，更正登记")
	boss.See("已同意，登记已按申请更正", "已同意")

	clerk.Goto("/")
	clerk.See("申请有结果")
	clerk.Goto(id)
	clerk.Click("知道了")
	clerk.See("已同意")
	clerk.Goto("/")
	clerk.AssertNot("申请有结果")
}
