package request_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/request"
)

// paper is a photograph of a paper, each shade another.
func paper(t *testing.T, shade uint8) []byte {
	t.Helper()
	p := image.NewGray(image.Rect(0, 0, 40, 30))
	for i := range p.Pix {
		p.Pix[i] = color.Gray{shade}.Y
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestScans: the papers come with the form, stay with it when it comes back, and
// are shown to who decides and to who asked, and to nobody else.
func TestScans(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		keep := func(by actor.Actor, key db.Key, raw []byte) error {
			return w.KeepScan(t.Context(), by, key, bytes.NewReader(raw))
		}
		for who, by := range map[string]actor.Actor{"who decides": chief, "a grid worker": as(actor.GridWorker, there+"001"), "an administrator": as(actor.SystemAdmin, "610929")} {
			if err := keep(by, "k", paper(t, 1)); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s keeps a page: %v", who, err)
			}
			if n, err := w.Drafts(t.Context(), by, "k"); fault.KindOf(err) != fault.Forbidden || n != 0 {
				t.Errorf("%s counts pages: %v", who, err)
			}
		}
		for name, raw := range map[string]string{"no paper": "结婚证", "a written PDF": "%PDF-1.7 /Type /Page"} {
			if err := keep(clerk, "k", []byte(raw)); fault.KindOf(err) != fault.Invalid || fault.Of(err).Fields[0].Name != "scan" {
				t.Errorf("%s: %v", name, err)
			}
		}
		for n := range request.MaxScans {
			for range 2 { // the same again is kept once
				if err := keep(clerk, "k", paper(t, uint8(n))); err != nil {
					t.Fatal(err)
				}
			}
		}
		files := w.files(t)
		if err := keep(clerk, "k", paper(t, 99)); fault.KindOf(err) != fault.Invalid || w.files(t) != files {
			t.Errorf("one too many: %v, and %d files of %d", err, w.files(t), files)
		}
		if _, err := w.Ask(t.Context(), clerk, "k", request.Question{PersonID: w.head, Kind: request.Name, Want: "王寿山"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("asked without evidence in words: %v", err)
		}
		if n, err := w.Drafts(t.Context(), clerk, "k"); err != nil || n != request.MaxScans {
			t.Errorf("%d pages wait with the form, %v", n, err)
		}
		if n, err := w.Drafts(t.Context(), as(actor.VillageClerk, origin), "k"); err != nil || n != 0 {
			t.Errorf("%d pages of another account, %v", n, err)
		}
		r, err := w.Ask(t.Context(), clerk, "k", w.name())
		if err != nil {
			t.Fatal(err)
		}
		p, err := w.Get(t.Context(), chief, r.ID)
		if err != nil || len(p.Scans) != request.MaxScans {
			t.Fatalf("who decides is shown %d pages, %v", len(p.Scans), err)
		}
		for n, is := range p.Scans {
			if is.N != int64(n+1) {
				t.Errorf("page %d is shown as the %dth", is.N, n+1)
			}
		}
		one := p.Scans[0].ID
		for who, tt := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"nobody":              {actor.Actor{}, fault.NotFound},
			"another station":     {ofWhere, fault.NotFound},
			"the same village":    {as(actor.TownWindow, there[:9]), fault.NotFound},
			"where they are from": {as(actor.VillageClerk, origin), fault.Forbidden},
			"an administrator":    {as(actor.SystemAdmin, "610929"), fault.Forbidden},
			"a grid worker":       {as(actor.GridWorker, there+"001"), fault.NotFound},
		} {
			if raw, err := w.Scan(t.Context(), tt.by, r.ID, one); fault.KindOf(err) != tt.want || raw != nil {
				t.Errorf("%s looks at a page: %v", who, err)
			}
		}
		other := w.ask(t, request.Question{PersonID: w.wife, Kind: request.Sex, Want: "1", Evidence: "证明"})
		for id, scan := range map[request.ID]string{other.ID: one, r.ID: "none"} {
			if _, err := w.Scan(t.Context(), chief, id, scan); fault.KindOf(err) != fault.NotFound {
				t.Errorf("a page that is not of the request: %v", err)
			}
		}
		for _, by := range []actor.Actor{chief, clerk} {
			if raw, err := w.Scan(t.Context(), by, r.ID, one); err != nil || !bytes.HasPrefix(raw, []byte{0xff, 0xd8}) {
				t.Errorf("%s looks: %v", by.Kind, err)
			}
			looks, err := w.DB.LooksAt(t.Context(), "person/"+string(w.head), 99)
			if err != nil || !slices.ContainsFunc(looks, func(l db.LookEntry) bool { return l.Account == by.Account && l.For == "scan/"+one }) {
				t.Errorf("%s has looked, and the log says %+v, %v", by.Kind, looks, err)
			}
		}
		t.Run("dropped", func(t *testing.T) { w.idlePagesGo(t, r) })
	})
}

// files is how many files are kept.
func (w *world) files(t *testing.T) int {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(w.dir, "??", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// idlePagesGo: a form that is not taken keeps nothing for longer than a day, nor
// does a request that was taken back; what else is kept in the same file stays.
func (w *world) idlePagesGo(t *testing.T, r request.Request) {
	scans := func(id request.ID) (all []string) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) (err error) {
			all, err = db.All[string](tx, `select blob from request_scan where request_id = $1 order by n`, id)
			return err
		})
		return all
	}
	night := func() {
		t.Helper()
		w.clock.Move(25 * time.Hour)
		if err := w.Handlers()[request.JobScans](t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	}
	there := func(file string) bool { _, err := w.Blobs.Open(blob.ID(file)); return err == nil }
	for _, shade := range []uint8{0, 200} { // the first is one of the request's too
		if err := w.KeepScan(t.Context(), clerk, "left", bytes.NewReader(paper(t, shade))); err != nil {
			t.Fatal(err)
		}
	}
	left := scans(request.ID("draft/" + clerk.Account + "/left"))
	night()
	if n, err := w.Drafts(t.Context(), clerk, "left"); err != nil || n != 0 || !there(left[0]) || there(left[1]) {
		t.Errorf("%d pages wait for ever; kept %v and %v, %v", n, there(left[0]), there(left[1]), err)
	}
	asked := scans(r.ID)
	if len(asked) != request.MaxScans {
		t.Errorf("a request that waits has %d pages", len(asked))
	}
	if _, err := w.Withdraw(t.Context(), clerk, "", r.ID); err != nil {
		t.Fatal(err)
	}
	w.Used = func(_ *db.Tx, file blob.ID) (bool, error) { return file == blob.ID(asked[1]), nil }
	night()
	if len(scans(r.ID)) != 0 || there(asked[0]) || !there(asked[1]) {
		t.Errorf("%d pages of a request that was taken back; kept %v and %v", len(scans(r.ID)), there(asked[0]), there(asked[1]))
	}
}
