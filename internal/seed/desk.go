package seed

import (
	"context"
	"fmt"

	"anju/internal/actor"
	"anju/internal/baseline"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/dwelling"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/importer"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/request"
	"anju/internal/seal"
)

// Desk gives the registry's lists something to show, each by whose work it is
// and through the doors everybody goes through: units with addresses that wait to
// be approved, changes that the community where people live asks of the police
// where they are registered, a round of finding out who is there, a list that says
// otherwise than the register, and a household whose place is protected.
func Desk(ctx context.Context, d *db.DB, keys *seal.Keys) error {
	n := &registry{networker: &networker{ctx: ctx, d: d, day: calendar.On(d.Now()), grid: &grid.Service{DB: d, Keys: keys}},
		units: &dwelling.Service{DB: d}, requests: &request.Service{DB: d, Keys: keys}, rounds: &baseline.Service{DB: d}, files: &importer.Service{DB: d, Keys: keys}, keys: keys}
	villages, _, err := n.grids()
	if err != nil {
		return err
	}
	villages = villages[:min(3, len(villages))]
	for _, step := range []struct {
		name string
		do   func(villages []string) error
	}{{"units", n.organisations}, {"requests", n.ask}, {"round", n.round}, {"sources", n.disagree}, {"protection", n.protect}} {
		if err := step.do(villages); err != nil {
			return fmt.Errorf("the desk's %s: %w", step.name, err)
		}
	}
	return nil
}

type registry struct {
	*networker
	units    *dwelling.Service
	requests *request.Service
	rounds   *baseline.Service
	files    *importer.Service
	keys     *seal.Keys
}

func (n *registry) clerk(village string) (actor.Actor, error) {
	return n.who("cgb"+village[6:], actor.VillageClerk)
}

// unitNames are of units that a resettled community has; all are invented.
var unitNames = []string{"毛绒玩具社区工厂", "电子元件社区工厂", "茶叶专业合作社", "便民超市", "物业服务站", "幸福院"}

// organisations registers some units in each village.
func (n *registry) organisations(villages []string) error {
	for i, v := range villages {
		by, err := n.clerk(v)
		if err != nil {
			return err
		}
		for k, name := range unitNames[:4+i] {
			first := fmt.Sprintf("92%sMA6EX%03dX", v[:6], 100*(i+1)+k) // an individual business; its number was never given
			draft := dwelling.OrganisationDraft{USCC: first + string(ident.USCCCheck(first)), Name: name + "（虚构）", Village: v,
				Address: fmt.Sprintf("安置区商业街%d号", 2*k+1), From: n.day.AddDays(-700 + 90*k)}
			if _, err := n.units.SaveOrganisation(n.ctx, by, "", draft); err != nil {
				return err
			}
		}
	}
	return nil
}

// A guest lives in another town than the police that keeps the register.
type guest struct {
	ID      person.ID     `db:"person_id"`
	Name    string        `db:"name"`
	Birth   calendar.Date `db:"birth"`
	Path    string        `db:"path"`
	Account string        `db:"account"`
	Clerk   string        `db:"clerk"`
}

// ask lets each community ask for changes: one waits, one was refused.
func (n *registry) ask(villages []string) error {
	for _, v := range villages {
		by, err := n.clerk(v)
		if err != nil {
			return err
		}
		var all []guest
		err = n.d.Read(n.ctx, func(tx *db.Tx) error {
			all, err = guests(tx, v)
			return err
		})
		if err != nil {
			return err
		}
		for i, g := range all {
			q := request.Question{PersonID: g.ID, Kind: request.Birth, Want: string(g.Birth.AddDays(1)), Evidence: "出生医学证明记载的日期晚一天（演示）"}
			if i%2 == 1 {
				q.Kind, q.Want, q.Evidence = request.Name, g.Name+"昌", "本人说少登记了一个字，提供毕业证复印件（演示）"
			}
			r, err := n.requests.Ask(n.ctx, by, "", q)
			if err != nil {
				return err
			}
			if i%2 == 0 {
				continue
			}
			station := actor.Actor{Account: g.Account, Name: g.Clerk, Kind: actor.StationHead, Paths: []string{g.Path[:9]}, Office: "派出所"}
			if _, err := n.requests.Refuse(n.ctx, station, "", r.ID, "毕业证不能作为姓名的依据，请本人持出生医学证明到派出所办理。"); err != nil {
				return err
			}
		}
	}
	return nil
}

// round begins a round in the first town, in which its first community has
// signed some households off and disputes one.
func (n *registry) round(villages []string) error {
	if len(villages) == 0 {
		return nil
	}
	v := villages[0]
	police, err := n.who("hz1", actor.CountyPolice)
	if err != nil {
		return err
	}
	r, err := n.rounds.Start(n.ctx, police, "", baseline.Draft{Name: "摸底核对（演示）", Path: v[:9], OpensOn: n.day.AddDays(-5), ClosesOn: n.day.AddDays(25)})
	if err != nil {
		return err
	}
	by, err := n.clerk(v)
	if err != nil {
		return err
	}
	station, err := n.who("mj"+v[6:9], actor.Registrar)
	if err != nil {
		return err
	}
	var all []household.ID
	err = n.d.Read(n.ctx, func(tx *db.Tx) error {
		all, err = ownHouseholds(tx, v)
		return err
	})
	for i, id := range all {
		if err != nil {
			return err
		}
		if i == 0 {
			_, err = n.rounds.Dispute(n.ctx, by, "", r.ID, id, "户主常年在外，家中实际居住的是其父母，请核对现住人员。")
			continue
		}
		if _, err = n.rounds.Sign(n.ctx, by, "", r.ID, id); err == nil && i%2 == 0 {
			_, err = n.rounds.Sign(n.ctx, station, "", r.ID, id)
		}
	}
	return err
}

// guests lists a few people who live in a village and are registered in another
// town, where nobody's place is protected.
func guests(tx *db.Tx, village string) ([]guest, error) {
	return db.All[guest](tx, `select s.person_id, min(who.name) as name, min(who.birth) as birth, min(s.path) as path, min(a.id) as account, min(a.name) as clerk
		from spell l join spell s on s.person_id = l.person_id and s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31'
		join person who on who.id = s.person_id
		join post p on p.kind = 'station_head' and p.path = substr(s.path, 1, 9) and p.superseded_at = 0 and p.valid_to = '9999-12-31' join account a on a.id = p.account_id
		where l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31' and l.sealed_to = '' and l.path >= $1 and l.path < $2 and substr(s.path, 1, 9) <> substr(l.path, 1, 9)
		group by s.person_id order by s.person_id limit 4`, village, policy.PrefixEnd(village))
}

// ownHouseholds lists a few households that are registered in a village.
func ownHouseholds(tx *db.Tx, village string) ([]household.ID, error) {
	return db.All[household.ID](tx, `select id from household where village = $1 order by id limit 9`, village)
}
