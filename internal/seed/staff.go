package seed

import (
	"fmt"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/relocation"
	"anju/internal/seal"
)

// A staffer is somebody with an account.
type staffer struct {
	id     account.ID
	login  string
	name   string
	secret seal.Secret
	kind   actor.Kind
	path   string
	office string
}

// Password is what every account of the demonstration county signs in with.
const Password = "Baihe-2026"

// madeOf is what level-1 posts are made of (护林、护路、护水员和公益专岗).
var madeOf = []string{"护林员", "护林员", "公益性岗位", "公益性岗位", "护路员", "护水员", "村组干部"}

func (m *maker) rule(c string) relocation.Rule {
	for _, r := range m.rules {
		if r.Case == c {
			return r
		}
	}
	return relocation.Rule{}
}

// staff writes accounts and posts in all five levels and in the offices.
func (m *maker) staff() error {
	hash := seal.DemoCost.Hash(Password, m.bytes(16))
	return m.write("staff", func() error {
		if err := m.network(hash); err != nil {
			return err
		}
		if err := m.offices(hash); err != nil {
			return err
		}
		m.made.Accounts = len(m.accounts)
		return nil
	})
}

func (m *maker) bytes(n int) []byte {
	b := make([]byte, n)
	m.src.Read(b)
	return b
}

// hire makes an account with one post.
func (m *maker) hire(hash, login string, kind actor.Kind, path, office, of string) (*staffer, error) {
	age := 26 + m.r.IntN(34)
	male := m.chance(0.62)
	s := &staffer{id: account.ID(m.id()), login: login, name: surname(m.r) + given(m.r, male, age), kind: kind, path: path, office: office}
	s.secret = seal.TOTPSecret(m.bytes(20))
	m.phones++
	a := account.Account{
		ID: s.id, Login: login, Name: s.name, Password: hash, State: "active", CreatedAt: m.ms(), Version: 1,
		PhoneSealed: m.keys.Seal("account", "phone", string(s.id), fmt.Appendf(nil, "1540%07d", m.phones)),
		TOTPSealed:  m.keys.Seal("account", "totp", string(s.id), []byte(s.secret.Reveal())),
	}
	m.accounts[login] = s
	if err := put(m, "account", a); err != nil {
		return nil, err
	}
	return s, m.appoint(s, kind, path, office, of)
}

func (m *maker) appoint(s *staffer, kind actor.Kind, path, office, of string) error {
	return put(m, "post", account.Post{
		ID: m.id(), AccountID: s.id, Kind: kind, Path: path, Office: office, MadeOf: of,
		ValidFrom: "2024-01-01", ValidTo: calendar.Forever, RecordedAt: m.ms(),
	})
}

// network appoints the five levels: a worker for each grid (two where it is
// large), a leader for every three, a section leader for each village.
func (m *maker) network(hash string) error {
	for _, v := range m.villages {
		var leader *staffer
		for i, g := range v.grids {
			n := 0
			for _, u := range v.units {
				if u.grid == g {
					n += u.living
				}
			}
			for k := range 1 + n/86 {
				login := fmt.Sprintf("wg%s", g[6:])
				if k > 0 {
					login += "b"
				}
				s, err := m.hire(hash, login, actor.GridWorker, g, fmt.Sprintf("%s第%d网格", v.Name, i+1), pick(m.r, madeOf))
				if err != nil {
					return err
				}
				m.workers[g] = append(m.workers[g], s)
			}
			if i%3 == 0 {
				var err error
				if leader, err = m.hire(hash, fmt.Sprintf("wz%s", g[6:]), actor.GridLeader, g, v.Name, "村（社区）干部"); err != nil {
					return err
				}
			} else if err := m.appoint(leader, actor.GridLeader, g, v.Name, "村（社区）干部"); err != nil {
				return err
			}
			m.leaders[g] = leader
		}
		if _, err := m.hire(hash, "pz"+v.Code[6:], actor.SectionLeader, v.Code, v.town.Name+"包村干部", ""); err != nil {
			return err
		}
		if _, err := m.hire(hash, "cgb"+v.Code[6:], actor.VillageClerk, v.Code, v.Name+"便民服务站", ""); err != nil {
			return err
		}
	}
	return nil
}

// offices appoints the towns, the stations, the county and the administrators.
func (m *maker) offices(hash string) error {
	type job struct {
		login  string
		kind   actor.Kind
		path   string
		office string
	}
	var jobs []job
	for _, t := range m.places.towns {
		station := t.Name[:len(t.Name)-len("镇")] + "派出所"
		no := t.Code[6:]
		jobs = append(jobs,
			job{"zz" + no, actor.GeneralLeader, t.Code, t.Name + "党委"}, job{"zzx" + no, actor.TownCentre, t.Code, t.Name + "综治中心"}, job{"zzx" + no + "b", actor.TownCentre, t.Code, t.Name + "综治中心"},
			job{"ck" + no, actor.TownWindow, t.Code, t.Name + "便民服务中心"}, job{"mj" + no, actor.Registrar, t.Code, station}, job{"mj" + no + "b", actor.Registrar, t.Code, station}, job{"sz" + no, actor.StationHead, t.Code, station})
	}
	c := m.places.county.Code
	for i := range 3 {
		jobs = append(jobs, job{fmt.Sprintf("zwg%d", i+1), actor.Chief, c, "县委县政府"})
	}
	jobs = append(jobs, job{"xzx1", actor.CountyCentre, c, "县综治中心"}, job{"xzx2", actor.CountyCentre, c, "县综治中心"}, job{"hz1", actor.CountyPolice, c, "县公安局户政股"}, job{"hz2", actor.CountyPolice, c, "县公安局户政股"},
		job{"mz1", actor.CivilAffairs, c, "县民政局"}, job{"ny1", actor.Agriculture, c, "县农业农村局"}, job{"sf1", actor.Justice, c, "县司法局"},
		job{"xt", actor.SystemAdmin, c, "县信息中心"}, job{"aq", actor.SecurityAdmin, c, "县信息中心"}, job{"sj", actor.AuditAdmin, c, "县审计岗"})
	for _, j := range jobs {
		if _, err := m.hire(hash, j.login, j.kind, j.path, j.office, ""); err != nil {
			return err
		}
	}
	return nil
}
