package matter_test

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/matter"
	"anju/internal/picture"
	"anju/internal/seal"
)

// TestPhotos: a photograph comes with a form, stays with it when it comes back,
// and is shown to who sees the matter; once it has a blackened copy, others see
// that alone.
func TestPhotos(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dir := filepath.Join(t.TempDir(), "blobs")
		blobs, err := blob.New(dir, seal.FromSeed(1))
		if err != nil {
			t.Fatal(err)
		}
		w.Blobs = blobs
		people["civil"] = as(actor.CivilAffairs, county)
		var shot, other bytes.Buffer
		if err := errors.Join(jpeg.Encode(&shot, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil), jpeg.Encode(&other, image.NewRGBA(image.Rect(0, 0, 30, 40)), nil)); err != nil {
			t.Fatal(err)
		}
		worker, key := people["worker"], w.key()
		keep := func() error {
			_, err := w.KeepPhoto(t.Context(), worker, key, bytes.NewReader(shot.Bytes()))
			return err
		}
		for who, want := range map[string]string{"nobody": "forbidden", "no post": "forbidden", "system admin": "forbidden"} {
			if _, err := w.KeepPhoto(t.Context(), people[who], key, bytes.NewReader(shot.Bytes())); kind(err) != want {
				t.Errorf("%s keeps one: %v", who, err)
			}
		}
		if _, err := w.KeepPhoto(t.Context(), worker, key, strings.NewReader("no picture")); kind(err) != "invalid" {
			t.Errorf("no picture: %v", err)
		}
		for range matter.MaxPhotos {
			if err := keep(); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.KeepPhoto(t.Context(), worker, key, &other)
		if files, _ := filepath.Glob(filepath.Join(dir, "??", "*")); kind(err) != "invalid" || len(files) != 1 {
			t.Errorf("one too many: %v, and its file: %q", err, files)
		}
		if _, err := w.Report(t.Context(), worker, key, matter.ReportRequest{Category: "facility"}); kind(err) != "invalid" {
			t.Errorf("a form without words: %v", err)
		}
		if n, err := w.Drafts(t.Context(), worker, key); err != nil || n != matter.MaxPhotos {
			t.Errorf("%d wait with the form, %v", n, err)
		}
		if n, err := w.Drafts(t.Context(), people["other worker"], key); err != nil || n != 0 {
			t.Errorf("%d of somebody else's, %v", n, err)
		}
		m := w.must(w.Report(t.Context(), worker, key, matter.ReportRequest{Category: "facility", Text: "漏水"}))
		photos := w.page(m.ID).Photos
		if len(photos) != matter.MaxPhotos {
			t.Fatalf("%d photographs", len(photos))
		}
		one := photos[0].ID
		look := func(who, photo, want string) {
			t.Helper()
			raw, err := w.Photo(t.Context(), people[who], m.ID, photo)
			if kind(err) != want || want == "ok" && !bytes.HasPrefix(raw, []byte{0xff, 0xd8}) {
				t.Errorf("%s looks: %v, want %s", who, err, want)
			}
		}
		for who, want := range map[string]string{"nobody": "not_found", "far leader": "not_found", "far centre": "not_found", "next worker": "not_found", "clerk": "forbidden", "worker": "ok", "leader": "ok", "county centre": "ok"} {
			look(who, one, want)
		}
		look("leader", "none", "not_found")
		w.must(w.do("leader", matter.Transfer, m.ID, matter.Say{Unit: actor.CivilAffairs, Text: "请看照片"}))
		look("civil", one, "ok")
		areas := []picture.Area{{Left: 0, Top: 0, Width: 500, Height: 500}}
		for who, want := range map[string]string{"worker": "forbidden", "civil": "forbidden", "far leader": "not_found", "nobody": "not_found"} {
			if _, err := w.Redact(t.Context(), people[who], w.key(), m.ID, one, areas); kind(err) != want {
				t.Errorf("%s blackens: %v, want %s", who, err, want)
			}
		}
		for _, bad := range [][]picture.Area{nil, {{Left: 900, Width: 200, Height: 10}}, {{Left: -1, Width: 10, Height: 10}}} {
			if _, err := w.Redact(t.Context(), people["leader"], w.key(), m.ID, one, bad); kind(err) != "invalid" {
				t.Errorf("%v: %v", bad, err)
			}
		}
		made, err := w.Redact(t.Context(), people["leader"], w.key(), m.ID, one, areas)
		if err != nil {
			t.Fatal(err)
		}
		look("civil", made.ID, "ok")
		look("civil", one, "not_found")
		look("leader", one, "ok")
		if p := w.get("civil", m.ID); len(p.Photos) != matter.MaxPhotos || p.Redacts {
			t.Errorf("others are shown %d, and may blacken: %v", len(p.Photos), p.Redacts)
		}
		// A form that is never taken keeps nothing for longer than a day.
		key = w.key()
		if err := keep(); err != nil {
			t.Fatal(err)
		}
		w.clock.Move(25 * time.Hour)
		if err := w.Handlers()[matter.JobPhotos](t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		if n, err := w.Drafts(t.Context(), worker, key); err != nil || n != 0 {
			t.Errorf("%d wait for ever, %v", n, err)
		}
		look("leader", photos[1].ID, "ok") // of the same content: it is still needed
	})
}
