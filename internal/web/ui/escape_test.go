package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

// evil is put into every text of every component.
const evil = `<b class="x">&'javascript:alert(1)`

// components builds each component of the package with evil in every place that takes text.
var components = map[string]func() templ.Component{
	"Bars":          func() templ.Component { return Bars(filled[BarsArgs]()) },
	"Blacken":       func() templ.Component { return Blacken(filled[BlackenArgs]()) },
	"Button":        func() templ.Component { return Button(filled[ButtonArgs]()) },
	"ConfirmButton": func() templ.Component { return ConfirmButton(filled[ConfirmArgs]()) },
	"DataTable": func() templ.Component {
		t := filled[TableArgs]()
		t.Rows[0].Cells = []templ.Component{both(both(Text(evil), Two(evil, evil)), both(Strong(evil), LinkTo(evil, evil)))}
		return DataTable(t)
	},
	"DemoClock":    func() templ.Component { return DemoClock(filled[DemoClockArgs]()) },
	"Descriptions": func() templ.Component { return Descriptions(filled[DescriptionsArgs]()) },
	"Drawer":       func() templ.Component { return Drawer(filled[DrawerArgs]()) },
	"Due":          func() templ.Component { return Due(filled[DueArgs]()) },
	"Empty":        func() templ.Component { return Empty(filled[EmptyArgs]()) },
	"ErrorSummary": func() templ.Component { return ErrorSummary([]FieldError{filled[FieldError]()}) },
	"Field": func() templ.Component {
		all := templ.Component(templ.NopComponent)
		for _, k := range []FieldKind{TextField, PasswordField, TextArea, SelectField, DateField, RadioField, CheckField, FileField, NumberField} {
			f := filled[FieldArgs]()
			f.Kind = k
			all = both(all, Field(f))
		}
		return all
	},
	"FilterBar": func() templ.Component { return FilterBar(filled[FilterArgs]()) },
	"Fold":      func() templ.Component { return Fold(filled[FoldArgs]()) },
	"Form":      func() templ.Component { return Form(filled[FormArgs]()) },
	"Group":     func() templ.Component { return Group(filled[GroupArgs]()) },
	"KeyValue":  func() templ.Component { return KeyValue(filled[KeyValueArgs]()) },
	"LinkTo":    func() templ.Component { return LinkTo(evil, evil) },
	"Map":       func() templ.Component { return Map(filled[MapArgs]()) },
	"Masked": func() templ.Component {
		m := filled[MaskedArgs]()
		m.Full = ""
		return both(Masked(m), Masked(filled[MaskedArgs]()))
	},
	"NameLink":   func() templ.Component { return NameLink(evil, evil) },
	"Notice":     func() templ.Component { return Notice(filled[NoticeArgs]()) },
	"OfficePage": func() templ.Component { return OfficePage(filled[OfficeArgs]()) },
	"Pager":      func() templ.Component { return Pager(filled[PagerArgs]()) },
	"Panel":      func() templ.Component { return Panel(filled[PanelArgs]()) },
	"People":     func() templ.Component { return People([]PersonArgs{filled[PersonArgs]()}) },
	"PhonePage":  func() templ.Component { return PhonePage(filled[PhoneArgs]()) },
	"PlainPage":  func() templ.Component { return PlainPage(filled[PlainArgs]()) },
	"Preview":    func() templ.Component { return Preview(filled[PreviewArgs]()) },
	"Progress":   func() templ.Component { return Progress(filled[ProgressArgs]()) },
	"Region":     func() templ.Component { return Region(evil) },
	"Chart":      func() templ.Component { return Chart(filled[ChartArgs]()) },
	"ScreenPage": func() templ.Component { return ScreenPage(filled[ScreenArgs]()) },
	"Stats":      func() templ.Component { return Stats(filled[StatsArgs]()) },
	"Steps":      func() templ.Component { return Steps(filled[StepsArgs]()) },
	"Strong":     func() templ.Component { return Strong(evil) },
	"TabBar":     func() templ.Component { return TabBar(filled[TabBarArgs]()) },
	"Tag":        func() templ.Component { return Tag(filled[TagArgs]()) },
	"Tasks":      func() templ.Component { return Tasks([]TaskArgs{filled[TaskArgs]()}) },
	"Text":       func() templ.Component { return Text(evil) },
	"Timeline":   func() templ.Component { return Timeline(filled[TimelineArgs]()) },
	"Toast":      func() templ.Component { return Toast(filled[TagArgs]()) },
	"Tree":       func() templ.Component { return Tree(filled[TreeArgs]()) },
	"Two":        func() templ.Component { return Two(evil, evil) },
}

// wordless components take no text, or only what the code gives them.
var wordless = map[string]bool{
	"Glyph": true, "GridNo": true, "Logo": true, "Num": true, "Fields": true, "FormActions": true,
	"Stack": true, "Columns": true, "Halves": true, "Gallery": true,
}

func TestComponentsEscape(t *testing.T) {
	for name, build := range components {
		got := render(t, build())
		if strings.Contains(got, `<b class="x">`) || strings.Contains(got, `"x">`) {
			t.Errorf("%s: text came out as markup", name)
		}
		if strings.Contains(got, `href="javascript:`) || strings.Contains(got, `src="javascript:`) {
			t.Errorf("%s: an address came out as a script", name)
		}
		if !strings.Contains(got, "&lt;b class=") && !strings.Contains(got, "%3Cb%20class=") {
			t.Errorf("%s: the text is not there: %s", name, got)
		}
	}
}

// TestEveryComponentIsHeld finds components that the test above does not know.
func TestEveryComponentIsHeld(t *testing.T) {
	names, err := filepath.Glob("*_templ.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Name.Name == "GalleryPage" {
				continue
			}
			found++
			if components[f.Name.Name] == nil && !wordless[f.Name.Name] {
				t.Errorf("%s: not in the test of escaping", f.Name.Name)
			}
		}
	}
	if found < len(components) {
		t.Errorf("found %d components, want at least %d", found, len(components))
	}
}

// filled makes a T with evil in every string, one element in every slice, true in every bool.
func filled[T any]() T {
	var v T
	fill(reflect.ValueOf(&v).Elem(), 0)
	return v
}

func fill(v reflect.Value, depth int) {
	if depth > 6 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(evil)
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(7)
	case reflect.Float64:
		v.SetFloat(7)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "Disabled" {
				fill(v.Field(i), depth+1)
			}
		}
	case reflect.Slice:
		one := reflect.New(v.Type().Elem()).Elem()
		fill(one, depth+1)
		v.Set(reflect.Append(v, one))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Interface:
		if v.Type() == reflect.TypeFor[templ.Component]() {
			v.Set(reflect.ValueOf(Text(evil)))
		}
	}
}
