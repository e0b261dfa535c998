package seed

import (
	"context"
	"fmt"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/matter"
	"anju/internal/network"
	"anju/internal/party"
	"anju/internal/proposal"
	"anju/internal/residence"
	"anju/internal/seal"
)

// Network gives the county what is to be tried with posts: a deputy, somebody
// on leave with a stand-in, a vacancy, a hand-over that waits, the county's list
// of duties, mass organisations, and the party-building line. What people do
// goes through the doors everybody goes through.
func Network(ctx context.Context, d *db.DB, keys *seal.Keys) error {
	n := &networker{ctx: ctx, d: d, day: calendar.On(d.Now()),
		accounts: &account.Service{DB: d, Keys: keys, Ends: network.Ends, Guard: network.Guard}, network: &network.Service{DB: d, Keys: keys}, party: &party.Service{DB: d, Keys: keys}, grid: &grid.Service{DB: d, Keys: keys}}
	for _, step := range []struct {
		name string
		do   func() error
	}{{"line", n.line}, {"duties", n.duties}, {"accepting", n.accepting}, {"posts", n.posts}, {"work", n.work}, {"pairs", n.pairs}, {"participants", n.participants}, {"reserve", n.reserve},
		{"night", func() error { return n.network.Sweep(ctx, actor.ForSystem("network")) }}} {
		if err := step.do(); err != nil {
			return fmt.Errorf("the network's %s: %w", step.name, err)
		}
	}
	return nil
}

type networker struct {
	ctx      context.Context
	d        *db.DB
	day      calendar.Date
	accounts *account.Service
	network  *network.Service
	party    *party.Service
	grid     *grid.Service
}

// who acts as an account in one kind of post.
func (n *networker) who(login string, kind actor.Kind) (by actor.Actor, err error) {
	err = n.d.Read(n.ctx, func(tx *db.Tx) error {
		a, err := account.ByLogin(tx, login)
		if err != nil {
			return fmt.Errorf("%s: %w", login, err)
		}
		posts, err := account.PostsOf(tx, a.ID, n.day)
		by = actor.Actor{Account: string(a.ID), Name: a.Name, Kind: kind}
		for _, p := range posts {
			if p.Kind == kind {
				by.Paths, by.Office = append(by.Paths, p.Path), p.Office
			}
		}
		return err
	})
	return by, err
}

// grids lists the county's grids by village.
func (n *networker) grids() (villages []string, by map[string][]string, err error) {
	by = map[string][]string{}
	err = n.d.Read(n.ctx, func(tx *db.Tx) error {
		all, err := grid.All(tx, "610929")
		for _, g := range all {
			if len(by[g.Village]) == 0 {
				villages = append(villages, g.Village)
			}
			by[g.Village] = append(by[g.Village], g.Code)
		}
		return err
	})
	return villages, by, err
}

// line sets up a branch and mass organisations for each village. Clerks and
// workers wear the hats of secretary and member besides their own.
func (n *networker) line() error {
	villages, grids, err := n.grids()
	if err != nil {
		return err
	}
	return n.d.Write(n.ctx, actor.ForSystem("seed"), "seed", func(tx *db.Tx) error {
		alone := ""
		for i, v := range villages {
			logins := []string{"cgb" + v[6:], "cgb" + v[6:] + "c", "wg" + grids[v][0][6:]}
			var ids []account.ID
			for k, login := range logins {
				a, err := account.ByLogin(tx, login)
				if err != nil {
					return err
				}
				kind := actor.PartyMember
				if k == 0 {
					kind = actor.BranchSecretary
				}
				if _, err := account.Appoint(tx, account.Post{AccountID: a.ID, Kind: kind, Path: v, Office: "网格党支部", ValidFrom: "2024-07-01"}); err != nil {
					return err
				}
				ids = append(ids, a.ID)
			}
			var places []string
			b := party.Branch{ID: tx.NewID(), Name: fmt.Sprintf("第%d网格党支部", i+1), Form: party.Alone, Path: v, Secretary: string(ids[0]), FoundedOn: "2024-07-01", Document: fmt.Sprintf("白组发〔2024〕%d号（虚构）", 20+i), Version: 1}
			switch {
			case i%6 == 3 && alone != "":
				b.Form, b.AttachedTo = party.Attached, alone
			case i%6 == 4 && len(grids[v]) > 1:
				b.Form, b.Path, places = party.Joint, grids[v][0], grids[v][:2]
			default:
				alone = b.ID
			}
			if err := db.Insert(tx, "party_branch", b); err != nil {
				return err
			}
			for _, g := range places {
				if _, err := tx.Exec(`insert into party_branch_place (branch_id, path) values ($1, $2)`, b.ID, g); err != nil {
					return err
				}
			}
			for k, kind := range network.MassKinds[:2+i%3] {
				m := network.Mass{ID: tx.NewID(), Village: v, Kind: kind, Name: []string{"妇女联合会", "团支部", "联合工会", "老年人协会"}[k], FoundedOn: "2021-03-08", RecordedBy: string(ids[0]), RecordedAt: tx.Millis(), Version: 1}
				if err := db.Insert(tx, "mass_organisation", m); err != nil {
					return err
				}
			}
		}
		return tx.RecordAll("branch/seed", len(villages), "seed")
	})
}

