package division

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
)

// edition is the statistical code list the built-in divisions come from.
const (
	edition     = calendar.Date("2023-06-30")
	editionName = "国家统计局统计用区划代码（2023年版，截至2023-06-30）"
)

//go:embed baihe-divisions.csv
var baihe string

// Builtin lists the built-in divisions: the county, its 11 towns and its 122
// villages and communities, each of known kind.
func Builtin() ([]Division, error) {
	rows, err := csv.NewReader(strings.NewReader(baihe)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read built-in divisions: %w", err)
	}
	var all []Division
	for _, r := range rows[1:] {
		d := Division{Code: r[0], Parent: r[2], Level: Level(r[3]), ValidFrom: edition, ValidTo: calendar.Forever, Document: editionName}
		if d.Level != County && d.Level != Town && d.Level != Village {
			continue // the province and the city above are only names
		}
		d.Name, d.Kind = nameAndKind(r[1], d.Level)
		d.Class = ClassOf(d.Code, d.Kind)
		all = append(all, d)
	}
	return all, nil
}

// nameAndKind splits a name as the statistical list writes it: 清风社区居委会 is
// 清风社区 under the residents' committee law, 安坪社区村委会 is 安坪社区 under the
// village law, 清风村委会 is 清风村.
func nameAndKind(full string, l Level) (string, Kind) {
	if l != Village {
		return full, ""
	}
	if n, ok := strings.CutSuffix(full, "居委会"); ok {
		return n, ResidentsCommittee
	}
	if n, ok := strings.CutSuffix(full, "社区村委会"); ok {
		return n + "社区", CommunityVillage
	}
	n, _ := strings.CutSuffix(full, "委会")
	return n, VillageCommittee
}

// Install writes the built-in divisions into an empty county. The caller
// records it.
func Install(tx *db.Tx) error {
	all, err := Builtin()
	if err != nil {
		return err
	}
	for _, d := range all {
		if err := Insert(tx, d); err != nil {
			return err
		}
	}
	return nil
}
