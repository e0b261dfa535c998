package grid

import (
	"fmt"
	"regexp"
	"strings"

	"anju/internal/db"
)

// Locate finds the grid of an address within a village: by the building whose
// name stands in it, or else by the group it names. It returns the scope path
// (the village with no grid where nothing fits), the group and the building.
func Locate(tx *db.Tx, village, address string) (path, group, building string, err error) {
	parts, err := partsIn(tx, village)
	if err != nil {
		return "", "", "", err
	}
	path, group, building = locate(parts, village, address)
	return path, group, building, nil
}

// A Map is what the grids of villages are made of, read once: for whoever
// locates many addresses in one transaction.
type Map struct{ parts map[string][]Part }

// Locate is Locate of the package, asking the database once for each village.
func (m *Map) Locate(tx *db.Tx, village, address string) (path, group, building string, err error) {
	parts, ok := m.parts[village]
	if !ok {
		if parts, err = partsIn(tx, village); err != nil {
			return "", "", "", err
		}
		if m.parts == nil {
			m.parts = map[string][]Part{}
		}
		m.parts[village] = parts
	}
	path, group, building = locate(parts, village, address)
	return path, group, building, nil
}

// locate is the rule: a building that the address names whole goes before a
// group, and the longer name before the shorter.
func locate(parts []Part, village, address string) (path, group, building string) {
	text := strings.Join(strings.Fields(address), "")
	group = GroupOf(text)
	path = village + NoGrid
	for _, p := range parts {
		switch {
		case p.Building != "" && names(text, p.Building):
			if len(p.Building) > len(building) {
				path, building = p.Grid, p.Building
			}
		case p.Building == "" && building == "" && p.GroupNo == group && group != "":
			path = p.Grid
		}
	}
	return path, group, building
}

// names reports whether a text names a building whole: 1号楼 does not stand in
// 11号楼.
func names(text, building string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], building)
		if i < 0 {
			return false
		}
		i += from
		if i == 0 || !digit(building[0]) || !digit(text[i-1]) {
			return true
		}
		from = i + len(building)
	}
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

var groupText = regexp.MustCompile(`([0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:村民|居民)?(?:小)?组`)

// GroupOf is the number of the group an address names, two digits, or "".
func GroupOf(address string) string {
	m := groupText.FindStringSubmatch(address)
	if m == nil {
		return ""
	}
	n := 0
	if m[1][0] < 0x80 {
		fmt.Sscanf(m[1], "%d", &n)
	} else {
		n = chineseNumber(m[1])
	}
	return fmt.Sprintf("%02d", n)
}

// chineseNumber reads 一 to 九十九.
func chineseNumber(s string) int {
	n, last := 0, 0
	for _, r := range s {
		if r == '十' {
			n += max(last, 1) * 10
			last = 0
			continue
		}
		last = strings.IndexRune("零一二三四五六七八九", r) / 3
	}
	return n + last
}
