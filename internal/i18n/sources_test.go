package i18n

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const root = "../.."

// TestSourcesHaveTexts: no source names a key that has no text, and every call
// fills exactly the places of its text.
func TestSourcesHaveTexts(t *testing.T) {
	s := repository(t)
	for _, problem := range wrong(s, catalogue[ZhHans], roots(t, files)) {
		t.Error(problem)
	}
}

// TestTextsAreUsed: the catalogue has no text that no source names.
func TestTextsAreUsed(t *testing.T) {
	for _, problem := range unused(repository(t), catalogue[ZhHans]) {
		t.Error(problem)
	}
}

func repository(t *testing.T) *source {
	t.Helper()
	s, err := scan(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// roots are the first segments that a key can have: those of the catalogue and
// the names of its files.
func roots(t *testing.T, fsys fs.FS) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	names, err := fs.Glob(fsys, string(ZhHans)+"/*.toml")
	if err != nil || len(names) == 0 {
		t.Fatalf("catalogue: %v, %v", names, err)
	}
	for _, name := range names {
		known[strings.TrimSuffix(path.Base(name), ".toml")] = true
	}
	for _, key := range Keys() {
		known[first(key)] = true
	}
	return known
}

func first(key string) string {
	head, _, _ := strings.Cut(key, ".")
	return head
}

// wrong lists missing keys and places that do not agree.
func wrong(s *source, texts map[string]string, roots map[string]bool) []string {
	problems := slices.Clone(s.bad)
	for _, u := range s.uses {
		text, ok := texts[u.key]
		switch {
		case !ok && (u.sure || meansKey(u, texts, roots)):
			problems = append(problems, fmt.Sprintf("%s: %s has no text", u.at, u.key))
		case ok && u.exact:
			got := slices.Compact(slices.Sorted(slices.Values(u.given)))
			if want := places(text); !slices.Equal(got, want) {
				problems = append(problems, fmt.Sprintf("%s: %s is given %v, its text has %v", u.at, u.key, got, want))
			}
		}
	}
	return problems
}

// meansKey reports whether a literal that nobody is known to look up can only
// be a key. Names of acts and jobs (booklet.issue) look the same: outside the
// pages only three segments are a key for sure. A line that ends in
// “//i18n:none” has none.
func meansKey(u use, texts map[string]string, roots map[string]bool) bool {
	if !roots[first(u.key)] || fileName(u.key) {
		return false
	}
	for key := range texts {
		if strings.HasPrefix(key, u.key+".") {
			return false // the name of a table: more is added to it
		}
	}
	return strings.Count(u.key, ".") >= 2 || strings.HasPrefix(u.at, "internal/web/")
}

func fileName(s string) bool {
	switch path.Ext(s) {
	case ".go", ".templ", ".css", ".js", ".ts", ".map", ".svg", ".png", ".woff2", ".ttf", ".html", ".json", ".jsonl",
		".toml", ".csv", ".xlsx", ".pdf", ".sql", ".db", ".log", ".key", ".pem", ".txt", ".md", ".webmanifest":
		return true
	}
	return false
}

// unused lists texts without a use and declarations without a text.
func unused(s *source, texts map[string]string) []string {
	used := map[string]bool{}
	for _, u := range s.uses {
		used[u.key] = true
	}
	var problems []string
	for key := range texts {
		declared := func(prefix string) bool { return strings.HasPrefix(key, prefix) }
		if !used[key] && !some(s.dynamic, declared) {
			problems = append(problems, key+" is used nowhere")
		}
	}
	for prefix, at := range s.dynamic {
		has := func(key string) bool { return strings.HasPrefix(key, prefix) }
		if !some(texts, has) {
			problems = append(problems, fmt.Sprintf("%s: no key begins with %s", at, prefix))
		}
	}
	slices.Sort(problems)
	return problems
}

func some(m map[string]string, ok func(key string) bool) bool {
	for key := range m {
		if ok(key) {
			return true
		}
	}
	return false
}

// TestScan holds the scanner to a small repository with every kind of fault.
func TestScan(t *testing.T) {
	fsys := fstest.MapFS{}
	for name, body := range map[string]string{
		"internal/tea/brew.go": `package tea
import "anju/internal/tea.x.y"
//i18n:dynamic tea.kind.
var a = fault.New(fault.Conflict, "tea.cold", "n", 1)
var b = fault.Wrap(fault.Conflict, "tea.gone", err)
var c = i18n.T("tea.cold", "m", 1)
var d = i18n.T("tea.cold", name, 1)
var e = i18n.T("tea.cold", "n")
var f = i18n.T("tea.cold", args...)
func g() { fields.Add("cup", "tea.cup.broken"); tx.Record("tea.brew"); log("tea.brew.go", "tea.kind", "tea.pot.lid") }
var h = fault.Field{Name: "x", Key: "tea.no_text"}
var i = "tea.not.ours" //i18n:none
//i18n:dynamic tea.stale.
`,
		"internal/tea/brew_test.go":       "package tea\nvar x = i18n.T(\"tea.in_test\")\n",
		"internal/tea/testdata/x.go":      "package x\nvar x = i18n.T(\"tea.in_testdata\")\n",
		"internal/web/ui/tea.templ":       "// \"tea.in.comment\"\n@Button(\"tea.pour\")\n<p>{ i18n.T(\"tea.steam\") }</p>\n<img src=\"tea.png\"/>\n",
		"internal/web/field/tea.ts":       "say('tea.by_phone')\n",
		"internal/web/staff/tea_templ.go": "package staff\nvar x = \"tea.words\"\n",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(body)}
	}
	texts := map[string]string{
		"tea.cold": "凉了{n}", "tea.gone": "没了", "tea.cup.broken": "碎了", "tea.kind.green": "绿茶", "tea.lonely": "无人用",
		"tea.steam": "热气", "tea.in_test": "试",
	}
	s, err := scan(fsys)
	if err != nil {
		t.Fatal(err)
	}
	got := wrong(s, texts, map[string]bool{"tea": true})
	slices.Sort(got)
	want := []string{
		"internal/tea/brew.go:10: tea.pot.lid has no text",
		"internal/tea/brew.go:11: tea.no_text has no text",
		"internal/tea/brew.go:6: tea.cold is given [m], its text has [n]",
		"internal/tea/brew.go:7: tea.cold: write the name of a place as a literal",
		"internal/tea/brew.go:8: tea.cold: a name without a value",
		"internal/web/field/tea.ts:1: tea.by_phone has no text",
		"internal/web/staff/tea_templ.go:2: tea.words has no text",
		"internal/web/ui/tea.templ:2: tea.pour has no text",
	}
	if !slices.Equal(got, want) {
		t.Errorf("wrong:\ngot  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	got = unused(s, texts)
	want = []string{
		"internal/tea/brew.go: no key begins with tea.stale.",
		"tea.in_test is used nowhere",
		"tea.lonely is used nowhere",
	}
	if !slices.Equal(got, want) {
		t.Errorf("unused:\ngot  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}
