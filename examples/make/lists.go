package main

import (
	"fmt"
	"strings"

	"anju/internal/ident"
)

// The lists are about the people of register-good.xlsx: import that first.

// community is where those of the lists live now: the flats of 高庄社区.
const community = "610929102001"

// heads are the heads of the households registered in a village, in the order
// of the register.
func heads(people []person, division string) (all []person) {
	for _, p := range people {
		if p.relation == "户主" && p.division == division {
			all = append(all, p)
		}
	}
	return all
}

func size(people []person, household string) (n int) {
	for _, p := range people {
		if p.household == household {
			n++
		}
	}
	return n
}

// newFlat is the n-th flat of the community that nobody is registered in.
func newFlat(n int) string {
	return fmt.Sprintf("%s构朳镇高庄社区%d号楼4单元%d0%d室", province, n%4+1, n/8+1, n/4%2+1)
}

// houseSheet is houses.xlsx: the flats that households are to move into.
func houseSheet(people []person) sheet {
	s := sheet{header("标准地址", "村(社区)代码", "房屋用途", "产权性质", "建筑面积", "楼栋", "单元", "室号", "经度", "纬度", "坐标系")}
	for i := range heads(people, "610929102206") {
		flat := newFlat(i)
		room := flat[strings.Index(flat, "单元")+len("单元"):]
		s = append(s, []any{flat, community, "安置房", "自有", fmt.Sprintf("%.1f", 60+float64(i%5)*20), fmt.Sprintf("%d号楼", i%4+1), "4单元", room,
			fmt.Sprintf("%.5f", 110.05+float64(i)/1e5), fmt.Sprintf("%.5f", 32.75+float64(i)/1e5), "CGCS2000"})
	}
	return s
}

// moveSheet is moves.xlsx: the households of 东坡村 that moved into them.
func moveSheet(people []person) sheet {
	s := sheet{header("户主姓名", "户主身份证号", "搬迁类型", "搬迁日期", "安置地址", "社区代码", "家庭人口", "户籍迁移意愿")}
	for i, h := range heads(people, "610929102206")[:20] {
		s = append(s, []any{h.name, h.id, []string{"易地扶贫搬迁", "避灾搬迁", "生态搬迁"}[i%3], fmt.Sprintf("20%02d-%02d-15", 18+i%4, i%12+1), newFlat(i), community,
			fmt.Sprint(size(people, h.household)), []string{"暂不迁移户籍", "以后再考虑", ""}[i%3]})
	}
	return s
}

// residentSheet is residents.xlsx: who lives in the community, as the station
// wrote it down from door to door.
func residentSheet(people []person) sheet {
	s := sheet{header("公民身份号码", "姓名", "现住地址", "社区代码", "居住起始日期")}
	for i, h := range heads(people, "610929102200")[:20] {
		s = append(s, []any{h.id, h.name, newFlat(40 + i), community, fmt.Sprintf("2021-%02d-01", i%12+1)})
	}
	return s
}

// contractSheet is contracts.xlsx: farmland and forest of the households of
// 东坡村, which no move touches.
func contractSheet(people []person) sheet {
	s := sheet{header("权利种类", "承包合同编号", "面积(亩)", "起始日期", "终止日期", "发包方代码", "承包方代表", "承包方代表身份证号")}
	for i, h := range heads(people, "610929102206")[:30] {
		s = append(s, []any{"承包地", fmt.Sprintf("%sJ%06d", h.division, i+1), fmt.Sprintf("%.1f", 1.5+float64(i%9)/2), "2017-12-01", "2047-11-30", h.division, h.name, h.id})
		if i%2 == 0 {
			s = append(s, []any{"林地", fmt.Sprintf("%sL%06d", h.division, i+1), fmt.Sprintf("%.1f", 10+float64(i%7)*3.5), "2009-06-01", "2079-05-31", h.division, h.name, h.id})
		}
	}
	return s
}

// rightSheet is rights.xlsx: the community's own list of what it owes to the
// households of moves.xlsx. The village's list is not asked.
func rightSheet(people []person) sheet {
	s := sheet{header("权益种类", "责任地", "凭证编号", "起始日期", "终止日期", "村(社区)代码", "户主姓名", "户主身份证号")}
	for i, h := range heads(people, "610929102206")[:20] {
		for k, kind := range []string{"基本医疗保险", "养老保险"} {
			s = append(s, []any{kind, "居住地", fmt.Sprintf("参保登记%s%c%05d", community[6:], "YL"[k], i+1), "2022-01-01", "", community, h.name, h.id})
		}
	}
	return s
}

// addressSheet is addresses.xlsx: the doors of a row of houses that is being
// built for the village.
func addressSheet() sheet {
	s := sheet{header("标准地址", "村(社区)代码", "组号", "楼栋", "经度", "纬度", "坐标系")}
	for i := range 24 {
		s = append(s, []any{fmt.Sprintf("%s构朳镇高庄社区三组新街%d号", province, i+1), community, "3", fmt.Sprintf("新街%d号", i+1),
			fmt.Sprintf("%.5f", 110.06+float64(i)/1e5), fmt.Sprintf("%.5f", 32.76+float64(i)/1e5), "CGCS2000"})
	}
	return s
}

// unitSheet is units.xlsx: who works or trades in the community. The codes are
// of the county's division with organisation codes that begin with FY, and pass
// the check of GB 32100; nobody was given them.
func unitSheet() sheet {
	s := sheet{header("统一社会信用代码", "单位名称", "经营地址", "社区代码", "成立日期", "注销日期")}
	kinds := []struct{ registry, name string }{{"92", "日用百货店"}, {"92", "小吃店"}, {"91", "社区工厂"}, {"93", "茶叶专业合作社"}, {"52", "便民服务站"}}
	for i := range 20 {
		k := kinds[i%len(kinds)]
		code := k.registry + county + fmt.Sprintf("FY%06d", i+1)
		code += string(organisationCheck(code[8:])) // GB 11714
		gone := ""
		if i%9 == 8 {
			gone = fmt.Sprintf("2024-%02d-20", i%12+1)
		}
		s = append(s, []any{code + string(ident.USCCCheck(code)), fmt.Sprintf("高庄第%d%s", i+1, k.name), fmt.Sprintf("%s构朳镇高庄社区三组新街%d号", province, i+1), community, fmt.Sprintf("20%02d-%02d-08", 15+i%9, i%12+1), gone})
	}
	return s
}

// organisationCheck is the check character of an organisation code (GB 11714).
func organisationCheck(eight string) byte {
	sum := 0
	for i, w := range [8]int{3, 7, 9, 10, 5, 8, 4, 2} {
		c := int(eight[i] - '0')
		if eight[i] >= 'A' {
			c = int(eight[i]-'A') + 10
		}
		sum += c * w
	}
	switch r := 11 - sum%11; r {
	case 10:
		return 'X'
	case 11:
		return '0'
	default:
		return byte('0' + r)
	}
}
