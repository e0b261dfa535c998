package ui

import "github.com/a-h/templ"

// The people, matters and numbers of the design page are invented. The names of towns and
// villages are Baihe's own, so that their length and rare characters are seen.

func galleryOffice(p PageArgs, title string) OfficeArgs {
	p.Title = title
	return OfficeArgs{
		PageArgs: p,
		Menu: []MenuItem{
			{Label: "工作台", Href: "/ui"},
			{Label: "居住登记", Href: "/ui/list", Current: true},
			{Label: "网格事件", Href: "/ui/phone", Count: 3, Late: true},
			{Label: "网格管理", Href: "/ui/household"},
			{Label: "权益服务", Href: "/ui/form"},
			{Label: "统计分析", Href: "/ui"},
		},
		Side: []MenuGroup{
			{Label: "人口与房屋", Items: []MenuItem{
				{Label: "居民台账", Href: "/ui/list", Icon: IconPeople, Current: true},
				{Label: "户档案", Href: "/ui/household", Icon: IconPerson},
				{Label: "房屋台账", Href: "/ui", Icon: IconBuilding},
				{Label: "人口流向", Href: "/ui", Icon: IconFlow},
			}},
			{Label: "居住簿", Items: []MenuItem{
				{Label: "搬迁登记", Href: "/ui/form", Icon: IconMove},
				{Label: "居住簿制发", Href: "/ui/form", Icon: IconBook, Count: 12},
				{Label: "两地权益", Href: "/ui", Icon: IconRights},
			}},
			{Label: "数据", Items: []MenuItem{
				{Label: "批量导入", Href: "/ui", Icon: IconImport},
				{Label: "操作记录", Href: "/ui", Icon: IconLog},
			}},
		},
		Crumbs: []LinkArgs{{Label: "居住登记", Href: "/ui"}, {Label: "人口与房屋", Href: "/ui"}},
		User: UserArgs{
			Name: "王建国", Post: "城关派出所 · 户籍民警", SwitchURL: "/ui", OutURL: "/ui",
			Posts: []Option{{Value: "p2", Label: "构朳派出所 · 代理户籍民警", Hint: "代理至 2026-12-31"}},
			Links: []LinkArgs{{Label: "我的账户", Href: "/ui"}},
		},
		Footer: "白河县公安局主办 · 服务电话 0915-7820000（虚构）",
	}
}

func galleryTree() TreeArgs {
	towns := []string{"中厂镇", "构朳镇", "卡子镇", "茅坪镇", "宋家镇", "西营镇", "仓上镇", "冷水镇", "双丰镇", "麻虎镇"}
	counts := []int{19870, 23415, 17602, 21088, 15930, 18344, 20217, 16075, 9841, 12206}
	county := TreeNode{Label: "白河县", Href: "/ui/list", Count: 209876, Open: true, Children: []TreeNode{
		{Label: "城关镇", Href: "/ui/list", Count: 35288, Current: true, Children: []TreeNode{
			{Label: "桥儿沟社区居委会", Href: "/ui/list", Count: 4870},
			{Label: "清风社区居委会", Href: "/ui/list", Count: 3962},
			{Label: "河街社区居委会", Href: "/ui/list", Count: 5127},
			{Label: "狮子山社区居委会", Href: "/ui/list", Count: 4418},
			{Label: "向荣社区居委会", Href: "/ui/list", Count: 2905},
		}},
	}}
	for i, t := range towns {
		county.Children = append(county.Children, TreeNode{Label: t, Href: "/ui/list", Count: counts[i], Children: []TreeNode{
			{Label: "集镇社区村委会", Href: "/ui/list", Count: counts[i] / 6},
		}})
	}
	return TreeArgs{Title: "行政区划", Filter: true, Nodes: []TreeNode{county}}
}

