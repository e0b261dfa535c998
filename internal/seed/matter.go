package seed

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"anju/internal/calendar"
	"anju/internal/deadline"
	"anju/internal/grid"
	"anju/internal/matter"
)

// stories are what grid workers report, by category. They name nobody.
var stories = map[string][]string{
	"dispute":     {"两户因楼道堆放杂物发生争执，双方情绪尚平稳，请协调。", "邻里因宅基地边界意见不一，希望村上出面调解。", "务工工资结算有分歧，当事人愿意坐下来谈。"},
	"safety":      {"安置区后坡有落石痕迹，已拉警戒线，请派人查看。", "三号楼楼梯扶手松动，老人上下不便，有摔倒风险。", "电动车在楼道充电，需要劝离并设置充电棚。"},
	"environment": {"垃圾箱清运不及时，有异味，群众反映较多。", "排水沟堵塞，下雨积水漫到路面。", "河道边有人倾倒建筑垃圾。"},
	"livelihood":  {"一位独居老人冬季取暖困难，需要帮助联系。", "孩子转学手续不清楚，希望社区指导。", "家里有大件农具没有地方存放，想借用公共库房。"},
	"forest_fire": {"林区边发现焚烧秸秆，已劝阻，需加强宣传。", "护林防火检查站标识损坏。"},
	"facility":    {"小区路灯两处不亮，夜间出行不便。", "自来水水压低，高层用水困难。", "文化广场健身器材螺丝松动。"},
	"service":     {"请代办合疗报销，材料已齐。", "老人不会认证养老金，需要上门帮办。"},
	"other":       {"建议增设一趟早班公交，方便务工群众。", "反映便民超市缺少农资代购。"},
}

// results are what is said of a matter that has been dealt with, by category.
var results = map[string][]string{
	"dispute":     {"双方达成一致，握手言和，已登记回访时间。", "已分别谈过两次，双方同意各让一步，签了约定。"},
	"safety":      {"已设警示牌并清理落石，安排专人巡查。", "扶手已加固，现场试过，稳当。", "已劝离并装好充电棚，楼道清空。"},
	"environment": {"已清理完毕，安排专人每周检查。", "已协调保洁增加清运，当天恢复整洁。"},
	"livelihood":  {"已上门看望，送去取暖物资，并联系了亲属。", "已陪同办好手续，孩子下周入学。", "已在公共库房腾出位置，登记使用。"},
	"forest_fire": {"已现场处理并向群众宣传，没有火情。", "标识已重新安装，检查站正常值守。"},
	"facility":    {"已联系责任单位维修，当天恢复正常。", "水管接头已更换，各楼层供水正常。"},
	"service":     {"已上门帮办，材料交便民服务中心。", "认证已办好，老人当面确认。"},
	"other":       {"已向客运公司反映，下月起增开早班。", "已联系供销社，便民超市开始代购。"},
}

var sentUp = []string{"已现场查看两次，涉及资金和施工，村里无法解决，请上级协调。", "已组织双方谈了两次，意见差距较大，请上一级调解。", "已联系责任单位，答复需镇里统一安排。"}

var comments = []string{"已电话联系当事人，约定明天上门。", "已转告施工队，等待回复。", "已看过现场，照片随后补。"}

const told = "已告知处理结果，请核对。"

var asks = []string{"请补充具体位置和涉及户数。", "请写明是哪一栋哪一单元。"}

// matters lives through the county's matters from the first day on: every act
// goes through the rule table of package matter, every warning through the
// rule of package deadline.
func (m *maker) matters() {
	m.routes = grid.Overlay(nil, m.o.Day)
	begin := firstMatter.Start()
	span := m.at.Add(-7 * 24 * time.Hour).Sub(begin)
	n, recent := m.scaled(fullMatters, 120), m.scaled(140, 20)
	var lives []*life
	for i := range n - recent {
		at := m.office(begin.Add(time.Duration(float64(span) * (float64(i) + m.r.Float64()) / float64(n-recent))))
		lives = append(lives, m.live(m.begin(at, m.somewhere(i))))
	}
	for i := range recent {
		lives = append(lives, m.now(i))
	}
	slices.SortStableFunc(lives, func(a, b *life) int { return cmp.Compare(a.m.ReportedAt, b.m.ReportedAt) })
	number(m, lives)
	m.made.Matters = len(lives)
	months := map[string]matter.Month{}
	for _, l := range lives {
		l.write(months)
	}
	for _, id := range slices.Sorted(maps.Keys(months)) {
		put(m, "matter_month", months[id])
	}
}

