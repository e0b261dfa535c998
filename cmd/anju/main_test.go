package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"anju/internal/app"
)

// says is the one line of a command that must exit with want.
func (m terminal) says(want int, words string, args ...string) {
	m.t.Helper()
	var out, err bytes.Buffer
	if got := run(m.t.Context(), append(args, "--data", m.data, "--no-progress"), &out, &err); got != want || !strings.Contains(err.String(), words) {
		m.t.Errorf("anju %s: exit %d %q, want %d with %q", strings.Join(args, " "), got, err.String(), want, words)
	}
}

// A terminal runs commands on one data folder.
type terminal struct {
	t    *testing.T
	data string
}

// anju runs a command, which must exit with want; it returns what it printed.
func (m terminal) anju(want int, args ...string) (stdout string) {
	m.t.Helper()
	var out, err bytes.Buffer
	got := run(m.t.Context(), append(args, "--data", m.data, "--no-progress"), &out, &err)
	if got != want {
		m.t.Fatalf("anju %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, want, out.String(), err.String())
	}
	if lines := strings.Count(err.String(), "\n"); want == 0 && lines != 0 || want != 0 && lines != 1 {
		m.t.Errorf("anju %s: exit %d with %d lines on the standard error:\n%s", strings.Join(args, " "), got, lines, err.String())
	}
	return out.String()
}

func TestCommandsThatCannotBe(t *testing.T) {
	m := terminal{t, filepath.Join(t.TempDir(), "data")}
	for _, args := range [][]string{
		{"no-such-command"}, {"serve", "--no-such-flag"}, {"serve", "extra"}, {"backup"}, {"booklet", "print"},
		{"import", "register"}, {"import", "register", "a.csv", "b.csv"}, {"import", "no-such-kind", "a.csv"},
		{"serve"}, {"migrate"}, {"audit", "verify"}, {"check"}, {"backup", "x.anju"}, {"export"}, {"export", "x", "--by", "b", "--purpose", "p"}, {"import", "county"}, {"import", "county", "no-such-folder"}, {"admin", "list"},
	} {
		m.anju(2, args...)
	}
	if _, err := os.Stat(m.data); !os.IsNotExist(err) {
		t.Errorf("a command without a county made something: %v", err)
	}
}

// TestTerminal: what the table of commands promises, on the demonstration county.
func TestTerminal(t *testing.T) {
	m := terminal{t, filepath.Join(t.TempDir(), "data")}
	m.anju(0, "demo", "--make-only", "--scale", "0.005", "--seed", "3")

	var signIns []map[string]any
	readJSON(t, filepath.Join(m.data, "demo-sign-ins.json"), &signIns)
	for _, key := range []string{"name", "role", "office", "account", "password", "totp_secret"} {
		if len(signIns) == 0 || signIns[0][key] == "" {
			t.Errorf("demo-sign-ins.json: %d, without %s", len(signIns), key)
		}
	}
	var booklets []string
	if readJSON(t, filepath.Join(m.data, "demo-booklets.json"), &booklets); len(booklets) != 10 {
		t.Fatalf("demo-booklets.json: %q", booklets)
	}
	file := filepath.Join(t.TempDir(), "booklet.pdf")
	m.anju(0, "booklet", "print", booklets[0], "--out", file)
	if pdf, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Errorf("the booklet: %.8q, %v", pdf, err)
	}
	m.anju(2, "booklet", "print", "610929-000000000-0", "--out", file+"2")
	m.anju(0, "check")
	m.codes()
	m.anju(0, "audit", "verify")
	if !strings.Contains(m.anju(0, "admin", "list"), "audit_admin") {
		t.Error("admin list: no audit administrator")
	}
	m.anju(2, "init") // there is a county
	t.Run("words", func(t *testing.T) { wordsAtTerminal(terminal{t, m.data}) })
	t.Run("import", func(t *testing.T) { importAtTerminal(terminal{t, m.data}) })
	t.Run("export", func(t *testing.T) { exportAtTerminal(terminal{t, m.data}) })
	t.Run("restore", func(t *testing.T) { restoreAtTerminal(terminal{t, m.data}) })
	t.Run("real county", func(t *testing.T) { demoTouchesNothingReal(terminal{t, filepath.Join(t.TempDir(), "data")}) })
}

