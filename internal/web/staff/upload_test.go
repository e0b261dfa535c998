package staff

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"anju/internal/importer"
	"anju/internal/request"
	"anju/internal/seal"
)

var fileForm = regexp.MustCompile(`ui\.Form\(ui\.FormArgs\{Action: "([^"]+)"( \+)?.*Files: true`)

// TestFilesAreTaken: what a form with a file is sent to takes a photograph as a
// phone makes it, whatever it then says of it.
func TestFilesAreTaken(t *testing.T) {
	o := withMatters(t)
	d := o.Accounts.DB
	o.Pages.Requests, o.Pages.Imports = &request.Service{DB: d, Keys: seal.FromSeed(1)}, &importer.Service{DB: d, Keys: seal.FromSeed(1)}
	b := o.signIn(t, "worker")
	token := tokenField.FindStringSubmatch(b.get("/me").body)
	if token == nil {
		t.Fatal("no token")
	}
	forms := map[string]bool{}
	files, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range fileForm.FindAllStringSubmatch(string(text), -1) {
			path := m[1]
			if m[2] != "" {
				path += "x/comment"
			}
			forms[path] = true
		}
	}
	if len(forms) < 4 {
		t.Fatalf("found only %v", forms)
	}
	for path := range forms {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		part, err := m.CreateFormFile("file", "p.jpg")
		if err != nil {
			t.Fatal(err)
		}
		part.Write(make([]byte, 4<<20))
		m.WriteField("csrf", token[1])
		m.Close()
		if got := b.answer(b.Client.Post(b.base+path, m.FormDataContentType(), &body)); got.code == http.StatusRequestEntityTooLarge {
			t.Errorf("%s takes no photograph: %d", path, got.code)
		}
	}
}
