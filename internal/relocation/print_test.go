package relocation

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"anju/internal/paper"
	"anju/internal/paper/papertest"
)

func receipt() Receipt {
	return Receipt{
		Number: "HZ-610929-2026-004417", Office: "白河县公安局城关派出所", Clerk: "刘芳", On: "2026年11月23日",
		PrintedAt: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC),
		Applicant: "王守山", IDMask: "6109*************9",
		People:    "王守山、陈桂兰、王建军、阿依努尔·买买提依明、王雨桐（5 人）",
		Origin:    "陕西省安康市白河县构朳镇东坡村三组 17 号",
		From:      "陕西省安康市白河县构朳镇东坡村三组 17 号",
		To:        "陕西省安康市白河县城关镇清风路 8 号天宝小区 3 号楼 2 单元 501 室",
		MovedInOn: "2019年6月30日", Programme: "易地扶贫搬迁",
		Case:     "跨镇搬迁，户口未迁：办理居住簿",
		Rule:     "户籍地与现居住地不在同一村（社区）、未办理户籍迁移的，鼓励自愿迁移户籍；暂不愿迁移户籍的，实行居住簿管理。",
		Source:   "白河县搬迁情形判定表（2026年1月1日起施行）第 3 行",
		Question: "您是否愿意把户口迁到现居住地？", Answer: "暂不迁移（2026年11月23日，本人答复）",
		Next: []string{
			"派出所核验、审核居住簿，15 日内办结。",
			"办结后凭本回执到城关派出所领取，也可由网格员送到家中。",
			"户口、土地和集体权益不因本次登记改变。",
		},
		Calls: []ReceiptCall{
			{"城关派出所户籍窗口", "刘芳", "0915-7822110"},
			{"居住地网格员", "李秀英", "13891500012"},
			{"户籍地网格员", "王守林", "13891500056"},
		},
	}
}

func sameVillage() Receipt {
	r := receipt()
	r.Case, r.Rule = "同村（社区）搬迁：只变更住址", "原居住地与现居住地在同一村（社区）的，只进行住址变更。"
	r.Question, r.Answer = "", ""
	r.Next = r.Next[2:]
	return r
}

func pdf(t *testing.T, r Receipt) string {
	t.Helper()
	return papertest.File(t, r.PDF)
}

func TestReceiptText(t *testing.T) {
	for name, r := range map[string]Receipt{"receipt": receipt(), "receipt_same_village": sameVillage()} {
		got := papertest.Text(t, pdf(t, r))
		papertest.Golden(t, name, got)
		for _, always := range []string{"不替代居民户口簿", "土地承包法第二十七条", "不影响办理任何事项"} {
			if !strings.Contains(strings.ReplaceAll(got, "\n", ""), always) {
				t.Errorf("%s: lacks %s", name, always)
			}
		}
		for _, never := range []string{"⟦", "低保", "特困", "信访", "红", "黄", "绿", "宗教", "血型"} {
			if strings.Contains(got, never) {
				t.Errorf("%s: says %s", name, never)
			}
		}
	}
}

func TestReceiptAsksNothingInTheSameVillage(t *testing.T) {
	if got := papertest.Text(t, pdf(t, sameVillage())); strings.Contains(got, "户口迁移意愿") || strings.Contains(got, "答复") {
		t.Errorf("a receipt without a question prints the section:\n%s", got)
	}
}

func TestReceiptRefuses(t *testing.T) {
	var b bytes.Buffer
	r := receipt()
	r.IDMask = "610929196102140019"
	if err := r.PDF(&b); !errors.Is(err, ErrFullIDNumber) || b.Len() > 0 {
		t.Errorf("ID number in full: got %v and %d bytes", err, b.Len())
	}
	r = receipt()
	r.People = "陈𠮷兰"
	if _, ok := errors.AsType[*paper.MissingError](r.PDF(&b)); !ok || b.Len() > 0 {
		t.Errorf("character without glyph: got %d bytes", b.Len())
	}
}

// One A5 page with something on it; a long one turns the page and loses nothing.
func TestReceiptPages(t *testing.T) {
	long := receipt()
	for range 6 {
		long.Next = append(long.Next, long.Next[0])
	}
	for name, c := range map[string]struct {
		r     Receipt
		pages int
	}{"usual": {receipt(), 1}, "same village": {sameVillage(), 1}, "long": {long, 2}} {
		file := pdf(t, c.r)
		if got := papertest.Text(t, file); !strings.Contains(got, "经办人") || strings.Count(got, "15 日内办结") != strings.Count(strings.Join(c.r.Next, ""), "15 日内办结") {
			t.Errorf("%s: something is lost:\n%s", name, got)
		}
		pages := papertest.Pages(t, file)
		if got, want := len(pages), c.pages; got != want {
			t.Errorf("%s: got %d pages, want %d", name, got, want)
		}
		for i, page := range pages {
			if ink := page.Ink(); !page.Is(148, 210) || ink < 0.005 {
				t.Errorf("%s page %d: got %v dots, %.3f printed, want A5 with something on it", name, i+1, page.Bounds(), ink)
			}
		}
	}
}
