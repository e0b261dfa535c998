package browser

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/app"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/proof"
)

// TestCheckPage: anybody checks a booklet's code without an account; the page
// that was opened once goes on working when there is no server any more.
func TestCheckPage(t *testing.T) {
	conf := config(t, "sqlite")
	conf.Scale = 0.01
	a, _, err := app.MakeDemo(t.Context(), conf, func(int, int, string) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	codes := samples(t, conf.Data)

	p := Open(t, srv.URL, Phone)
	p.Goto("/check")
	p.See("核验居住簿", "用摄像头扫码")
	p.Axe()
	ask := func(code string) {
		t.Helper()
		p.Fill("码的全文", code)
		p.Click("核验")
	}
	verdict := func() string { return Eval[string](p, "document.getElementById('verdict').innerText") }
	not := func(words ...string) {
		t.Helper()
		for _, w := range words {
			if strings.Contains(verdict(), w) {
				t.Errorf("the verdict says %q: %s", w, verdict())
			}
		}
	}
	good := codes["issued"]
	ask(good.Code)
	p.See("有效", "白河县公安局", "签发日期")
	p.AssertNot(good.name, good.Number)
	not("无效")
	p.Axe()
	ask(codes["superseded"].Code)
	p.See("无效", "换发")
	ask(codes["lost"].Code)
	p.See("无效", "请联系发证机关")
	not("挂失", "遗失", "签发日期")
	ask("JZB1:HELLO")
	p.See("这不是居住簿的码")
	p.Problems() // the browser notes the refusal

	if !Eval[bool](p, "navigator.serviceWorker.ready.then(() => true)") {
		t.Fatal("no service worker")
	}
	fresh := justIssued(t, a) // the list that the page has kept does not know it
	srv.CloseClientConnections()
	srv.Close()
	p.Goto("/check")
	p.See("核验居住簿")
	ask(good.Code)
	p.See("有效", "没有网络", "白河县公安局", "签发日期")
	p.AssertNot(good.name, good.Number)
	not("无效")
	ask(fresh)
	p.See("签名有效，但核对清单里还没有它", "联网再核验一次", "签发日期")
	p.Axe()
	ask(codes["lost"].Code)
	p.See("无效", "请联系发证机关")
	turned := []byte(good.Code)
	turned[len(turned)-1] ^= 1
	ask(string(turned))
	p.Settle()
	not("签发日期", "没有网络")
	p.Problems() // that the server is gone
}

// justIssued is a member's code of a booklet that is made and handed over now.
func justIssued(t *testing.T, a *app.App) string {
	t.Helper()
	var id booklet.ID
	var c booklet.Content
	err := a.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		id, err = db.One[booklet.ID](tx, `select id from booklet where state = 'approved' order by id limit 1`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	by := actor.Actor{Account: "registrar", Name: "民警", Kind: actor.Registrar, Paths: []string{"610929"}}
	if _, err := a.Booklets.Make(t.Context(), by, "", id); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Booklets.HandOver(t.Context(), by, "", id, "本人"); err != nil {
		t.Fatal(err)
	}
	err = a.DB.Read(t.Context(), func(tx *db.Tx) error {
		v, err := booklet.LatestVersion(tx, id)
		if err == nil {
			c, err = booklet.Thaw(a.Keys, v)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c.Members[0].Code
}

type sample struct {
	booklet.Sample
	name string // that the code says, and the page must not
}

// samples is a member's code of each state.
func samples(t *testing.T, data string) map[string]sample {
	t.Helper()
	text, err := os.ReadFile(app.SamplesFile(data))
	if err != nil {
		t.Fatal(err)
	}
	var all []booklet.Sample
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	codes := map[string]sample{}
	for _, s := range all {
		if s.Page != "member" {
			continue
		}
		code, err := proof.Parse(s.Code)
		if err != nil {
			t.Fatal(err)
		}
		codes[s.State] = sample{s, code.Booklet.Name}
	}
	for _, state := range []string{"issued", "superseded", "lost", "cancelled"} {
		if codes[state].Code == "" {
			t.Fatalf("no sample of state %s", state)
		}
	}
	return codes
}
