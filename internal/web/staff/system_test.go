package staff

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"anju/internal/account"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// TestPhonesPage: a leader gives a code and takes a lost phone out of use, for
// the workers of the own village alone.
func TestPhonesPage(t *testing.T) {
	o := withMatters(t)
	o.signIn(t, "worker").get("/phones").check(t, "a worker", 403, "", "!刘秀英")
	far := o.signIn(t, "far")
	far.get("/phones").check(t, "another village", 200, "", "!610929101001003")
	for _, act := range []string{"", "/revoke"} {
		far.send("/me", "/phones/worker"+act).check(t, "another village"+act, 404, "")
	}
	leader := o.signIn(t, "leader")
	leader.get("/phones").check(t, "nothing enrolled", 200, "", "还没有绑定", "!/phones/worker/revoke", "!/phones/leader")
	made := leader.send("/phones", "/phones/worker")
	code := regexp.MustCompile(`绑定码：([A-Z2-7]{8})`).FindStringSubmatch(made.body)
	if code == nil {
		t.Fatalf("no code: %.1000s", made.body)
	}
	device, err := o.Gate.Entrance.Enrol(t.Context(), code[1], "274913", "华为", "")
	if err != nil {
		t.Fatal(err)
	}
	leader.get("/phones").check(t, "enrolled", 200, "", "华为", "/phones/worker/revoke", "停用手机")
	leader.send("/phones", "/phones/worker/revoke").check(t, "lost", 303, "/phones?done=revoked")
	leader.get("/phones?done=revoked").check(t, "says so", 200, "", "手机已停用", "!/phones/worker/revoke")
	if _, err := o.Gate.Entrance.Unlock(t.Context(), device, "274913"); err == nil {
		t.Error("the lost phone opens")
	}
	o.signIn(t, "centre").get("/phones").check(t, "the town's centre", 200, "", "/phones/worker", "/phones/leader")
}

// TestAppointPage: the system administrator gives a post and takes it away;
// nobody else opens the page, and an administrator's post is not touched.
func TestAppointPage(t *testing.T) {
	o := withMatters(t)
	for _, who := range []string{"leader", "centre", "worker"} {
		b := o.signIn(t, who)
		for _, p := range []page{b.get("/accounts/worker"), b.send("/me", "/accounts/worker/posts", "kind", "chief", "path", "610929"), b.send("/me", "/accounts/worker/posts/x/end")} {
			if p.code != 403 && p.code != 404 {
				t.Errorf("%s: %d", who, p.code)
			}
		}
	}
	b := o.signIn(t, "admin")
	const at = "/accounts/worker"
	b.get("/accounts").check(t, "the list", 200, "", `href="`+at+`"`, "重设口令", `!href="/accounts/admin"`)
	b.send(at, at+"/posts", "kind", "section_leader", "path", "6109", "office", "城关镇", "key", "k1").check(t, "no such path", 422, "", `value="6109"`, "范围与岗位不符", `value="城关镇"`)
	b.send(at, at+"/posts", "kind", "audit_admin", "path", "610929", "key", "k2").check(t, "an administrator", 403, "")
	b.send(at, at+"/posts", "kind", "section_leader", "path", "610929101001", "from", "2020-01-01", "last", "2020-01-05", "key", "k4").check(t, "in the past", 422, "", `value="2020-01-01"`, "起始日不能早于今天")
	b.send(at, at+"/posts", "kind", "section_leader", "path", "610929101001", "key", "k3").check(t, "appointed", 303, at+"?done=appointed")
	held, err := o.Accounts.Posts(t.Context(), adminActor, account.ID("worker"))
	if err != nil || len(held.Posts) != 2 {
		t.Fatalf("%v, %v", held, err)
	}
	b.get(at).check(t, "both", 200, "", "网格员", "网格片长", "长期")
	b.send(at, at+"/posts", "kind", "grid_leader", "path", "610929101001", "from", "2099-01-01", "last", "2099-01-05", "key", "k5").check(t, "for five days", 303, at+"?done=appointed")
	b.get(at).check(t, "for five days", 200, "", "2099-01-01", "2099-01-05", "!2099-01-06")
	if held, err = o.Accounts.Posts(t.Context(), adminActor, account.ID("worker")); err != nil || len(held.Posts) != 3 {
		t.Fatalf("%v, %v", held, err)
	}
	for _, post := range held.Posts {
		if strings.HasPrefix(string(post.Kind), "section") || strings.HasPrefix(string(post.Kind), "grid_leader") {
			b.send(at, at+"/posts/"+post.ID+"/end").check(t, "ended", 303, at+"?done=ended")
		}
	}
	if held, err = o.Accounts.Posts(t.Context(), adminActor, account.ID("worker")); err != nil || len(held.Posts) != 1 {
		t.Errorf("%v, %v", held, err)
	}
	b.get("/accounts/admin").check(t, "the own", 200, "", "!/end")
}

// TestAuditInWords: every action of the policy and every purpose that a look of
// the program names has words on the page of the access log.
func TestAuditInWords(t *testing.T) {
	for _, a := range policy.Actions {
		if w := i18n.T("policy.action." + string(a)); strings.Contains(w, "⟦") {
			t.Errorf("%s has no words", a)
		}
	}
	literal := regexp.MustCompile(`For: +"([^"]+)"`)
	var sources []string
	for _, pattern := range []string{"../../*/*.go", "../../importer/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, found...)
	}
	seen := map[string]bool{"person.why.counter": true, "ledger.why.report": true, "booklet.print": true, "booklet/x": true}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/db/") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllStringSubmatch(string(text), -1) {
			seen[m[1]] = true
		}
	}
	if len(seen) < 10 {
		t.Fatalf("found only %v", seen)
	}
	for of := range seen {
		if w := purpose(of); strings.Contains(w, "⟦") || regexp.MustCompile(`[a-z]`).MatchString(w) {
			t.Errorf("%s: %q", of, w)
		}
	}
}
