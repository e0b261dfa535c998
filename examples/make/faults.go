package main

import (
	"fmt"
	"maps"
	"strings"

	"anju/internal/calendar"
)

// expected is the column of register-faults.xlsx that names the one fault its
// row must have; an empty cell means none. The column itself is unknown to the
// import, which is the fault column_unknown; the one before it is dropped.
const expected = "应报问题"

// A record is a row to be, by column.
type record map[string]any

func (r record) with(column string, value any) record {
	c := maps.Clone(r)
	c[column] = value
	return c
}

// expect names the fault that a row must have.
func (r record) expect(code string) record { return r.with(expected, code) }

// A faulty household: what is changed of which member, and the fault of it.
type change struct {
	code, column string
	value        any
}

// single are the changes to the head of a household of one.
var single = []change{
	{"cell_formula", "服务处所", formula(`CONCATENATE("社区","工厂")`)},
	{"cell_long", "服务处所", strings.Repeat("社区工厂", 51)},
	{"cell_rounded", "户号", "6.10929E+11"},
	{"cell_unreadable", "服务处所", "社区\ufffd厂"},
	{"household_missing", "户号", ""},
	{"household_form", "户号", "东坡村12户"},
	{"name_missing", "姓名", ""},
	{"name_masked", "姓名", "黄*山"},
	{"name_note", "姓名", "黄大山（外出）"},
	{"name_unreadable", "姓名", "黄□山"},
	{"name_form", "姓名", "黄大山1"},
	{"name_short", "姓名", "山"},
	{"name_private_use", "姓名", "黄\ue4c6山"},
	{"relation_missing", "与户主关系", ""},
	{"relation_unknown", "与户主关系", "当家的"},
	{"relation_self", "与户主关系", "本人"},
	{"sex_missing", "性别", ""},
	{"sex_unknown", "性别", "男人家"},
	{"sex_undetermined", "性别", "未说明"},
	{"ethnicity_missing", "民族", ""},
	{"ethnicity_unknown", "民族", "汗族"},
	{"birth_missing", "出生日期", ""},
	{"birth_form", "出生日期", "1980-02-30"},
	{"birth_incomplete", "出生日期", "1980年5月"},
	{"birth_short_year", "出生日期", "80-5-6"},
	{"birth_lunar", "出生日期", "1980年腊月初八"},
	{"birth_future", "出生日期", "2080-05-06"},
	{"registered_form", "登记日期", "去年"},
	{"registered_future", "登记日期", "2066-01-01"},
	{"registered_before_birth", "登记日期", "1960-01-01"},
	{"id_missing", "公民身份号码", ""},
	{"id_number", "公民身份号码", 610929198005069970},
	{"id_rounded", "公民身份号码", "6.10929E+17"},
	{"id_masked", "公民身份号码", "6109*************X"},
	{"id_length", "公民身份号码", "61092919800506997"},
	{"id_charset", "公民身份号码", "6109291980O5069975"},
	{"id_date", "公民身份号码", "610929198002309973"},
	{"id_future", "公民身份号码", number(county, "2080-05-06", 997)},
	{"id_century", "公民身份号码", "610929800506997"},
	{"id_none_reason", "公民身份号码", "无证件"},
	{"id_none", "公民身份号码", "无证件：早年未申报，正在补办"},
	{"id_upgraded", "公民身份号码", "610929800506995"},
	{"id_prefix", "公民身份号码", number("990929", "1980-05-06", 997)},
	{"id_birth_differs", "出生日期", "1980-05-07"},
	{"id_sex_differs", "性别", "女"},
	{"address_missing", "户籍地址", ""},
	{"address_short", "户籍地址", "东坡"},
	{"division_missing", "户籍地区划代码", ""},
	{"division_form", "户籍地区划代码", "61092910220"},
	{"division_level", "户籍地区划代码", "610929"},
	{"division_unknown", "户籍地区划代码", "610929102999"},
	{"division_outside", "户籍地区划代码", "610921100201"},
	{"phone_form", "联系电话", "12345"},
	{"phone_masked", "联系电话", "154****1234"},
	{"education_unknown", "文化程度", "识字班"},
	{"marital_unknown", "婚姻状况", "单身"},
	{"kind_unknown", "户别", "大户"},
	{"former_same", "曾用名", "黄大山"},
}

// faults makes the rows of register-faults.xlsx, each household with a number
// and a house of its own.
type faults struct {
	rows []record
	n    int
}

// member is a person without fault in the present household.
func (f *faults) member(name, relation, sex string, birth calendar.Date, seq int) record {
	return record{"户号": fmt.Sprintf("102206%04d", 9000+f.n), "姓名": name, "与户主关系": relation, "性别": sex, "民族": "汉族",
		"出生日期": string(birth), "公民身份号码": number(county, birth, seq), "户籍地址": fmt.Sprintf("%s构朳镇东坡村一组%d号", province, 900+f.n),
		"户籍地区划代码": "610929102206", "文化程度": "初中", "户别": "家庭户"}
}

// add adds a household.
func (f *faults) add(members ...record) {
	f.rows = append(f.rows, members...)
	f.n++
}