// somewhere is a grid; every so often the one whose worker has a printed
// sign-in.
func (m *maker) somewhere(i int) string {
	if i%10 == 0 && m.o.Scale < 1 || i%100 == 0 {
		return m.villages[0].grids[0]
	}
	return pick(m.r, pick(m.r, m.villages).grids)
}

// live lives through one matter up to its end or to the county's day.
func (m *maker) live(l *life) *life {
	now := time.UnixMilli(l.m.ReportedAt)
	slow := m.chance(0.06) // a level lets it lie
	if m.chance(0.05) {
		if !l.do(matter.Return, pick(m.r, asks), m.after(&now, 60, 900)) || !l.do(matter.Resubmit, "已补充："+l.m.Text, m.after(&now, 30, 2000)) {
			return l
		}
	}
	for l.m.State != matter.Closed {
		if l.m.Can(matter.Accept, now) && m.chance(0.8) && !l.do(matter.Accept, "", m.after(&now, 20, 1600)) {
			return l
		}
		if m.chance(0.15) && !l.do(matter.Comment, pick(m.r, comments), m.after(&now, 20, 600)) {
			return l
		}
		if slow {
			m.after(&now, 7*24*60+300, 14*24*60)
			slow = false
		}
		a, text := matter.Handle, pick(m.r, results[l.m.Category])
		if l.m.Can(matter.SendUp, now) && m.chance([]float64{0, 0, 0.24, 0.2, 0.12}[l.m.Level]) {
			a, text = matter.SendUp, pick(m.r, sentUp)
		}
		if !l.do(a, text, m.after(&now, 60, 5*24*60)) {
			return l
		}
		if a == matter.SendUp {
			continue
		}
		if !l.m.TellsItself() && !l.do(matter.Tell, told, m.after(&now, 20, 600)) { // whoever said it hears of it
			return l
		}
		word, said := matter.Confirm, ""
		if m.chance(0.04) {
			word, said = matter.Reopen, "过了两天又出现同样的问题。"
		}
		if !l.do(word, said, m.after(&now, 60, 3*24*60)) {
			return l
		}
	}
	l.pass(m.at)
	return l
}

// after moves now on by some minutes, into the hours in which people work.
func (m *maker) after(now *time.Time, lo, hi int) time.Time {
	*now = m.office(now.Add(time.Duration(m.between(lo, hi)) * time.Minute))
	return *now
}

