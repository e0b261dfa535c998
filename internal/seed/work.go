package seed

import (
	"fmt"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/residence"
)

// workContacts are whom to call where people work outside the county; all are
// invented.
var workContacts = []struct{ path, name, place, contact, organisation string }{
	{"320583", "昆山务工网格", "江苏省昆山市", "邓长安", "昆山电子厂（虚构）"},
	{"440300", "深圳务工网格", "广东省深圳市", "柯远航", "深圳服装厂（虚构）"},
}

// work gives the first villages working grids outside the county, with whom to
// call there and some of the households whose people work there.
func (n *networker) work() error {
	villages, _, err := n.grids()
	if err != nil {
		return err
	}
	for i, v := range villages[:min(3, len(villages))] {
		clerk, err := n.who("cgb"+v[6:], actor.VillageClerk)
		if err != nil {
			return err
		}
		for k, c := range workContacts {
			phone := fmt.Sprintf("1540%07d", 9000000+10*i+k) // of a range that was never assigned
			g, err := n.grid.EnterWork(n.ctx, clerk, "", grid.WorkGrid{Village: v, Name: c.name, Place: c.place},
				grid.Contact{Name: c.contact, Organisation: c.organisation, Phone: phone, ValidFrom: "2025-03-01"})
			if err != nil {
				return err
			}
			ids, err := n.away(v, c.path)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if _, err := n.grid.BindWork(n.ctx, clerk, "", id, g.Code, "2025-03-01"); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// away are some households that live in a village, all of whose places may be
// known, and of which somebody works at a place outside the county.
func (n *networker) away(village, path string) (ids []household.ID, err error) {
	err = n.d.Read(n.ctx, func(tx *db.Tx) error {
		all, err := db.All[household.ID](tx, `select w.household_id from tie w join tie l on l.household_id = w.household_id and l.relation = $1 and l.superseded_at = 0 and l.valid_to = '9999-12-31'
			where w.relation = 'working' and w.path = $2 and w.superseded_at = 0 and w.valid_to = '9999-12-31' and l.path like $3 and l.sealed_to = '' order by w.household_id limit 8`, residence.Living, path, village+"%")
		ids = all
		return err
	})
	return ids, err
}
