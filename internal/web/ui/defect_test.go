package ui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// ours are the scripts and styles that a page loads, those of others left out.
func ours(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"*.js", "css/*.css", "*.svg"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			all[f] = string(text)
		}
	}
	for _, must := range []string{"ui.js", "map.js", "chart.js", "blacken.js"} {
		if all[must] == "" {
			t.Fatalf("%s is not there", must)
		}
	}
	return all
}

// none holds that no script or style has something in it, and that a planted
// one would be found.
func none(t *testing.T, why, pattern, planted string) {
	t.Helper()
	re := regexp.MustCompile(pattern)
	if !re.MatchString(planted) {
		t.Fatalf("%s: a planted one would not be found", why)
	}
	for name, text := range ours(t) {
		if at := re.FindString(strings.ReplaceAll(text, "http://www.w3.org/2000/svg", "")); at != "" {
			t.Errorf("%s: %s has %q", why, name, at)
		}
	}
}

// TestDefectN4MapKeyAndPhotos: wangGeHua's map has its key in the source, and
// sends each photograph as it is taken. Ours asks nobody for a map, and what is
// chosen leaves the device with its form.
func TestDefectN4MapKeyAndPhotos(t *testing.T) {
	none(t, "nobody else is asked", `https?://|//[a-z0-9.-]+\.(com|cn|net|org)/`, "https://api.map.example.com/?ak=1")
	none(t, "no key stands in the source", `(?i)\b(ak|appkey|api_?key|securityJsCode)\b\s*[=:]`, `appKey: "8f3c"`)
	none(t, "a script sends nothing by itself", `\bfetch\(|XMLHttpRequest|sendBeacon`, "fetch('/photos')")
	html := render(t, Map(MapArgs{Label: "地图", Points: []MapPoint{{ID: "1", Label: "1号楼", Size: 3, Grid: 1}}}))
	if !strings.Contains(html, "<svg") || strings.Contains(strings.ReplaceAll(html, "http://www.w3.org/2000/svg", ""), "http") {
		t.Errorf("the map is not drawn here:\n%.400s", html)
	}
}

// TestDefectPrimeroP4BrowserStore: Primero keeps its records in the browser, not
// encrypted. Ours keeps there only what somebody has typed and not sent, in this
// window, under their own name, and never a number, a phone or a password.
func TestDefectPrimeroP4BrowserStore(t *testing.T) {
	none(t, "nothing outlives the window", `localStorage|indexedDB|openDatabase|\bcaches\.|serviceWorker|document\.cookie`, "localStorage.setItem('a', 'b')")
	js := ours(t)["ui.js"]
	for _, want := range []string{`!e.hasAttribute("data-secret")`, `password|hidden|file`, `"draft:" + who + ":"`} {
		if !strings.Contains(js, want) {
			t.Errorf("a draft no longer has %s", want)
		}
	}
	for name, f := range map[string]FieldArgs{"a number": {Name: "number", Label: "证件号码", Secret: true}, "a phone": {Name: "phone", Label: "电话", Kind: PhoneField}} {
		if html := render(t, Field(f)); !strings.Contains(html, "data-secret") {
			t.Errorf("%s is kept in a draft:\n%s", name, html)
		}
	}
	if html := render(t, Field(FieldArgs{Name: "text", Label: "情况", Kind: TextArea})); strings.Contains(html, "data-secret") {
		t.Errorf("what is typed is lost:\n%s", html)
	}
}
