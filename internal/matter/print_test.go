package matter

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"anju/internal/paper"
	"anju/internal/paper/papertest"
)

func order() OrderContent {
	return OrderContent{
		Issuer: "白河县社会治安综合治理中心", Number: "白综督〔2026〕12号", To: "城关镇天宝社区第二网格网格长",
		IssuedOn: "2026年11月23日", PrintedAt: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC),
		MatterNumber: "610929-M-2026-000817", Subject: "3 号楼下水管道破裂，污水流入楼道", Place: "城关镇天宝社区第二网格",
		ReportedOn: "2026年11月15日", ReachedOn: "2026年11月16日", Level: "二级网格长（初调员）", Days: "7",
		Basis:       "《白河县网格事项办理时限表》第 2 行（自然日 7 日）",
		AnswerDueOn: "2026年11月26日",
		Next:        "本督办不改变事项的承办人。受理、转派、挂起、延期不停止计时；此后每满七日没有结果的，向上一级督办。",
		Contact:     "赵敏", Phone: "0915-7829001", State: "待答复",
	}
}

// answered is an order whose answer is longer than its slip, and 预计.
func answered() OrderContent {
	o := order()
	o.AnswerDueOn, o.Expected = "2027年1月4日（预计）", "答复期限涉及的2027年还没有放假通知。"
	o.Answer = strings.Repeat("已请施工队到场，管道更换完毕，楼道已清洗消毒，并逐户回访。", 20)
	o.AnsweredBy, o.AnsweredOn, o.State = "陈大明", "2026年11月25日", "2026年11月26日已办结"
	return o
}

func pdf(t *testing.T, o OrderContent) string {
	t.Helper()
	return papertest.File(t, o.PDF)
}

func TestOrderText(t *testing.T) {
	for name, o := range map[string]OrderContent{"order": order(), "answered": answered()} {
		got := papertest.Text(t, pdf(t, o))
		papertest.Golden(t, name, got)
		for _, never := range []string{"⟦", "红户", "黄户", "信访", "稳控", "积分", "排名"} {
			if strings.Contains(got, never) {
				t.Errorf("%s: says %s", name, never)
			}
		}
	}
}

func TestOrderRefusesMissingGlyph(t *testing.T) {
	o := order()
	o.Subject = "𠮷家门前的路"
	var b bytes.Buffer
	if _, ok := errors.AsType[*paper.MissingError](o.PDF(&b)); !ok || b.Len() > 0 {
		t.Errorf("got %d bytes, want a MissingError and none", b.Len())
	}
}

// The order is A4, its head is red, and nothing red is where a seal would be:
// a seal is set by hand, never drawn.
func TestOrderPages(t *testing.T) {
	long := order()
	long.Next = strings.Repeat(long.Next, 6)
	for name, c := range map[string]struct {
		o     OrderContent
		pages int
	}{"usual": {order(), 2}, "long": {long, 3}, "answered": {answered(), 3}} {
		pages := papertest.Pages(t, pdf(t, c.o))
		if got, want := len(pages), c.pages; got != want {
			t.Errorf("%s: got %d pages, want %d", name, got, want)
		}
		for i, page := range pages {
			if ink := page.Ink(); !page.Is(210, 297) || ink < 0.005 {
				t.Errorf("%s page %d: got %v dots, %.3f printed, want A4 with something on it", name, i+1, page.Bounds(), ink)
			}
			if got, want := page.Red() > 0, i == 0; got != want {
				t.Errorf("%s page %d: red head %v, want %v", name, i+1, got, want)
			}
			if red := page.RedBelow(80); red > 0 {
				t.Errorf("%s page %d: %.4f of it is red below the head", name, i+1, red)
			}
		}
	}
}
