package i18n

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestT(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{T("form.required"), "请填写此项"},
		{T("form.no_such_key"), "⟦form.no_such_key⟧"},
		{Lang("en").T("form.required"), "⟦form.required⟧"},
		{fill("{a}至{b}，{a}", []any{"a", 1, "b", "二"}), "1至二，1"},
		{fill("{a}{b}", []any{"a", "{b}", "b", "x"}), "{b}x"}, // a value is never filled again
		{fill("{a}{b}", []any{"a", 1}), "1{b}"},
		{fill("{a}", []any{"a"}), "{a}"},
		{fill("无", []any{"a", 1}), "无"},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
	if !Has("form.required") || Has("form") || Has("") {
		t.Error("Has must know texts, and only texts")
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"the same key twice": {"a.toml": "[x]\ny = '一'", "b.toml": "[x]\ny = '二'"},
		"a number":           {"a.toml": "[x]\ny = 1"},
		"a list":             {"a.toml": "x = ['一']"},
		"broken":             {"a.toml": "[x"},
	} {
		fsys := fstest.MapFS{}
		for path, body := range files {
			fsys["l/"+path] = &fstest.MapFile{Data: []byte(body)}
		}
		if _, err := load(fsys, "l"); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	got, err := load(fstest.MapFS{"l/a.toml": {Data: []byte("[x.y]\nz = '一'")}}, "l")
	if err != nil || len(got) != 1 || got["x.y.z"] != "一" {
		t.Errorf("nested: got %v, %v", got, err)
	}
}

var (
	keyForm   = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)+$`)
	placeForm = regexp.MustCompile(`\{([^{}]*)\}`)
	placeName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// places are the names in a text's places, sorted, each once.
func places(text string) []string {
	var names []string
	for _, m := range placeForm.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestTextsAreWellFormed(t *testing.T) {
	for _, key := range Keys() {
		text := T(key)
		if !keyForm.MatchString(key) {
			t.Errorf("%s: want lower.dotted.key", key)
		}
		if strings.TrimSpace(text) == "" || strings.TrimSpace(text) != text {
			t.Errorf("%s: empty, or space around it: %q", key, text)
		}
		if rest := placeForm.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") {
			t.Errorf("%s: a brace without its other: %s", key, text)
		}
		for _, p := range places(text) {
			if !placeName.MatchString(p) {
				t.Errorf("%s: place {%s}: want a lower-case name", key, p)
			}
		}
	}
}

// banned words belong to another kind of software: they put people under
// watch, or make officials collect points instead of helping.
var banned = []string{
	"维稳", "稳控", "重点人员", "重点人口", "管控对象", "高危人员", "上访", "信访户", "刺头", "钉子户", "闹访", "缠访",
	"黑名单", "红名单", "红黄绿", "三色管理", "画像", "矫正",
	"积分", "打卡", "签到", "排名", "排行", "轨迹",
}

func TestNoBannedWords(t *testing.T) {
	for _, key := range Keys() {
		for _, word := range banned {
			if strings.Contains(T(key), word) {
				t.Errorf("%s says %s: %s", key, word, T(key))
			}
		}
	}
}
