// Package staff is the office door: pages for those who work at a desk.
package staff

import (
	"net/http"
	"strings"
	"time"

	"anju/internal/accepting"
	"anju/internal/account"
	"anju/internal/adjust"
	"anju/internal/audit"
	"anju/internal/baseline"
	"anju/internal/booklet"
	"anju/internal/community"
	"anju/internal/deadline"
	"anju/internal/division"
	"anju/internal/duplicate"
	"anju/internal/dwelling"
	"anju/internal/election"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/i18n"
	"anju/internal/importer"
	"anju/internal/ledger"
	"anju/internal/matter"
	"anju/internal/mediation"
	"anju/internal/network"
	"anju/internal/overview"
	"anju/internal/party"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/registration"
	"anju/internal/regrid"
	"anju/internal/relocation"
	"anju/internal/request"
	"anju/internal/visit"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// Pages is the office door with the guards it knocks at.
type Pages struct {
	Gate          *gate.Gate
	Accepting     *accepting.Service
	Accounts      *account.Service
	Overview      *overview.Service
	People        *person.Service
	Dwellings     *dwelling.Service
	Relocations   *relocation.Service
	Requests      *request.Service
	Baseline      *baseline.Service
	Registrations *registration.Service
	Duplicates    *duplicate.Service
	Rights        *entitlement.Service
	Booklets      *booklet.Service
	Grids         *grid.Service
	Visits        *visit.Service
	Matters       *matter.Service
	Mediations    *mediation.Service
	Elections     *election.Service
	Party         *party.Service
	Network       *network.Service
	Regrids       *regrid.Service
	Deadlines     *deadline.Service
	Imports       *importer.Service
	Ledgers       *ledger.Service
	Adjust        *adjust.Service
	Communities   *community.Service
	Divisions     *division.Service
	Audit         *audit.Service
	RecordKey     string     // public key of signed copies of records
	Clock         gate.Mover // nil in a real county
	Now           func() time.Time
	mux           *gate.Mux
}

// Mux registers every page of the office.
func (p *Pages) Mux() *gate.Mux {
	m := p.Gate.NewMux(gate.OfficeCookie, "/sign-in")
	p.mux = m
	m.Open("GET /sign-in", p.signInForm)
	m.Open("POST /sign-in", p.signIn)
	m.Page("POST /sign-out", "", p.signOut)
	m.Page("POST /post", "", p.switchPost)
	m.Page("GET /me", "", p.my)
	m.Page("GET /me/acts", policy.ChangeOwn, p.ownActs)
	m.Page("GET /me/acts/record.txt", policy.ChangeOwn, p.ownRecord)
	m.Page("GET /records/{noun}/{id}", policy.ChangeRead, p.record)
	m.Page("GET /records/{noun}/{id}/record.txt", policy.ChangeRead, p.recordFile)
	m.Page("GET /me/post", "", p.choosePost)
	m.Page("POST /me/type", "", p.Gate.SetType("/me"))
	m.Page("GET /me/password", "", p.passwordForm)
	m.Page("POST /me/password", "", p.password)
	m.Page("GET /me/totp", "", p.totpForm)
	m.Page("POST /me/totp", "", p.totp)
	m.Page("GET /{$}", "", p.workTable)

	m.Page("GET /residents", policy.HouseholdRead, p.residents)
	m.Page("POST /residents", policy.HouseholdRead, p.find)
	m.Page("GET /households/{id}", policy.HouseholdRead, p.household)
	m.Page("POST /people/{id}/number", policy.NumberReveal, p.revealNumber)
	m.Page("POST /people/{id}/phone", policy.PhoneReveal, p.revealPhone)
	m.Page("GET /people/{id}", policy.HouseholdRead, p.person)
	m.Page("GET /people/{id}/protection", policy.ProtectionRead, p.protection)
	m.Page("POST /people/{id}/protection", policy.AddressProtect, p.protect)
	m.Page("POST /people/{id}/protection/{act}", policy.ProtectionAsk, p.protectionDo)
	m.Page("GET /protections", policy.ProtectionRead, p.protections)
	m.Page("GET /addresses", policy.AddressRead, p.addresses)
	m.Page("GET /addresses/{id}", policy.AddressRead, p.address)
	m.Page("POST /addresses/{id}/approve", policy.AddressApprove, p.addressApprove)
	m.Page("POST /addresses/{id}/refuse", policy.AddressRefuse, p.addressRefuse)
	m.Page("GET /houses", policy.HouseholdRead, p.houses)
	m.Page("GET /houses/{id}", policy.HouseholdRead, p.house)
	m.Page("GET /places/{path}", policy.HouseholdRead, p.place)
	m.Page("POST /houses/{id}", policy.HouseChange, p.houseChange)
	m.Page("GET /organisations", policy.OrganisationRead, p.organisations)
	m.Page("GET /organisations/new", policy.OrganisationRecord, p.organisationNew)
	m.Page("GET /organisations/{id}", policy.OrganisationRead, p.organisation)
	m.Page("POST /organisations", policy.OrganisationRecord, p.organisationSave)

	m.Page("GET /households/{id}/acts/{kind}", policy.HouseholdAct, p.actForm)
	m.Page("POST /households/{id}/acts/{kind}", policy.HouseholdAct, p.actRecord)
	m.Page("GET /acts/{id}", policy.HouseholdAct, p.act)
	m.Page("GET /reviews", policy.ReviewDecide, p.reviews)
	m.Page("GET /reviews/{id}", policy.ReviewDecide, p.review)
	m.Page("POST /reviews/{id}", policy.ReviewDecide, p.reviewDecide)
	m.Page("GET /duplicates", policy.DuplicateDecide, p.duplicates)
	m.Page("GET /duplicates/{id}", policy.DuplicateDecide, p.compare)
	m.Page("POST /duplicates/{id}", policy.DuplicateDecide, p.duplicateDecide)
	m.Page("POST /people/{id}/unmerge", policy.DuplicateDecide, p.unmerge)

	m.Page("GET /moves/new", policy.MoveRecord, p.moveForm)
	m.Page("POST /moves/preview", policy.MoveRecord, p.movePreview)
	m.Page("POST /moves", policy.MoveRecord, p.moveRecord)
	m.Page("GET /moves/{id}", policy.MoveRecord, p.move)
	m.Page("POST /moves/{id}/answer", policy.MoveRecord, p.moveAnswer)
	m.Page("POST /moves/{id}/redate", policy.MoveRedate, p.moveRedate)
	m.Page("GET /moves/{id}/receipt.pdf", policy.MoveRecord, p.moveReceipt)

	m.Page("GET /arrivals", policy.MoveAccept, p.arrivals)
	m.Page("GET /arrivals/{id}", policy.MoveAccept, p.arrival)
	m.Page("POST /arrivals/{id}/{act}", policy.MoveAccept, p.arrivalDo)

	m.Page("GET /rules", policy.RuleRead, p.rules)
	m.Page("GET /rules/{case}", policy.RulePropose, p.ruleForm)
	m.Page("POST /rules/{case}", policy.RulePropose, p.rulePropose)
	m.Page("POST /rule-proposals/{id}/approve", policy.RuleDecide, p.ruleApprove)
	m.Page("POST /rule-proposals/{id}/refuse", policy.RuleDecide, p.ruleRefuse)

	m.Page("GET /rights", policy.RightRead, p.rights)
	m.Page("GET /households/{id}/rights", policy.RightRead, p.book)
	m.Page("GET /households/{id}/rights/new", policy.RightEnter, p.rightNew)
	m.Page("POST /households/{id}/rights", policy.RightEnter, p.rightEnter)
	m.Page("GET /rights/{id}/{act}", policy.RightCorrect, p.rightAct)
	m.Page("POST /rights/{id}/{act}", policy.RightCorrect, p.rightDo)
	m.Page("GET /findings", policy.RightRead, p.findings)
	m.Page("GET /findings/{id}", policy.RightRead, p.finding)
	m.Page("POST /findings/{id}/answer", policy.FindingAnswer, p.findingAnswer)
	p.acceptingPages(m)
	m.Page("GET /routes", policy.RouteRead, p.routes)
	m.Page("GET /routes/new", policy.RoutePropose, p.routeNew)
	m.Page("POST /routes/new", policy.RoutePropose, p.routePropose)
	m.Page("GET /routes/{kind}/{side}", policy.RoutePropose, p.routeForm)
	m.Page("POST /routes/{kind}/{side}", policy.RoutePropose, p.routePropose)
	m.Page("POST /route-proposals/{id}/approve", policy.RouteDecide, p.routeApprove)
	m.Page("POST /route-proposals/{id}/refuse", policy.RouteDecide, p.routeRefuse)

	m.Page("GET /flows", policy.LedgerRead, p.flows)
	m.Page("POST /flows/export", policy.LedgerExport, p.flowExport)
	m.Page("GET /flows/matrix", policy.FlowRead, p.flowMatrix)
	m.Page("POST /flows/matrix/export", policy.LedgerExport, p.matrixExport)

	m.Page("GET /divisions", policy.DivisionRead, p.divisions)
	m.Page("GET /divisions/{code}", policy.DivisionRead, p.division)
	m.Page("GET /divisions/act", policy.DivisionAdjust, p.adjustForm)
	m.Page("POST /divisions/act", policy.DivisionAdjust, p.adjustRecord)

	m.Page("GET /booklets", policy.BookletRead, p.booklets)
	m.Page("POST /booklets", policy.BookletApply, p.bookletApply)
	m.Page("GET /booklets/check", policy.BookletFind, p.codeForm)
	m.Page("POST /booklets/check", policy.BookletFind, p.codeFind)
	m.Page("GET /booklets/{id}", policy.BookletRead, p.booklet)
	m.Page("GET /booklets/{id}/preview.pdf", policy.BookletRead, p.bookletPreview)
	m.Page("GET /booklets/{id}/booklet.pdf", policy.BookletRead, p.bookletPDF)
	m.Page("POST /booklets/{id}/approve", policy.BookletApprove, act("/booklets/", "approved", p.bookletAgain, p.Booklets.Approve))
	m.Page("POST /booklets/{id}/return", policy.BookletReturn, say("/booklets/", "returned", "reason", p.bookletAgain, p.Booklets.Return))
	m.Page("POST /booklets/{id}/reapply", policy.BookletApply, act("/booklets/", "applied", p.bookletAgain, p.Booklets.Reapply))
	m.Page("POST /booklets/{id}/make", policy.BookletMake, act("/booklets/", "made", p.bookletAgain, p.Booklets.Make))
	m.Page("POST /booklets/{id}/verify", policy.BookletVerify, act("/booklets/", "verified", p.bookletAgain, p.Booklets.Verify))
	m.Page("POST /booklets/{id}/check", policy.BookletCheck, act("/booklets/", "checked", p.bookletAgain, p.Booklets.Check))
	m.Page("POST /booklets/{id}/lost", policy.BookletReportLost, say("/booklets/", "lost", "told", p.bookletAgain, p.Booklets.ReportLost))
	m.Page("POST /booklets/{id}/replace", policy.BookletReplace, p.bookletReplace)
	m.Page("POST /booklets/{id}/cancel", policy.BookletCancel, p.bookletCancel)
	m.Page("POST /booklets/{id}/print", policy.BookletPrint, p.bookletPrint)
	m.Page("GET /batches", policy.BookletPrint, p.batches)
	m.Page("POST /batches", policy.BookletPrint, p.batchStart)
	m.Page("GET /batches/{id}", policy.BookletPrint, p.batch)
	m.Page("GET /batches/{id}/{part}", policy.BookletPrint, p.batchPart)
	m.Page("POST /printers", policy.PrinterSet, p.printerSet)
	m.Page("POST /booklets/{id}/hand-over", policy.BookletHandOver, say("/booklets/", "issued", "received_by", p.bookletAgain, p.Booklets.HandOver))

	m.Page("GET /baseline", policy.BaselineRead, p.baselines)
	m.Page("POST /baseline", policy.BaselineStart, p.baselineStart)
	m.Page("GET /baseline/{id}", policy.BaselineRead, p.baseline)
	m.Page("GET /baseline/{id}/list", policy.BaselineRead, p.baselineList)
	m.Page("POST /baseline/{id}/{act}", policy.BaselineSign, p.baselineSay)

	m.Page("GET /requests", policy.RequestRead, p.requests)
	m.Page("GET /requests/new", policy.RequestAsk, p.requestForm)
	m.Upload("POST /requests", policy.RequestAsk, p.requestAsk)
	m.Page("GET /requests/{id}", policy.RequestRead, p.request)
	m.Page("POST /requests/{id}/approve", policy.RequestApprove, act("/requests/", "request_approved", p.requestAgain, p.Requests.Approve))
	m.Page("POST /requests/{id}/refuse", policy.RequestRefuse, say("/requests/", "refused", "reason", p.requestAgain, p.Requests.Refuse))
	m.Page("POST /requests/{id}/withdraw", policy.RequestWithdraw, act("/requests/", "withdrawn", p.requestAgain, p.Requests.Withdraw))
	m.Page("POST /requests/{id}/acknowledge", policy.RequestAcknowledge, p.requestAcknowledge)
	m.Page("POST /requests/{id}/number", policy.RequestApprove, p.requestNumber)
	m.Page("GET /requests/{id}/scans/{scan}", policy.RequestRead, p.requestScan)

	m.Page("GET /imports", policy.FileImport, p.imports)
	m.Upload("POST /imports", policy.FileImport, p.importUpload)
	m.Page("GET /imports/{id}", policy.FileImport, p.importShow)
	m.Page("POST /imports/{id}/run", policy.FileImport, p.importRun)
	m.Page("POST /imports/{id}/columns", policy.FileImport, p.importName)
	m.Page("GET /imports/{id}/report.xlsx", policy.FileImport, p.importReport)
	m.Page("GET /imports/{id}/corrections.xlsx", policy.FileImport, p.importCorrections)
	m.Page("GET /reconcile", policy.FactReconcile, p.reconcile)
	m.Page("POST /reconcile", policy.FactReconcile, p.reconcileAll)
	m.Page("POST /reconcile/{id}", policy.FactReconcile, p.reconcileOne)
	m.Page("GET /households/{id}/sources", policy.HouseholdRead, p.sources)

	m.Page("GET /matters", policy.MatterRead, p.matters)
	m.Page("GET /matters/new", policy.MatterReport, p.reportForm)
	m.Upload("POST /matters", policy.MatterReport, p.report)
	m.Page("GET /matters/{id}", policy.MatterRead, p.matter)
	m.Page("GET /matters/{id}/{act}", policy.MatterRead, p.matterActForm)
	m.Page("GET /matters/{id}/photos/{photo}", policy.MatterRead, p.matterPhoto)
	m.Page("GET /matters/{id}/photos/{photo}/redact", policy.MatterRedact, p.redactForm)
	m.Page("POST /matters/{id}/photos/{photo}/redact", policy.MatterRedact, p.redact)
	m.Upload("POST /matters/{id}/{act}", policy.MatterComment, p.matterAct)
	m.Page("GET /orders", policy.MatterSupervise, p.orders)
	m.Page("GET /orders/{id}/order.pdf", policy.MatterRead, p.orderPDF)
	m.Page("POST /orders/{id}/answer", policy.OrderAnswer, p.orderAnswer)
	m.Page("POST /orders/{id}/close", policy.OrderClose, p.orderClose)
	m.Page("POST /orders/{id}/return", policy.OrderReturn, p.orderReturn)
	m.Page("POST /orders/{id}/sign", policy.OrderSign, p.orderDo("order_signed", (*matter.Service).SignOrder))
	m.Page("POST /orders/{id}/remind", policy.OrderRemind, p.orderDo("order_reminded", (*matter.Service).RemindOrder))
	m.Page("POST /orders/{id}/receive", policy.WarningReceive, p.orderDo("order_received", (*matter.Service).Receive))

	m.Page("GET /terms", policy.TermRead, p.terms)
	m.Page("GET /terms/{kind}", policy.TermPropose, p.termForm)
	m.Page("POST /terms/{kind}", policy.TermPropose, p.termPropose)
	m.Page("POST /term-changes/{id}/approve", policy.TermDecide, p.termApprove)
	m.Page("POST /term-changes/{id}/refuse", policy.TermDecide, p.termRefuse)
	m.Page("GET /categories", policy.CategoryRead, p.categories)
	m.Page("GET /categories/new", policy.CategoryPropose, p.categoryForm)
	m.Page("POST /categories/new", policy.CategoryPropose, p.categoryPropose)
	m.Page("GET /categories/{code}", policy.CategoryPropose, p.categoryForm)
	m.Page("POST /categories/{code}", policy.CategoryPropose, p.categoryPropose)
	m.Page("POST /category-changes/{id}/approve", policy.CategoryDecide, p.categoryApprove)
	m.Page("POST /category-changes/{id}/refuse", policy.CategoryDecide, p.categoryRefuse)
	m.Page("GET /calendar", policy.TermRead, p.calendar)
	m.Page("POST /calendar", policy.CalendarImport, p.calendarImport)

	m.Page("GET /board", policy.FiguresRead, p.board)
	m.Page("GET /board/list", policy.MatterRead, p.boardList)
	m.Page("GET /board/helped", policy.FiguresRead, p.boardHelped)
	m.Page("GET /board/frame", policy.FiguresRead, p.boardFrame)
	m.Page("GET /board/public", policy.FiguresRead, p.boardPublic)
	m.Page("GET /board/screen", policy.FiguresRead, p.boardScreen)
	m.Page("GET /board/live", policy.FiguresRead, p.boardLive)
	m.Page("GET /board/brief.pdf", policy.FiguresRead, p.boardBrief)

	m.Page("GET /elections", policy.ElectionFollow, p.elections)
	m.Page("POST /elections", policy.ElectionOpen, p.electionOpen)
	m.Page("GET /elections/{id}", policy.ElectionFollow, p.election)
	m.Page("POST /elections/{id}/{act}", policy.ElectionFollow, p.electionAct)
	m.Page("POST /elections/{id}/objections/{objection}", policy.ElectionDecide, p.electionDecide)
	m.Page("GET /elections/{id}/list.pdf", policy.ElectionFollow, p.electionPDF)
	m.Page("GET /elections/{id}/list.xlsx", policy.ElectionFollow, p.electionXLSX)
	m.Page("GET /elections/{id}/people/{person}", policy.ElectionRead, p.elector)
	m.Page("POST /elections/{id}/people/{person}/{act}", policy.ElectionRead, p.electorAct)
	m.Page("GET /elections/{id}/people/{person}/notice.pdf", policy.ElectionRead, p.electorNotice)

	m.Page("GET /mediations", policy.MediationRead, p.mediations)
	m.Page("GET /mediations/new", policy.MediationStart, p.mediationForm)
	m.Page("POST /mediations", policy.MediationStart, p.mediationStart)
	m.Page("GET /mediations/{id}", policy.MediationRead, p.mediation)
	m.Page("POST /mediations/{id}/{act}", policy.MediationRecord, p.mediationAct)
	m.Page("GET /mediations/{id}/agreement.pdf", policy.MediationRead, p.mediationPDF)

	p.networkPages(m)
	p.planPages(m)
	p.communityPages(m)
	m.Page("GET /grids", policy.GridRead, p.grids)
	m.Page("GET /grids/without", policy.HouseholdRead, p.gridless)
	m.Page("GET /accounts", policy.AccountRead, p.accounts)
	m.Page("POST /accounts/{id}/reset", policy.AccountReset, p.accountReset)
	m.Page("GET /accounts/{id}", policy.PostAppoint, p.posts)
	m.Page("POST /accounts/{id}/posts", policy.PostAppoint, p.appoint)
	m.Page("POST /accounts/{id}/posts/{post}/end", policy.PostAppoint, p.postEnd)
	m.Page("GET /phones", policy.PhoneEnrol, p.phones)
	m.Page("POST /phones/{id}", policy.PhoneEnrol, p.phoneEnrol)
	m.Page("POST /phones/{id}/revoke", policy.PhoneEnrol, p.phoneRevoke)
	m.Page("GET /audit", policy.AuditRead, p.looks)
	m.Page("POST /audit/verify", policy.AuditVerify, p.verifyLogs)

	if p.Clock != nil {
		m.Page("POST /demo/clock", policy.ClockMove, m.MoveClock(p.Clock, "/"))
		m.Open("GET /ui", p.gallery)
	}
	m.Missing("/")
	return m
}

// frame is what every office page shows around its content.
func (p *Pages) frame(r *http.Request, s *gate.Session, title, current string) ui.OfficeArgs {
	o := ui.OfficeArgs{
		PageArgs: ui.PageArgs{Title: title, County: p.Gate.County, CSRF: s.CSRF, Who: s.Actor.Account, From: s.From, Elder: p.Gate.Elder(r)},
		User:     p.user(s),
	}
	o.Demo = s.Banner("/demo/clock")
	for _, g := range menu {
		var items []ui.MenuItem
		for _, e := range g.items {
			if e.may != "" && !policy.May(s.Actor, e.may) || e.only != nil && !e.only(s.Actor) {
				continue
			}
			items = append(items, ui.MenuItem{Label: i18n.T("staff.menu." + e.key), Href: e.href, Icon: e.icon, Current: e.href == current}) //i18n:dynamic staff.menu.
		}
		if len(items) == 0 {
			continue
		}
		here := false
		for _, i := range items {
			here = here || i.Current
		}
		o.Menu = append(o.Menu, ui.MenuItem{Label: i18n.T("staff.menu." + g.key), Href: items[0].Href, Current: here})
		if here || current == "/" { // from the work table everything is one click away
			o.Side = append(o.Side, ui.MenuGroup{Label: i18n.T("staff.menu." + g.key), Items: items})
		}
	}
	if text := s.Tell(); text != "" {
		o.Notices = append(o.Notices, ui.NoticeArgs{Tone: ui.Warn, Text: text, Dismiss: true})
	}
	if s := done(r); s != "" {
		o.Notices = append(o.Notices, ui.NoticeArgs{Tone: ui.Good, Text: s, Dismiss: true})
	}
	return o
}

func (p *Pages) user(s *gate.Session) ui.UserArgs {
	u := ui.UserArgs{Name: s.Actor.Name, Post: s.Actor.Office + " · " + gate.Kind(s.Actor.Kind), SwitchURL: "/post", OutURL: "/sign-out",
		Links: []ui.LinkArgs{{Label: i18n.T("staff.me.title"), Href: "/me"}, {Label: i18n.T("staff.record.own"), Href: "/me/acts"}, {Label: i18n.T("staff.me.password"), Href: "/me/password"}}}
	if strings.HasPrefix(s.Actor.Office, gate.Kind(s.Actor.Kind)) {
		u.Post = s.Actor.Office
	}
	for _, k := range s.Kinds {
		if k != s.Actor.Kind {
			u.Posts = append(u.Posts, ui.Option{Value: string(k), Label: gate.Kind(k)})
		}
	}
	return u
}

// doneKeys are what a page may say after a redirect.
var doneKeys = []string{"approved", "returned", "made", "issued", "applied", "answered", "order_closed", "running", "reviewed", "different", "merged", "unmerged", "named", "settled", "password", "totp", "revoked", "appointed", "ended", "move_answered", "move_redated", "arrival_accept", "arrival_return", "arrival_mend", "arrival_withdraw", "asked", "request_approved", "refused", "withdrawn", "saved", "signed", "disputed", "adjusted", "mediation_started", "recorded",
	"plan_drafted", "plan_changed", "plan_submitted", "plan_withdrawn", "plan_approved", "plan_undone", "plan_taken",
	"verified", "checked", "lost", "replaced", "cancelled", "proposed", "rule_approved", "rule_refused", "accepting_approved", "accepting_refused", "noticed", "order_returned", "order_signed", "order_reminded", "order_received",
	"away", "back", "noted", "offered", "taken", "duty_approved", "duty_refused", "placed", "taken_back", "paired", "unpaired", "participant", "answered_task", "released", "founded",
	"address_approved", "address_refused", "protected", "lift_asked", "lifted", "protection_kept",
	"founding_proposed", "founding_consented", "founding_done", "founding_refused", "form_set",
	"election_opened", "election_draw", "election_enter", "election_publish", "election_object", "election_decided", "election_finish",
	"right_entered", "right_correct", "right_change", "right_end", "right_reopen", "finding_answered"}

func done(r *http.Request) string {
	for _, k := range doneKeys {
		if r.URL.Query().Get("done") == k {
			return i18n.T("staff.done." + k) //i18n:dynamic staff.done.
		}
	}
	return ""
}
