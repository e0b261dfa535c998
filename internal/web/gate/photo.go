package gate

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"

	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/picture"
	"anju/internal/web/ui"
)

// photoActs are the acts whose forms take photographs.
var photoActs = map[matter.Act]bool{matter.Handle: true, matter.Comment: true, matter.Resubmit: true, matter.Reply: true, matter.Check: true, matter.Reopen: true, matter.SendUp: true}

// PhotoField takes photographs from the camera or the album; kept have come with
// the form before.
func PhotoField(id string, kept int) ui.FieldArgs {
	f := ui.FieldArgs{Name: "photo", ID: id, Label: i18n.T("matter.photo.label"), Kind: ui.FileField, Accept: "image/*", Multiple: true, Hint: i18n.T("matter.photo.hint", "most", matter.MaxPhotos)}
	if kept > 0 {
		f.Hint = i18n.T("matter.photo.kept", "n", kept)
	}
	return f
}

// KeepPhotos keeps the photographs that came with a form, so that it can come
// back without losing them, and says what is wrong with them.
func KeepPhotos(r *http.Request, s *Session, m *matter.Service) (wrong map[string]string, err error) {
	return KeepFiles(r, "photo", func(f io.Reader) error {
		_, err := m.KeepPhoto(r.Context(), s.Actor, Key(r), f)
		return err
	})
}

// KeepFiles keeps the files that came with a field of a form, and says what is
// wrong with them.
func KeepFiles(r *http.Request, field string, keep func(io.Reader) error) (wrong map[string]string, err error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	for _, h := range r.MultipartForm.File[field] {
		f, err := h.Open()
		if err != nil {
			return nil, fmt.Errorf("open file of a form: %w", err)
		}
		err = keep(f)
		f.Close() // read only
		if wrong, ok := Invalid(err); ok {
			return wrong, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// SendPhoto sends a photograph.
func SendPhoto(w http.ResponseWriter, raw []byte) error {
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	w.Write(raw) // if it fails, nobody is waiting any more
	return nil
}

// AreasOf reads areas of a picture, one on a line: left, top, width and height
// in per cent. What cannot be read is an area that does not exist.
func AreasOf(text string) (all []picture.Area) {
	for line := range strings.Lines(strings.NewReplacer("，", ",", "、", ",", " ", "").Replace(text)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		var n [4]int
		parts := strings.Split(line, ",")
		for i := range n {
			n[i] = -1
			if v, err := strconv.ParseFloat(parts[min(i, len(parts)-1)], 64); err == nil && len(parts) == 4 && v >= 0 && v <= 100 {
				n[i] = int(math.Round(v * 10))
			}
		}
		all = append(all, picture.Area{Left: n[0], Top: n[1], Width: n[2], Height: n[3]})
	}
	return all
}
