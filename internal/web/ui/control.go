package ui

import (
	"slices"
	"strings"

	"github.com/a-h/templ"
)

func (b ButtonArgs) class() string {
	c := "btn"
	if b.Kind != Secondary {
		c += " " + string(b.Kind)
	}
	if b.Big {
		c += " big"
	}
	if b.Small {
		c += " tiny"
	}
	return c
}

// sort is the type attribute of a button.
func (b ButtonArgs) sort() string {
	if b.Plain {
		return "button"
	}
	return "submit"
}

func (f FieldArgs) inputType() string {
	switch f.Kind {
	case PasswordField, DateField, PhoneField, SearchField:
		return string(f.Kind)
	}
	return "text"
}

// photo tells whether the only files taken are pictures.
func (f FieldArgs) photo() bool {
	return f.Accept != "" && strings.HasPrefix(f.Accept, "image/") && !strings.Contains(f.Accept, ",")
}

func (f FieldArgs) checked() bool {
	return f.Value != "" || slices.ContainsFunc(f.Options, func(o Option) bool { return o.Selected })
}

// attrs are the attributes that all controls of a field share.
func (f FieldArgs) attrs() templ.Attributes {
	a := templ.Attributes{
		"id": f.id(), "name": f.Name,
		"required": f.Required && f.Kind != CheckField, "disabled": f.Disabled,
		"readonly": f.ReadOnly && f.Kind != SelectField, "multiple": f.Multiple,
		"autofocus": f.Focus, "data-secret": f.Secret || f.Kind == PhoneField,
	}
	set := func(name, value string) {
		if value != "" {
			a[name] = value
		}
	}
	set("aria-describedby", f.describedBy())
	set("placeholder", f.Holder)
	set("accept", f.Accept)
	set("autocomplete", f.Complete)
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	if f.Max > 0 {
		a["maxlength"] = f.Max
	}
	if f.Kind == NumberField {
		a["inputmode"] = "numeric"
	}
	if f.Secret && f.Complete == "" {
		a["autocomplete"] = "off"
	}
	f.setValue(a)
	for k, v := range f.Attrs {
		a[k] = v
	}
	return a
}

// setValue leaves out what must never come back from the server: passwords and files.
func (f FieldArgs) setValue(a templ.Attributes) {
	switch f.Kind {
	case CheckField:
		a["value"] = "1"
		if len(f.Options) > 0 {
			a["value"] = f.Options[0].Value
		}
	case PasswordField, FileField, TextArea, SelectField:
	default:
		if f.Value != "" {
			a["value"] = f.Value
		}
	}
}

func (f FilterArgs) method() string {
	if f.CSRF != "" {
		return "post"
	}
	return "get"
}

func (f FilterArgs) moreOpen() bool {
	return slices.ContainsFunc(f.More, func(q FieldArgs) bool { return q.Value != "" })
}

// yesKind gives the second button weight even when the first is quiet.
func (c ConfirmArgs) yesKind() ButtonKind {
	if c.Kind == Danger {
		return Danger
	}
	return Primary
}
