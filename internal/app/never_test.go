package app

import (
	"archive/zip"
	"bytes"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/entitlement"
	"anju/internal/household"
	"anju/internal/matter"
	"anju/internal/paper/papertest"
	"anju/internal/seal"
	"anju/internal/seed"
	"anju/internal/visit"
)

// What a household has that is nobody's business but of those with the duty:
// a word for each, that stands nowhere else, and the accounts of the
// demonstration that answer for it.
var told = map[string][]string{
	"ZQAID":      {"ck100", "mz1"},                                               // 低保, poverty
	"ZQINSURED":  {"ck100", "cgb100001", "wz100001001", "pz100001", "zz100"},     // what illness is insured
	"ZQPETITION": {"wz100001001", "pz100001", "zz100", "zwg1", "zzx100", "xzx1"}, // a petition, in which illness, correction and religion are told
	"ZQVISIT":    {"wz100001001", "pz100001", "zz100", "cgb100001"},              // what was said at home
}

// A marked household has everything.
type marked struct {
	family
	Matter matter.ID
}

// A family is a person of a household, with what there is about them.
type family struct {
	Household string `db:"household_id"`
	Person    string `db:"person_id"`
	Name      string `db:"name"`
	House     string `db:"house_id"`
	Move      string `db:"move_id"`
	Booklet   string `db:"booklet_id"`
	Election  string `db:"election_id"`
	Path      string `db:"path"`
}

// mark takes a household of the demonstration that lives where its accounts
// work, has a booklet and votes there, and gives it everything.
func mark(t *testing.T, a *App) (m marked) {
	t.Helper()
	err := a.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) (err error) {
		m.family, err = db.One[family](tx, `select b.household_id, s.person_id, e.name, s.house_id, b.move_id, b.id as booklet_id, e.election_id, b.path
			from booklet b join spell s on s.household_id = b.household_id and s.kind = 'living' and s.superseded_at = 0 and s.valid_to = '9999-12-31'
			join elector e on e.person_id = s.person_id join election l on l.id = e.election_id and l.path = '610929100001'
			where b.state = 'issued' and b.path like '610929100001%' and e.listed = 1 and s.house_id <> '' order by b.id, s.person_id limit 1`)
		if err != nil {
			return err
		}
		for _, e := range []entitlement.Entitlement{
			{Kind: "subsistence", Evidence: "ZQAID", Amount: "低保A类ZQAID"}, {Kind: "destitute", Evidence: "ZQAID", Amount: "全护理ZQAID"},
			{Kind: "medical", Evidence: "ZQINSURED", Amount: "门诊慢特病ZQINSURED"},
		} {
			e.HouseholdID, e.Side, e.Path, e.State, e.ValidFrom, e.Source = household.ID(m.Household), entitlement.Living, m.Path[:12], entitlement.Valid, "2020-01-01", "test"
			if _, err := entitlement.Enter(tx, e); err != nil {
				return err
			}
		}
		return tx.RecordAll("test", 1, "test")
	})
	if err != nil {
		t.Fatal(err)
	}
	by := actor.Actor{Account: "x", Name: "网格员", Kind: actor.GridWorker, Paths: []string{m.Path}}
	reported, err := a.Matters.Report(t.Context(), by, "", matter.ReportRequest{Category: matter.Petition, HouseholdID: m.Household,
		Text: "ZQPETITION 多次上访，患精神分裂症，社区矫正期满，信教"})
	if err != nil {
		t.Fatal(err)
	}
	m.Matter = reported.ID
	if _, err := a.Visits.Record(t.Context(), by, "", household.ID(m.Household), visit.NeedsHelp, "ZQVISIT 家里有病人"); err != nil {
		t.Fatal(err)
	}
	return m
}

// code is the signed code of the person's page.
func (m marked) code(t *testing.T, a *App) string {
	t.Helper()
	var c booklet.Content
	err := a.DB.Read(t.Context(), func(tx *db.Tx) error {
		v, err := booklet.LatestVersion(tx, booklet.ID(m.Booklet))
		if err == nil {
			c, err = booklet.Thaw(a.Keys, v)
		}
		return err
	})
	if err != nil || len(c.Members) == 0 {
		t.Fatalf("%d members, %v", len(c.Members), err)
	}
	return c.Members[0].Code
}

