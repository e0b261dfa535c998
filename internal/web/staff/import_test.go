package staff

import (
	"encoding/json"
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/importer"
	"anju/internal/importer/table"
	"anju/internal/seal"
)

// TestWhatWasNotReadIsTold: that a second list in a workbook was left out, and
// that rows which do not show were taken in, stands on the page and not only in
// the workbook that nobody fetches when all is well.
func TestWhatWasNotReadIsTold(t *testing.T) {
	o, _, _ := withHousehold(t)
	d := o.Accounts.DB
	o.Pages.Imports = &importer.Service{DB: d, Keys: seal.FromSeed(1)}
	text, err := json.Marshal(importer.Report{Kind: importer.KindRegister, Rows: 3, Good: 3, Notes: []table.Note{
		{Key: "importer.note.other_table", Args: []any{"sheets", "二组", "read", "一组"}},
		{Key: "importer.note.hidden_rows", Args: []any{"sheet", "一组", "count", 2, "first", 3}}}})
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Given(t, d, func(tx *db.Tx) error {
		return db.Insert(tx, "import", importer.Import{ID: "i1", Kind: importer.KindRegister, FileName: "名册.xlsx", State: importer.Checked,
			Account: "police", Post: actor.Registrar, Path: "610929101", AsOf: "2026-01-01", Report: string(text), Version: 1})
	})
	o.signIn(t, "worker").get("/imports/i1").check(t, "a worker", 404, "", "!二组")
	o.signIn(t, "police").get("/imports/i1").check(t, "who brought it", 200, "", "工作表二组也有同样的表头，没有读取", "有2行被隐藏或筛选掉（第一处在第3行）")
}