// now makes the i-th of the matters that are open today: some overdue, some
// due soon, some returned, handled, opened again, and many on their way.
func (m *maker) now(i int) *life {
	day := 24 * time.Hour
	grid := m.somewhere(1)
	if i < 12 { // so that those with a printed sign-in have some of each
		grid = m.villages[0].grids[0]
	}
	back := func(lo, hi time.Duration) time.Time {
		return m.at.Add(-lo - time.Duration(m.r.Int64N(int64(hi-lo))))
	}
	switch i % 10 {
	case 0: // overdue: somebody took it up and let it lie
		l := m.begin(back(11*day, 16*day), grid)
		at := time.UnixMilli(l.m.ReportedAt)
		l.do(matter.Accept, "", m.after(&at, 30, 600))
		if i%20 == 10 { // the level above did
			l.do(matter.SendUp, pick(m.r, sentUp), m.after(&at, 300, 1500))
		}
		l.pass(m.at)
		return l
	case 1: // due soon
		l := m.begin(back(7*day*8/10+time.Hour, 7*day-4*time.Hour), grid)
		at := time.UnixMilli(l.m.ReportedAt)
		l.do(matter.Accept, "", m.after(&at, 30, 600))
		l.pass(m.at)
		return l
	case 2:
		l := m.begin(back(2*day, 4*day), grid)
		at := time.UnixMilli(l.m.ReportedAt)
		l.do(matter.Return, pick(m.r, asks), m.after(&at, 30, 600))
		l.pass(m.at)
		return l
	case 3, 4:
		l := m.begin(back(5*day, 7*day), grid)
		l.m.Via, l.m.SaidOn = matter.Self, ""
		if i%20 == 13 {
			l.m.Via = matter.Phone
		}
		at := time.UnixMilli(l.m.ReportedAt)
		l.do(matter.Accept, "", m.after(&at, 30, 600))
		l.do(matter.Handle, pick(m.r, results[l.m.Category]), m.after(&at, 60, 1500))
		switch {
		case i%10 == 4:
			l.do(matter.Reopen, "处理后又反复，请再看看。", m.after(&at, 60, 1200))
		case i%20 == 13: // said on the phone, and answered there
			l.do(matter.Tell, told, m.after(&at, 20, 300))
		}
		l.pass(m.at)
		return l
	case 5: // new, and nobody has taken it up
		l := m.begin(back(5*time.Hour, 30*time.Hour), grid)
		l.pass(m.at)
		return l
	}
	return m.live(m.begin(m.office(back(day, 7*day)), grid))
}

// number gives matters their number of the day and orders their number of the
// year, in the order in which they came.
func number(m *maker, lives []*life) {
	var orders []*order
	for _, l := range lives {
		day := string(calendar.On(time.UnixMilli(l.m.ReportedAt)))
		l.m.Number = fmt.Sprintf("SJ%s-%04d", strings.ReplaceAll(day, "-", ""), m.count("matter/"+day))
		for i := range l.orders {
			orders = append(orders, &l.orders[i])
		}
	}
	slices.SortFunc(orders, func(a, b *order) int {
		return cmp.Or(cmp.Compare(a.IssuedAt, b.IssuedAt), cmp.Compare(a.ID, b.ID))
	})
	for _, o := range orders {
		year := calendar.On(time.UnixMilli(o.IssuedAt)).Year()
		o.Number = fmt.Sprintf("白综督〔%d〕%d号", year, m.count(fmt.Sprintf("supervision/%d", year)))
	}
}

// write sends a life on its way, once its numbers are known, and adds what it
// counts for to its months.
func (l *life) write(months map[string]matter.Month) {
	put(l.maker, "matter", l.m)
	for _, g := range l.led {
		put(l.maker, "matter_grid", g)
	}
	events := make([]matter.Event, len(l.events))
	for i, e := range l.events {
		events[i] = e.Event
	}
	f := matter.FigureOf(l.m, events, len(l.warns) > 0)
	put(l.maker, "matter_figure", f)
	for _, mo := range f.Months() {
		sum := months[mo.ID]
		sum.ID, sum.Path, sum.Month = mo.ID, mo.Path, mo.Month
		sum.Add(mo.Sums, 1)
		months[mo.ID] = sum
	}
	for _, e := range l.events {
		if e.order > 0 {
			e.Text = strings.TrimSpace(l.orders[e.order-1].Number + " " + e.Text)
		}
		put(l.maker, "matter_event", e.Event)
	}
	for _, c := range l.clocks {
		put(l.maker, "clock", c)
	}
	for _, w := range l.warns {
		put(l.maker, "warning", w)
		for _, centre := range matter.Centres(w.Path) {
			put(l.maker, "warning_receipt", matter.Receipt{WarningID: w.ID, Path: centre})
		}
	}
	for _, o := range l.orders {
		put(l.maker, "supervision", o.Order)
		if o.AnsweredAt == 0 {
			c := deadline.Counted(deadline.OrderAnswer, o.Subject(), o.Path, o.Level, time.UnixMilli(o.SignedAt))
			c.ID = l.id()
			put(l.maker, "clock", c)
		}
	}
}
