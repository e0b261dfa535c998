package browser

import (
	"strings"
	"testing"
)

// guide walks the main pages as each of the users sees them, with axe. make
// screenshots writes pictures of them into docs/guide.
func guide(t *testing.T, c *county) {
	shot := func(p *Page, path, name, wait string, sizes ...Size) {
		t.Helper()
		if path != "" {
			p.Goto(path)
		}
		p.See(wait)
		p.Axe()
		p.Guide(name, sizes...)
	}
	anyone := Open(t, c.url, Office)
	shot(anyone, "/sign-in", "sign-in", "动态码", Office, Large)

	clerk := c.as(t, "mj100", Office)
	shot(clerk, "/", "work-registrar", "工作台", Office, Large)
	shot(clerk, "/residents?separated=1", "residents", "居民台账", Office, Large)
	household := Eval[string](clerk, `[...document.querySelectorAll('tr:has(.tag) a[href^="/households/"]')].map(a => a.getAttribute('href'))[0]`)
	shot(clerk, household, "household", "户内成员", Office, Large)
	shot(clerk, "/moves/new?household="+strings.TrimPrefix(household, "/households/"), "move", "谁搬、搬到哪", Office, Large)
	shot(clerk, "/imports", "import", "文件种类", Office, Large)
	clerk.Goto("/booklets?state=made")
	booklet := Eval[string](clerk, `document.querySelector('table a[href^="/booklets/"]').getAttribute('href')`)
	shot(clerk, booklet, "booklet", "办理情况", Office, Large)

	leader := c.as(t, "zz100", Office)
	shot(leader, "/", "work-town", "待办事项", Office, Large)
	shot(leader, "/matters", "matters", "在谁手里", Office, Large)
	centre := c.as(t, "xzx1", Office)
	shot(centre, "/orders?all=1", "orders", "督办编号", Office, Large)
	order := Eval[string](centre, `document.querySelector('table a[href^="/matters/"]').getAttribute('href')`)
	shot(centre, order, "matter", "办理过程", Office, Large)
	shot(centre, "/grids?at=610929100001", "grids", "网格代码", Office, Large)

	worker := c.as(t, "wg100001001", Phone)
	shot(worker, "/m/", "phone-home", "上报", Phone)
	shot(worker, "/m/report", "phone-report", "情况说明", Phone)
	shot(worker, "/m/visits", "phone-visits", "走访", Phone)
}
