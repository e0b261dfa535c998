package seal_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"log"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"text/template"

	"github.com/a-h/templ"

	"anju/internal/seal"
)

const idNumber = "610928199001010018"

// holder is how a secret sits in other types: exported, unexported, by pointer.
type holder struct {
	Shown  seal.Secret
	hidden seal.Secret
	Ptr    *seal.Secret
	Slice  []seal.Secret
	Map    map[string]seal.Secret
	any    any
}

func held() holder {
	s := seal.Hide(idNumber)
	return holder{s, s, &s, []seal.Secret{s}, map[string]seal.Secret{"a": s}, s}
}

func TestSecretLeaksThroughNoVerb(t *testing.T) {
	s, h := seal.Hide(idNumber), held()
	for verb := 'A'; verb <= 'z'; verb++ {
		for _, flag := range []string{"", "+", "#", "-30", "030", " "} {
			format := "%" + flag + string(verb)
			for _, v := range []any{s, &s, h, &h, []any{s}, errors.Join(fmt.Errorf("x %v", s))} {
				mustHide(t, format, fmt.Sprintf(format, v))
			}
			if verb >= 'a' && !strings.Contains(fmt.Sprintf(format, s), seal.Mask) && verb != 'p' && verb != 'w' {
				t.Errorf("%s of a secret: got %q, want the mask in it", format, fmt.Sprintf(format, s))
			}
		}
	}
	mustHide(t, "Sprint", fmt.Sprint(s, h))
	mustHide(t, "String", s.String())
	mustHide(t, "template error", fmt.Sprint(reflect.ValueOf(h)))
}

func TestSecretLeaksThroughNoEncoder(t *testing.T) {
	s := seal.Hide(idNumber)
	h := struct {
		S seal.Secret
		P *seal.Secret
		M map[string]seal.Secret
	}{s, &s, map[string]seal.Secret{"a": s}}
	for name, encode := range map[string]func() (string, error){
		"json":       func() (string, error) { b, err := json.Marshal(h); return string(b), err },
		"xml":        func() (string, error) { b, err := xml.Marshal(s); return string(b), err },
		"gob":        func() (string, error) { var b bytes.Buffer; return b.String(), gob.NewEncoder(&b).Encode(s) },
		"templ json": func() (string, error) { return templ.JSONString(h) },
		"templ attributes": func() (string, error) {
			var b bytes.Buffer
			err := templ.RenderAttributes(context.Background(), &b, templ.Attributes{"title": s, "value": s.String()})
			return b.String() + seal.Mask, err
		},
		"text/template": func() (string, error) {
			var b bytes.Buffer
			err := template.Must(template.New("").Parse(`{{.S}} {{.S | printf "%s"}} {{.}}`)).Execute(&b, h)
			return b.String(), err
		},
		"html/template": func() (string, error) {
			var b bytes.Buffer
			err := htmltemplate.Must(htmltemplate.New("").Parse(
				`<a title="{{.S}}" href="/?q={{.S}}">{{.S}}</a><script>x = {{.S}}; y = {{.M}}</script>`)).Execute(&b, h)
			return b.String(), err
		},
	} {
		got, err := encode()
		mustHide(t, name, got)
		if err == nil && !strings.Contains(got, seal.Mask) {
			t.Errorf("%s: got %q, want the mask in it", name, got)
		}
	}
	if err := template.Must(template.New("").Parse(`{{if eq .S .S}}same{{end}}`)).Execute(&bytes.Buffer{}, h); err == nil {
		t.Error("a template compared two secrets")
	}
}

func TestSecretLeaksThroughNoLog(t *testing.T) {
	s, h := seal.Hide(idNumber), held()
	var b bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		l := slog.New(handler)
		l.Info("read", "id", s, "all", h, "ptr", &s, slog.Group("g", "id", s))
		l.With("id", s).Info("again")
	}
	log.New(&b, "", 0).Println(s, h)
	mustHide(t, "log", b.String())
	if n := strings.Count(b.String(), seal.Mask); n < 10 {
		t.Errorf("the log has %d masks:\n%s", n, b.String())
	}
}

func TestSecretIsNoStringAndNotComparable(t *testing.T) {
	typ := reflect.TypeFor[seal.Secret]()
	if typ.Kind() == reflect.String || typ.ConvertibleTo(reflect.TypeFor[string]()) {
		t.Error("a secret converts to a string: a templ page would show it")
	}
	if typ.Comparable() {
		t.Error("secrets compare with ==")
	}
	if v, err := seal.Hide(idNumber).Value(); err == nil || v != nil {
		t.Errorf("a secret became the column value %v", v)
	}
}

func TestSecretReveals(t *testing.T) {
	var zero seal.Secret
	if got := zero.Reveal(); got != "" || !zero.IsZero() || !seal.Hide("").IsZero() {
		t.Errorf("zero secret reveals %q", got)
	}
	if got := fmt.Sprint(zero); got != seal.Mask {
		t.Errorf("zero secret prints %q", got)
	}
	s := seal.Hide(idNumber)
	if got := s.Reveal(); got != idNumber || s.IsZero() {
		t.Errorf("got %q, want %q", got, idNumber)
	}
	if !s.Equal(seal.Hide(idNumber)) || s.Equal(zero) || s.Equal(seal.Hide(idNumber[1:])) || !zero.Equal(seal.Secret{}) {
		t.Error("Equal is wrong")
	}
}

// mustHide fails when any telling part of the number is in text, in any of
// the forms that a verb or an encoder writes it.
func mustHide(t *testing.T, how, text string) {
	t.Helper()
	part := idNumber[6:14]
	for _, leak := range []string{part, fmt.Sprintf("%x", part), fmt.Sprintf("%X", part), fmt.Sprintf("% x", part), fmt.Sprint([]byte(part))} {
		if strings.Contains(text, strings.Trim(leak, "[]")) {
			t.Errorf("%s leaks the secret: %q", how, text)
		}
	}
}
