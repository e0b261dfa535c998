package staff

import (
	"anju/internal/actor"
	"anju/internal/policy"
	"anju/internal/web/ui"
)

type menuEntry struct {
	key, href string
	icon      ui.Icon
	may       policy.Action
	only      func(actor.Actor) bool
}

var menu = []struct {
	key   string
	items []menuEntry
}{
	{"work", []menuEntry{{"work", "/", ui.IconHome, "", nil}}},
	{"register", []menuEntry{
		{"residents", "/residents", ui.IconPeople, policy.HouseholdRead, nil},
		{"booklets", "/booklets", ui.IconBook, policy.BookletRead, func(a actor.Actor) bool {
			return policy.May(a, policy.BookletMake) || policy.May(a, policy.BookletApprove)
		}},
		{"arrivals", "/arrivals", ui.IconMove, policy.MoveAccept, nil},
		{"rules", "/rules", ui.IconFile, policy.RuleRead, nil},
		{"rights", "/rights", ui.IconBook, policy.RightRead, nil},
		{"findings", "/findings", ui.IconSwap, policy.RightRead, nil},
		{"routes", "/routes", ui.IconBuilding, policy.RouteRead, nil},
		{"accepting", "/accepting", ui.IconFile, policy.AcceptingRead, nil},
		{"code", "/booklets/check", ui.IconShield, policy.BookletFind, nil},
		{"flows", "/flows", ui.IconFlow, policy.LedgerRead, nil},
		{"matrix", "/flows/matrix", ui.IconChart, policy.FlowRead, nil},
		{"divisions", "/divisions", ui.IconMap, policy.DivisionRead, nil},
		{"communities", "/communities", ui.IconBuilding, policy.CommunityRead, func(a actor.Actor) bool { return !a.Kind.Admin() && a.Kind != actor.GridWorker }},
		{"elections", "/elections", ui.IconPeople, policy.ElectionFollow, nil},
		{"requests", "/requests", ui.IconFile, policy.RequestRead, nil},
		{"baseline", "/baseline", ui.IconChart, policy.BaselineRead, nil},
		{"houses", "/houses", ui.IconHouse, policy.HouseChange, nil},
		{"addresses", "/addresses", ui.IconMap, policy.AddressRead, nil},
		{"protections", "/protections", ui.IconShield, policy.ProtectionRead, nil},
		{"organisations", "/organisations", ui.IconBuilding, policy.OrganisationRead, nil},
		{"imports", "/imports", ui.IconImport, policy.FileImport, nil},
		{"reconcile", "/reconcile", ui.IconSwap, policy.FactReconcile, nil},
		{"duplicates", "/duplicates", ui.IconPeople, policy.DuplicateDecide, nil},
		{"reviews", "/reviews", ui.IconInbox, policy.ReviewDecide, nil},
	}},
	{"network", []menuEntry{
		{"matters", "/matters", ui.IconMatter, policy.MatterRead, func(a actor.Actor) bool { return !a.Kind.Admin() }},
		{"orders", "/orders", ui.IconOrder, policy.MatterSupervise, nil},
		{"mediations", "/mediations", ui.IconPeople, policy.MediationRead, nil},
		{"visits", "/visits", ui.IconVisit, policy.VisitRead, nil},
		{"board", "/board", ui.IconChart, policy.FiguresRead, nil},
		{"terms", "/terms", ui.IconClock, policy.TermRead, func(a actor.Actor) bool { return !a.Kind.Admin() }},
		{"categories", "/categories", ui.IconFile, policy.CategoryRead, func(a actor.Actor) bool { return policy.May(a, policy.CategoryPropose) }},
		{"grids", "/grids", ui.IconGrid, policy.GridRead, nil},
		{"gridless", "/grids/without", ui.IconGrid, policy.HouseholdRead, func(a actor.Actor) bool { return policy.May(a, policy.VisitRead) }},
		{"plans", "/plans", ui.IconMap, policy.RegridRead, nil},
		{"phones", "/phones", ui.IconPhone, policy.PhoneEnrol, nil},
	}},
	{"team", []menuEntry{
		{"network_posts", "/posts", ui.IconPeople, policy.NetworkRead, nil},
		{"vacancies", "/posts/vacancies", ui.IconPerson, policy.VacancyRead, nil},
		{"network_check", "/posts/check", ui.IconShield, policy.NetworkCheck, nil},
		{"hand_overs", "/hand-overs", ui.IconInbox, policy.HandOverRead, nil},
		{"duties", "/duties", ui.IconFile, policy.DutyRead, nil},
		{"work_grids", "/work-grids", ui.IconPhone, policy.WorkGridEnter, nil},
		{"grid_routes", "/grid-routes", ui.IconSwap, policy.GridRouteRead, nil},
		{"mass", "/mass", ui.IconPeople, policy.MassRead, nil},
		{"branches", "/branches", ui.IconPeople, policy.BranchRead, nil},
		{"reserve", "/reserve", ui.IconPerson, policy.ReserveRead, nil},
		{"pairs", "/pairs", ui.IconHouse, policy.PairRead, nil},
		{"tasks", "/tasks", ui.IconInbox, policy.TaskRead, nil},
	}},
	{"system", []menuEntry{
		{"accounts", "/accounts", ui.IconPerson, policy.AccountRead, func(a actor.Actor) bool { return policy.May(a, policy.AccountReset) }},
		{"calendar", "/calendar", ui.IconCalendar, policy.CalendarImport, nil},
		{"terms", "/terms", ui.IconClock, policy.CalendarImport, nil},
		{"audit", "/audit", ui.IconLog, policy.AuditRead, nil},
	}},
}
