package booklet

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"anju/internal/paper"
	"anju/internal/paper/papertest"
)

// full is a household that has everything a booklet can show.
func full() Content {
	return Content{
		Number: "610929-26-000123-X", County: "白河县", Issuer: "白河县公安局",
		IssuedOn: "2026年11月23日", FirstIssuedOn: "2024年3月8日",
		CheckURL:  "https://anju.example/c/610929-26-000123-X",
		Phone:     "0915-7820110",
		PrintedAt: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC),
		Household: PrintedHousehold{
			Head: "王守山", RegisterNumber: "610929012", OriginAddress: "陕西省安康市白河县构朳镇东坡村三组 17 号",
			Address:   "陕西省安康市白河县城关镇清风路 8 号天宝小区 3 号楼 2 单元 501 室",
			Programme: "易地扶贫搬迁", Site: "天宝集中安置区", MovedInOn: "2019年6月30日",
		},
		Members: []PrintedMember{
			{"王守山", "户主", "男", "汉族", "1961年2月14日", "610929196102140019", ""},
			{"陈桂兰", "妻", "女", "汉族", "1963年8月5日", "610929196308050023", ""},
			{"王建军", "长子", "男", "汉族", "1987年11月20日", "610929198711200034", ""},
			{"阿依努尔·买买提依明", "儿媳", "女", "维吾尔族", "1989年1月1日", "65310119890101004X", ""},
			{"王雨桐", "孙女", "女", "汉族", "2015年4月9日", "610929201504090049", ""},
		},
		Origin: PrintedPlace{Name: "构朳镇东坡村", Rights: []PrintedRight{
			{"承包地（耕地）", "3.20 亩　承包合同 DP-2018-0417", "东坡村村民委员会", "0915-7831017"},
			{"林地", "18.50 亩　白林证字〔2011〕第 00417 号", "构朳镇农业综合服务站", "0915-7831022"},
			{"集体收益分配", "", "东坡村股份经济合作社", "0915-7831019"},
			{"宅基地与其他政策权益", "", "构朳镇人民政府", "0915-7831001"},
		}},
		Settlement: PrintedPlace{Name: "城关镇天宝社区", Rights: []PrintedRight{
			{"基本医疗保险", "", "天宝社区便民服务中心", "0915-7822310"},
			{"大病保险", "", "白河县医疗保障经办中心", "0915-7822555"},
			{"养老保险", "", "白河县养老保险经办中心", "0915-7822606"},
			{"农村低保（受理转报）", "", "天宝社区便民服务中心", "0915-7822310"},
			{"特困人员救助供养（受理转报）", "", "天宝社区便民服务中心", "0915-7822310"},
		}},
		Living:     PrintedGrid{"天宝社区第二网格（3—5 号楼）", "李秀英", "13891500012", "赵国庆", "13891500034", "610929100001002"},
		Registered: PrintedGrid{"东坡村第一网格", "王守林", "13891500056", "张大勇", "13891500078", "610929105201001"},
		Working:    PrintedGrid{"江苏省昆山市白河务工网格", "周明", "13891500090", "", "", "610929105201001"},
		Changes: []PrintedChange{
			{"2025年9月1日", "居住地址", "由 3 号楼 1 单元 402 室变更为 3 号楼 2 单元 501 室", "刘芳"},
			{"2026年11月23日", "增加成员", "王雨桐，孙女", "刘芳"},
		},
	}
}

// coded is a household whose pages carry their signed codes: of the length they
// have, and in the characters of base45.
func coded() Content {
	c := full()
	c.Code = "JZB1:" + strings.Repeat("6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDE", 5)[:179]
	for i := range c.Members {
		c.Members[i].Code = "JZB1:" + strings.Repeat("6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDE", 6)[:258]
	}
	return c
}

// plainest is a household with only what every booklet has.
func plainest() Content {
	c := full()
	c.CheckURL = ""
	c.Members = c.Members[:1]
	c.Working, c.Changes = PrintedGrid{}, nil
	for i := range c.Origin.Rights {
		c.Origin.Rights[i].Detail = ""
	}
	return c
}

// pdf makes booklets and returns the path of their file.
func pdf(t *testing.T, all ...Content) string {
	t.Helper()
	return papertest.File(t, func(w io.Writer) error { return Print(w, Layout{}, all...) })
}

func TestPrintedText(t *testing.T) {
	for name, c := range map[string]Content{"full": full(), "plainest": plainest()} {
		papertest.Golden(t, "print_"+name, papertest.Text(t, pdf(t, c)))
	}
}

// What every booklet must say, whatever the household.
func TestPrintedAlways(t *testing.T) {
	for name, c := range map[string]Content{"full": full(), "plainest": plainest()} {
		got := strings.Join(strings.Fields(papertest.Text(t, pdf(t, c))), "")
		for _, want := range []string{
			"居住簿", "610929-26-000123-X", "仅在白河县行政区域内使用，不替代居民户口簿",
			"不领取居住簿不影响办理任何事项", "土地承包法》第二十七条", "签发机关盖章",
			"王守山", "610929196102140019", "李秀英", "13891500012", "以下空白",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: lacks %s", name, want)
			}
		}
	}
}

