package gate

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"anju/internal/fault"
	"anju/internal/web/ui"
)

// More leads through a list at a path: to the next page, and back to the first.
// param is the part of the address that says where the list goes on.
func More(r *http.Request, path, param, next string) *ui.PagerArgs {
	a := &ui.PagerArgs{ID: "pager-" + param, Total: -1}
	q := url.Values{} // a list that answers a form begins anew
	if r.Method == http.MethodGet {
		q = r.URL.Query()
	}
	q.Del("done")
	later := q.Has(param)
	if q.Del(param); later {
		a.Prev = address(path, q)
	}
	if next != "" {
		q.Set(param, next)
		a.Next = address(path, q)
	}
	return a
}

// address is a path with a query, if there is any.
func address(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// CursorText and Cursor carry where a list goes on: an instant and an id.
func CursorText(at int64, id string) string { return strconv.FormatInt(at, 10) + "|" + id }

// Cursor reads what CursorText wrote. A cursor that is none starts at the
// beginning.
func Cursor(s string) (at int64, id string) {
	a, id, _ := strings.Cut(s, "|")
	at, _ = strconv.ParseInt(a, 10, 64)
	return at, id
}

// Veil seals what was searched for, so that it may stand in an address: names
// and numbers are in no history, no bookmark and no log of a proxy. It opens
// for the same account alone.
func (g *Gate) Veil(s *Session, text string) string {
	if text == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(g.Entrance.Keys.Seal("gate", "query", s.Actor.Account, []byte(text)))
}

// Unveil opens what Veil sealed, or answers NotFound.
func (g *Gate) Unveil(s *Session, veiled string) (string, error) {
	if veiled == "" {
		return "", nil
	}
	sealed, err := base64.RawURLEncoding.DecodeString(veiled)
	if err == nil {
		var text []byte
		if text, err = g.Entrance.Keys.Open("gate", "query", s.Actor.Account, sealed); err == nil {
			return string(text), nil
		}
	}
	return "", fault.Wrap(fault.NotFound, "gate.no_page", err)
}

// Searched leads from the search form of a list, which is posted, to the list
// itself: what was typed into "q" goes on veiled, as "find", and everything
// else that was chosen as it is.
func (g *Gate) Searched(w http.ResponseWriter, r *http.Request, s *Session, path string, others ...string) error {
	q := url.Values{}
	for _, name := range others {
		if v := Trim(r, name); v != "" {
			q.Set(name, v)
		}
	}
	if find := g.Veil(s, Trim(r, "q")); find != "" {
		q.Set("find", find)
	}
	return See(w, r, address(path, q))
}
