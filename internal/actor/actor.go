// Package actor says who is asking. Every method that changes or reveals data
// takes an Actor as its second argument, so "who asked?" is answered by the
// compiler. An actor acts in one kind of post at a time (a person with several
// hats changes hats in the page header), over every area held in that post.
package actor

import "strings"

// A Kind is a kind of post. See policy for what each may do.
type Kind string

// The five levels of the people network (五级网格员).
const (
	GridWorker    Kind = "grid_worker"    // 1 网格员 (信息员)
	GridLeader    Kind = "grid_leader"    // 2 网格长 (初调员)
	SectionLeader Kind = "section_leader" // 3 网格片长 (调解员)
	GeneralLeader Kind = "general_leader" // 4 网格总长 (化解员): town Party secretary
	Chief         Kind = "chief"          // 5 总网格长 (终结员): county leader
)

// The other business posts.
const (
	Registrar    Kind = "registrar"     // 派出所户籍民警
	StationHead  Kind = "station_head"  // 派出所所长: approves booklets
	CountyPolice Kind = "county_police" // 县公安局户政: makes booklets, decides tracks
	VillageClerk Kind = "village_clerk" // 村(社区)工作人员
	TownWindow   Kind = "town_window"   // 镇便民服务窗口
	TownCentre   Kind = "town_centre"   // 镇综治中心
	CountyCentre Kind = "county_centre" // 县综治中心
	CivilAffairs Kind = "civil_affairs" // 县民政局
	Agriculture  Kind = "agriculture"   // 县农业农村局
	Justice      Kind = "justice"       // 县司法局
)

// The party-building line (“党建+”). They are posts of no level and see what
// they are asked for.
const (
	BranchSecretary Kind = "branch_secretary" // 网格党支部书记
	PartyMember     Kind = "party_member"     // 党员
)

// The three administrators (三员分立). None of them sees business data, and no
// account holds two of them, or one of them and a business post.
const (
	SystemAdmin   Kind = "system_admin"   // accounts, posts, grids
	SecurityAdmin Kind = "security_admin" // permissions, keys, settings
	AuditAdmin    Kind = "audit_admin"    // the access log
)

// System is the kind of a background job.
const System Kind = "system"

// Public is the kind of somebody without an account. It is no post.
const Public Kind = "public"

// Kinds lists every kind of post a person can hold, in the order of the
// permission matrix.
var Kinds = []Kind{
	GridWorker, GridLeader, SectionLeader, GeneralLeader, Chief,
	Registrar, StationHead, CountyPolice, VillageClerk, TownWindow, TownCentre, CountyCentre,
	CivilAffairs, Agriculture, Justice, BranchSecretary, PartyMember,
	SystemAdmin, SecurityAdmin, AuditAdmin,
}

// Level is the level in the people network, 1 to 5, or 0.
func (k Kind) Level() int {
	switch k {
	case GridWorker:
		return 1
	case GridLeader:
		return 2
	case SectionLeader:
		return 3
	case GeneralLeader:
		return 4
	case Chief:
		return 5
	}
	return 0
}

// AtLevel is the kind of post of a level of the people network.
func AtLevel(level int) Kind {
	switch level {
	case 1:
		return GridWorker
	case 2:
		return GridLeader
	case 3:
		return SectionLeader
	case 4:
		return GeneralLeader
	default:
		return Chief
	}
}

// Admin reports whether k is one of the three administrators.
func (k Kind) Admin() bool { return k == SystemAdmin || k == SecurityAdmin || k == AuditAdmin }

// Police reports whether k is a post of the police.
func (k Kind) Police() bool { return k == Registrar || k == StationHead || k == CountyPolice }

// An Actor is a signed-in person in one kind of post, or the system itself.
type Actor struct {
	Account string   // account id, or "system:<job>"
	Name    string   // as written in the record
	Kind    Kind     // the kind of post acted in
	Paths   []string // the areas it is held over: division codes (6, 9, 12 digits) or grid codes (15)
	Office  string   // as shown to the resident who asks who looked
}

// ForSystem returns the actor of a background job. It is named, and shows in
// the record.
func ForSystem(job string) Actor {
	return Actor{Account: "system:" + job, Name: job, Kind: System, Paths: []string{""}, Office: "system"}
}

// ForPublic returns the actor of somebody without an account. The record says
// so, and nothing else of who it was.
func ForPublic() Actor {
	return Actor{Account: "public", Name: "public", Kind: Public, Office: "public"}
}

// Over reports whether the actor's post covers path.
func (a Actor) Over(path string) bool {
	for _, p := range a.Paths {
		if strings.HasPrefix(path, p) && (p != "" || a.Kind == System) {
			return true
		}
	}
	return false
}
