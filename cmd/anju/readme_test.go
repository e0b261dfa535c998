package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// The commands that both READMEs give for a county of one's own work as they
// are written, one after the other, from an empty folder to a served county.
func TestReadme(t *testing.T) {
	for _, file := range []string{"README.md", "README.zh-CN.md"} {
		t.Run(file, func(t *testing.T) {
			t.Chdir("../..")
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			blocks := strings.Split(string(text), "```sh\n")
			block, _, _ := strings.Cut(blocks[len(blocks)-1], "```")
			srv, ran := t.TempDir(), 0
			for line := range strings.Lines(block) {
				line, _, _ = strings.Cut(line, "#")
				words := strings.Fields(strings.NewReplacer("/srv/anju", srv, ":8443", ":0").Replace(line))
				switch words[0] {
				case "export":
					for _, w := range words[1:] {
						name, value, _ := strings.Cut(w, "=")
						t.Setenv(name, value)
					}
				case "anju":
					ran++
					ctx, stop := context.WithCancel(t.Context())
					out := said{stop: func() {}}
					if words[1] == "serve" {
						out.stop = stop // once it says that it is ready
					}
					var errs bytes.Buffer
					if got := run(ctx, words[1:], &out, &errs); got != 0 {
						t.Errorf("%s: exit %d, %s", strings.TrimSpace(line), got, errs.String())
					}
					stop()
				}
			}
			if ran != 5 {
				t.Errorf("%d commands in %q", ran, block)
			}
		})
	}
}

// said calls stop when something is written to it.
type said struct{ stop func() }

func (s *said) Write(p []byte) (int, error) { s.stop(); return len(p), nil }
