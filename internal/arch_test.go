package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// line is the house from the ground up: a package imports only packages that
// stand before it. A package that is not here has no place yet; give it one.
var line = []string{
	// words
	"fault", "actor", "calendar", "code", "ident",
	// machine
	"i18n", "seal", "proof", "blob", "paper", "picture", "policy", "db", "proposal", "jobs", "deadline",
	// nouns
	"account", "division", "dwelling", "person", "household", "residence", "grid/plan", "grid", "baseline",
	"request", "relocation", "entitlement", "booklet", "accepting", "registration", "election", "duplicate", "visit", "matter", "mediation", "party", "regrid",
	// across
	"overview", "ledger", "adjust", "community", "audit", "importer/table", "importer", "network", "export",
	// doors
	"web/ui", "web/gate", "web/staff", "web/field", "web/check",
	// the whole
	"seed", "app",
}

// besides stand outside the line: nothing of the program imports them.
var besides = []string{"db/dbtest", "paper/papertest"}

var (
	firstNoun, lastNoun = slices.Index(line, "account"), slices.Index(line, "regrid")
	firstDoor           = slices.Index(line, "web/ui")
	lastDoor            = slices.Index(line, "web/check")
)

// mayKeep are the packages that may write without recording: the machine's own
// books, and the makers of whole counties.
var mayKeep = []string{"account", "jobs", "deadline", "app", "seed", "db"}

// A file is one Go file of the program, tests apart.
type file struct {
	pkg  string // below internal; "" outside
	name string
	tree *ast.File
	fset *token.FileSet
}

// program reads every Go file of the program, tests apart.
func program(t *testing.T) []file {
	t.Helper()
	var all []file
	fset := token.NewFileSet()
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && e.Name() == "testdata" {
			return fs.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		tree, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		all = append(all, file{path.Dir(name), name, tree, fset})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("found only %d files", len(all))
	}
	return all
}

func (f file) imports() (all []string) {
	for _, i := range f.tree.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		all = append(all, p)
	}
	return all
}

func (f file) at(n ast.Node) string { return f.fset.Position(n.Pos()).String() }

// TestImportsPointDown is the first rule of the house.
func TestImportsPointDown(t *testing.T) {
	for _, f := range program(t) {
		if slices.Contains(besides, f.pkg) {
			continue
		}
		here := slices.Index(line, f.pkg)
		if here < 0 {
			t.Errorf("%s: package %s has no place in the house; give it one in arch_test.go and ARCHITECTURE.md", f.name, f.pkg)
			continue
		}
		for _, p := range f.imports() {
			ours, ok := strings.CutPrefix(p, "anju/internal/")
			if !ok {
				continue
			}
			if there := slices.Index(line, ours); there < 0 || there >= here {
				t.Errorf("%s: %s imports %s, which does not stand before it", f.name, f.pkg, ours)
			}
		}
	}
}

// TestPlacesAreTaken: the line names no package that is not there.
func TestPlacesAreTaken(t *testing.T) {
	for _, p := range append(slices.Clone(line), besides...) {
		if e, err := os.ReadDir(p); err != nil || len(e) == 0 {
			t.Errorf("%s has a place in the house, and is not there", p)
		}
	}
}

