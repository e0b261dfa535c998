// Package importer takes in what offices already have: the police household
// register (常住人口登记卡) as a workbook or text file. It reads, checks and
// reports; it knows the register it compares with only through an interface.
//
// What a row says is never repaired by a guess. Where the register and the ID
// number disagree both are kept and somebody is told. Religion and blood type
// are not read, and the report says that they were left out.
package importer

import (
	"anju/internal/calendar"
	"anju/internal/ident"
	"anju/internal/importer/table"
)

// Columns of the household register, by the names of the card
// (公通字[1995]91号), and two of ours: the division code and a telephone.
const (
	ColHousehold  = "户号"
	ColName       = "姓名"
	ColRelation   = "与户主关系"
	ColSex        = "性别"
	ColEthnicity  = "民族"
	ColBirth      = "出生日期"
	ColID         = "公民身份号码"
	ColAddress    = "户籍地址"
	ColDivision   = "户籍地区划代码"
	ColFormerName = "曾用名"
	ColBirthPlace = "出生地"
	ColNative     = "籍贯"
	ColEducation  = "文化程度"
	ColMarital    = "婚姻状况"
	ColEmployer   = "服务处所"
	ColOccupation = "职业"
	ColPhone      = "联系电话"
	ColKind       = "户别"
	ColRegistered = "登记日期"
	colReason     = "核对结果" // what a report adds, and a mended report brings back
)

// RegisterColumns are the columns of the household register with the other
// names that offices and their systems give them.
var RegisterColumns = []table.Column{
	{Name: ColHousehold, Also: []string{"户编号", "户口号", "户籍户号", "家庭户号", "户口簿编号"}, Required: true},
	{Name: ColName, Also: []string{"人员姓名", "成员姓名", "XM"}, Required: true},
	{Name: ColRelation, Also: []string{"户主或与户主关系", "户主关系", "家庭关系", "与户主的关系", "关系"}, Required: true},
	{Name: ColSex, Also: []string{"XB"}, Required: true},
	{Name: ColEthnicity, Also: []string{"族别", "MZ"}, Required: true},
	{Name: ColBirth, Also: []string{"出生年月日", "生日", "CSRQ", "出生时间"}, Required: true},
	{Name: ColID, Also: []string{"身份证号", "身份证号码", "居民身份证号码", "居民身份证号", "公民身份证号码", "身份号码", "证件号码", "证件号", "SFZH"}, Required: true},
	{Name: ColAddress, Also: []string{"户口地址", "户籍住址", "户籍地", "户口所在地", "住址", "户籍所在地", "户籍详址", "户籍地详址"}, Required: true},
	{Name: ColDivision, Also: []string{"区划代码", "行政区划代码", "户籍区划代码", "村代码", "村(社区)代码", "行政区划", "户籍地行政区划代码"}, Required: true},
	{Name: ColFormerName, Also: []string{"别名"}},
	{Name: ColBirthPlace, Also: []string{"出生地点"}},
	{Name: ColNative},
	{Name: ColEducation, Also: []string{"学历", "受教育程度"}},
	{Name: ColMarital, Also: []string{"婚姻", "婚姻情况"}},
	{Name: ColEmployer, Also: []string{"工作单位", "单位"}},
	{Name: ColOccupation, Also: []string{"工作"}},
	{Name: ColPhone, Also: []string{"电话", "手机", "手机号", "手机号码", "电话号码", "联系方式"}},
	{Name: ColKind, Also: []string{"户类型", "户口类别", "户口性质"}},
	{Name: ColRegistered, Also: []string{"登记时间", "签发日期"}},
	{Name: "宗教信仰", Also: []string{"宗教", "信仰"}, Drop: true},
	{Name: "血型", Drop: true},
}

// unmentioned are columns that are not read and need no word about it.
var unmentioned = []string{colReason, "序号", "编号", "行号"}

// Kinds of household (户别).
const (
	Family     = "family"     // 家庭户
	Collective = "collective" // 集体户
)

