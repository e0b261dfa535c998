package browser

import (
	"testing"

	"anju/internal/db"
)

// A job is what one does on a screen, from the signed-in work table on, in at
// most so many clicks; what is typed or picked from a list is not counted.
type job struct {
	screen string
	who    string
	most   int
	do     func(p *Page)
	done   []string // what the page says then
}

// jobsOf are the registry's screens with their budgets.
func jobsOf(somebody, staying, held string) []job {
	find := func(name string) func(p *Page) {
		return func(p *Page) {
			p.Fill("查找", name)
			p.ClickRole("button", "查询")
		}
	}
	return []job{
		{"the work table", "mj100", 0, func(*Page) {}, []string{"待办事项", "待制作"}},
		{"somebody is found, with the household", "mj100", 2, func(p *Page) { find(somebody)(p); p.ClickRole("link", somebody) }, []string{"户内成员", somebody}},
		{"a resident's file", "mj100", 2, func(p *Page) { find(somebody)(p); p.ClickRole("link", "居民档案") }, []string{"登记、居住与务工", somebody}},
		{"a move is registered", "mj100", 5, func(p *Page) {
			find(staying)(p)
			p.ClickRole("link", "登记搬迁")
			p.Choose("现居住村（社区）", Eval[string](p, `[...document.querySelector('select[name=village]').options].map(o => o.text).find(s => s.includes('桥儿沟社区'))`))
			p.Fill("现居住地址", "惠民安置小区 99号楼1单元101室")
			p.Choose("搬迁类型", "易地扶贫搬迁")
			p.Click("下一步：看属于哪种情形")
			p.Click("暂不迁移户籍")
			p.Click("确认登记")
		}, []string{"搬迁已登记", "白搬回〔"}},
		{"a booklet is approved", "sz100", 3, func(p *Page) { p.Click("审核居住簿"); p.Click("审核通过") }, []string{"已审核，编号已生成"}},
		{"a booklet is made and printed", "mj100", 4, func(p *Page) {
			p.Click("待制作")
			p.Click(first(p))
			p.Click("制作居住簿")
			p.ClickRole("button", "打印")
		}, []string{"第1版（已冻结）"}},
		{"booklets are printed together", "mj100", 5, func(p *Page) {
			p.ClickRole("link", "居住簿")
			p.ClickRole("link", "批量打印")
			p.ClickRole("button", "开始打印")
		}, []string{"批量打印", "第1份"}},
		{"a booklet is handed over", "mj100", 3, func(p *Page) { p.Click("待发放"); p.Click(first(p)); p.Click("登记发放") }, []string{"已登记发放"}},
		{"a booklet is renewed", "mj100", 3, func(p *Page) { p.Click("待换发"); p.Click(first(p)); p.Click("登记发放") }, []string{"已登记发放", "第2版"}},
		{"a booklet that is held out is voided", "mj100", 3, func(p *Page) {
			find(held)(p)
			p.Click("注销")
			p.Click("群众自愿交回")
			*p.clicks-- // one of a list of reasons
			form := p.Within("情况说明")
			form.Fill("情况说明", "群众交回")
			form.ClickRole("button", "注销")
		}, []string{"已注销，档案保留"}},
		{"who lives in a house", "mj100", 2, func(p *Page) {
			p.ClickRole("link", "实有房屋")
			p.ClickRole("link", Eval[string](p, `document.querySelector('main td a[href^="/houses/"]').textContent`))
		}, []string{"居住在此的人"}},
		{"who went where", "hz1", 2, func(p *Page) {
			p.ClickRole("link", "流向矩阵")
			p.Choose("导出用途", "按要求上报")
			p.ClickRole("button", "导出 Excel")
		}, []string{"流向矩阵"}},
		{"a difference between two sources is settled", "mj100", 3, func(p *Page) {
			p.ClickRole("link", "两源核对")
			p.Within(Eval[string](p, `document.querySelector('main tbody tr td').innerText`)).Click("采用来文")
			ask := p.Within("确认采用来文？")
			ask.Fill("理由", "已入户核实")
			ask.ClickRole("button", "采用来文")
		}, []string{"已按您的决定核定"}},
		{"the rights of both places", "cgb100001", 2, func(p *Page) {
			p.ClickRole("link", "两地权益")
			p.Within(Eval[string](p, `document.querySelector('main tbody tr td:nth-child(3)').innerText.split('\n')[0]`)).ClickRole("link", first(p))
		}, []string{"户籍地"}},
		{"the electors, in print", "cgb100001", 3, func(p *Page) {
			p.ClickRole("link", "选民登记")
			p.ClickRole("link", Eval[string](p, `document.querySelector('main a[href^="/elections/"]').textContent`))
			p.ClickRole("link", "打印")
		}, nil},
	}
}

// first is the first name of a list.
func first(p *Page) string {
	return Eval[string](p, `document.querySelector('main a.name').textContent`)
}

// TestClickBudgets: each screen of the registry does its job in the clicks it has.
func TestClickBudgets(t *testing.T) {
	c := demoCounty(t, "sqlite")
	pages := map[string]*Page{}
	at := func(who string) *Page {
		if pages[who] == nil {
			pages[who] = c.as(t, who, Office)
		}
		return pages[who]
	}
	names := c.onlyOnes(t, "610929100200")
	for _, j := range jobsOf(names[0], names[1], c.heldBooklet(t, "610929100")) {
		p := at(j.who)
		p.Goto("/")
		*p.clicks = 0
		j.do(p)
		p.See(j.done...)
		if *p.clicks > j.most {
			t.Errorf("%s: %d clicks, at most %d", j.screen, *p.clicks, j.most)
		}
		t.Logf("%s: %d clicks of %d", j.screen, *p.clicks, j.most)
	}
}

// onlyOnes are two heads of households who live where they are registered, in a
// village, and whose names nobody else has.
func (c *county) onlyOnes(t *testing.T, village string) (names []string) {
	t.Helper()
	err := c.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		names, err = db.All[string](tx, `select p.name from person p join spell r on r.person_id = p.id and r.kind = 'registered' and r.relation = '02'
			join spell l on l.person_id = p.id and l.kind = 'living' and l.path like $1
			where r.path like $1 and r.superseded_at = 0 and r.valid_to = '9999-12-31' and l.superseded_at = 0 and l.valid_to = '9999-12-31'
			and not exists (select 1 from person o where o.name like p.name || '%' and o.id <> p.id)
			and not exists (select 1 from move m where m.household_id = r.household_id) order by p.id limit 2`, village+"%")
		return err
	})
	if err != nil || len(names) != 2 {
		t.Fatalf("%d names, %v", len(names), err)
	}
	return names
}

// heldBooklet is the number of a booklet that a household of a town has in hand.
func (c *county) heldBooklet(t *testing.T, town string) (number string) {
	t.Helper()
	err := c.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		number, err = db.One[string](tx, `select number from booklet where state = 'issued' and path like $1 and stale_at = 0 order by id desc limit 1`, town+"%")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return number
}
