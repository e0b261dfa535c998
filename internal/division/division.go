// Package division keeps the administrative divisions (行政区划) of the county:
// towns, villages and communities, their groups, and the resettlement sites,
// keyed by the 12-digit statistical code. Names are no keys: 清风社区 and 清风村
// lie in one town. A code that was valid once still resolves.
package division

import "anju/internal/calendar"

// A Level is a rank of division.
type Level string

const (
	County  Level = "county"
	Town    Level = "town"
	Village Level = "village"
)

// A Kind says which law a village-level unit lives under.
type Kind string

const (
	ResidentsCommittee Kind = "residents_committee" // 居委会: 城市居民委员会组织法
	CommunityVillage   Kind = "community_village"   // 社区村委会: code from 200, the village law applies
	VillageCommittee   Kind = "village_committee"   // 村委会: 村民委员会组织法
)

// Classes are what a community counts as: 城市社区, 城镇社区, 农村社区.
var Classes = []string{"urban", "town", "rural"}

// ClassOf is what a community counts as unless the county says otherwise: under
// the village law rural, in the county's seat urban, else of a town.
func ClassOf(code string, k Kind) string {
	switch {
	case k == CommunityVillage:
		return "rural"
	case k != ResidentsCommittee:
		return ""
	case len(code) == 12 && code[6:9] == "100":
		return "urban"
	}
	return "town"
}

// A Division is one division during the time it was valid.
type Division struct {
	Code       string        `db:"code" record:"track"`
	Name       string        `db:"name" record:"track"`
	Parent     string        `db:"parent" record:"track"`
	Level      Level         `db:"level" record:"track"`
	Kind       Kind          `db:"kind" record:"track"`  // villages only
	Class      string        `db:"class" record:"track"` // communities only: urban, town, rural
	ValidFrom  calendar.Date `db:"valid_from" record:"track"`
	ValidTo    calendar.Date `db:"valid_to" record:"track"`
	ReplacedBy string        `db:"replaced_by" record:"track"`
	Document   string        `db:"document" record:"track"`
}

// A Group is a villagers' or residents' group (村民小组), below the 12 digits.
type Group struct {
	Village    string        `db:"village" record:"track"`
	No         string        `db:"no" record:"track"` // "01", …
	Name       string        `db:"name" record:"track"`
	ValidFrom  calendar.Date `db:"valid_from" record:"track"`
	ValidTo    calendar.Date `db:"valid_to" record:"track"`
	ReplacedBy string        `db:"replaced_by" record:"track"`
	Document   string        `db:"document" record:"track"`
}

// A Site is a resettlement site (集中安置区) within a village or community.
type Site struct {
	ID        string        `db:"id" record:"ignore"`
	Village   string        `db:"village" record:"track"`
	Name      string        `db:"name" record:"track"`
	Founding  string        `db:"founding" record:"track"` // 整村划转, 整村划分, 分村组建, 撤组成立
	OpenedOn  calendar.Date `db:"opened_on" record:"track"`
	Fictional int64         `db:"fictional" record:"track"` // 1: invented for the demonstration county
}
