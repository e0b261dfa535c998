package main

import (
	"fmt"
	"strings"
)

// gridSheet is grids.xlsx.
func gridSheet() sheet {
	s := sheet{header("网格代码", "名称", "村(社区)代码", "村民小组/楼栋", "范围说明")}
	for _, v := range villages {
		for _, g := range v.grids {
			s = append(s, []any{v.gridCode(g), g.name, v.code, strings.Join(g.parts, "、"), g.covers})
		}
	}
	return s
}

// accountSheet is accounts.xlsx: everybody in office in the two towns, and the
// county's leader and centre. Names of accounts say the post and the place.
func accountSheet(m *maker) sheet {
	s := sheet{header("姓名", "手机号", "账号", "岗位", "范围区划代码", "网格序号", "构成")}
	add := func(login, post, code, serial, madeOf string) {
		sex := m.pick("男 男 女")
		s = append(s, []any{m.name(m.pick(surnames), sex, m.between(30, 54)), m.phone(), login, post, code, serial, madeOf})
	}
	add("zwgz", "总网格长", county, "", "")
	add("xzz", "县综治中心", county, "", "")
	add("xga", "县公安局户政", county, "", "")
	for _, t := range []string{"610929102", "610929107"} {
		short := t[6:]
		add("zz"+short, "网格总长", t, "", "")
		add("mj"+short, "户籍民警", t, "", "")
		add("sz"+short, "派出所所长", t, "", "")
		add("zc"+short, "镇综治中心", t, "", "")
		add("ck"+short, "镇便民服务窗口", t, "", "")
		for _, v := range villages {
			if !strings.HasPrefix(v.code, t) {
				continue
			}
			place := v.code[6:]
			add("pz"+place, "网格片长", v.code, "", "")
			add("cg"+place, "村（社区）工作人员", v.code, "", "")
			for _, g := range v.grids {
				n := fmt.Sprintf("%03d", g.number)
				add("wz"+place+n, "网格长", v.code, n, "")
				add("wg"+place+n, "网格员", v.code, n, m.pick("护林员 护路员 护河员 公益岗位 保洁员"))
			}
		}
	}
	return s
}