// wordsAtTerminal: the line names what was asked for and the flag that helps,
// and nothing is begun that could not be finished.
func wordsAtTerminal(m terminal) {
	folder := m.t.TempDir()
	m.says(2, "没有编号为“610929-000000000-0”的居住簿", "booklet", "print", "610929-000000000-0", "--out", filepath.Join(folder, "x.pdf"))
	m.says(2, "是文件夹", "booklet", "print", "610929-000000000-0", "--out", folder)
	m.says(2, "是文件夹", "backup", folder)
	m.says(2, "是文件夹", "import", "register", "../../examples/register-good.xlsx", "--report", folder)
	m.says(2, "请去掉 --report", "import", "grids", "../../examples/grids.xlsx", "--report", filepath.Join(folder, "g.json"))
	m.says(2, "不晚于今天", "import", "register", "../../examples/register-good.xlsx", "--as-of", "2999-01-01")
	m.says(2, "KIND 是", "import", "no-such-kind", "a.csv")
	m.says(2, "--root", "trust", "--root", filepath.Join(folder, "none.key"))
	copied := filepath.Join(folder, "record.txt")
	if err := os.WriteFile(copied, []byte("x"), 0o600); err != nil {
		m.t.Fatal(err)
	}
	m.says(2, "--key", "audit", "record", copied)
	m.says(2, "不是公钥", "audit", "record", copied, "--key", "x")
	if out := m.anju(0, "admin", "reset", "MJ100"); !strings.Contains(out, "一次性口令") { // as at the sign-in
		m.t.Errorf("a login in capitals: %q", out)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		m.t.Errorf("refused, and left %v, %v", left, err)
	}
}

func importAtTerminal(m terminal) {
	good, faults := "../../examples/register-good.xlsx", "../../examples/register-faults.xlsx"
	report := filepath.Join(m.t.TempDir(), "report.json")
	m.anju(1, "import", "register", faults, "--dry-run", "--report", report)
	text, err := os.ReadFile(report)
	if err != nil {
		m.t.Fatal(err)
	}
	codes := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		var row struct {
			Row                             int
			Column, Code, Severity, Message string
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil || row.Row < 1 || row.Code == "" || row.Message == "" || !slices.Contains([]string{"error", "warning"}, row.Severity) {
			m.t.Fatalf("a line of the report: %s (%v)", line, err)
		}
		codes[row.Code] = true
	}
	if len(codes) < 20 {
		m.t.Errorf("%d kinds of faults found in the sample", len(codes))
	}

	mine := filepath.Join(m.t.TempDir(), "mine.xlsx")
	was, err := os.ReadFile(good)
	if err == nil {
		err = os.WriteFile(mine, was, 0o600)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	m.anju(2, "import", "register", mine, "--report", mine)
	m.anju(2, "import", "register", mine, "--report", filepath.Join(m.t.TempDir(), "no-such-folder", "r.xlsx"))
	if is, err := os.ReadFile(mine); err != nil || !bytes.Equal(is, was) {
		m.t.Errorf("the clerk's own file was touched: %v", err)
	}
	if out := m.anju(0, "import", "register", mine); !strings.Contains(out, "新增 ") || strings.Contains(out, "新增 0 人") {
		m.t.Errorf("nothing was imported: %s", out)
	}
	if out := m.anju(0, "import", "register", mine); !strings.Contains(out, "新增 0 人，更新 0 人") {
		m.t.Errorf("a second run changed something: %s", out)
	}
	rights := "../../examples/rights.xlsx"
	if out := m.anju(1, "import", "rights", rights, "--dry-run"); !strings.Contains(out, "新增 0") { // they do not live there yet
		m.t.Errorf("a list of rights of another place: %s", out)
	}
	for _, kind := range []string{"houses", "moves"} {
		m.anju(0, "import", kind, "../../examples/"+kind+".xlsx")
	}
	for _, args := range [][]string{{"--dry-run"}, nil} {
		if out := m.anju(0, append([]string{"import", "rights", rights}, args...)...); !strings.Contains(out, "新增 40") {
			m.t.Errorf("a list of rights %v: %s", args, out)
		}
	}
	if out := m.anju(0, "import", "rights", rights); !strings.Contains(out, "新增 0") {
		m.t.Errorf("a list of rights a second time: %s", out)
	}
}

func restoreAtTerminal(m terminal) {
	copied := filepath.Join(m.t.TempDir(), "county.anju")
	m.anju(0, "backup", copied)
	m.anju(2, "restore", copied) // there is a county
	there := filepath.Join(m.t.TempDir(), "data")
	m.anju(2, "restore", copied, "--data", there) // and no key
	if err := os.MkdirAll(there, 0o700); err != nil {
		m.t.Fatal(err)
	}
	terminal{m.t, there}.anju(0, "restore", copied, "--keys", m.data+".key")
	terminal{m.t, there}.anju(0, "audit", "verify", "--keys", m.data+".key")
}

// demoTouchesNothingReal: a real county is never taken for the demonstration's
// place, nor made with its key.
func demoTouchesNothingReal(m terminal) {
	m.anju(0, "init")
	m.anju(2, "demo", "--make-only", "--scale", "0.005")
	m.anju(0, "audit", "verify")
	demo := terminal{m.t, filepath.Join(m.t.TempDir(), "demo")}
	demo.anju(0, "demo", "--make-only", "--scale", "0.002")
	if err := os.RemoveAll(demo.data); err != nil {
		m.t.Fatal(err)
	}
	demo.anju(2, "init")
}

func readJSON(t *testing.T, file string, v any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestFixedClock: --clock=false takes the control off the pages, and its address away.
func TestFixedClock(t *testing.T) {
	for _, fixed := range []bool{false, true} {
		c := &app.Config{Data: filepath.Join(t.TempDir(), "data"), County: "610929", Scale: 0.002, Seed: 1, FixedClock: fixed}
		c.Keys = c.Data + ".key"
		a, _, err := app.MakeDemo(t.Context(), c, func(int, int, string) {})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Close() })
		h, err := a.Handler()
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/demo/clock", nil))
		if is := w.Code == http.StatusNotFound || w.Code == http.StatusMethodNotAllowed; is != fixed {
			t.Errorf("clock fixed %v: its address answers %d", fixed, w.Code)
		}
	}
}