// head is somebody with a birthday of his own, so that no number comes twice.
func (f *faults) head() record {
	return f.member("黄大山", "户主", "男", calendar.Date("1970-01-01").AddDays(f.n), 997)
}

// faultSheet is register-faults.xlsx.
func faultSheet() sheet {
	f := &faults{}
	for _, c := range single {
		head := f.head()
		if strings.HasPrefix(c.code, "id_") { // the number is that of this birthday
			head = f.member("黄大山", "户主", "男", "1980-05-06", 997).with("公民身份号码", number(county, "1980-05-06", 997))
			if c.column != "公民身份号码" {
				head = f.member("黄大山", "户主", "男", "1980-05-06", map[string]int{"id_birth_differs": 997, "id_sex_differs": 999}[c.code])
			}
		}
		f.add(head.with(c.column, c.value).expect(c.code))
	}
	head := f.head()
	f.add(head.with("公民身份号码", spoiled(head["公民身份号码"].(string))).expect("id_check"))
	f.add(f.member("黄长寿", "户主", "男", "1908-03-04", 999).expect("birth_old"))
	f.members()
	f.households()

	columns := append(append([]string{}, registerColumns...), "血型", expected)
	s := sheet{header(columns...)}
	for _, r := range f.rows {
		row := make([]any, len(columns))
		for i, c := range columns {
			row[i] = ""
			if v, ok := r[c]; ok {
				row[i] = v
			}
		}
		s = append(s, row)
	}
	s = append(s, header(columns...))
	total := make([]any, len(columns))
	for i := range total {
		total[i] = ""
	}
	total[0], total[len(total)-1] = "合计", "row_total"
	return append(s, total)
}

// spoiled changes the check character.
func spoiled(id string) string {
	if id[17] == '1' {
		return id[:17] + "2"
	}
	return id[:17] + "1"
}

// members are households in which one member does not fit the head.
func (f *faults) members() {
	for _, c := range []struct {
		code, name, relation, sex string
		birth                     calendar.Date
	}{
		{"child_older", "黄小川", "长子", "男", "1960-02-03"},
		{"child_gap", "黄小川", "长子", "男", "1980-02-03"},
		{"parent_younger", "黄老汉", "父亲", "男", "1980-02-04"},
		{"parent_gap", "黄老汉", "父亲", "男", "1960-02-04"},
		{"grandchild_gap", "黄小孙", "孙子", "男", "1995-02-05"},
		{"grandparent_gap", "黄祖德", "祖父", "男", "1945-02-05"},
		{"relation_sex", "黄小英", "长子", "女", "1999-02-06"},
		{"spouse_sex", "柯大海", "配偶", "男", "1972-02-06"},
		{"spouse_young", "柯秀兰", "妻", "女", "2012-02-07"},
	} {
		seq := 999
		if c.sex == "女" {
			seq = 998
		}
		f.add(f.head(), f.member(c.name, c.relation, c.sex, c.birth, seq).expect(c.code))
	}
	f.add(f.head(), f.member("黄小满", "长子", "男", "2015-02-08", 999).with("婚姻状况", "已婚").expect("marital_minor"))
	f.add(f.member("黄小满", "户主", "男", "2014-02-08", 999).expect("head_minor"), f.member("黄大江", "父亲", "男", "1971-11-08", 999))
	f.add(f.member("黄小满", "户主", "男", "2013-02-08", 999).expect("head_only_minor"))
	wife := f.member("柯秀兰", "妻", "女", "1973-02-09", 998)
	f.add(f.head(), wife, f.member("吴桂英", "妻", "女", "1974-02-09", 998).expect("spouse_twice"))
}

// households are those whose rows do not agree with each other.
func (f *faults) households() {
	son := func() record {
		return f.member("黄小川", "长子", "男", calendar.Date("1999-03-01").AddDays(f.n), 999)
	}
	f.add(f.head(), son().with("户籍地址", province+"构朳镇东坡村二组1号").expect("household_address"))
	f.add(f.head(), son().with("户籍地区划代码", "610929102200").expect("household_division"))
	f.add(f.head(), son().with("户别", "集体户").expect("household_kind"))
	f.add(f.head(), son(), son().with("公民身份号码", number(county, calendar.Date("1999-03-01").AddDays(f.n), 997)).
		with("与户主关系", "次子").expect("person_alike"))
	twice := son()
	f.add(f.head(), twice, twice.with("姓名", "黄二川").expect("person_twice"))
	moved := son().with("与户主关系", "户主")
	f.add(moved)
	f.add(f.head(), moved.with("户号", f.head()["户号"]).with("户籍地址", f.head()["户籍地址"]).with("与户主关系", "长子").expect("person_two_households"))
	f.add(son().expect("head_missing"))
	f.add(f.head().expect("head_held"), son().with("与户主关系", "户主").expect("head_twice"))
	large := []record{f.head().expect("household_large")}
	for i := range 21 {
		large = append(large, f.member("黄氏"+string([]rune("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌")[i]), "其他儿子", "男",
			calendar.Date("1992-01-01").AddDays(i), 999))
	}
	f.add(large...)
}
