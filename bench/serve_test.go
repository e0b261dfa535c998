package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"anju/internal/seal"
)

// What the running program has to keep on the small server it stands on.
const (
	startTime = 2 * time.Second // on an existing county, until it answers
	idleMB    = 150             // resident, with nobody there
)

// BenchmarkServe runs the program itself on a whole county: how long it takes
// to answer, what it holds with nobody there, and how long a signed-in clerk's
// list page takes on its way through every door, HTML and all.
func BenchmarkServe(b *testing.B) {
	folder := b.TempDir()
	program := filepath.Join(folder, "anju")
	run(b, "go", "build", "-trimpath", "-o", program, "anju/cmd/anju")
	data := filepath.Join(folder, "data")
	run(b, program, "demo", "--make-only", "--no-progress", "--data", data, "--scale", strconv.FormatFloat(countyScale(b), 'g', -1, 64))

	began := time.Now()
	at, pid := serve(b, program, data)
	took := time.Since(began)
	b.Logf("answers after %v (limit %v)", took.Round(time.Millisecond), startTime)
	if took > startTime {
		b.Errorf("the program answers after %v, limit %v", took, startTime)
	}
	time.Sleep(3 * time.Second) // what the start took is given back, or it is not
	if mb := resident(b, pid); mb > idleMB {
		b.Errorf("idle, it holds %d MB, limit %d MB", mb, idleMB)
	} else {
		b.Logf("idle, it holds %d MB (limit %d MB)", mb, idleMB)
	}

	clerk := signIn(b, at, data, "hz1")
	var times []time.Duration
	next := "/residents"
	for range 200 {
		began := time.Now()
		page := clerk.get(b, next)
		times = append(times, time.Since(began))
		if next = nextPage(page); next == "" {
			next = "/residents"
		}
	}
	slices.Sort(times)
	median, p99 := times[len(times)/2], times[len(times)*99/100]
	b.Logf("list page of 50 over HTTP, HTML and all: median %v, p99 %v (limit %v)", median, p99, listP99)
	if p99 > listP99 {
		b.Errorf("a list page takes %v at p99, limit %v", p99, listP99)
	}
}

func run(b *testing.B, name string, args ...string) {
	b.Helper()
	if out, err := exec.CommandContext(b.Context(), name, args...).CombinedOutput(); err != nil {
		b.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// serve starts the program on a free port and waits until it answers.
func serve(b *testing.B, program, data string) (at string, pid int) {
	b.Helper()
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, "serve", "--data", data, "--addr", "127.0.0.1:0")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { stop(); cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at = regexp.MustCompile(`http://[0-9.:]+`).FindString(lines.Text()); at != "" {
			break
		}
	}
	for {
		r, err := http.Get(at + "/healthz")
		if err == nil && r.Body.Close() == nil && r.StatusCode == http.StatusOK {
			return at, cmd.Process.Pid
		}
		if b.Context().Err() != nil || at == "" {
			b.Fatalf("the program at %q does not answer: %v", at, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// resident is the memory a process holds, in MB.
func resident(b *testing.B, pid int) (mb int) {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("this machine does not say what a process holds: ", err)
	}
	for line := range strings.Lines(string(text)) {
		if kb, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.Fields(kb)[0])
			if err != nil {
				b.Fatal(err)
			}
			return n / 1024
		}
	}
	b.Fatal("no VmRSS")
	return 0
}

// A visitor is a browser without pictures.
type visitor struct {
	at     string
	client *http.Client
}

func (v visitor) get(b *testing.B, path string) string {
	b.Helper()
	r, err := v.client.Get(v.at + path)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		b.Fatalf("%s: %d, %v", path, r.StatusCode, err)
	}
	return string(text)
}

// signIn signs in as the printed account whose name begins so.
func signIn(b *testing.B, at, data, account string) visitor {
	b.Helper()
	var all []struct {
		Account, Password string
		Secret            string `json:"totp_secret"`
	}
	text, err := os.ReadFile(filepath.Join(data, "demo-sign-ins.json"))
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		b.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	v := visitor{at, &http.Client{Jar: jar}}
	for _, s := range all {
		if !strings.HasPrefix(s.Account, account) {
			continue
		}
		code, err := seal.TOTPCode(seal.Hide(s.Secret), time.Now())
		if err != nil {
			b.Fatal(err)
		}
		form := url.Values{"login": {s.Account}, "password": {s.Password}, "code": {code}}
		for _, hidden := range regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)"`).FindAllStringSubmatch(v.get(b, "/sign-in"), -1) {
			form.Set(hidden[1], hidden[2])
		}
		r, err := v.client.PostForm(at+"/sign-in", form)
		if err != nil {
			b.Fatal(err)
		}
		r.Body.Close()
		if r.Request.URL.Path == "/sign-in" {
			b.Fatalf("%s cannot sign in: %d", s.Account, r.StatusCode)
		}
		return v
	}
	b.Fatalf("no account %s", account)
	return v
}

// nextPage is where a list goes on, or "".
func nextPage(page string) string {
	m := regexp.MustCompile(`href="([^"]+)" id="[a-z-]*next"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}
