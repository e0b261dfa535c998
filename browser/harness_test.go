package browser

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The harness is tried on a small site with everything a page of Anju has, and
// on pages with a planted fault each, which it has to find.

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func site(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	page := func(path, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) { write(w, body) })
	}
	page("/{$}", `<h1>办事大厅</h1><nav aria-label="主菜单"><a href="/form">登记</a> <a href="/form?long">登记表格</a></nav>
		<table><caption>人员</caption><thead><tr><th scope="col">姓名</th><th scope="col">操作</th></tr></thead><tbody>
		<tr><td>王秀兰</td><td><a href="/person/1">查看</a></td></tr><tr><td>李大山</td><td><a href="/person/2">查看</a></td></tr></tbody></table>
		<button type="button" disabled>导出</button>`)
	page("/person/{id}", `<h1>个人</h1><p>6109*************8</p>`)
	page("/form", `<h1>登记</h1><form method="post" action="/form" enctype="multipart/form-data">
		<p><label for="n">姓名 <span aria-hidden="true">*</span></label> <input id="n" name="name" value="旧名"></p>
		<p><label>出生日期 <input type="date" name="born"></label></p>
		<p><label for="g">性别</label> <select id="g" name="sex"><option value="">请选择</option><option value="2">女</option></select></p>
		<p><label><input type="checkbox" name="agree"> 本人同意</label></p>
		<fieldset><legend>转移方式</legend><label><input type="radio" name="way" value="a"> 自愿</label><label><input type="radio" name="way" value="b"> 不愿</label></fieldset>
		<p><label for="f">附件</label> <input id="f" type="file" name="file"></p>
		<button>提交</button></form>`)
	mux.HandleFunc("POST /form", func(w http.ResponseWriter, r *http.Request) {
		file, header, err := r.FormFile("file")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		defer file.Close()
		write(w, fmt.Sprintf(`<h1>收到</h1><p>%s %s %s %s %s %s %d</p>`, r.FormValue("name"), r.FormValue("born"),
			r.FormValue("sex"), r.FormValue("agree"), r.FormValue("way"), header.Filename, header.Size))
	})
	mux.HandleFunc("GET /who", func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie("who")
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/pdf")
		fmt.Fprintf(w, "%%PDF of %s", c.Value)
	})
	page("/late", `<h1>稍候</h1><p id="out">……</p><script src="/late.js"></script>`)
	script(mux, "/late.js", `setTimeout(() => { document.getElementById('out').textContent = '办好了' }, 700)`)
	page("/covered", `<h1>遮挡</h1><button type="button">确定</button><link rel="stylesheet" href="/cover.css"><p id="cover">在上面</p>`)
	mux.HandleFunc("GET /cover.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		fmt.Fprint(w, "#cover { position: fixed; inset: 0; margin: 0; background: white; }")
	})
	page("/no-label", `<h1>没有标签</h1><form action="/"><input name="x"></form><img src="/dot.png">`)
	mux.HandleFunc("GET /dot.png", func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Type", "image/png") })
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	page("/inline", `<h1>内联</h1><script>window.ran = true</script>`)
	page("/handler", `<h1>内联</h1><button type="button" onclick="window.ran = true">点</button>`)
	page("/throws", `<h1>脚本</h1><script src="/throws.js"></script>`)
	script(mux, "/throws.js", `throw new Error('planted')`)
	page("/logs", `<h1>脚本</h1><script src="/logs.js"></script>`)
	script(mux, "/logs.js", `console.error('planted', 7)`)
	page("/missing-script", `<h1>脚本</h1><script src="/none.js"></script>`)
	page("/hidden", `<h1>藏着</h1><p title="610928199001010018">王秀兰</p><form action="/"><label>电话 <input value="13800001234"></label></form>`)
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, `<!doctype html><html lang="zh-CN"><title>坏了</title><p>坏了</p>`)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func write(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	fmt.Fprintf(w, `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>安居</title>
		<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main>%s</main></body></html>`, body)
}

func script(mux *http.ServeMux, path, text string) {
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		fmt.Fprint(w, text)
	})
}