// papers are files that leave the office: they say none of it, whoever makes them.
var papers = regexp.MustCompile(`\.(pdf|xlsx)$|/export$`)

// naming are files that name the marked person.
var naming = []string{"booklet.pdf", "preview.pdf", "list.pdf", "list.xlsx", "notice.pdf", "receipt.pdf"}

// pages are where the marked household is met.
func (m marked) pages() (all []string) {
	h, e := "/households/"+m.Household, "/elections/"+m.Election
	b, v := "/booklets/"+m.Booklet, "/moves/"+m.Move
	all = []string{
		"/", h, h + "/rights", h + "/sources", h + "/acts/birth", "/people/" + m.Person, "/people/" + m.Person + "/protection", "/houses/" + m.House, "/places/" + m.Path, "/places/" + m.Path[:12],
		"/residents", "/residents?view=living&at=" + m.Path[:12], "/houses?at=" + m.Path[:12], "/rights", "/findings", "/matters", "/matters/" + string(m.Matter), "/m/matters/" + string(m.Matter),
		"/booklets", b, b + "/preview.pdf", b + "/booklet.pdf", v, v + "/receipt.pdf", "/arrivals", "/flows", "/flows/matrix", "/baseline", "/requests/new?person=" + m.Person,
		"/elections", e, e + "/list.pdf", e + "/list.xlsx", e + "/people/" + m.Person, e + "/people/" + m.Person + "/notice.pdf",
		"/board", "/board/brief.pdf", "/grids", "/grids/without", "/mediations", "/orders", "/reviews", "/duplicates", "/reconcile", "/audit", "/me/acts",
		h + "/work", "/matters?household=" + m.Household, "/visits", "/visits/list?at=" + m.Path, "/visits/list?show=help&at=" + m.Path, "/board/helped", "/reserve", "/tasks",
		"/m/", "/m/grid", "/m/matters", "/m/todo", "/m/visits", "/m/households/" + m.Household, "/m/visits/" + m.Household, "/check", "/check/book.json",
	}
	for _, subject := range []string{"household/" + m.Household, "person/" + m.Person} {
		all = append(all, "/records/"+subject, "/records/"+subject+"/record.txt")
	}
	return all
}

