package ui

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// TestPagesAreClean holds every page of the gallery to the security policy: no inline
// style, script or handler, no address outside, unique ids, labels that lead somewhere.
func TestPagesAreClean(t *testing.T) {
	pages := map[string]templ.Component{"": Gallery(galleryArgs())}
	for _, name := range GalleryPages {
		pages[name] = GalleryPage(name, galleryArgs())
	}
	for name, page := range pages {
		text := render(t, page)
		doc, err := html.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatalf("page %q: %v", name, err)
		}
		if strings.Contains(text, "⟦") {
			t.Errorf("page %q: a word is missing from the catalogue", name)
		}
		ids := map[string]bool{}
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode {
				for _, problem := range unclean(n, ids) {
					t.Errorf("page %q: %s", name, problem)
				}
			}
		}
		for n := range doc.Descendants() {
			for _, id := range refers(n) {
				if !ids[id] {
					t.Errorf("page %q: <%s> refers to #%s, which is not there", name, n.Data, id)
				}
			}
		}
	}
}

// TestUncleanIsFound proves that the check above can fail.
func TestUncleanIsFound(t *testing.T) {
	for _, text := range []string{
		`<p style="color:red">`, `<p onclick="x()">`, `<script>x()</script>`, `<style>p{}</style>`,
		`<a href="javascript:x()">`, `<img src="https://example.com/x.png">`, `<p id="a"></p><p id="a">`,
		`<form method="post"></form>`,
	} {
		doc, err := html.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		ids, found := map[string]bool{}, 0
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode {
				found += len(unclean(n, ids))
			}
		}
		if found == 0 {
			t.Errorf("%s: nothing found", text)
		}
	}
}

// unclean lists what an element has that no page may have. It notes the ids it meets.
func unclean(n *html.Node, ids map[string]bool) []string {
	var out []string
	if n.Data == "style" || n.Data == "script" && n.FirstChild != nil {
		out = append(out, "inline <"+n.Data+">")
	}
	if n.Data == "form" && attr(n, "method") == "post" && !hasField(n, "csrf") {
		out = append(out, "a POST form without a token: "+attr(n, "action"))
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on"):
			out = append(out, a.Key+" on <"+n.Data+">")
		case a.Key == "href" || a.Key == "src" || a.Key == "action" || strings.HasPrefix(a.Key, "hx-get") || strings.HasPrefix(a.Key, "hx-post"):
			if !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") || strings.HasPrefix(a.Val, "//") {
				out = append(out, a.Key+"="+a.Val)
			}
		case a.Key == "id":
			if ids[a.Val] {
				out = append(out, "id "+a.Val+" twice")
			}
			ids[a.Val] = true
		}
	}
	return out
}

// refers lists the ids an element refers to.
func refers(n *html.Node) []string {
	var ids []string
	for _, key := range []string{"for", "aria-describedby", "aria-labelledby"} {
		ids = append(ids, strings.Fields(attr(n, key))...)
	}
	return ids
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasField(form *html.Node, name string) bool {
	for n := range form.Descendants() {
		if n.Data == "input" && attr(n, "name") == name && attr(n, "value") != "" {
			return true
		}
	}
	return false
}

func TestAssets(t *testing.T) {
	h := Assets()
	get := func(method, path, accept string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", AssetPath + "ui.css", 404}, {"GET", AssetPath + "ui-000000000000.css", 404}, {"GET", AssetPath, 404},
		{"GET", AssetPath + "../ui.js", 404}, {"POST", Asset("ui.css"), 405}, {"GET", Asset("ui.css"), 200}, {"HEAD", Asset("htmx.js"), 200},
	} {
		if got := get(c.method, c.path, "").Code; got != c.want {
			t.Errorf("%s %s: got %d, want %d", c.method, c.path, got, c.want)
		}
	}
	plain, small := get("GET", Asset("ui.css"), ""), get("GET", Asset("ui.css"), "br, gzip;q=0.8")
	if got, want := plain.Body.String(), string(Style()); got != want {
		t.Errorf("style as served has %d bytes, want %d", len(got), len(want))
	}
	if got := small.Header().Get("Content-Encoding"); got != "gzip" || small.Body.Len() > plain.Body.Len()/3 {
		t.Errorf("compressed style: got %q, %d of %d bytes", got, small.Body.Len(), plain.Body.Len())
	}
	if got := get("GET", Asset("ui.css"), "gzip;q=0").Header().Get("Content-Encoding"); got != "" {
		t.Errorf("gzip refused: got %q", got)
	}
	if got, want := plain.Header().Get("Cache-Control"), "public, max-age=31536000, immutable"; got != want {
		t.Errorf("cache: got %q, want %q", got, want)
	}
	if got := http.DetectContentType(plain.Body.Bytes()); !strings.HasPrefix(got, "text/plain") {
		t.Errorf("style looks like %q", got)
	}
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func galleryArgs() PageArgs {
	return PageArgs{County: "白河县", CSRF: "token", Demo: &DemoArgs{Clock: DemoClock(DemoClockArgs{Now: "2026-11-23 09:40", Action: "/clock", CSRF: "token", Steps: []Option{{Value: "168h", Label: "快进7天"}}})}}
}

// TestDraftKeepsNoFile: what was typed comes back and a photograph does not, and the
// note of a form that takes them says so.
func TestDraftKeepsNoFile(t *testing.T) {
	const again = "选过的照片、附件要重新选"
	if html := render(t, Form(FormArgs{Action: "/x", Draft: "d", Files: true})); !strings.Contains(html, again) {
		t.Errorf("a form with files says nothing of them:\n%s", html)
	}
	if html := render(t, Form(FormArgs{Action: "/x", Draft: "d"})); strings.Contains(html, again) {
		t.Errorf("a form without files speaks of them:\n%s", html)
	}
}
