package browser

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"anju/internal/importer/table"
)

// otherFiles: headers that nobody recognises are named once; a list of moves
// comes in; a list of residents that says otherwise asks, and is decided by one
// rule; the household's page says where everything came from.
func otherFiles(t *testing.T, c *county, who string) {
	p := c.as(t, who, Office)
	take := func(kind, file string) {
		p.Goto("/imports")
		p.Choose("文件种类", kind)
		p.Upload("要导入的文件", file)
		p.Click("上传并预检")
	}
	run := func() {
		eventually(t, "the dry run", func() bool { return strings.Contains(p.Text(), "预检完成，待确认") })
		p.Click("导入可用的行")
		eventually(t, "the import", func() bool { return strings.Contains(p.Text(), "· 已导入") })
	}
	write := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	take("标准地址与实有房屋", write("房屋.csv", "门牌,村代码,房子做什么用,面积\n陕西省安康市白河县构朳镇高庄社区1号楼9单元901室,610929102001,安置房,88\n"))
	p.See("待对应列名", "还缺：标准地址、房屋用途")
	p.Axe()
	p.Choose("门牌", "标准地址")
	p.Choose("房子做什么用", "房屋用途")
	p.Guide("import-columns", Office)
	p.Click("记住并重新预检")
	run()

	take("搬迁名单", "../examples/moves.xlsx")
	run()
	name, number := firstHead(t, "../examples/moves.xlsx")
	take("实有人口", write("人口.csv", "公民身份号码,姓名,现住地址,村(社区)代码,居住起始日期\n"+number+","+name+",白河县构朳镇高庄社区1号楼9单元901室,610929102001,2024-05-01\n"))
	run()
	p.See("1 处与另一来源不一致")
	p.Click("去核对")
	p.See(name, "现住地址", "搬迁名单《moves.xlsx》第2行", "实有人口《人口.csv》第2行")
	p.AssertNot(number)
	p.Axe()
	p.Goto("/reconcile?field=living")
	p.See("成批核对")
	p.Guide("reconcile", Office)
	p.Click("全部采用来文")
	p.See("请填写") // a reason
	p.Goto("/reconcile?field=living")
	p.Fill("理由", "网格员上门看过")
	p.Click("全部采用来文")
	p.See("已按您的决定核定", "没有不一致")
	p.Goto("/residents")
	p.Fill("查找", name)
	p.Press("Enter")
	p.Click(name)
	p.Click("资料来源")
	p.See("户籍登记表《register-good.xlsx》", "实有人口《人口.csv》第2行")
	p.Axe()
	p.Guide("sources", Office)
}

// firstHead is the name and the number in the first row of a list.
func firstHead(t *testing.T, file string) (name, number string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tab, err := table.Open(file, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	for i := range 2 {
		row, err := tab.Next()
		if err == io.EOF || err != nil {
			t.Fatal(i, err)
		}
		name, number = row.Cell(0).Text, row.Cell(1).Text
	}
	return name, number
}
