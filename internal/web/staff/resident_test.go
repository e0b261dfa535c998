package staff

import (
	"net/url"
	"strings"
	"testing"
)

// TestSearchIsInNoAddress: what is searched for is posted and stands veiled in
// the address of the list, which opens for the same account alone; the tree
// keeps it, with whatever else was asked for.
func TestSearchIsInNoAddress(t *testing.T) {
	o := withMatters(t)
	const name, number = "张桃花", "610929199001011234"
	leader := o.signIn(t, "leader")
	leader.get("/residents").check(t, "the form", 200, "", `method="post" action="/residents"`)
	for _, words := range []string{name, number} {
		found := leader.send("/residents", "/residents", "q", words, "view", "registered", "separated", "1", "at", "")
		if found.code != 303 || strings.Contains(found.to, words) || strings.Contains(found.to, url.QueryEscape(words)) || !strings.HasPrefix(found.to, "/residents?find=") {
			t.Fatalf("%d to %q", found.code, found.to)
		}
		u, err := url.Parse(found.to)
		if err != nil {
			t.Fatal(err)
		}
		place := url.Values{"at": {"610929101"}, "view": {"registered"}, "separated": {"1"}, "find": u.Query()["find"]}
		list := leader.get(found.to)
		list.check(t, "the list", 200, "", `value="`+words+`"`, strings.ReplaceAll("/residents?"+place.Encode(), "&", "&amp;"), "!q="+words, "!q="+url.QueryEscape(words))
		o.signIn(t, "far").get(found.to).check(t, "the address in other hands", 404, "", "!"+words)
	}
	leader.get("/residents?find=610929").check(t, "not ours", 404, "")
	leader.send("/residents", "/residents", "q", " ").check(t, "nothing", 303, "/residents")
}
