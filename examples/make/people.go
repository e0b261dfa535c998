package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"anju/internal/calendar"
	"anju/internal/ident"
)

// day is the day as of which the examples are true.
const day calendar.Date = "2026-09-01"

// A person is one row of the register.
type person struct {
	household, name, relation, sex, ethnicity string
	birth                                     calendar.Date
	id, address, division                     string
	birthPlace, native, education, marital    string
	employer, occupation, phone               string
	registered                                calendar.Date
}

// A maker invents people. It draws from one source only, in one order.
type maker struct {
	r      *rand.Rand
	used   map[string]bool // ID numbers
	named  map[string]bool // surname and given name: no two alike in a file
	phones int
}

func newCounty() *maker {
	return &maker{r: rand.New(rand.NewPCG(610929, 2021)), used: make(map[string]bool), named: make(map[string]bool)}
}

func (m *maker) one(in int) bool      { return m.r.IntN(in) == 0 }
func (m *maker) between(a, b int) int { return a + m.r.IntN(b-a+1) }
func (m *maker) pick(words string) string {
	list := strings.Fields(words)
	return list[m.r.IntN(len(list))]
}

const (
	surnames = "黄 柯 阮 卫 聂 吴 王 李 张 刘 陈 周 徐 朱 罗 汪 方 纪 冯 钱 胡 余 叶 谭 明 屈 邢 詹 侯 马 欧阳 王 李 张 陈 刘"
	oldMen   = "德贵 长富 永福 国清 正财 光明 开富 世贵 显德 明山 玉成 忠义 保国 治安 文才 天顺 有才 云祥 贵生 大山"
	oldWomen = "秀英 桂兰 玉珍 翠英 正秀 大菊 世珍 秀兰 凤英 桂芳 光秀 明芝 永珍 莲香 开秀 兰英 德珍 金凤 春香 贵芝"
	men      = "建国 建军 志强 大明 国强 明刚 勇 伟 兴平 小军 文斌 立新 光辉 远志 海涛 宏伟 世平 德军 永刚 喆"
	women    = "红梅 丽 晓燕 翠翠 小玲 艳 春梅 金莲 华 晓琴 娟 桂花 燕 巧云 丽萍 秋菊 敏 冬梅 霞 云霞"
	boys     = "子轩 浩然 宇航 俊杰 家豪 梓豪 博文 明轩 天佑 子涵 嘉诚 一鸣 思源 文轩 俊熙 泽宇 晨曦 皓轩 锦程 𠮷祥 淼"
	girls    = "梓涵 雨桐 欣怡 佳怡 思雨 诗涵 子萱 可馨 雨欣 梦瑶 若曦 语嫣 依诺 婉婷 静怡 心悦 佳琪 紫涵 晓彤 朳花"
	words    = "文 志 明 光 世 正 大 永 德 国 建 学 家 兴 荣 华 成 忠 孝 义 礼"
)

// name makes a name that nobody in the file has yet.
func (m *maker) name(surname, sex string, age int) string {
	list := map[bool][]string{true: {boys, men, oldMen}, false: {girls, women, oldWomen}}[sex == "男"]
	given := list[min(2, age/28)]
	for {
		n := m.pick(given)
		if m.one(3) || len([]rune(n)) == 1 && m.one(2) {
			r := []rune(n)
			n = m.pick(words) + string(r[len(r)-1])
		}
		if full := surname + n; !m.named[full] {
			m.named[full] = true
			return full
		}
		if m.one(4) {
			n = m.pick(words) + m.pick(words)
			if full := surname + n; !m.named[full] {
				m.named[full] = true
				return full
			}
		}
	}
}

// born is a date of birth that makes somebody so old, with a number that is
// still free.
func (m *maker) born(sex string, age int) (calendar.Date, string) {
	for {
		birth := day.AddYears(-age).AddDays(-m.between(1, 364))
		first := 997
		if sex == "女" {
			first = 996
		}
		for seq := first; seq <= 999; seq += 2 {
			if id := number(county, birth, seq); !m.used[id] {
				m.used[id] = true
				return birth, id
			}
		}
	}
}

// number is an ID number with its check character.
func number(division string, birth calendar.Date, seq int) string {
	first := fmt.Sprintf("%s%s%03d", division, strings.ReplaceAll(string(birth), "-", ""), seq)
	return first + string(ident.CheckDigit(first))
}

func (m *maker) phone() string {
	m.phones++
	return fmt.Sprintf("1540%07d", m.phones*7919%10000000)
}

// person invents somebody of an age.
func (m *maker) person(surname, relation, sex string, age int) person {
	p := person{relation: relation, sex: sex, ethnicity: "汉族", native: "陕西白河", birthPlace: "陕西省白河县"}
	p.birth, p.id = m.born(sex, age)
	p.name = m.name(surname, sex, age)
	if age >= 24 && m.one(40) {
		p.ethnicity = m.pick("回族 土家族 苗族")
	}
	p.education, p.occupation = m.schooling(age)
	p.marital = "未婚"
	if age >= 16 {
		p.phone = m.phone()
	}
	switch {
	case p.occupation == "职员" && m.one(2):
		p.employer = m.pick("构朳镇卫生院 仓上镇中心小学 构朳镇供销社")
	case p.occupation == "务工" && m.one(3):
		p.employer = m.pick("社区工厂 木瓜加工厂 茶叶合作社 白河县城关镇建筑队")
	}
	p.registered = m.day(max(p.birth.AddDays(20), calendar.MustParse("1996-07-01")))
	return p
}

// day is some day from a day on.
func (m *maker) day(from calendar.Date) calendar.Date {
	span := calendar.DaysBetween(from, day)
	if span <= 0 {
		return day // born a few days ago
	}
	return from.AddDays(m.r.IntN(min(span, 9000)))
}

func (m *maker) schooling(age int) (education, occupation string) {
	switch {
	case age < 6:
		return "", "学龄前儿童"
	case age < 13:
		return "小学", "学生"
	case age < 16:
		return "初中", "学生"
	case age < 19:
		return "高中", "学生"
	case age < 35:
		return m.pick("初中 高中 中专 大专 本科 高中"), m.pick("务工 务工 个体经营 务农 职员")
	case age < 60:
		return m.pick("小学 初中 初中 高中"), m.pick("务农 务农 务工 个体经营")
	}
	return m.pick("小学 小学 初中"), "务农"
}

// isoTime is a date as a spreadsheet keeps it.
func isoTime(d calendar.Date) time.Time {
	t, err := time.Parse("2006-01-02", string(d))
	if err != nil {
		panic(err) // dates are made here
	}
	return t
}
