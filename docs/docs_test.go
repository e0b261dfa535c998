package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var named = regexp.MustCompile("`((?:internal|cmd|browser|bench)/[^`\\s]+\\.[a-z]+)`")

// TestWalkthroughs: every file that a walkthrough names is there.
func TestWalkthroughs(t *testing.T) {
	texts, err := filepath.Glob("walkthrough/*.md")
	if err != nil || len(texts) == 0 {
		t.Fatalf("no walkthroughs: %v", err)
	}
	for _, text := range texts {
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