func TestJourneyThroughAForm(t *testing.T) {
	p := Open(t, site(t), Office)
	p.Goto("/")
	p.See("办事大厅", "王秀兰")
	p.Axe()
	p.Click("登记") // there is also 登记表格
	p.See("转移方式")
	if p.URL() != "/form" || p.Title() != "安居" {
		t.Fatalf("at %s, %s", p.URL(), p.Title())
	}
	p.Axe()
	book := filepath.Join(t.TempDir(), "名册.csv")
	if err := os.WriteFile(book, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Fill("姓名", "王秀兰")
	p.Fill("出生日期", "1990-01-01")
	p.Choose("性别", "女")
	p.Click("本人同意")
	p.Within("转移方式").Click("自愿")
	p.Upload("附件", book)
	for label, want := range map[string]string{"姓名": "王秀兰", "出生日期": "1990-01-01", "性别": "女", "本人同意": "on", "不愿": ""} {
		if got := p.Value(label); got != want {
			t.Errorf("%s: got %q, want %q", label, got, want)
		}
	}
	p.ClickRole("button", "提交")
	p.See("收到", "王秀兰 1990-01-01 2 on a 名册.csv 5")
	p.AssertNot("旧名", "不愿")
}

func TestTabsHaveCookiesOfTheirOwn(t *testing.T) {
	url := site(t)
	clerk, other := Open(t, url, Office), Open(t, url, Office)
	clerk.Goto("/form")
	Eval[bool](clerk, "document.cookie = 'who=clerk; path=/', true")
	other.Goto("/form")
	if r := clerk.Get("/who"); r.Status != 200 || r.Type != "application/pdf" || string(r.Body) != "%PDF of clerk" {
		t.Errorf("clerk: %d %s %q", r.Status, r.Type, r.Body)
	}
	if r := other.Get("/who"); r.Status != 404 {
		t.Errorf("other: %d %q", r.Status, r.Body)
	}
	if got := other.Problems(); !strings.Contains(strings.Join(got, "\n"), "404") {
		t.Errorf("a 404 outside of the pages was not noticed: %q", got)
	}
}

func TestPartOfThePage(t *testing.T) {
	p := Open(t, site(t), Office)
	p.Goto("/")
	p.Within("李大山").Click("查看")
	p.See("6109*************8")
	if p.URL() != "/person/2" {
		t.Errorf("got to %s", p.URL())
	}
}

func TestKeyboard(t *testing.T) {
	p := Open(t, site(t), Office)
	p.Goto("/")
	p.Press("Tab")
	if got := p.Focused(); got != "link 登记" {
		t.Errorf("focus on %q", got)
	}
	p.Press("Enter")
	p.See("转移方式")
}

func TestSeeWaits(t *testing.T) {
	p := Open(t, site(t), Phone)
	p.Goto("/late")
	p.See("办好了")
}

func TestPicture(t *testing.T) {
	p := Open(t, site(t), Office)
	p.Goto("/")
	for _, size := range []Size{Office, Large, Phone} {
		img, err := png.DecodeConfig(bytes.NewReader(p.Screenshot(size)))
		scale := 1
		if size.Phone {
			scale = 2
		}
		if err != nil || img.Width != int(size.Width)*scale || img.Height != int(size.Height)*scale {
			t.Errorf("%s: %d×%d, %v", size.Name, img.Width, img.Height, err)
		}
	}
	dir := t.TempDir()
	t.Setenv("ANJU_SCREENSHOTS", dir)
	p.Guide("hall", Office, Phone)
	for _, name := range []string{"hall-1366.png", "hall-390.png"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAxeFindsWhatIsPlanted(t *testing.T) {
	p := Open(t, site(t), Office)
	p.Goto("/no-label")
	p.Problems()
	found := map[string]bool{}
	for _, v := range p.Violations() {
		found[v.ID] = true
	}
	if !found["label"] || !found["image-alt"] || found["color-contrast"] {
		t.Errorf("found %v", found)
	}
	if !fails(p, func(p *Page) { p.Axe() }) {
		t.Error("Axe did not fail the test")
	}
}

// Each planted problem is found, and would have failed its test.
func TestProblemsAreFound(t *testing.T) {
	for path, want := range map[string]string{
		"/inline":         "Content Security Policy",
		"/handler":        "Content Security Policy",
		"/throws":         "planted",
		"/logs":           "planted 7",
		"/missing-script": "404",
		"/broken":         "500",
	} {
		p := Open(t, site(t), Office)
		p.Goto(path)
		if path == "/handler" {
			p.Click("点")
		}
		if Eval[bool](p, "window.ran === true") {
			t.Errorf("%s: the policy did not hold", path)
		}
		p.Settle()
		if !fails(p, (*Page).reportProblems) {
			t.Errorf("%s did not fail the test", path)
		}
		p.Goto(path)
		if path == "/handler" {
			p.Click("点")
		}
		if got := strings.Join(p.Problems(), "\n"); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q in it", path, got, want)
		}
	}
	p := Open(t, site(t), Office)
	p.Goto("/nowhere") // a page that is not found is what some journeys want
	p.See("404")
	if got := p.Problems(); len(got) != 0 {
		t.Errorf("a page that is not found: %q", got)
	}
}

func TestStepsThatMustFail(t *testing.T) {
	p := Open(t, site(t), Office)
	for name, c := range map[string]struct {
		path string
		step func(*Page)
	}{
		"hidden in an attribute": {"/hidden", func(p *Page) { p.AssertNot("610928199001010018") }},
		"shown in a field":       {"/hidden", func(p *Page) { p.AssertNot("13800001234") }},
		"nothing":                {"/hidden", func(p *Page) { p.AssertNot("") }},
		"not on the page":        {"/", func(p *Page) { p.See("报销") }},
		"two of them":            {"/", func(p *Page) { p.Click("查看") }},
		"none of them":           {"/", func(p *Page) { p.Click("删除") }},
		"no such part":           {"/", func(p *Page) { p.Within("赵").Click("查看") }},
		"of another role":        {"/", func(p *Page) { p.ClickRole("button", "登记表格") }},
		"disabled":               {"/", func(p *Page) { p.Click("导出") }},
		"covered":                {"/covered", func(p *Page) { p.Click("确定") }},
		"no such field":          {"/form", func(p *Page) { p.Fill("电话", "1") }},
		"no such option":         {"/form", func(p *Page) { p.Choose("性别", "男") }},
		"no date":                {"/form", func(p *Page) { p.Fill("出生日期", "1990-13-01") }},
	} {
		p.Goto(c.path)
		if !fails(p, c.step) {
			t.Errorf("%s: the step did not fail", name)
		}
	}
}

// recorder is a test that may fail without failing this one.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Fatalf(string, ...any) { r.failed = true; runtime.Goexit() }
func (r *recorder) Fatal(...any)          { r.failed = true; runtime.Goexit() }
func (r *recorder) Helper()               {}

// fails says whether a step fails its test.
func fails(p *Page, step func(*Page)) bool {
	r, done := &recorder{TB: p.t}, make(chan struct{})
	q := *p
	q.t, q.patience = r, brief
	go func() {
		defer close(done)
		step(&q)
	}()
	<-done
	return r.failed
}