func galleryFilter() FilterArgs {
	return FilterArgs{
		Action: "/ui/list", Reset: "/ui/list", Live: "list",
		Fields: []FieldArgs{
			{Name: "q", Label: "查找", Holder: "姓名、证件后四位、地址、簿号", Kind: SearchField, Wide: true, Complete: "off"},
			{Name: "state", Label: "居住簿", Kind: SelectField, Empty: "全部", Short: true, Options: []Option{{Value: "issued", Label: "已发放"}, {Value: "todo", Label: "待制作"}, {Value: "check", Label: "待核实"}}},
			{Name: "track", Label: "登记类型", Kind: SelectField, Empty: "全部", Short: true, Options: []Option{{Value: "a", Label: "跨村"}, {Value: "b", Label: "跨镇"}, {Value: "c", Label: "县外"}}},
		},
		More: []FieldArgs{
			{Name: "from", Label: "入住日期自", Kind: DateField},
			{Name: "to", Label: "至", Kind: DateField},
			{Name: "site", Label: "安置区", Kind: SelectField, Empty: "全部", Options: []Option{{Value: "1", Label: "清风社区安置区"}}},
		},
	}
}

type galleryPerson struct {
	name, sex, born, phone, living, origin, grid string
	state                                        TagArgs
}

func galleryPeople() []galleryPerson {
	issued, todo := TagArgs{"已发放", Good}, TagArgs{"待制作", Info}
	check, lapsed, none := TagArgs{"待核实", Warn}, TagArgs{"已注销", Neutral}, TagArgs{"未申请", Neutral}
	return []galleryPerson{
		{"张秀英", "女", "1958-03-12", "138****2046", "清风社区 3号楼2单元501室", "构朳镇 安坪村 三组", "清风社区第3网格", issued},
		{"李长贵", "男", "1955-11-02", "152****9255", "清风社区 3号楼2单元501室", "构朳镇 安坪村 三组", "清风社区第3网格", issued},
		{"欧阳德顺", "男", "1971-06-28", "137****5518", "桥儿沟社区 移民搬迁安置点 12号楼1单元1203室", "双丰镇 双安村 一组", "桥儿沟社区第11网格", todo},
		{"吴桂兰", "女", "1943-06-22", "", "河街社区 滨河小区 5号楼3单元102室", "麻虎镇 十里村 五组", "河街社区第2网格", issued},
		{"陈大明", "男", "1986-09-17", "186****4715", "狮子山社区 9号楼1单元302室", "茅坪镇 田湾村 二组", "狮子山社区第6网格", check},
		{"刘翠翠", "女", "1988-01-30", "150****8816", "狮子山社区 9号楼1单元302室", "茅坪镇 田湾村 二组", "狮子山社区第6网格", check},
		{"陈子涵", "男", "2014-05-08", "", "狮子山社区 9号楼1单元302室", "茅坪镇 田湾村 二组", "狮子山社区第6网格", none},
		{"黄开富", "男", "1962-12-25", "135****7503", "向荣社区 1号楼2单元201室", "卡子镇 陈庄社区", "向荣社区第1网格", issued},
		{"阮世珍", "女", "1966-04-19", "139****8220", "向荣社区 1号楼2单元201室", "卡子镇 陈庄社区", "向荣社区第1网格", issued},
		{"柯尊平", "男", "1979-07-05", "182****9862", "清风社区 6号楼1单元402室", "宋家镇 双喜村 四组", "清风社区第4网格", todo},
		{"徐涛兰", "女", "1969-10-27", "172****1052", "桥儿沟社区 4号楼2单元301室", "西营镇 天逢村 六组", "桥儿沟社区第5网格", lapsed},
		{"沈勇杰", "男", "2001-09-24", "133****0003", "河街社区 2号楼1单元601室", "仓上镇 天宝村 一组", "河街社区第7网格", issued},
		{"贾明刚", "男", "1953-06-16", "169****4112", "清风社区 1号楼1单元101室", "冷水镇 川大村 三组", "清风社区第1网格", issued},
		{"丁发娟", "女", "1940-07-14", "136****7961", "清风社区 1号楼1单元101室", "冷水镇 川大村 三组", "清风社区第1网格", check},
		{"袁莲宝", "女", "1978-03-10", "168****8083", "桥儿沟社区 8号楼2单元702室", "中厂镇 宽坪村 二组", "桥儿沟社区第9网格", issued},
		{"钱敏长", "男", "2016-12-19", "", "桥儿沟社区 8号楼2单元702室", "中厂镇 宽坪村 二组", "桥儿沟社区第9网格", todo},
	}
}

