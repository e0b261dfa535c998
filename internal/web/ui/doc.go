// Package ui is the one design system of Anju: shells, components, styles and
// the little JavaScript behind them. Pages are written in templ from its parts
// and bring no style of their own. Every page works without JavaScript; htmx
// and ui.js only make it smoother. The security policy allows no inline style,
// script or handler, so there are none.
//
// All parts stand on the design page, Gallery. Words inside them come from the
// catalogue (ui.…); everything else is given by the page.
//
// A list page: the region is what htmx exchanges when one searches or turns over.
//
//	templ Residents(p ResidentsPage) {
//		@ui.OfficePage(p.Office) { // Fill: true, Aside: ui.Tree(…), Actions: buttons
//			@ui.Region("list") {
//				@ui.FilterBar(ui.FilterArgs{Action: "/residents", Reset: "/residents", Fields: p.Filter, Live: "list"})
//				@ui.DataTable(p.Table) // Empty says what to do, Pager{Live: "list"} turns over
//			}
//		}
//	}
//
// Cells are small components: ui.NameLink, ui.Text, ui.Two, ui.Num, ui.Tag, ui.Due.
//
// A form page: answer 422 with the same page, the values typed and the errors.
//
//	templ Move(p MovePage) {
//		@ui.OfficePage(p.Office) {
//			@ui.Steps(p.Steps)
//			@ui.ErrorSummary(ui.Errors(p.Who, p.From, p.On))
//			@ui.Panel(ui.PanelArgs{Title: p.Title}) {
//				@ui.Form(ui.FormArgs{Action: "/moves", CSRF: p.CSRF, Two: true, Draft: "move"}) {
//					@ui.Fields() {
//						@ui.Field(p.Who)
//						@ui.Field(p.From)
//						@ui.Field(p.On)
//					}
//					@ui.FormActions() {
//						@ui.Button(ui.ButtonArgs{Label: p.Next, Kind: ui.Primary})
//					}
//				}
//			}
//		}
//	}
//
// A masked value never goes into FieldArgs.Value: leave it empty, empty means
// unchanged. Set Secret on ID numbers: they are not kept as drafts.
//
// A phone page: big type, at most one question a screen.
//
//	templ Todo(p TodoPage) {
//		@ui.PhonePage(p.Phone) { // Grid, Tabs, State
//			@ui.Tasks(p.Tasks)
//			@ui.Button(ui.ButtonArgs{Label: p.More, Big: true, Href: p.MoreURL})
//		}
//	}
//
// Mount Assets at AssetPath, without a session.
package ui