// listed are the duties of the county's list.
var listed = []struct {
	duty, name, document string
	department           actor.Kind
}{
	{"防火", "森林防火巡查", "白农发〔2025〕8号（虚构）", actor.Agriculture},
	{"巡河", "河道巡查", "白农发〔2025〕9号（虚构）", actor.Agriculture},
	{"探访", "高龄和独居老人探访", "白民发〔2025〕3号（虚构）", actor.CivilAffairs},
	{"普法", "法治宣传", "白司发〔2025〕5号（虚构）", actor.Justice},
	{"反诈", "反诈和安全宣传", "白公发〔2025〕11号（虚构）", actor.CountyPolice},
}

func (n *networker) duties() error {
	one, err := n.who("xzx1", actor.CountyCentre)
	if err != nil {
		return err
	}
	two, err := n.who("xzx2", actor.CountyCentre)
	if err != nil {
		return err
	}
	for _, l := range listed {
		d, err := n.network.ProposeDuty(n.ctx, one, "", network.Duty{Duty: l.duty, Name: l.name, Department: l.department, Document: l.document, Asked: proposal.Asked{ValidFrom: n.day, Reason: "多网合一"}})
		if err != nil {
			return err
		}
		if _, err := n.network.ApproveDuty(n.ctx, two, "", d.ID); err != nil {
			return err
		}
	}
	if _, err := n.network.ProposeDuty(n.ctx, one, "", network.Duty{Duty: "抽样", Name: "年度人口抽样核对", Department: actor.CountyPolice, Document: "白公发〔2026〕2号（虚构）", Asked: proposal.Asked{ValidFrom: n.day.AddDays(7), Reason: "配合人口变动调查"}}); err != nil {
		return err
	}
	farms, err := n.who("ny1", actor.Agriculture)
	if err != nil {
		return err
	}
	r, err := n.network.ProposeRoute(n.ctx, farms, "", grid.Route{Subject: grid.OfDuty + "防火", Answers: residence.Registered, Basis: "山林在原籍，巡查由户籍地网格承担", Asked: proposal.Asked{ValidFrom: n.day, Reason: "防火期前明确分工"}})
	if err != nil {
		return err
	}
	if _, err := n.network.ApproveRoute(n.ctx, one, "", r.ID); err != nil {
		return err
	}
	if _, err := n.network.ProposeRoute(n.ctx, one, "", grid.Route{Subject: grid.OfMatter + "livelihood_hotline", Answers: residence.Living, Sees: residence.Registered, Basis: "热线反映的事常要原籍核实，户籍地网格知情", Asked: proposal.Asked{ValidFrom: n.day.AddDays(7), Reason: "热线转办多次退回"}}); err != nil {
		return err
	}
	_, err = n.network.Place(n.ctx, farms, "", network.Placed{Duty: "防火", Path: "610929100", What: "防火期每周巡山两次，发现火情先报警再上报", ValidTo: n.day.AddDays(90)})
	return err
}