func galleryTable(p PageArgs) TableArgs {
	t := TableArgs{
		Caption: "居民台账", Cards: true,
		Columns: []Column{
			{Label: "姓名", Sort: "/ui/list", Order: "ascending"}, {Label: "性别", Lower: true}, {Label: "出生日期", Code: true, Sort: "/ui/list"},
			{Label: "联系电话", Code: true}, {Label: "现居住地", Wide: true}, {Label: "户籍地", Wide: true},
			{Label: "网格", Lower: true}, {Label: "居住簿"},
		},
		Pager: &PagerArgs{Prev: "", Next: "/ui/list", From: 1, To: 50, Total: 35288, Live: "list"},
	}
	for _, g := range galleryPeople() {
		t.Rows = append(t.Rows, Row{
			Cells:   []templ.Component{NameLink(g.name, "/ui/household"), Text(g.sex), Text(g.born), Text(g.phone), Text(g.living), Text(g.origin), Text(g.grid), Tag(g.state)},
			Actions: []ButtonArgs{{Label: "查看", Href: "/ui/drawer", Spoken: "查看" + g.name, Attrs: OpenDrawer("/ui/drawer")}, {Label: "变更", Href: "/ui/form", Spoken: "变更" + g.name}},
		})
	}
	return t
}

func gallerySmallTable() TableArgs {
	row := func(name string, n, out int, due DueArgs, late bool) Row {
		return Row{Late: late, Check: &CheckArgs{Name: "id", Value: name, Label: "选择" + name},
			Cells:   []templ.Component{Strong(name), Num(n), Num(out), Two("跨镇搬迁登记", "2026-11-09 由构朳派出所提交"), Due(due)},
			Actions: []ButtonArgs{{Label: "办理", Href: "/ui", Spoken: "办理" + name}}}
	}
	return TableArgs{
		Caption: "待办示例",
		Columns: []Column{{Label: "村（社区）"}, {Label: "户数", Num: true}, {Label: "外出人口", Num: true}, {Label: "事项", Wide: true}, {Label: "时限"}},
		Rows: []Row{
			row("构朳镇安坪村", 1286, 412, DueArgs{Kind: DueLate, Days: 1, At: "2026-11-22 09:40"}, true),
			row("茅坪镇田湾村", 96, 31, DueArgs{Kind: DueSoon, Days: 1, At: "2026-11-24 10:00"}, false),
			row("卡子镇陈庄社区", 742, 255, DueArgs{Kind: DueLeft, Days: 5, At: "2026-11-28 17:30"}, false),
		},
		Pager: &PagerArgs{Prev: "/ui", Next: "/ui", From: 51, To: 53, Total: -1},
	}
}

func galleryTasks() []TaskArgs {
	return []TaskArgs{
		{Title: "3号楼后坡有落石，已拉警戒线", Href: "/ui/phone", Text: "连续降雨后坡面松动，影响一单元出入口，请派人查看并联系自然资源所。", Meta: []string{"BH-20261115-0032", "清风社区第3网格"}, Tag: &TagArgs{"已受理", Info}, Due: &DueArgs{Kind: DueLate, Days: 1, At: "2026-11-22 09:40"}},
		{Title: "楼道堆放杂物引发邻里争执", Href: "/ui/phone", Text: "6号楼1单元两户因楼道堆物多次争吵，已上门一次。", Meta: []string{"BH-20261117-0008", "第4网格"}, Tag: &TagArgs{"办理中", Info}, Due: &DueArgs{Kind: DueSoon, Days: 1, At: "2026-11-24 10:00"}},
		{Title: "合疗缴费不会用手机，请求代办", Href: "/ui/phone", Text: "吴桂兰，83 岁，子女在外务工。", Meta: []string{"BH-20261121-0015"}, Tag: &TagArgs{"待受理", Neutral}, Due: &DueArgs{Kind: DueLeft, Days: 5, At: "2026-11-28 17:30"}},
	}
}

func galleryGrid(p PageArgs) []PersonArgs {
	phone := func(id, masked, name string) templ.Component {
		return Masked(MaskedArgs{ID: id, Masked: masked, Label: name + "的电话", Action: "/ui", CSRF: p.CSRF})
	}
	return []PersonArgs{
		{Level: 1, Role: "网格员 · 信息员", Name: "周小燕", Post: "清风社区第3网格（护林员）", Phone: phone("ph1", "139****0417", "周小燕")},
		{Level: 2, Role: "网格长 · 初调员", Name: "郑国强", Post: "清风社区居委会委员", Phone: phone("ph2", "158****6620", "郑国强")},
		{Level: 3, Role: "网格片长 · 调解员", Name: "", Post: "清风社区"},
		{Level: 4, Role: "网格总长 · 化解员", Name: "何文斌", Post: "城关镇党委书记"},
	}
}

