package field

import (
	"net/url"

	"github.com/a-h/templ"

	"anju/internal/i18n"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// demoTable lists the printed accounts that work on the phone; one click fills
// the sign-in form.
func demoTable(all []gate.DemoSignIn, next string) ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("field.sign.demo"), Columns: []ui.Column{{Label: i18n.T("staff.sign.role"), Wide: true}, {Label: i18n.T("staff.sign.login"), Code: true}}}
	for _, s := range all {
		q := url.Values{"demo": {s.Login}}
		if next != "/m/" {
			q.Set("next", next)
		}
		to := "/m/sign-in?" + q.Encode()
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Two(s.Role+" "+s.Name, s.Office), ui.Text(s.Login)},
			Actions: []ui.ButtonArgs{{Label: i18n.T("staff.sign.fill"), Href: to}}})
	}
	return t
}
