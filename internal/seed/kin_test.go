package seed

import (
	"fmt"

	"anju/internal/db"
)

// families holds that the families could be those of a county.
func families(tx *db.Tx) error {
	for _, c := range []struct {
		what        string
		least, most int64
		query       string
	}{
		{"two of one name in a household", 0, 0, `select count(*) from (select s.household_id from spell s join person p on p.id = s.person_id
			where s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31' and s.household_id <> '' and s.relation <> '99' group by s.household_id, p.name having count(*) > 1) x`},
		{"mothers of a child of the head who were not grown", 0, 0, pairs("'12'", "'20', '30'", 17)},
		{"grandchildren as old as a child", 0, 0, `select count(*) from (` + pairs("'20', '30'", "'41', '42'", 16) + ` group by b.person_id having count(*) =
			(select count(*) from spell c where c.household_id = min(a.household_id) and c.kind = 'registered' and c.superseded_at = 0 and c.valid_to = '9999-12-31' and c.relation in ('20', '30'))) x`},
		{"grandchildren as old as their mother", 0, 0, pairs("'38'", "'41', '42'", 16)},
		{"daughters-in-law", 1, 1 << 30, `select count(*) from spell where kind = 'registered' and superseded_at = 0 and valid_to = '9999-12-31' and relation = '38'`},
		{"people of another nation than the Han", 1, 1 << 30, `select count(*) from person where ethnicity <> '01'`},
		{"flats too large for those they were given to", 0, 0, `select count(*) from (select h.id from house h join spell s on s.house_id = h.id where h.use = 'resettlement'
			and s.kind = 'living' and s.superseded_at = 0 and s.valid_to = '9999-12-31' group by h.id, h.area having h.area > 25 * count(*) and h.area > 50) x`},
	} {
		n, err := db.One[int64](tx, c.query)
		if err != nil {
			return fmt.Errorf("%s: %w", c.what, err)
		}
		if n < c.least || n > c.most {
			return fmt.Errorf("%s: %d", c.what, n)
		}
	}
	return nil
}

// pairs counts two of a household of whom the older is hardly older.
func pairs(older, younger string, years int) string {
	return fmt.Sprintf(`select count(*) from spell a join spell b on b.household_id = a.household_id and b.kind = 'registered' and b.superseded_at = 0 and b.valid_to = '9999-12-31'
		join person p on p.id = a.person_id join person c on c.id = b.person_id
		where a.kind = 'registered' and a.superseded_at = 0 and a.valid_to = '9999-12-31' and a.household_id <> '' and a.relation in (%s) and b.relation in (%s)
		and cast(substr(c.birth, 1, 4) as integer) - cast(substr(p.birth, 1, 4) as integer) < %d`, older, younger, years)
}
