// Package fault is the small vocabulary of errors that cross package
// boundaries. Nouns return faults; doors decide what a fault looks like.
// Anything else is a bug or an outage and is shown as such.
package fault

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Kind says what the caller can do about a fault.
type Kind string

const (
	NotFound  Kind = "not_found" // also: you may not know that it exists
	Forbidden Kind = "forbidden" // you know it exists, and may not do this
	Invalid   Kind = "invalid"   // the request is wrong; Fields says where
	Conflict  Kind = "conflict"  // the world changed, or a rule forbids it now
)

// A Field is one wrong field of a request: its form name and what is wrong.
type Field struct {
	Name string
	Key  string // catalogue key
	Args []any  // name, value pairs for the catalogue text
}

// A Fault carries a catalogue key, never prose, and never personal data.
type Fault struct {
	Kind   Kind
	Key    string  // catalogue key, e.g. "booklet.already_issued"
	Args   []any   // name, value pairs for the catalogue text
	Fields []Field // for Invalid, in form order
	Err    error   // cause, for the log only
}

func (f *Fault) Error() string {
	var s strings.Builder
	s.WriteString(string(f.Kind) + ": " + f.Key)
	for _, e := range f.Fields {
		s.WriteString("; " + e.Name + " " + e.Key)
	}
	if f.Err != nil {
		s.WriteString(": " + f.Err.Error())
	}
	return s.String()
}

func (f *Fault) Unwrap() error { return f.Err }

// New returns a fault with a catalogue key and the values its text needs.
func New(k Kind, key string, args ...any) *Fault { return &Fault{Kind: k, Key: key, Args: args} }

// Wrap is New with a cause that only the log sees.
func Wrap(k Kind, key string, err error, args ...any) *Fault {
	return &Fault{Kind: k, Key: key, Err: err, Args: args}
}

// Of reports the fault in err's chain, or nil.
func Of(err error) *Fault {
	f, _ := errors.AsType[*Fault](err)
	return f
}

// KindOf reports the kind of err, or "" if err is not a fault.
func KindOf(err error) Kind {
	if f := Of(err); f != nil {
		return f.Kind
	}
	return ""
}

// KeyOf reports the catalogue key of err, or "" if err is not a fault.
func KeyOf(err error) string {
	if f := Of(err); f != nil {
		return f.Key
	}
	return ""
}

// Fields collects what is wrong with a request, field by field.
type Fields []Field

// Add notes that the named field is wrong.
func (f *Fields) Add(name, key string, args ...any) {
	*f = append(*f, Field{Name: name, Key: key, Args: args})
}

// Require notes an empty field.
func (f *Fields) Require(name, value string) {
	if strings.TrimSpace(value) == "" {
		f.Add(name, "form.required")
	}
}

// Within notes a field with more characters than it may have.
func (f *Fields) Within(name, value string, most int) {
	if utf8.RuneCountInString(value) > most {
		f.Add(name, "form.long", "n", most)
	}
}

// Words notes a field that is empty or too long.
func (f *Fields) Words(name, value string, most int) {
	f.Require(name, value)
	f.Within(name, value, most)
}

// Has reports whether the named field is already known to be wrong.
func (f Fields) Has(name string) bool {
	return slices.ContainsFunc(f, func(e Field) bool { return e.Name == name })
}

// Err returns an Invalid fault, or nil if nothing is wrong.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Fault{Kind: Invalid, Key: "form.invalid", Fields: f}
}