// exportAtTerminal: the county leaves with a purpose only, and arrives in an
// empty place only.
func exportAtTerminal(m terminal) {
	dir, there := filepath.Join(m.t.TempDir(), "out"), terminal{m.t, filepath.Join(m.t.TempDir(), "data")}
	m.anju(2, "export", dir)
	m.anju(2, "export", dir, "--by", "李某", "--purpose", "换系统", "--open-sealed")
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		m.t.Errorf("refused, and there: %v", err)
	}
	if out := m.anju(0, "export", dir, "--by", "李某", "--purpose", "换系统"); !strings.Contains(out, "已导出到") {
		m.t.Errorf("export says %q", out)
	}
	m.anju(2, "export", dir, "--by", "李某", "--purpose", "换系统")
	there.anju(2, "import", "county", dir) // without the key file
	if out := there.anju(0, "import", "county", dir, "--keys", m.data+".key"); !strings.Contains(out, "逐表核对一致") {
		m.t.Errorf("import says %q", out)
	}
	there.anju(2, "import", "county", dir, "--keys", m.data+".key") // over a county
	there.anju(0, "check", "--keys", m.data+".key")
}

// codes are checked by the county and by a trust file without one.
func (m terminal) codes() {
	m.t.Helper()
	var samples []struct{ State, Page, Code string }
	readJSON(m.t, app.SamplesFile(m.data), &samples)
	a, err := app.Open(m.t.Context(), &app.Config{Data: m.data, Keys: m.data + ".key", County: "610929"})
	if err != nil {
		m.t.Fatal(err)
	}
	book, err := a.Codes.Book(m.t.Context())
	if err2 := a.Close(); err == nil {
		err = err2
	}
	if err != nil {
		m.t.Fatal(err)
	}
	text, err := json.Marshal(book)
	if err != nil {
		m.t.Fatal(err)
	}
	trust := filepath.Join(m.t.TempDir(), "book.json")
	if err := os.WriteFile(trust, text, 0o600); err != nil {
		m.t.Fatal(err)
	}
	nowhere := terminal{m.t, filepath.Join(m.t.TempDir(), "none")}
	states := map[string]bool{}
	for _, s := range samples {
		if states[s.State+s.Page] {
			continue
		}
		states[s.State+s.Page] = true
		want := 1
		if s.State == "issued" {
			want = 0
		}
		if out := m.anju(want, "check", s.Code); want == 0 && !strings.Contains(out, "有效") {
			m.t.Errorf("a good code: %s", out)
		}
		nowhere.anju(want, "check", s.Code, "--trust", trust)
	}
	if len(states) != 8 {
		m.t.Errorf("samples of %v", states)
	}
	m.anju(2, "check", "JZB1:HELLO")
	m.anju(2, "check", "https://anju.test/check")
	m.anju(2, "check", "--trust", trust)
	nowhere.anju(2, "check", samples[0].Code, "--trust", filepath.Join("no", "such", "file"))
}