// posts leaves a deputy, a leave, a vacancy and a hand-over that waits.
func (n *networker) posts() error {
	admin, err := n.who("xt", actor.SystemAdmin)
	if err != nil {
		return err
	}
	villages, grids, err := n.grids()
	if err != nil || len(villages) < 3 {
		return err
	}
	first, second, third := villages[0], villages[1], villages[2]
	deputy, err := n.who("zzx"+first[6:9]+"b", actor.TownCentre)
	if err != nil {
		return err
	}
	if _, err := n.accounts.Appoint(n.ctx, admin, "", account.Post{AccountID: account.ID(deputy.Account), Kind: actor.GeneralLeader, Path: first[:9], Office: "镇党委", HeldAs: account.Deputy}); err != nil {
		return err
	}
	away, err := n.who("pz"+second[6:], actor.SectionLeader)
	if err != nil {
		return err
	}
	leader, err := n.who("wz"+grids[second][0][6:], actor.GridLeader)
	if err != nil {
		return err
	}
	post, err := n.post(admin, away, second)
	if err != nil {
		return err
	}
	if _, err := n.accounts.GoOnLeave(n.ctx, admin, "", account.Away{AccountID: account.ID(away.Account), From: n.day, To: n.day.AddDays(10), StandIns: map[string]account.ID{post: account.ID(leader.Account)}}); err != nil {
		return err
	}
	// A grid leader has gone, and what was open has been taken: the seat is vacant.
	gone, err := n.who("wz"+grids[third][0][6:], actor.GridLeader)
	if err != nil {
		return err
	}
	section, err := n.who("pz"+third[6:], actor.SectionLeader)
	if err != nil {
		return err
	}
	if post, err = n.post(admin, gone, grids[third][0]); err != nil {
		return err
	}
	h, err := n.offer(admin, post, n.day)
	if err != nil {
		return err
	}
	if h.ID != "" {
		if _, err := n.network.TakeOver(n.ctx, section, "", h.ID); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	// A worker goes in a week; what is open waits to be taken.
	worker, err := n.who("wg"+grids[first][len(grids[first])-1][6:], actor.GridWorker)
	if err != nil {
		return err
	}
	if post, err = n.post(admin, worker, grids[first][len(grids[first])-1]); err != nil {
		return err
	}
	_, err = n.offer(admin, post, n.day.AddDays(7))
	return err
}

func (n *networker) post(admin, of actor.Actor, path string) (string, error) {
	p, err := n.accounts.Posts(n.ctx, admin, account.ID(of.Account))
	if err != nil {
		return "", err
	}
	for _, post := range p.Posts {
		if post.Kind == of.Kind && post.Path == path {
			return post.ID, nil
		}
	}
	return "", fmt.Errorf("%s holds no %s over %s", of.Account, of.Kind, path)
}

// offer hands a post over, each part to the section leader, or else to whoever
// can take it.
func (n *networker) offer(admin actor.Actor, post string, on calendar.Date) (network.HandOver, error) {
	l, err := n.network.Leaving(n.ctx, admin, post)
	if err != nil {
		return network.HandOver{}, err
	}
	var last error
	for _, kind := range []actor.Kind{actor.SectionLeader, actor.GridLeader, actor.GeneralLeader, actor.Chief} {
		for _, c := range l.Candidates {
			if c.Kind != kind {
				continue
			}
			to := map[network.Part]account.ID{}
			for part := range l.Open {
				to[part] = c.ID
			}
			h, err := n.network.HandOver(n.ctx, admin, "", network.Offer{PostID: post, EndsOn: on, To: to})
			if err == nil || fault.KindOf(err) != fault.Invalid {
				return h, err
			}
			last = err
		}
	}
	return network.HandOver{}, last
}

// pairs lets a few households of the first village pair with its members.
func (n *networker) pairs() error {
	villages, grids, err := n.grids()
	if err != nil {
		return err
	}
	v := villages[0]
	clerk, err := n.who("cgb"+v[6:], actor.VillageClerk)
	if err != nil {
		return err
	}
	member, err := n.who("wg"+grids[v][0][6:], actor.PartyMember)
	if err != nil {
		return err
	}
	var homes []household.ID
	err = n.d.Read(n.ctx, func(tx *db.Tx) (err error) {
		homes, err = db.All[household.ID](tx, `select household_id from tie where relation = 'living' and path = $1 and superseded_at = 0 and valid_to = '9999-12-31' and sealed_to = '' order by household_id limit 4`, grids[v][0])
		return err
	})
	for _, id := range homes {
		if _, err := n.party.Pair(n.ctx, clerk, "", party.Pair{HouseholdID: id, AccountID: member.Account, AgreedOn: n.day.AddDays(-20)}); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	return err
}

// participants names two of the four bodies on an open matter of the first
// village.
func (n *networker) participants() error {
	villages, grids, err := n.grids()
	if err != nil {
		return err
	}
	v := villages[0]
	section, err := n.who("pz"+v[6:], actor.SectionLeader)
	if err != nil {
		return err
	}
	var open []matter.ID
	err = n.d.Read(n.ctx, func(tx *db.Tx) (err error) {
		open, err = db.All[matter.ID](tx, `select id from matter where path >= $1 and path < $2 and closed_at = 0 and private = 0 and names = 0 order by id limit 1`, v, v+"~")
		return err
	})
	subject := "grid/" + grids[v][0]
	if len(open) > 0 {
		subject = "matter/" + string(open[0])
	}
	for _, p := range []party.Naming{
		{Body: party.OfBranch, Login: "cgb" + v[6:], Part: "请支部出面，约双方这周坐下来谈一次"},
		{Body: party.Member, Login: "wg" + grids[v][0][6:], Part: "请帮忙看现场，拍清楚位置"},
		{Body: party.Resident, Name: "演示丙", Part: "请邻里代表到场听一听"},
	} {
		p.Subject, p.Login = subject, strings.ToLower(p.Login)
		if _, err := n.party.Name(n.ctx, section, "", p); err != nil {
			return err
		}
	}
	return err
}
