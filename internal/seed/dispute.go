package seed

import (
	"bytes"
	"encoding/csv"
	"errors"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/grid"
	"anju/internal/importer"
	"anju/internal/person"
	"anju/internal/policy"
)

// disagree lets the station of each village take in a list of who lives where
// that says otherwise of some people than the register: two sources, and
// somebody has to decide (两源核对).
func (n *registry) disagree(villages []string) error {
	for _, v := range villages {
		by, err := n.who("mj"+v[6:9], actor.Registrar)
		if err != nil {
			return err
		}
		var file bytes.Buffer
		if err := n.d.Read(n.ctx, func(tx *db.Tx) error { return n.list(tx, v, csv.NewWriter(&file)) }); err != nil {
			return err
		}
		if _, err := n.files.Terminal(n.ctx, by, importer.File{Kind: importer.KindResidents, Name: "实有人口核对（演示）.csv"}, bytes.NewReader(file.Bytes()), int64(file.Len()), false, nil); err != nil {
			return err
		}
	}
	return nil
}

// list writes what a station would bring: people of a village, each said to
// live where the next one does.
func (n *registry) list(tx *db.Tx, village string, out *csv.Writer) error {
	all, err := heads(tx, village)
	if err != nil {
		return err
	}
	rows := [][]string{{importer.ColID, importer.ColName, "标准地址", "村(社区)代码"}}
	for i := range max(0, len(all)-1) {
		who, err := person.Get(tx, all[i].ID)
		if err != nil {
			return err
		}
		number, err := who.Number(n.keys)
		if err != nil {
			return err
		}
		rows = append(rows, []string{number.Reveal(), who.Name, all[i+1].Address, village}) // into a file that is read at once and never kept
	}
	return out.WriteAll(rows)
}

// protect lets the police of the first community seal where one household
// lives, on a paper of the court.
func (n *registry) protect(villages []string) error {
	for _, v := range villages[:min(1, len(villages))] {
		by, err := n.who("mj"+v[6:9], actor.Registrar)
		if err != nil {
			return err
		}
		var hidden []resident
		err = n.d.Read(n.ctx, func(tx *db.Tx) (err error) { hidden, err = unseen(tx, v); return err })
		if err != nil {
			return err
		}
		if len(hidden) == 0 {
			return errors.New("nobody to protect")
		}
		_, err = n.grid.Protect(n.ctx, by, "", grid.ProtectionDraft{PersonID: hidden[0].ID, Ground: "court_order", Document: "（2026）陕0929民保令3号（演示）", ReviewOn: n.day.AddDays(180)})
		if err != nil {
			return err
		}
	}
	return nil
}

// A resident is somebody with the address they live at.
type resident struct {
	ID      person.ID `db:"person_id"`
	Address string    `db:"text"`
}

const residents = `select l.person_id, a.text from spell l join house h on h.id = l.house_id join address a on a.id = h.address_id
	join spell r on r.person_id = l.person_id and r.kind = 'registered' and r.superseded_at = 0 and r.valid_to = '9999-12-31' and r.relation = '02'
	where l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31' and l.sealed_to = '' and l.path >= $1 and l.path < $2`

// heads lists a few heads of households with an identity number, in their own
// houses.
func heads(tx *db.Tx, village string) ([]resident, error) {
	return db.All[resident](tx, residents+` and exists (select 1 from person p where p.id = l.person_id and p.number_sealed is not null)
		order by l.person_id limit 5`, village, policy.PrefixEnd(village))
}

// unseen lists heads who are registered at another address, and have no booklet,
// no matter and no request by which others know where they live.
func unseen(tx *db.Tx, village string) ([]resident, error) {
	return db.All[resident](tx, residents+` and exists (select 1 from household f where f.id = l.household_id and f.address_id <> a.id) and not exists (select 1 from booklet b where b.household_id = l.household_id)
		and not exists (select 1 from matter t where t.household_id = l.household_id)
		and not exists (select 1 from change_request c where c.household_id = l.household_id) order by l.person_id desc limit 1`, village, policy.PrefixEnd(village))
}