// TestTheDrawingIsTheHouse: ARCHITECTURE.md draws every room, and the nouns as
// the line that they are.
func TestTheDrawingIsTheHouse(t *testing.T) {
	text, err := os.ReadFile("../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "```")
	if len(parts) < 3 {
		t.Fatal("ARCHITECTURE.md draws nothing")
	}
	drawn := regexp.MustCompile(`[a-z0-9]+`).FindAllString(parts[1], -1)
	var nouns []string
	for i, p := range line {
		room := strings.TrimPrefix(p, "web/")
		if strings.Contains(room, "/") {
			continue // a room within one that is drawn
		}
		if !slices.Contains(drawn, room) {
			t.Errorf("ARCHITECTURE.md does not draw %s", p)
		}
		if i >= firstNoun && i <= lastNoun {
			nouns = append([]string{room}, nouns...)
		}
	}
	at := slices.Index(drawn, nouns[0])
	var got []string
	for _, word := range drawn[max(at, 0):] {
		if slices.Contains(nouns, word) {
			got = append(got, word)
		}
	}
	if !slices.Equal(got, nouns) {
		t.Errorf("ARCHITECTURE.md draws the nouns as %v, the line is %v", got, nouns)
	}
}

// TestDoorsAndNouns: a door reaches data through guards alone, and a noun does
// not know that there are pages.
func TestDoorsAndNouns(t *testing.T) {
	for _, f := range program(t) {
		here := slices.Index(line, f.pkg)
		door := here >= firstDoor && here <= lastDoor
		for _, p := range f.imports() {
			switch {
			case door && p == "database/sql":
				t.Errorf("%s: a door imports %s", f.name, p)
			case door && p == "anju/internal/db":
				checkOnlyKey(t, f)
			case here < firstDoor && p == "net/http":
				t.Errorf("%s: %s stands below the doors and imports net/http", f.name, f.pkg)
			case p == "database/sql" && f.pkg != "db" && f.pkg != "db/dbtest":
				t.Errorf("%s: only db speaks to a database", f.name)
			}
		}
	}
}

// checkOnlyKey: the one thing a door takes from db is the type of the key that
// a form carries, and what a guard answers.
func checkOnlyKey(t *testing.T, f file) {
	t.Helper()
	allowed := []string{"Key"}
	ast.Inspect(f.tree, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "db" && !slices.Contains(allowed, s.Sel.Name) {
				t.Errorf("%s: a door uses db.%s", f.at(s), s.Sel.Name)
			}
		}
		return true
	})
}

// TestWhoKeeps: only the machine's own books are written without a record.
func TestWhoKeeps(t *testing.T) {
	for _, f := range program(t) {
		if slices.Contains(mayKeep, f.pkg) {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok {
				if s, ok := c.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Keep" {
					t.Errorf("%s: %s calls Keep: use Write, and record what changed", f.at(c), f.pkg)
				}
			}
			return true
		})
	}
}

var statement = regexp.MustCompile(`(?i)^\s*(select\s|insert into\s|update [a-z_]+ set\s|delete from\s|with [a-z_]+ (\([a-z_, ]+\) )?as\s)`)

// mayHoldSQL are the packages whose files may all hold SQL; a noun's lies in
// its store.go, as the network's and the communities' does, and in the files of elsewhere.
var (
	mayHoldSQL = []string{"db", "db/dbtest", "proposal", "jobs", "deadline", "account", "overview", "ledger", "adjust", "audit", "importer", "export", "seed"}
	elsewhere  = []string{
		"matter/list.go", "visit/visits.go", "app/app.go", "app/demo.go",
	}
)

// TestWhereSQLLies: there is one file to open when a query is in question.
func TestWhereSQLLies(t *testing.T) {
	found := map[string]bool{}
	for _, f := range program(t) {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			l, ok := n.(*ast.BasicLit)
			if !ok || l.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(l.Value)
			if !statement.MatchString(text) || slices.Contains(mayHoldSQL, f.pkg) {
				return true
			}
			found[f.name] = true
			here := slices.Index(line, f.pkg)
			noun := here >= firstNoun && here <= lastNoun || f.pkg == "network" || f.pkg == "community"
			if !(noun && path.Base(f.name) == "store.go") && !slices.Contains(elsewhere, f.name) {
				t.Errorf("%s: SQL belongs into store.go: %.60s", f.at(l), text)
			}
			return true
		})
	}
	for _, name := range elsewhere {
		if !found[name] {
			t.Errorf("%s holds no SQL any more: take it off the list", name)
		}
	}
}

// TestRecordedStructs: a struct whose changes are recorded says of every field
// what the record keeps of it.
func TestRecordedStructs(t *testing.T) {
	structs := 0
	for _, f := range program(t) {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			s, ok := n.(*ast.StructType)
			if !ok {
				return true
			}
			tag := func(f *ast.Field) (string, bool) {
				if f.Tag == nil {
					return "", false
				}
				text, _ := strconv.Unquote(f.Tag.Value)
				return reflect.StructTag(text).Lookup("record")
			}
			if !slices.ContainsFunc(s.Fields.List, func(f *ast.Field) bool { _, ok := tag(f); return ok }) {
				return true
			}
			structs++
			for _, field := range s.Fields.List {
				kept, ok := tag(field)
				for _, name := range field.Names {
					if name.IsExported() && !(ok && slices.Contains([]string{"track", "secret", "ignore"}, kept)) {
						t.Errorf("%s: field %s does not say what the record keeps: %q", f.at(field), name.Name, kept)
					}
				}
				if len(field.Names) == 0 && !ok {
					t.Errorf("%s: an embedded field of a recorded struct", f.at(field))
				}
			}
			return true
		})
	}
	if structs < 10 {
		t.Errorf("found only %d recorded structs", structs)
	}
}

// TestFilesAreShort: a file that takes long to read is two files.
func TestFilesAreShort(t *testing.T) {
	for _, f := range program(t) {
		if n := f.fset.File(f.tree.Pos()).LineCount(); n > 450 && !strings.HasSuffix(f.name, "_templ.go") {
			t.Errorf("%s has %d lines", f.name, n)
		}
	}
}

// TestNothingIsReadBesideALook: what is read of people is the answer of
// db.Looked, which gives none with an error. A function that calls Look itself
// answers with nothing but the error. The importer does: what it reads is the
// file that the clerk has brought.
func TestNothingIsReadBesideALook(t *testing.T) {
	for _, f := range program(t) {
		if f.pkg == "db" || f.pkg == "importer" {
			continue
		}
		for _, d := range f.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || fn.Type.Results.NumFields() < 2 {
				continue
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Look" {
					t.Errorf("%s: %s reads beside a look; use db.Looked", f.name, fn.Name.Name)
				}
				return true
			})
		}
	}
}
