package i18n

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// A use is one place in the source that names a key.
type use struct {
	key, at string
	// sure: the literal is given to something that takes a key. Otherwise it
	// only looks like one.
	sure  bool
	given []string // names of the places filled; nil if that cannot be known
	exact bool     // given must be exactly the places of the text
}

// A source is everything the sources say about keys.
type source struct {
	uses    []use
	dynamic map[string]string // declared beginning of keys, to where
	bad     []string          // calls that cannot be checked
}

var dynamicForm = regexp.MustCompile(`(?m)^\s*//i18n:dynamic (\S+)`)

// scan reads every Go, templ and TypeScript file under fsys, tests apart.
func scan(fsys fs.FS) (*source, error) {
	s := &source{dynamic: map[string]string{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if d.IsDir() {
			if name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules") {
				return fs.SkipDir
			}
			return nil
		}
		ext := path.Ext(name)
		if ext != ".go" && ext != ".templ" && ext != ".ts" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if ext == ".go" {
			return s.goFile(name, body)
		}
		s.declared(name, string(body))
		s.markup(name, string(body))
		return nil
	})
	return s, err
}

func (s *source) declared(at, text string) {
	for _, m := range dynamicForm.FindAllStringSubmatch(text, -1) {
		s.dynamic[m[1]] = at
	}
}

var (
	literalForm = regexp.MustCompile("[\"'`]([a-z][a-z0-9_]*(?:\\.[a-z0-9][a-z0-9_]*)+)[\"'`]")
	sureForm    = regexp.MustCompile(`\bT\($`)
)

// markup finds keys in templ and TypeScript. What their calls fill is checked
// in the Go that templ generates.
func (s *source) markup(name, body string) {
	for i, line := range strings.Split(body, "\n") {
		if strings.Contains(line, "//i18n:none") || strings.HasPrefix(strings.TrimSpace(line), "//") {
			continue
		}
		for _, m := range literalForm.FindAllStringSubmatchIndex(line, -1) {
			s.uses = append(s.uses, use{
				key: line[m[2]:m[3]], at: fmt.Sprintf("%s:%d", name, i+1), sure: sureForm.MatchString(line[:m[0]]),
			})
		}
	}
}

func (s *source) goFile(name string, body []byte) error {
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, name, body, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	none := map[int]bool{} // lines that say i18n:none
	for _, group := range f.Comments {
		for _, c := range group.List {
			s.declared(name, c.Text)
			if strings.HasPrefix(c.Text, "//i18n:none") {
				none[files.Position(c.Pos()).Line] = true
			}
		}
	}
	at := func(n ast.Node) string {
		p := files.Position(n.Pos())
		return fmt.Sprintf("%s:%d", p.Filename, p.Line)
	}
	seen := map[ast.Expr]bool{}
	sure := func(e ast.Expr) (use, bool) {
		key, ok := literal(e)
		if !ok || !keyForm.MatchString(key) {
			return use{}, false
		}
		seen[e] = true
		return use{key: key, at: at(e), sure: true}, true
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.CallExpr:
			pos, rest := keyArgument(n)
			if pos < 0 {
				return true
			}
			if u, ok := sure(n.Args[pos]); ok {
				u.given, u.exact = s.given(n, rest, u)
				s.uses = append(s.uses, u)
			}
		case *ast.KeyValueExpr:
			if id, ok := n.Key.(*ast.Ident); ok && id.Name == "Key" {
				if u, ok := sure(n.Value); ok {
					s.uses = append(s.uses, u)
				}
			}
		case *ast.BasicLit:
			if key, ok := literal(n); ok && !seen[n] && keyForm.MatchString(key) && !none[files.Position(n.Pos()).Line] {
				s.uses = append(s.uses, use{key: key, at: at(n)})
			}
		}
		return true
	})
	return nil
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	v, err := strconv.Unquote(l.Value)
	return v, err == nil
}

// keyArgument says which argument of a call is a key and where its name, value
// pairs begin; -1 if none is.
func keyArgument(c *ast.CallExpr) (key, rest int) {
	key = -1
	switch f := c.Fun.(type) {
	case *ast.Ident:
		if f.Name == "T" {
			key, rest = 0, 1
		}
	case *ast.SelectorExpr:
		pkg, _ := f.X.(*ast.Ident)
		isFault := pkg != nil && pkg.Name == "fault"
		switch {
		case f.Sel.Name == "T":
			key, rest = 0, 1
		case isFault && f.Sel.Name == "New", f.Sel.Name == "Add":
			key, rest = 1, 2
		case isFault && f.Sel.Name == "Wrap":
			key, rest = 1, 3
		}
	}
	if key >= len(c.Args) {
		key = -1
	}
	return key, rest
}

// given reads the names of the name, value pairs of a call.
func (s *source) given(c *ast.CallExpr, rest int, u use) (names []string, exact bool) {
	if c.Ellipsis.IsValid() {
		return nil, false
	}
	pairs := c.Args[min(rest, len(c.Args)):]
	if len(pairs)%2 == 1 {
		s.bad = append(s.bad, fmt.Sprintf("%s: %s: a name without a value", u.at, u.key))
		return nil, false
	}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := literal(pairs[i])
		if !ok {
			s.bad = append(s.bad, fmt.Sprintf("%s: %s: write the name of a place as a literal", u.at, u.key))
			return nil, false
		}
		names = append(names, name)
	}
	return names, true
}
