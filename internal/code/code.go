// Package code holds the code tables of the national standards, built in and
// read-only. A word or code that a table does not know stays unknown: it is
// never turned into “other” (其他). The tables of religion and of blood type
// are left out on purpose.
package code

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// A Code is one row of a table.
type Code struct{ Code, Name string }

// A List is one edition of one code table.
type List struct {
	Name     string // as given to Table
	Standard string // GB/T 2261.1
	Edition  string // the year of the standard
	Title    string // its name in Chinese
	Codes    []Code // in the order of the standard

	names  map[string]string // code to name
	byName map[string]string // folded name or alias to code
}

//go:embed tables/*.csv
var files embed.FS

var lists = must(load(files))

// The tables, by name.
var (
	Sex              = lists["sex"]
	Marital          = lists["marital"]
	Ethnicity        = lists["ethnicity"]
	Education        = lists["education"]
	Relation         = lists["relation"] // to the head of the household
	Political        = lists["political"]
	IDDocument       = lists["id_document"]
	AddressElement   = lists["address_element"]
	RegistryCategory = lists["registry_category"] // the first two characters of a credit code
)

// Codes that rules speak about.
const (
	Male, Female = "1", "2"
	Self         = "01" // relation on a form about one person
	Head         = "02" // relation on a page of a household
	Spouse       = "10"
	Husband      = "11"
	Wife         = "12"
	Han          = "01"
)

// Table is the table of that name, or nil. A nil table knows nothing.
func Table(name string) *List { return lists[name] }

// Tables lists the names of all tables.
func Tables() []string { return slices.Sorted(maps.Keys(lists)) }

// Lookup is the name of a code.
func (l *List) Lookup(code string) (string, bool) {
	if l == nil {
		return "", false
	}
	name, ok := l.names[code]
	return name, ok
}

// ByName is the code of a name of the standard, or of one of the other words
// that household booklets and lists use for it. Width, spaces and case do not
// matter.
func (l *List) ByName(name string) (string, bool) {
	if l == nil {
		return "", false
	}
	code, ok := l.byName[fold(name)]
	return code, ok
}

// Find is the code of s, which may be a code or a name.
func (l *List) Find(s string) (string, bool) {
	if _, ok := l.Lookup(fold(s)); ok {
		return fold(s), true
	}
	return l.ByName(s)
}

func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

func must(lists map[string]*List, err error) map[string]*List {
	if err != nil {
		panic(err)
	}
	return lists
}

func load(fsys fs.FS) (map[string]*List, error) {
	tables, err := rows(fsys, "tables", 4)
	if err != nil {
		return nil, err
	}
	lists := map[string]*List{}
	for _, t := range tables {
		l := &List{Name: t[0], Standard: t[1], Edition: t[2], Title: t[3],
			names: map[string]string{}, byName: map[string]string{}}
		if err := l.read(fsys); err != nil {
			return nil, err
		}
		lists[l.Name] = l
	}
	aliases, err := rows(fsys, "aliases", 3)
	if err != nil {
		return nil, err
	}
	for _, a := range aliases {
		l := lists[a[0]]
		if _, ok := l.Lookup(a[2]); !ok {
			return nil, fmt.Errorf("alias %s of table %s: no code %s", a[1], a[0], a[2])
		}
		if err := l.name(a[1], a[2]); err != nil {
			return nil, err
		}
	}
	return lists, nil
}

func (l *List) read(fsys fs.FS) error {
	codes, err := rows(fsys, l.Name, 2)
	if err != nil {
		return err
	}
	for _, c := range codes {
		if _, ok := l.names[c[0]]; ok {
			return fmt.Errorf("table %s: code %s twice", l.Name, c[0])
		}
		l.Codes = append(l.Codes, Code{c[0], c[1]})
		l.names[c[0]] = c[1]
		if err := l.name(c[1], c[0]); err != nil {
			return err
		}
		// Booklets print 汉 for 汉族.
		if short, ok := strings.CutSuffix(c[1], "族"); ok && l.Name == "ethnicity" {
			if err := l.name(short, c[0]); err != nil {
				return err
			}
		}
	}
	return nil
}

// name makes word a name of code. No word may mean two codes.
func (l *List) name(word, code string) error {
	word = fold(word)
	if other, ok := l.byName[word]; ok && other != code {
		return fmt.Errorf("table %s: %s is both %s and %s", l.Name, word, other, code)
	}
	l.byName[word] = code
	return nil
}

// rows reads a file without its header; every row must have n columns.
func rows(fsys fs.FS, name string, n int) ([][]string, error) {
	f, err := fsys.Open("tables/" + name + ".csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = n
	all, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("code table %s: %w", name, err)
	}
	return slices.Delete(all, 0, 1), nil
}
