package importer

import (
	"io"
	"strings"

	"anju/internal/account"
	"anju/internal/grid"
	"anju/internal/importer/table"
)

var accountColumns = []table.Column{
	{Name: "姓名", Required: true}, {Name: "手机号", Also: []string{"手机", "电话"}}, {Name: "账号", Also: []string{"登录账号"}, Required: true}, {Name: "岗位", Required: true},
	{Name: "范围区划代码", Also: []string{"区划代码"}, Required: true}, {Name: "网格序号"}, {Name: "构成"}, {Name: "单位"},
}

// Accounts reads a workbook of accounts and posts.
func Accounts(t *table.Table) ([]account.Row, error) {
	var all []account.Row
	err := each(t, accountColumns, func(line int, cell func(string) string) {
		all = append(all, account.Row{Line: line, Name: cell("姓名"), Phone: cell("手机号"), Login: cell("账号"), Kind: cell("岗位"), Code: cell("范围区划代码"), Grid: cell("网格序号"), MadeOf: cell("构成"), Office: cell("单位")})
	})
	return all, err
}

var gridColumns = []table.Column{
	{Name: "网格代码", Required: true}, {Name: "名称", Also: []string{"网格名称"}, Required: true}, {Name: "村(社区)代码", Also: []string{"村（社区）代码", "村代码", "社区代码"}, Required: true},
	{Name: "村民小组/楼栋", Also: []string{"村民小组", "楼栋", "小组或楼栋"}}, {Name: "范围说明", Also: []string{"范围"}},
}

// Grids reads a workbook of grids; what a grid is made of stands in one cell,
// separated by 、 or commas: groups as numbers or 三组, buildings by name.
func Grids(t *table.Table) ([]grid.Row, error) {
	var all []grid.Row
	err := each(t, gridColumns, func(line int, cell func(string) string) {
		r := grid.Row{Line: line, Code: cell("网格代码"), Name: cell("名称"), Village: cell("村(社区)代码"), Covers: cell("范围说明")}
		for _, p := range strings.FieldsFunc(cell("村民小组/楼栋"), func(c rune) bool { return strings.ContainsRune("、,，;； ", c) }) {
			part := grid.Part{Grid: r.Code, Village: r.Village}
			if strings.Trim(p, "0123456789") == "" {
				p += "组"
			}
			if g := grid.GroupOf(p); g != "" && !strings.Contains(p, "楼") {
				part.GroupNo = g
			} else {
				part.Building = p
			}
			r.Parts = append(r.Parts, part)
		}
		all = append(all, r)
	})
	return all, err
}

func each(t *table.Table, columns []table.Column, f func(line int, cell func(string) string)) error {
	h, err := t.FindHeader(columns)
	if err != nil {
		return err
	}
	for {
		row, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		f(row.Number, func(name string) string {
			c := h.Cell(row, name)
			return strings.TrimSpace(c.Text)
		})
	}
}
