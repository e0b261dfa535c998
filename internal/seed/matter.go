package seed

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/deadline"
	"anju/internal/i18n"
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

var results = []string{"已现场处理，恢复正常，并向群众说明。", "已联系责任单位维修，当天完成。", "双方达成一致，握手言和，已登记回访时间。", "已上门帮办，材料交便民服务中心。", "已清理完毕，安排专人每周检查。"}

var sentUp = []string{"已现场查看两次，涉及资金和施工，村里无法解决，请上级协调。", "已组织双方谈了两次，意见差距较大，请上一级调解。", "已联系责任单位，答复需镇里统一安排。"}

// A life is a matter with its timeline as the rules of matter allow it.
type life struct {
	m      matter.Matter
	events []matter.Event
	clocks []deadline.Clock
	warns  []deadline.Warning
	orders []matter.Order
	worker *staffer
}

// matters lives through the county's matters from 1 January 2025: every act
// goes through the rule table of package matter, every warning through the
// rule of package deadline.
func (m *maker) matters() error {
	var lives []*life
	begin := calendar.MustParse("2025-01-01").Start()
	days := int(m.at.Sub(begin) / (24 * time.Hour))
	n := m.scaled(fullMatters, 60)
	for i := range n {
		share := float64(i) / float64(n) * 1.1 // one in eleven comes in the last fortnight, so that there is work today
		at := begin.Add(time.Duration(float64(days-14)*24*float64(time.Hour)*share) + time.Duration(m.r.IntN(600))*time.Minute)
		if share > 1 {
			at = m.at.Add(-time.Duration((1.1-share)*10*14*24*60+60) * time.Minute)
		}
		if !at.Before(m.at) {
			at = m.at.Add(-time.Duration(1+m.r.IntN(300)) * time.Minute)
		}
		lives = append(lives, m.live(at.Truncate(time.Second), share > 1 && i%4 == 0))
	}
	slices.SortFunc(lives, func(a, b *life) int { return cmp.Compare(a.m.ReportedAt, b.m.ReportedAt) })
	m.number(lives)
	m.made.Matters = len(lives)
	const part = 500
	for i := 0; i < len(lives); i += part {
		if err := m.write("matter", func() error {
			for _, l := range lives[i:min(i+part, len(lives))] {
				if err := m.writeLife(l); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		m.o.Progress(60+10*i/len(lives), 90, "matter")
	}
	return nil
}

// live lives through one matter reported at a moment, up to the day. A stuck
// one is taken up and then let lie.
func (m *maker) live(at time.Time, stuck bool) *life {
	v := pick(m.r, m.villages)
	g := pick(m.r, v.grids)
	l := &life{worker: m.workers[g][0]}
	category := pick(m.r, matter.Categories)
	l.m = matter.Matter{
		ID: matter.ID(m.id()), Category: category, Text: pick(m.r, stories[category]), Path: g, Reporter: string(l.worker.id), ReporterName: l.worker.name,
		ReportedAt: at.UnixMilli(), State: matter.Reported, Level: 2, LevelSince: at.UnixMilli(), Version: 1,
	}
	l.add(m, matter.Report, l.worker, actor.GridWorker, l.m.Text, at)
	l.start(m)
	now := at
	slow := m.chance(0.07) // a level lets it lie
	for l.m.State != matter.Closed {
		level := actor.AtLevel(int(l.m.Level))
		owner := m.holder(level, g)
		if l.m.State == matter.Reported && m.chance(0.8) {
			next := now.Add(time.Duration(20+m.r.IntN(1600)) * time.Minute)
			if !l.act(m, matter.Accept, owner, level, "", next) {
				return l
			}
			now = next
		}
		if stuck {
			l.pass(m, m.at)
			return l
		}
		wait := time.Duration(60+m.r.IntN(5*24*60)) * time.Minute
		if slow {
			wait = 7*24*time.Hour + time.Duration(600+m.r.IntN(8*24*60))*time.Minute
			slow = false
		}
		now = now.Add(wait)
		a, text := matter.Handle, pick(m.r, results)
		if l.m.Level < 5 && m.chance(map[int64]float64{2: 0.24, 3: 0.2, 4: 0.12}[l.m.Level]) {
			a, text = matter.SendUp, pick(m.r, sentUp)
		}
		if !l.act(m, a, owner, level, text, now) {
			return l
		}
		if a == matter.SendUp {
			continue
		}
		now = now.Add(time.Duration(60+m.r.IntN(3*24*60)) * time.Minute)
		word, said := matter.Confirm, ""
		if m.chance(0.04) {
			word, said = matter.Reopen, "过了两天又出现同样的问题。"
		}
		if !l.act(m, word, l.worker, actor.GridWorker, said, now) {
			return l
		}
	}
	return l
}

// holder is who acts for a level over a grid.
func (m *maker) holder(k actor.Kind, g string) *staffer {
	switch k {
	case actor.GridLeader:
		return m.leaders[g]
	case actor.SectionLeader:
		return m.accounts["pz"+g[6:12]]
	case actor.GeneralLeader:
		return m.accounts["zz"+g[6:9]]
	}
	return m.accounts["zwg1"]
}

// act lets time pass to at, with every notice and warning on the way, and does
// an act. It is false when at lies after the county's day: the matter stays as
// it is.
func (l *life) act(m *maker, a matter.Act, by *staffer, k actor.Kind, text string, at time.Time) bool {
	if !at.Before(m.at) {
		l.pass(m, m.at)
		return false
	}
	l.pass(m, at)
	next, err := l.m.Replay(a, text, at)
	if err != nil {
		panic(fmt.Sprintf("seed: the rules refuse %s in state %s: %v", a, l.m.State, err))
	}
	l.m = next
	l.add(m, a, by, k, text, at)
	switch a {
	case matter.Handle:
		l.stop(at)
	case matter.SendUp:
		l.stop(at)
		l.start(m)
	case matter.Reopen:
		l.start(m)
	}
	return true
}

func (l *life) start(m *maker) {
	c := l.m.Clock()
	c.ID = m.id()
	l.clocks = append(l.clocks, c)
}

func (l *life) stop(at time.Time) { l.clocks[len(l.clocks)-1].StoppedAt = at.UnixMilli() }

// pass lets time pass: notices and warnings come a few seconds after they are
// due, as the sweep finds them.
func (l *life) pass(m *maker, until time.Time) {
	for {
		c := &l.clocks[len(l.clocks)-1]
		if c.StoppedAt != 0 {
			return
		}
		if c.NoticeAt != 0 && c.NoticeAt < c.DueAt && time.UnixMilli(c.NoticeAt).Add(7*time.Second).Before(until) {
			l.addSystem(m, matter.Notice, "", time.UnixMilli(c.NoticeAt).Add(7*time.Second))
			c.NoticeAt = 0
			continue
		}
		at := time.UnixMilli(c.DueAt).Add(9 * time.Second)
		if !at.Before(until) {
			return
		}
		next, w, ok := c.Warn(at)
		if !ok {
			return
		}
		w.ID = m.id()
		*c = next
		l.warns = append(l.warns, w)
		l.addSystem(m, matter.Warn, "", at)
		l.orders = append(l.orders, m.order(l, w, at))
		l.addSystem(m, matter.Supervise, "", at) // the number is given when all are known
	}
}

func (m *maker) order(l *life, w deadline.Warning, at time.Time) matter.Order {
	code := l.m.Path[:9]
	if l.m.Level >= 4 || w.Told >= deadline.TopLevel {
		code = l.m.Path[:6]
	}
	name := m.places.county.Name
	for _, t := range m.places.towns {
		if t.Code == code {
			name = t.Name
		}
	}
	return matter.Order{
		ID: m.id(), MatterID: l.m.ID, WarningID: w.ID, Path: l.m.Path, Level: l.m.Level, Issuer: i18n.T("matter.issuer", "name", name),
		IssuedAt: at.UnixMilli(), AnswerDue: string(calendar.AddWorking(calendar.On(at), 3)), Version: 1,
	}
}

func (l *life) add(m *maker, a matter.Act, by *staffer, k actor.Kind, text string, at time.Time) {
	l.events = append(l.events, matter.Event{MatterID: l.m.ID, N: int64(len(l.events) + 1), Act: a, Account: string(by.id), Name: by.name, Kind: string(k), Level: l.m.Level, Text: text, At: at.UnixMilli()})
}

func (l *life) addSystem(m *maker, a matter.Act, text string, at time.Time) {
	by := actor.ForSystem("deadline")
	l.events = append(l.events, matter.Event{MatterID: l.m.ID, N: int64(len(l.events) + 1), Act: a, Account: by.Account, Name: by.Name, Kind: string(by.Kind), Level: l.m.Level, Text: text, At: at.UnixMilli()})
}

// number gives matters their number of the day and orders their number of the
// year, in the order in which they came.
func (m *maker) number(lives []*life) {
	var orders []*matter.Order
	texts := map[string]string{}
	for _, l := range lives {
		day := string(calendar.On(time.UnixMilli(l.m.ReportedAt)))
		m.numbers["matter/"+day]++
		l.m.Number = fmt.Sprintf("SJ%s%s%s-%04d", day[:4], day[5:7], day[8:], m.numbers["matter/"+day])
		for i := range l.orders {
			orders = append(orders, &l.orders[i])
		}
	}
	slices.SortFunc(orders, func(a, b *matter.Order) int {
		return cmp.Or(cmp.Compare(a.IssuedAt, b.IssuedAt), cmp.Compare(a.ID, b.ID))
	})
	for _, o := range orders {
		year := calendar.On(time.UnixMilli(o.IssuedAt)).Year()
		key := fmt.Sprintf("supervision/%d", year)
		m.numbers[key]++
		o.Number = fmt.Sprintf("白综督〔%d〕%d号", year, m.numbers[key])
		texts[fmt.Sprint(o.MatterID, o.IssuedAt)] = o.Number
	}
	for _, l := range lives {
		for i, e := range l.events {
			if e.Act == matter.Supervise {
				l.events[i].Text = texts[fmt.Sprint(e.MatterID, e.At)]
			}
		}
		m.answer(l)
	}
}

// answer answers most orders within their time and closes them.
func (m *maker) answer(l *life) {
	for i := range l.orders {
		o := &l.orders[i]
		at := time.UnixMilli(o.IssuedAt).Add(time.Duration(20+m.r.IntN(40)) * time.Hour)
		if l.m.State != matter.Closed || time.UnixMilli(l.m.ClosedAt).Before(at) || !at.Before(m.at) {
			if l.m.State != matter.Closed {
				continue
			}
			at = time.UnixMilli(o.IssuedAt).Add(time.Hour)
		}
		o.Answer, o.AnsweredBy, o.AnsweredAt = "已向当事人说明原因，正在办理，将在期限内办结。", m.holder(actor.AtLevel(int(o.Level)), l.m.Path).name, at.UnixMilli()
		o.ClosedAt, o.Version = l.m.ClosedAt, 3
	}
}

func (m *maker) writeLife(l *life) error {
	if err := put(m, "matter", l.m); err != nil {
		return err
	}
	for _, e := range l.events {
		if err := put(m, "matter_event", e); err != nil {
			return err
		}
	}
	for _, c := range l.clocks {
		if err := put(m, "clock", c); err != nil {
			return err
		}
	}
	for _, w := range l.warns {
		if err := put(m, "warning", w); err != nil {
			return err
		}
	}
	for _, o := range l.orders {
		if err := put(m, "supervision", o); err != nil {
			return err
		}
	}
	return nil
}
