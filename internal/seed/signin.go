package seed

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"anju/internal/division"
	"anju/internal/i18n"
)

// A SignIn is an account of the demonstration county with its credentials.
type SignIn struct {
	Name       string `json:"name"`
	Role       string `json:"role"`
	Office     string `json:"office"`
	Account    string `json:"account"`
	Password   string `json:"password"`
	TOTPSecret string `json:"totp_secret"`
	Phone      bool   `json:"phone,omitempty"` // works on the phone pages under /m/
}

const (
	signInFile  = "demo-sign-ins.json"
	bookletFile = "demo-booklets.json"
)

// signIns picks one sign-in for each kind of user, and some who must not see
// what the others see: a worker of another grid, of another town, a registrar
// of another station.
func (m *maker) signIns() []SignIn {
	var out []SignIn
	add := func(login, note string, phone bool) {
		s := m.accounts[login]
		if s == nil {
			return
		}
		role := i18n.T("account.kind." + string(s.kind)) //i18n:dynamic account.kind.
		if note != "" {
			role += i18n.T("seed.other." + note) //i18n:dynamic seed.other.
		}
		out = append(out, SignIn{Name: s.name, Role: role, Office: s.office, Account: login, Password: Password, TOTPSecret: s.secret.Reveal(), Phone: phone}) // printed on purpose: nobody real
	}
	first, far := m.villages[0], m.villages[len(m.villages)-1]
	for _, v := range m.villages {
		if v.Parent != first.Parent {
			far = v
			break
		}
	}
	g := first.grids[0]
	other := first.grids[min(1, len(first.grids)-1)]
	add("wg"+g[6:], "", true)
	add("wg"+other[6:], "grid", true)
	add("wg"+far.grids[0][6:], "town", true)
	add("wz"+g[6:], "", false)
	add("pz"+first.Code[6:], "", false)
	add("zz"+first.Parent[6:], "", false)
	add("zwg1", "", false)
	add("mj"+first.Parent[6:], "", false)
	add("sz"+first.Parent[6:], "", false)
	add("mj"+far.Parent[6:], "station", false)
	add("hz1", "", false)
	add("cgb"+first.Code[6:], "", false)
	for _, v := range m.villages { // the village law asks an application of who came: another round of electors
		if v.Kind != division.ResidentsCommittee && v.Parent == first.Parent {
			add("cgb"+v.Code[6:], "village", false)
			break
		}
	}
	add("ck"+first.Parent[6:], "", false)
	add("zzx"+first.Parent[6:], "", false)
	add("xzx1", "", false)
	add("mz1", "", false)
	add("ny1", "", false)
	add("sf1", "", false)
	for _, k := range []string{"xt", "aq", "sj"} {
		add(k, "", false)
	}
	return out
}

// Save writes the sign-ins and ten booklet numbers beside the county.
func (m *Made) Save(dir string) error {
	if err := save(filepath.Join(dir, signInFile), m.SignIns); err != nil {
		return err
	}
	return save(filepath.Join(dir, bookletFile), m.Booklets[:min(10, len(m.Booklets))])
}

func save(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}

// SignIns reads the sign-ins of the demonstration county in a folder.
func SignIns(dir string) ([]SignIn, error) {
	text, err := os.ReadFile(filepath.Join(dir, signInFile))
	if err != nil {
		return nil, err
	}
	var all []SignIn
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("read %s: %w", signInFile, err)
	}
	return all, nil
}