// TestNobodyIsTold: of a household that has everything, no page, no export, no
// print and no answer says to an account more than its duty opens; what leaves
// the office says nothing of it to anybody.
func TestNobodyIsTold(t *testing.T) {
	c := place(t, "", "--scale", "0.002")
	a, made, err := MakeDemo(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	m := mark(t, a)
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	printed := m.code(t, a)
	away := hiddenIn(t, a)
	known := []string{"mj100", "sz100"} // the unit that knows where they live
	seen := 0
	shown := map[string][]string{} // the accounts that a word was shown to
	answered := map[string]int{}   // how often an address answered
	for _, s := range made.SignIns {
		b := walker{t, srv.URL, enter(t, a, srv.URL, s)}
		for _, page := range away.pages() {
			if text := b.whole(page); bytes.Contains(text, []byte(away.Address)) {
				if seen++; !slices.Contains(known, s.Account) {
					t.Errorf("%s says to %s where somebody lives whose place is protected", page, s.Account)
				}
			}
		}
		for _, page := range append(m.pages(), "POST /flows/export", "POST /flows/matrix/export", "POST /check") {
			if strings.HasSuffix(page, ".pdf") && answered[page] > 0 {
				continue // a print is the same whoever makes it, and takes long
			}
			code, text := b.read(page, "purpose", "report", "kind", "in", "at", m.Path[:9], "code", printed)
			if code != http.StatusOK {
				continue
			}
			answered[page]++
			if slices.Contains(naming, page[strings.LastIndex(page, "/")+1:]) && !bytes.Contains(text, []byte(m.Name)) {
				t.Errorf("%s does not name whom it is about: another was read", page)
			}
			for word, duty := range told {
				if !bytes.Contains(text, []byte(word)) {
					continue
				}
				own := word == "ZQVISIT" && s.Account == "wg"+m.Path[6:] // the household's own grid worker
				if !own && !slices.Contains(duty, s.Account) || papers.MatchString(page) {
					t.Errorf("%s (%s) says to %s %s", page, s.Role, s.Account, word)
				}
				shown[word] = append(shown[word], s.Account)
			}
		}
	}
	if seen == 0 {
		t.Error("nobody is shown where the protected household lives")
	}
	for word := range told { // it is there to be found
		if len(shown[word]) == 0 {
			t.Errorf("%s is shown to nobody", word)
		}
	}
	for _, page := range append(m.pages(), "POST /flows/export", "POST /flows/matrix/export", "POST /check") {
		if answered[page] == 0 {
			t.Errorf("%s answers nobody", page)
		}
	}
}

// A hidden household is that of the demonstration whose place is protected.
type hidden struct {
	Household string `db:"household_id"`
	Person    string `db:"person_id"`
	House     string `db:"house_id"`
	Village   string `db:"village"`
	Path      string `db:"path"`
	Address   string `db:"text"`
}

func hiddenIn(t *testing.T, a *App) (h hidden) {
	t.Helper()
	err := a.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		h, err = db.One[hidden](tx, `select s.household_id, s.person_id, s.house_id, f.village, s.path, a.text from protection r join spell s on s.person_id = r.person_id and s.sealed_to <> ''
			join household f on f.id = s.household_id join house h on h.id = s.house_id join address a on a.id = h.address_id where r.state = 'kept'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// pages are where the household is met, and where its place might be told.
func (h hidden) pages() []string {
	return []string{"/households/" + h.Household, "/households/" + h.Household + "/sources", "/households/" + h.Household + "/rights", "/people/" + h.Person, "/people/" + h.Person + "/protection",
		"/houses/" + h.House, "/residents?view=registered&at=" + h.Village, "/protections", "/requests/new?person=" + h.Person, "/records/household/" + h.Household, "/records/person/" + h.Person, "/m/households/" + h.Household,
		"/households/" + h.Household + "/work", "/matters?household=" + h.Household, "/visits/list?at=" + h.Path, "/m/visits"}
}

// enter signs an account of the demonstration in.
func enter(t *testing.T, a *App, base string, s seed.SignIn) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := walker{t, base, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	code, err := a.Entrance.NextCode(t.Context(), s.Account, seal.Hide(s.TOTPSecret))
	if err != nil {
		t.Fatal(err)
	}
	if got, text := b.read("POST /sign-in", "login", s.Account, "password", s.Password, "code", code); got != http.StatusSeeOther {
		t.Fatalf("%s cannot sign in: %d\n%.500s", s.Account, got, text)
	}
	return b.client
}

// A walker reads pages, workbooks and prints as their text.
type walker struct {
	t      *testing.T
	base   string
	client *http.Client
}

var csrf = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// read gets a page, or sends a form with the token of the page that it stands on.
func (w walker) read(page string, form ...string) (int, []byte) {
	w.t.Helper()
	path, post := strings.CutPrefix(page, "POST ")
	if !post {
		return w.answer(w.client.Get(w.base + path))
	}
	values := url.Values{}
	for i := 0; i < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	if _, text := w.answer(w.client.Get(w.base + strings.TrimSuffix(path, "/export"))); csrf.Match(text) {
		values.Set("csrf", string(csrf.FindSubmatch(text)[1]))
	}
	return w.answer(w.client.PostForm(w.base+path, values))
}

var after = regexp.MustCompile(`href="([^"]*[?&;]after=[^"]*)"`)

// whole reads a page, and what follows where it is the first one of a list.
func (w walker) whole(page string) (all []byte) {
	for range 20 {
		_, text := w.read(page)
		all = append(all, text...)
		next := after.FindSubmatch(text)
		if next == nil {
			return all
		}
		page = html.UnescapeString(string(next[1]))
	}
	w.t.Fatalf("%s has no end", page)
	return nil
}

func (w walker) answer(r *http.Response, err error) (int, []byte) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	switch kind := r.Header.Get("Content-Type"); {
	case strings.HasPrefix(kind, "application/pdf"):
		text = []byte(papertest.Text(w.t, papertest.File(w.t, func(out io.Writer) error { _, err := out.Write(text); return err })))
	case strings.HasPrefix(kind, "application/vnd.openxmlformats"):
		text = unzip(w.t, text)
	}
	return r.StatusCode, text
}

// unzip is every byte of a workbook.
func unzip(t *testing.T, raw []byte) (all []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, part...)
		in.Close()
	}
	return all
}
