package seed

import (
	"fmt"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
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

// staff invents accounts and posts in all five levels and in the offices.
func (m *maker) staff() {
	for _, v := range m.villages {
		m.network(v)
	}
	m.towns()
	m.county()
	m.made.Accounts = len(m.accounts)
}

func (m *maker) bytes(n int) []byte {
	b := make([]byte, n)
	m.src.Read(b)
	return b
}

// hire makes an account with one post.
func (m *maker) hire(login string, kind actor.Kind, path, office, of string) *staffer {
	age := 26 + m.r.IntN(34)
	male := m.chance(0.62)
	s := &staffer{id: account.ID(m.id()), login: login, name: surname(m.r) + given(m.r, male, age), kind: kind, path: path, office: office}
	s.secret = seal.TOTPSecret(m.bytes(20))
	m.accounts[login] = s
	put(m, "account", account.Account{
		ID: s.id, Login: login, Name: s.name, Password: seal.DemoCost.Hash(Password, m.bytes(16)), State: "active", CreatedAt: m.ms(), Version: 1,
		PhoneSealed: m.keys.Seal("account", "phone", string(s.id), []byte(m.phone())),
		TOTPSealed:  m.keys.Seal("account", "totp", string(s.id), []byte(s.secret.Reveal())),
	})
	m.appoint(s, kind, path, office, of)
	return s
}

func (m *maker) appoint(s *staffer, kind actor.Kind, path, office, of string) {
	put(m, "post", account.Post{
		ID: m.id(), AccountID: s.id, Kind: kind, Path: path, Office: office, MadeOf: of,
		ValidFrom: "2024-01-01", ValidTo: calendar.Forever, RecordedAt: m.ms(),
	})
}

// phone is the next number of a range that was never assigned.
func (m *maker) phone() string {
	m.phones++
	return fmt.Sprintf("1540%07d", m.phones)
}

// network appoints a village's part of the network: a worker for each grid (two
// where it is large), a leader for every two grids, a section leader; and its
// clerks.
func (m *maker) network(v *village) {
	var leader *staffer
	for i, g := range v.grids {
		office := fmt.Sprintf("%s第%d网格", v.Name, i+1)
		for k := range 1 + len(m.homes[g])/85 {
			login := "wg" + g[6:]
			if k > 0 {
				login += "b"
			}
			m.workers[g] = append(m.workers[g], m.hire(login, actor.GridWorker, g, office, madeOf[m.made.Workers%len(madeOf)]))
			m.made.Workers++
		}
		if i%2 == 0 {
			leader = m.hire("wz"+g[6:], actor.GridLeader, g, v.Name, "村（社区）干部")
		} else {
			m.appoint(leader, actor.GridLeader, g, v.Name, "村（社区）干部")
		}
		m.leaders[g] = leader
	}
	m.hire("pz"+v.Code[6:], actor.SectionLeader, v.Code, v.town.Name+"包村干部", "")
	for k := range 5 {
		m.hire("cgb"+v.Code[6:]+suffix(k), actor.VillageClerk, v.Code, v.Name+"便民服务站", "")
	}
}

// suffix tells the logins of one office apart: none, b, c, …
func suffix(k int) string {
	if k == 0 {
		return ""
	}
	return string(rune('a' + k))
}

// A desk is a post with as many accounts as it has seats.
type desk struct {
	login  string
	kind   actor.Kind
	path   string
	office string
	seats  int
}

func (m *maker) man(desks []desk) {
	for _, d := range desks {
		for k := range d.seats {
			m.hire(d.login+suffix(k), d.kind, d.path, d.office, "")
		}
	}
}

func (m *maker) towns() {
	for _, t := range m.places.towns {
		station := strings.TrimSuffix(t.Name, "镇") + "派出所"
		no := t.Code[6:]
		m.man([]desk{
			{"zz" + no, actor.GeneralLeader, t.Code, t.Name + "党委", 1}, {"zzx" + no, actor.TownCentre, t.Code, t.Name + "综治中心", 4},
			{"ck" + no, actor.TownWindow, t.Code, t.Name + "便民服务中心", 6}, {"mj" + no, actor.Registrar, t.Code, station, 5},
			{"sz" + no, actor.StationHead, t.Code, station, 1},
		})
	}
}

func (m *maker) county() {
	c := m.places.county.Code
	for i, office := range []string{"县委", "县政府", "县委政法委"} {
		m.hire(fmt.Sprintf("zwg%d", i+1), actor.Chief, c, office, "")
	}
	for _, d := range []desk{
		{"xzx", actor.CountyCentre, c, "县综治中心", 4}, {"hz", actor.CountyPolice, c, "县公安局户政股", 4},
		{"mz", actor.CivilAffairs, c, "县民政局", 4}, {"ny", actor.Agriculture, c, "县农业农村局", 4}, {"sf", actor.Justice, c, "县司法局", 3},
	} {
		for i := range d.seats {
			m.hire(fmt.Sprintf("%s%d", d.login, i+1), d.kind, d.path, d.office, "")
		}
	}
	m.man([]desk{
		{"xt", actor.SystemAdmin, c, "县信息中心", 1}, {"aq", actor.SecurityAdmin, c, "县信息中心", 1}, {"sj", actor.AuditAdmin, c, "县审计岗", 1},
	})
}
