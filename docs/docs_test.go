package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var named = regexp.MustCompile("`((?:internal|cmd|browser|bench)/[^`\\s]+\\.[a-z]+)`")

// TestWalkthroughs: the README leads to each, and every file that one names is
// there.
func TestWalkthroughs(t *testing.T) {
	texts, err := filepath.Glob("walkthrough/*.md")
	if err != nil || len(texts) == 0 {
		t.Fatalf("no walkthroughs: %v", err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if !strings.Contains(string(readme), "(docs/"+filepath.ToSlash(text)+")") {
			t.Errorf("README.md does not lead to %s", text)
		}
		body, err := os.ReadFile(text)
		if err != nil {
			t.Fatal(err)
		}
		files := named.FindAllStringSubmatch(string(body), -1)
		if len(files) < 10 {
			t.Errorf("%s names %d files: a walkthrough names each stop's", text, len(files))
		}
		for _, f := range files {
			if _, err := fs.Stat(os.DirFS(".."), f[1]); err != nil {
				t.Errorf("%s names %s, which is not there", text, f[1])
			}
		}
	}
}