// What no booklet may say, even of a household that has everything.
func TestPrintedNever(t *testing.T) {
	for name, c := range map[string]Content{"full": full(), "plainest": plainest()} {
		got := strings.Join(strings.Fields(papertest.Text(t, pdf(t, c))), "")
		for _, never := range append([]string{
			"红", "黄", "绿", "享受低保", "低保：", "低保状态", "已纳入", "积分", "签到", "轨迹", "□", "⟦",
		}, printNever...) {
			if strings.Contains(got, never) {
				t.Errorf("%s: says %s", name, never)
			}
		}
	}
}

func TestPrintRefusesWhatABookletNeverCarries(t *testing.T) {
	for name, spoil := range map[string]func(*Content){
		"benefit as a detail of a right": func(c *Content) { c.Settlement.Rights[3].Detail = "二类，2025年1月起" },
		"benefit in the name":            func(c *Content) { c.Settlement.Rights[3].Name = "农村低保（本户享受）" },
		"household of the destitute":     func(c *Content) { c.Settlement.Rights[4].Name = "特困户供养" },
		"benefit among land":             func(c *Content) { c.Origin.Rights[3].Detail = "低保 A 类" },
		"care level":                     func(c *Content) { c.Changes[0].Text = "列为红户" },
		"petition":                       func(c *Content) { c.Changes[0].Item = "信访" },
		"correction":                     func(c *Content) { c.Changes[0].Text = "社区矫正期满" },
		"illness":                        func(c *Content) { c.Changes[0].Text = "严重精神障碍" },
		"religion":                       func(c *Content) { c.Changes[0].Item = "宗教信仰" },
		"blood type":                     func(c *Content) { c.Changes[0].Item = "血型" },
		"benefit as a change":            func(c *Content) { c.Changes[0].Text = "纳入低保" },
	} {
		c := full()
		spoil(&c)
		var b bytes.Buffer
		if err := c.PDF(&b); !errors.Is(err, ErrForbiddenContent) || b.Len() > 0 {
			t.Errorf("%s: got %v and %d bytes, want ErrForbiddenContent and none", name, err, b.Len())
		}
	}
}

func TestPrintRefusesNameWithoutGlyph(t *testing.T) {
	c := full()
	c.Members[1].Name = "陈𠮷兰"
	var b bytes.Buffer
	err := c.PDF(&b)
	m, ok := errors.AsType[*paper.MissingError](err)
	if !ok || string(m.Runes) != "𠮷" || b.Len() > 0 {
		t.Errorf("got %v and %d bytes, want a MissingError for 𠮷 and none", err, b.Len())
	}
}

// Every page is 143 × 105 mm and has something on it; a larger household gets
// the pages it needs and nobody is left out.
func TestPrintedPages(t *testing.T) {
	large := full()
	for range 6 {
		large.Members = append(large.Members, large.Members[4])
		large.Changes = append(large.Changes, large.Changes...)
	}
	large.Changes = large.Changes[:20]
	for _, c := range []struct {
		name    string
		content []Content
		pages   int
	}{
		{"plainest", []Content{plainest()}, 8},
		{"five members", []Content{full()}, 12},
		{"eleven members and twenty changes", []Content{large}, 21},
		{"two booklets", []Content{full(), plainest()}, 20},
	} {
		file := pdf(t, c.content...)
		pages := papertest.Pages(t, file)
		if got, want := len(pages), c.pages; got != want {
			t.Errorf("%s: got %d pages, want %d", c.name, got, want)
		}
		for i, page := range pages {
			if !page.Is(143, 105) {
				t.Errorf("%s page %d: got %v dots, want 143 × 105 mm", c.name, i+1, page.Bounds())
			}
			if ink := page.Ink(); ink < 0.015 {
				t.Errorf("%s page %d: %.3f of it is printed on, want a page that is not empty", c.name, i+1, ink)
			}
		}
		for _, b := range c.content {
			all := papertest.Text(t, file)
			for _, m := range b.Members {
				if !strings.Contains(all, m.IDNumber) {
					t.Errorf("%s: %s is left out", c.name, m.Relation)
				}
			}
		}
	}
}

func TestPrintIsRepeatable(t *testing.T) {
	var a, b bytes.Buffer
	if err := full().PDF(&a); err != nil {
		t.Fatal(err)
	}
	if err := full().PDF(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two prints of the same content differ")
	}
}

// One booklet in at most 100 ms, the faces loaded.
func BenchmarkPrint(b *testing.B) {
	if err := paper.Load(); err != nil {
		b.Fatal(err)
	}
	c := full()
	for b.Loop() {
		var w bytes.Buffer
		if err := c.PDF(&w); err != nil {
			b.Fatal(err)
		}
	}
}
