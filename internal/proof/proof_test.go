package proof_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"anju/internal/proof"
)

var (
	noon  = time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC)
	suite = map[string]proof.Suite{"ES256": proof.ES256, "SM2": proof.SM2}
)

func key(t testing.TB, s proof.Suite, name string) *proof.Key {
	t.Helper()
	secret := sha256.Sum256([]byte(name))
	k, err := proof.NewKey(s, secret[:])
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func claims() proof.Claims {
	return proof.Claims{
		County: 610929, Issued: noon.Unix(), Expires: noon.AddDate(5, 0, 0).Unix(),
		Booklet: proof.Body{Number: 61092926000123, Member: 2, Name: "张小明", Last: "X", Origin: 610929100207, Living: 610929101001, Settled: 20513, ListedAt: []int64{0, 77321}},
	}
}

// book is a county that trusts keys in the year of noon.
func book(t testing.TB, states map[int64]proof.Status, keys ...*proof.Key) proof.Book {
	t.Helper()
	root := key(t, proof.ES256, "root")
	l := proof.TrustList{County: 610929, Issued: noon.Unix()}
	for _, k := range keys {
		l.Keys = append(l.Keys, proof.TrustedKey{Suite: k.Suite(), Public: k.Public(), From: noon.AddDate(0, -1, 0).Unix(), Until: noon.AddDate(1, 0, 0).Unix(), Verify: noon.AddDate(6, 0, 0).Unix()})
	}
	trust, err := proof.SignTrust(root, l)
	if err != nil {
		t.Fatal(err)
	}
	status, err := keys[0].SignStatus(610929, 0, noon, states)
	if err != nil {
		t.Fatal(err)
	}
	return proof.Book{Root: root.Public(), Trust: trust, Status: [][]byte{status}}
}

func checker(t testing.TB, b proof.Book) *proof.Checker {
	t.Helper()
	c, err := b.Checker()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sign(t testing.TB, k *proof.Key, c proof.Claims) string {
	t.Helper()
	text, err := k.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func parse(t testing.TB, text string) proof.Code {
	t.Helper()
	c, err := proof.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The vectors of RFC 9285, sections 4.3 and 4.4, and what it says is no base45.
func TestBase45(t *testing.T) {
	for text, want := range map[string]string{"AB": "BB8", "Hello!!": "%69 VD92EX0", "base-45": "UJCLQE7W581", "ietf!": "QED8WEX0", "": ""} {
		if got := proof.Base45([]byte(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if got, err := proof.ParseBase45(want); err != nil || string(got) != text {
			t.Errorf("%q: got %q, %v", want, got, err)
		}
	}
	for _, text := range []string{"A", "ABCD", "GGW", ":::", "::", "bb8", "B 8é", "BB8\n"} {
		if got, err := proof.ParseBase45(text); err == nil {
			t.Errorf("%q was read as %x", text, got)
		}
	}
}

func TestVerdicts(t *testing.T) {
	for name, s := range suite {
		t.Run(name, func(t *testing.T) {
			k, other := key(t, s, "2026"), key(t, s, "somebody")
			b := book(t, map[int64]proof.Status{5: proof.Revoked, 6: proof.Suspended, 7: proof.Superseded}, k)
			c := checker(t, b)
			for i, want := range map[int64]proof.Status{5: proof.Revoked, 6: proof.Suspended, 7: proof.Superseded} {
				m := claims()
				m.Booklet.ListedAt[1] = i
				if v := c.Check(parse(t, sign(t, k, m)), noon); v.Good || v.Why != proof.Withdrawn || v.Status != want {
					t.Errorf("place %d: %+v", i, v)
				}
			}
			code := parse(t, sign(t, k, claims()))
			elsewhere, early := claims(), claims()
			elsewhere.County, early.Issued = 610928, noon.AddDate(0, 0, 2).Unix()
			beyond := claims()
			beyond.Booklet.ListedAt[0] = 3
			before := claims()
			before.Issued = noon.AddDate(0, -2, 0).Unix()
			for what, x := range map[string]struct {
				code proof.Code
				at   time.Time
				want proof.Why
			}{
				"signed by somebody":        {parse(t, sign(t, other, claims())), noon, proof.Forged},
				"signed before its year":    {parse(t, sign(t, k, before)), noon, proof.Forged},
				"another county's":          {parse(t, sign(t, k, elsewhere)), noon, proof.OtherArea},
				"run out":                   {code, noon.AddDate(5, 0, 0), proof.Expired},
				"not yet":                   {parse(t, sign(t, k, early)), noon, proof.Expired},
				"a list nobody has":         {parse(t, sign(t, k, beyond)), noon, proof.NoList},
				"a list that has run out":   {code, noon.AddDate(0, 0, 30), proof.NoList},
				"five minutes before it is": {parse(t, sign(t, k, claims())), noon.Add(-4 * time.Minute), ""},
			} {
				if v := c.Check(x.code, x.at); v.Why != x.want || v.Good != (x.want == "") {
					t.Errorf("%s: %+v", what, v)
				}
			}
			later := claims()
			later.Issued = noon.Add(time.Hour).Unix()
			if v := c.Check(parse(t, sign(t, k, later)), noon.Add(2*time.Hour)); !v.Good || !v.Newer {
				t.Errorf("signed after the list: %+v", v)
			}
			if v := c.Check(code, noon.Add(23*time.Hour)); !v.Good || v.Old || v.Newer {
				t.Errorf("a day's list: %+v", v)
			}
			if v := c.Check(code, noon.Add(49*time.Hour)); !v.Good || !v.Old || v.Age != 49*time.Hour {
				t.Errorf("an older list: %+v", v)
			}
			if got := code.Claims; fmt.Sprint(got) != fmt.Sprint(claims()) || code.Suite() != s {
				t.Errorf("read %+v", got)
			}
		})
	}
}

// A key that was stolen is not believed from that instant on.
func TestStolenKey(t *testing.T) {
	k, next := key(t, proof.ES256, "2026"), key(t, proof.ES256, "2026 b")
	root := key(t, proof.ES256, "root")
	l := proof.TrustList{County: 610929, Issued: noon.Unix()}
	for _, x := range []*proof.Key{k, next} {
		l.Keys = append(l.Keys, proof.TrustedKey{Suite: x.Suite(), Public: x.Public(), From: noon.AddDate(0, -1, 0).Unix(), Until: noon.AddDate(1, 0, 0).Unix(), Verify: noon.AddDate(6, 0, 0).Unix()})
	}
	l.Keys[0].Bad = noon.Unix()
	trust, err := proof.SignTrust(root, l)
	if err != nil {
		t.Fatal(err)
	}
	status, err := next.SignStatus(610929, 0, noon, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := checker(t, proof.Book{Root: root.Public(), Trust: trust, Status: [][]byte{status}})
	was, is := claims(), claims()
	was.Issued--
	if v := c.Check(parse(t, sign(t, k, was)), noon); !v.Good {
		t.Errorf("before: %+v", v)
	}
	if v := c.Check(parse(t, sign(t, k, is)), noon); v.Why != proof.Forged {
		t.Errorf("after: %+v", v)
	}
}

func TestBookOfSomebody(t *testing.T) {
	k := key(t, proof.ES256, "2026")
	good := book(t, nil, k)
	forged := good
	forged.Root = key(t, proof.ES256, "other").Public()
	status, err := key(t, proof.ES256, "other").SignStatus(610929, 0, noon, nil)
	if err != nil {
		t.Fatal(err)
	}
	listed := good
	listed.Status = [][]byte{status}
	swapped := good
	swapped.Trust = good.Status[0]
	for name, b := range map[string]proof.Book{"another root": forged, "a list of somebody": listed, "a list as trust": swapped, "nothing": {}} {
		if _, err := b.Checker(); err == nil {
			t.Errorf("%s was believed", name)
		}
	}
}

// Ten thousand codes with one bit turned, in the text and below it: none is
// accepted.
func TestTurnedBits(t *testing.T) {
	for name, s := range suite {
		k := key(t, s, "2026")
		c := checker(t, book(t, nil, k))
		text := sign(t, k, claims())
		body, err := proof.ParseBase45(text[len(proof.Prefix):])
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 1))
		read := 0
		for i := range 5000 {
			bad := []byte(text)
			if i%2 == 0 {
				b := bytes.Clone(body)
				n := r.IntN(len(b) * 8)
				b[n/8] ^= 1 << (n % 8)
				bad = []byte(proof.Prefix + proof.Base45(b))
			} else {
				n := r.IntN(len(bad) * 8)
				bad[n/8] ^= 1 << (n % 8)
			}
			code, err := proof.Parse(string(bad))
			if err != nil {
				continue
			}
			read++
			if v := c.Check(code, noon); v.Good {
				t.Fatalf("%s: accepted %q", name, bad)
			}
		}
		if read < 500 {
			t.Errorf("%s: only %d of the turned codes could be read at all", name, read)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range suite {
		f.Add(sign(f, key(f, s, "2026"), claims()))
	}
	f.Add(proof.Prefix + strings.Repeat(":", 3000))
	c := checker(f, book(f, nil, key(f, proof.ES256, "2026")))
	want := sign(f, key(f, proof.ES256, "2026"), claims())
	f.Fuzz(func(t *testing.T, text string) {
		began := time.Now()
		code, err := proof.Parse(text)
		if len(text) > proof.MaxText && err == nil {
			t.Error("read more than a QR code holds")
		}
		if err == nil && c.Check(code, noon).Good && strings.TrimSpace(text) != want {
			t.Error("accepted what was never signed")
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// The sizes that the page has room for, and the whole county's list.
func TestSizes(t *testing.T) {
	for name, s := range suite {
		k := key(t, s, "2026")
		cover := claims()
		cover.Booklet = proof.Body{Number: cover.Booklet.Number, ListedAt: cover.Booklet.ListedAt}
		member, whole := len(sign(t, k, claims())), len(sign(t, k, cover))
		t.Logf("%s: member %d characters, cover %d", name, member, whole)
		if member > 283 || whole > 200 {
			t.Errorf("%s: member %d characters, cover %d", name, member, whole)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	states := map[int64]proof.Status{}
	for len(states) < 2200 { // 2 % of 110,000
		states[r.Int64N(proof.ListSize)] = proof.Status(1 + r.IntN(3))
	}
	b, err := key(t, proof.ES256, "2026").SignStatus(610929, 0, noon, states)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("status list: %d bytes", len(b))
	if len(b) > 5<<10 {
		t.Errorf("the county's status list has %d bytes", len(b))
	}
}

// OpenSSL, which knows nothing of us, verifies what we sign in both suites.
func TestOpenSSLVerifies(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Fatal("openssl is missing: scripts/deps installs it")
	}
	for name, s := range suite {
		t.Run(name, func(t *testing.T) {
			k := key(t, s, "2026")
			text, der := proof.SignedText(parse(t, sign(t, k, claims())))
			dir := t.TempDir()
			write := func(file string, b []byte) string {
				file = filepath.Join(dir, file)
				if err := os.WriteFile(file, b, 0o600); err != nil {
					t.Fatal(err)
				}
				return file
			}
			args := []string{"pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", write("public", k.Public()), "-in", write("text", text), "-sigfile", write("sig", der)}
			if s == proof.SM2 {
				args = append(args, "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")
			} else {
				args = append(args, "-digest", "sha256")
			}
			if out, err := exec.CommandContext(t.Context(), openssl, args...).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			write("text", append(text, 'x'))
			if out, err := exec.CommandContext(t.Context(), openssl, args...).CombinedOutput(); err == nil {
				t.Errorf("another text was verified\n%s", out)
			}
		})
	}
}