// A RegisterRow is one person as the register has them.
type RegisterRow struct {
	Row         int    // in the file
	HouseholdNo string // 户号
	Name        string
	FormerName  string
	Relation    string // to the head, GB/T 4761
	Sex         string // GB/T 2261.1
	Ethnicity   string // GB/T 3304
	Birth       calendar.Date
	ID          ident.CitizenID // zero: none, see NoIDReason
	NoIDReason  string
	Address     string
	Division    ident.DivisionCode // of a town or of a village
	BirthPlace  string
	NativePlace string
	Education   string // GB/T 4658
	Marital     string // GB/T 2261.2
	Employer    string
	Occupation  string
	Phone       string
	Kind        string // Family or Collective; "" if not said
	Registered  calendar.Date
	Disputed    bool // of somebody known: another source than the register said so
	Gone        Gone // of somebody known: registered in no household of the county any more
	Newest      Newest
}

// Gone is that somebody known has died, or since when they are registered elsewhere.
type Gone struct {
	Died bool
	Left calendar.Date
}

// Newest is of which day the register is, of somebody known: what is said of them,
// when they came into their household, what is said of that.
type Newest struct{ Person, Member, Home calendar.Date }

// disputes lists the columns in which a row contradicts what another source
// said of a person: nothing is taken over there before somebody decides.
func (r RegisterRow) disputes(known RegisterRow) (columns []string) {
	if !known.Disputed {
		return nil
	}
	for _, c := range []struct{ column, says, have string }{
		{ColSex, r.Sex, known.Sex}, {ColBirth, string(r.Birth), string(known.Birth)}, {ColEthnicity, r.Ethnicity, known.Ethnicity},
		{ColEducation, r.Education, known.Education}, {ColMarital, r.Marital, known.Marital},
	} {
		if c.says != "" && c.have != "" && c.says != c.have {
			columns = append(columns, c.column)
		}
	}
	return columns
}

func optional(said, known string) bool { return said == "" || said == known }

// Same reports whether two rows say the same of a person. What a file has no
// column for is empty in its rows and contradicts nothing.
func (r RegisterRow) Same(known RegisterRow) bool {
	return r.HouseholdNo == known.HouseholdNo && r.Name == known.Name && r.Relation == known.Relation &&
		r.Sex == known.Sex && r.Ethnicity == known.Ethnicity && r.Birth == known.Birth && r.ID == known.ID &&
		optional(r.FormerName, known.FormerName) && optional(r.BirthPlace, known.BirthPlace) &&
		optional(r.NativePlace, known.NativePlace) && optional(r.Education, known.Education) &&
		optional(r.Marital, known.Marital) && optional(r.Employer, known.Employer) &&
		optional(r.Occupation, known.Occupation) && optional(r.Phone, known.Phone) &&
		optional(string(r.Registered), string(known.Registered)) && optional(r.NoIDReason, known.NoIDReason)
}

// SameHome reports whether two rows say the same of a household.
func (r RegisterRow) SameHome(known RegisterRow) bool {
	return r.Address == known.Address && r.Division == known.Division && optional(r.Kind, known.Kind)
}

// A Division is what the register of divisions knows about a code.
type Division struct {
	Name      string
	EndedOn   calendar.Date      // zero while it exists
	Successor ident.DivisionCode // into which it was merged, if known
}

// A Register is what an import asks the county about. Its methods are called
// once a row at most, in the order of the file.
type Register interface {
	// County is the six-digit code of the county: what lies outside it is not
	// this county's register.
	County() ident.DivisionCode
	// Area is the division whose register the office keeps: the county, or a
	// town of it.
	Area() string
	// Division looks a code up as of a day. It reports false if there never
	// was such a division.
	Division(code ident.DivisionCode, on calendar.Date) (Division, bool, error)
	// Ahead is told the rows that Person is asked about next, so that they are
	// looked up together.
	Ahead(rows []RegisterRow) error
	// Person finds who a row speaks of: by ID number, or without one by
	// household, name and date of birth. It reports false for somebody new.
	// Row is 0 in what it returns.
	Person(row RegisterRow) (RegisterRow, bool, error)
}
