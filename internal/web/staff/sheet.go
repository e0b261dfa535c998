package staff

import (
	"net/http"

	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// A sheetPage is a page of panels, one below the other.
type sheetPage struct {
	ui.OfficeArgs
	Key    string
	Notice *ui.NoticeArgs
	Tabs   ui.TabBarArgs
	Filter *ui.FilterArgs
	Stats  []ui.Stat
	Panels []sheetPanel
	Wrong  []ui.FieldError
}

// A sheetPanel shows facts, a table and forms; what is nil is not there.
type sheetPanel struct {
	Title, Sub string
	Facts      []ui.Item
	Table      *ui.TableArgs
	Forms      []sheetForm
}

// A sheetForm is one form of a panel. Its name tells its key from those of the
// other forms of the page.
type sheetForm struct {
	Name, Action, Button string
	Kind                 ui.ButtonKind
	Fields               []ui.FieldArgs
	Hidden               []ui.Option
}

// sheet begins a page. The key of a form that was sent and came back stays, so
// that what is sent again is the same act.
func (p *Pages) sheet(r *http.Request, s *gate.Session, title, menu string) sheetPage {
	return sheetPage{OfficeArgs: p.frame(r, s, title, menu), Key: orElse(r.PostFormValue("page_key"), gate.NewKey())}
}

// render shows the page; the fields of the form that was sent come back as they
// were typed, with what is wrong.
func (g *sheetPage) render(w http.ResponseWriter, r *http.Request, sent string, wrong map[string]string) error {
	status := http.StatusOK
	for i := range g.Panels {
		for j := range g.Panels[i].Forms {
			f := &g.Panels[i].Forms[j]
			f.Hidden = append(f.Hidden, ui.Option{Value: "page_key", Label: g.Key})
			for k := range f.Fields {
				f.Fields[k].ID = "f-" + f.Name + "-" + f.Fields[k].Name
			}
			if len(wrong) == 0 || f.Name != sent {
				continue
			}
			status = http.StatusUnprocessableEntity
			for k := range f.Fields {
				gate.Fill(r, wrong, &f.Fields[k])
			}
			g.Wrong = ui.Errors(f.Fields...)
			if len(g.Wrong) == 0 {
				g.Notice = &ui.NoticeArgs{Tone: ui.Bad, Text: wrong[""]}
			}
		}
	}
	return gate.RenderCode(w, r, status, sheetView(*g))
}