func galleryEvents() []Event {
	return []Event{
		{At: "2026-11-15 09:40", Title: "上报", Who: "网格员 周小燕", Text: "3号楼后坡有落石，已拉警戒线，附照片 2 张。", Tone: Info},
		{At: "2026-11-15 14:05", Title: "受理", Who: "网格长 郑国强", Text: "受理不停止计时：本级时限仍自 11 月 15 日 09:40 起算。", Tone: Info},
		{At: "2026-11-22 09:40", Title: "超期预警", Who: "系统自动", Text: "本级 7 日内未记录处理结果，已向城关镇、县网格中心发出预警，并生成督办单 督〔2026〕118号。", Tone: Bad},
		{At: "2026-11-29 09:40 前", Title: "仍未办结将升级至网格片长", Next: true},
	}
}

func galleryStats() StatsArgs {
	return StatsArgs{Label: "今日概况", Items: []Stat{
		{Label: "我的待办", Value: "12", Unit: "件", Href: "/ui", Note: "今日到期 2 件", Icon: IconInbox},
		{Label: "已超期", Value: "3", Unit: "件", Href: "/ui", Note: "最长超期 4 天", Tone: Bad, Icon: IconBad},
		{Label: "待制居住簿", Value: "46", Unit: "本", Href: "/ui", Note: "较上周 +9", Icon: IconBook},
		{Label: "人户分离", Value: "110,324", Unit: "人", Href: "/ui", Note: "跨村镇 63,118 人", Icon: IconPeople},
		{Label: "本月走访", Value: "1,208", Unit: "户", Href: "/ui", Note: "覆盖率 86%", Icon: IconVisit},
	}}
}

func galleryMembers() TableArgs {
	row := func(name, relation, sex, born, where string) Row {
		return Row{Cells: []templ.Component{NameLink(name, "/ui/household"), Text(relation), Text(sex), Text(born), Text(where)},
			Actions: []ButtonArgs{{Label: "查看", Href: "/ui/drawer", Spoken: "查看" + name, Attrs: OpenDrawer("/ui/drawer")}}}
	}
	return TableArgs{
		Caption: "户内成员", Cards: true,
		Columns: []Column{{Label: "姓名"}, {Label: "与户主关系"}, {Label: "性别"}, {Label: "出生日期", Code: true}, {Label: "现居住或务工地", Wide: true}},
		Rows: []Row{
			row("张秀英", "户主", "女", "1958-03-12", "清风社区 3号楼2单元501室"),
			row("李长贵", "配偶", "男", "1955-11-02", "清风社区 3号楼2单元501室"),
			row("李大勇", "子", "男", "1983-08-19", "江苏省苏州市昆山市（务工，2024-02 起）"),
			row("李佳怡", "孙女", "女", "2013-04-05", ""),
		},
	}
}

func galleryRights() TableArgs {
	row := func(kind, place, office string, state TagArgs, on string) Row {
		return Row{Cells: []templ.Component{Strong(kind), Text(place), Text(office), Tag(state), Text(on)}}
	}
	return TableArgs{
		Caption: "两地权益", Cards: true,
		Columns: []Column{{Label: "权益"}, {Label: "责任地"}, {Label: "责任单位", Wide: true}, {Label: "状态"}, {Label: "自", Code: true}},
		Rows: []Row{
			row("土地承包经营权", "原籍", "构朳镇安坪村村民委员会", TagArgs{"已核实", Good}, "2018-10-01"),
			row("林地经营权", "原籍", "构朳镇安坪村村民委员会", TagArgs{"待核实", Warn}, ""),
			row("基本医疗保险", "社区", "城关镇清风社区居委会", TagArgs{"已核实", Good}, "2021-07-01"),
		},
	}
}

func galleryPhoneTabs() []MenuItem {
	return []MenuItem{
		{Label: "首页", Href: "/ui/phone", Icon: IconHome},
		{Label: "待办", Href: "/ui/phone", Icon: IconInbox, Current: true, Count: 3, Late: true},
		{Label: "上报", Href: "/ui/report", Icon: IconPlus, Raised: true},
		{Label: "我的", Href: "/ui/phone", Icon: IconPerson},
	}
}
