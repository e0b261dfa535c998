package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every identifier of the glossary names something exported.
func TestGlossary(t *testing.T) {
	text, err := os.ReadFile("../GLOSSARY.md")
	if err != nil {
		t.Fatal(err)
	}
	words := regexp.MustCompile("`([a-z]+)\\.([A-Z][A-Za-z]+)`").FindAllStringSubmatch(string(text), -1)
	if len(words) < 25 {
		t.Fatalf("%d identifiers found, want at least 25", len(words))
	}
	for _, w := range words {
		if !exports(t, w[1], w[2]) {
			t.Errorf("%s.%s is in GLOSSARY.md and nowhere else", w[1], w[2])
		}
	}
}

func exports(t *testing.T, pkg, name string) bool {
	t.Helper()
	files, err := filepath.Glob("../internal/" + pkg + "/*.go")
	if err != nil || len(files) == 0 {
		return false
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == name {
					return true
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						if s.Name.Name == name {
							return true
						}
					case *ast.ValueSpec:
						for _, n := range s.Names {
							if n.Name == name {
								return true
							}
						}
					}
				}
			}
		}
	}
	return false
}
