package app

import (
	"bytes"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

var (
	href   = regexp.MustCompile(`href="(/[^"#]*)`)
	number = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|\d+`)
)

// TestEveryLinkLeadsOn: wherever an account of the demonstration goes by the links
// of its own pages, it is let in.
func TestEveryLinkLeadsOn(t *testing.T) {
	a, made, err := MakeDemo(t.Context(), place(t, "", "--scale", "0.002"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	for _, s := range made.SignIns {
		b := walker{t, srv.URL, enter(t, a, srv.URL, s)}
		type link struct{ from, to string }
		way := []link{{"", "/"}}
		followed := map[string]int{} // by kind of address, ids and numbers left out
		for ; len(way) > 0; way = way[1:] {
			code, text := b.read(way[0].to)
			if code != http.StatusOK && code != http.StatusSeeOther {
				t.Errorf("%s: %s leads to %s, which answers %d", s.Account, way[0].from, way[0].to, code)
			}
			if bytes.Contains(text, []byte("⟦")) {
				t.Errorf("%s: %s has a word that the catalogue has not", s.Account, way[0].to)
			}
			for _, found := range href.FindAllSubmatch(text, -1) {
				to := html.UnescapeString(string(found[1]))
				kind := number.ReplaceAllString(to, "0")
				if strings.HasPrefix(to, "/static/") || papers.MatchString(to) || followed[kind] == 2 {
					continue
				}
				followed[kind]++
				way = append(way, link{way[0].to, to})
			}
		}
		if len(followed) < 9 { // the security administrator's, who has the fewest
			t.Errorf("%s was led on by %d kinds of link", s.Account, len(followed))
		}
	}
}
