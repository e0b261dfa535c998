package seed

import (
	"fmt"

	"anju/internal/accepting"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/proposal"
)

const acceptingPaper = "白政办发〔2021〕25号"

// accepts are the services that accept the booklet in the county, and one that
// a reform has given to another unit.
var accepts = []struct {
	name, unit   string
	office       actor.Kind
	phone, bring string
	basis        string
	from, to     calendar.Date
}{
	{"子女入学、转学", "县教育和科技局、各社区学校", "", "0915-5550101", "父母身份证、学籍证明", acceptingPaper + "；白教科发〔2021〕37号（虚构）", "2021-07-01", calendar.Forever},
	{"住院登记和合疗直接结算", "县人民医院、县中医医院、各镇卫生院", "", "0915-5550102", "本人身份证或医保电子凭证", acceptingPaper + "；白医保发〔2021〕18号（虚构）", "2021-07-01", calendar.Forever},
	{"城乡居民基本医疗保险参保缴费", "县医疗保障经办中心", "", "0915-5550103、0915-5550104", "本人身份证", acceptingPaper + "；白医保发〔2021〕18号（虚构）", "2021-07-01", calendar.Forever},
	{"城乡居民养老保险参保和待遇领取", "县养老保险经办中心", "", "0915-5550105", "本人身份证、社会保障卡", acceptingPaper + "；白人社发〔2021〕26号（虚构）", "2021-07-01", calendar.Forever},
	{"就业登记和技能培训报名", "县公共就业服务中心", "", "0915-5550106", "本人身份证", acceptingPaper + "；白人社发〔2021〕26号（虚构）", "2021-07-01", calendar.Forever},
	{"安置房水、电、燃气开户和过户", "安置小区物业、县供水公司、县供电公司", "", "0915-5550107", "安置协议或不动产权证书", acceptingPaper, "2021-07-01", calendar.Forever},
	{"社会救助申请受理", "居住地镇便民服务大厅", actor.TownWindow, "0915-5550108", "本人身份证，其他材料以受理告知为准", acceptingPaper + "；白民发〔2021〕31号（虚构）", "2021-07-01", calendar.Forever},
	{"居住地址证明", "居住地派出所户籍窗口", actor.Registrar, "0915-5550109", "本人身份证", acceptingPaper, "2021-07-01", calendar.Forever},
	{"预防接种建证和儿童体检", "居住地镇卫生院、社区卫生服务站", "", "0915-5550110", "出生医学证明、接种证", acceptingPaper + "；白卫健发〔2022〕4号（虚构）", "2022-03-01", calendar.Forever},
	{"老年人优待证", "县老龄办", "", "0915-5550111", "本人身份证", acceptingPaper, "2021-07-01", "2024-01-01"},
	{"老年人优待证", "县民政局", actor.CivilAffairs, "0915-5550112", "本人身份证", "白民发〔2023〕40号（虚构）", "2024-01-01", calendar.Forever},
}

// writeAccepting writes the list of services. Nothing is drawn for it.
func (m *maker) writeAccepting() {
	n := 0
	for i, a := range accepts {
		if i == 0 || a.name != accepts[i-1].name {
			n++
		}
		put(m, "accepting", accepting.Item{ID: fmt.Sprintf("accepting%02d-%s", n, a.from), ValidFrom: a.from, ValidTo: a.to,
			Says: accepting.Says{Item: fmt.Sprintf("accepting%02d", n), Name: a.name, Unit: a.unit, Office: a.office, Phone: a.phone, Bring: a.bring, Basis: a.basis}})
	}
}

// accepting lets a change of the list wait for another account.
func (n *networker) accepting() error {
	by, err := n.who("hz2", actor.CountyPolice)
	if err != nil {
		return err
	}
	_, err = (&accepting.Service{DB: n.d}).Propose(n.ctx, by, "", accepting.Change{Asked: proposal.Asked{ValidFrom: n.day.AddDays(14), Reason: "县农商银行来函，各网点愿意接受居住簿"},
		Says: accepting.Says{Name: "办理社会保障卡银行账户", Unit: "县农商银行各网点", Phone: "0915-5550113", Bring: "本人身份证", Basis: "白公联发〔2026〕6号（虚构）"}})
	return err
}
