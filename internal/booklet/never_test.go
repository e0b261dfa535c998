package booklet_test

import (
	"encoding/json"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/matter"
	"anju/internal/policy"
)

// TestStaffReadNothingElse: of a household that has everything (what it draws, a
// petition, an illness told of in it) no reading of its booklet says more than
// the paper does: not the page, not a list, not the answer to who is shown it,
// not what is published for checking.
func TestStaffReadNothingElse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b, c := w.coded(t)
		if _, err := (&matter.Service{DB: w.DB, Keys: w.Keys}).Report(t.Context(), as(actor.GridWorker, far+"001"), "", matter.ReportRequest{
			Category: matter.Petition, Text: "多次上访，患精神分裂症，刑满释放，信教", HouseholdID: string(w.house)}); err != nil {
			t.Fatal(err)
		}
		never := []string{"480元", "低保证", "A类", "特困证", "全护理", "资助参保", "医保电子凭证", "残疾", "上访", "精神", "刑满", "信教", "矫正", "血型", "宗教", "红户", "黄户", "贫困", "livelihood", "王建军", "610929199005010010"}
		read := 0
		says := func(what string, v any, err error) {
			t.Helper()
			if err != nil {
				return
			}
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			read++
			for _, word := range never {
				if strings.Contains(string(text), word) {
					t.Errorf("%s says %q: %s", what, word, text)
				}
			}
		}
		for _, kind := range append([]actor.Kind{actor.System}, actor.Kinds...) {
			for _, path := range []string{county, town, there, origin, far, origin + "001", far + "001"} {
				by := as(kind, path)
				p, err := w.Get(t.Context(), by, b.ID)
				says(string(kind)+"'s page", p, err)
				if policy.May(by, policy.BookletRead) {
					for _, v := range []booklet.View{booklet.View(booklet.Made), booklet.Stales, booklet.Due} {
						all, err := w.List(t.Context(), by, v, "", 10)
						says(string(kind)+"'s list", all, err)
					}
				}
				for _, text := range []string{c.Code, c.Members[0].Code, b.Number} {
					found, err := w.Find(t.Context(), by, text, "identify", "")
					says(string(kind)+" who is shown it", found, err)
				}
			}
		}
		if read < 20 {
			t.Errorf("only %d readings", read)
		}
		public := &booklet.Public{DB: w.DB, Keys: w.Keys}
		book, err := public.Book(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		says("what is published", book, nil)
		answer, err := public.Check(t.Context(), c.Members[0].Code)
		if err != nil {
			t.Fatal(err)
		}
		never = append(never, "王守山", number, "1961", "幸福", "8号楼", "承包", "13800000001")
		says("the answer of the check page", answer, nil)
	})
}
