package overview

import (
	"context"
	"fmt"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/seal"
)

// checks are statements that find what contradicts itself; each yields ids.
var checks = []struct{ key, query string }{
	{"heads", `select h.id from household h where (select count(*) from spell s where s.household_id = h.id and s.kind = 'registered' and s.relation = '02'
		and s.superseded_at = 0 and s.valid_to = '9999-12-31') <> 1`},
	{"spells", `select person_id from spell where superseded_at = 0 and valid_to = '9999-12-31' and kind in ('registered', 'living')
		group by person_id, kind having count(*) > 1`},
	{"order", `select id from spell where superseded_at = 0 and valid_to <= valid_from`},
	{"ties", `select t.household_id from tie t join spell h on h.household_id = t.household_id and h.kind = 'registered' and h.relation = '02' and h.superseded_at = 0 and h.valid_to = '9999-12-31'
		join spell l on l.person_id = h.person_id and l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31'
		where t.relation = 'living' and t.superseded_at = 0 and t.valid_to = '9999-12-31' and (l.path <> t.path or l.sealed_to <> t.sealed_to)`},
	{"grids", `select distinct t.path from tie t left join grid g on g.code = t.path where t.superseded_at = 0 and t.valid_to = '9999-12-31'
		and t.relation <> 'working' and g.code is null and substr(t.path, 13) <> '000'`},
	{"divisions", `select distinct h.village from household h left join division d on d.code = h.village where d.code is null and substr(h.village, 10) <> '000'`},
	{"timelines", `select m.id from matter m where (select count(*) from matter_event e where e.matter_id = m.id) <>
		(select coalesce(max(e.n), 0) from matter_event e where e.matter_id = m.id)`},
	{"clocks", `select m.id from matter m where (select count(*) from clock c where c.subject = 'matter/' || m.id and c.stopped_at = 0) <>
		case when m.state in ('handled', 'closed') then 0 else 1 end`},
	{"warnings", `select w.id from warning w left join supervision s on s.warning_id = w.id where s.id is null`},
	{"approvals", `select id from booklet where approved_by = applied_by and approved_by <> ''`},
	{"versions", `select b.id from booklet b where b.state in ('made', 'issued') and not exists (select 1 from booklet_version v where v.booklet_id = b.id)`},
}

// shownFindings is how many ids a finding names.
const shownFindings = 5

// CheckConsistency looks for what contradicts itself in the county and says it
// in words, naming ids and never people. It is for the terminal of the server.
func (s *Service) CheckConsistency(ctx context.Context, by actor.Actor) ([]string, error) {
	if err := policy.Check(by, policy.AuditVerify, policy.Places{}); err != nil {
		return nil, err
	}
	var out []string
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		for _, c := range checks {
			ids, err := db.All[string](tx, c.query)
			if err != nil {
				return fmt.Errorf("check %s: %w", c.key, err)
			}
			out = append(out, finding(c.key, ids)...)
		}
		numbers, err := s.numbers(tx)
		out = append(out, finding("numbers", numbers)...)
		if err != nil {
			return err
		}
		issued, err := db.All[string](tx, `select number from booklet where number <> ''`)
		var wrong []string
		for _, n := range issued {
			if _, err := ident.ParseBookletNumber(n); err != nil {
				wrong = append(wrong, n)
			}
		}
		out = append(out, finding("booklets", wrong)...)
		return err
	})
	return out, err
}

func finding(key string, ids []string) []string {
	if len(ids) == 0 {
		return nil
	}
	return []string{i18n.T("overview.check."+key, "n", len(ids), "some", fmt.Sprint(ids[:min(len(ids), shownFindings)]))} //i18n:dynamic overview.check.
}

// numbers finds people whose sealed number is damaged, does not pass its own
// check, disagrees with birth and sex, or stands under another token.
func (s *Service) numbers(tx *db.Tx) (wrong []string, err error) {
	err = db.Each(tx, `select `+db.Columns[person.Person]("")+` from person where number_kind = 'citizen_id'`, nil, func(p person.Person) error {
		n, err := p.Number(s.Keys)
		if err != nil {
			wrong = append(wrong, string(p.ID))
			return nil
		}
		id, err := ident.ParseCitizenID(n.Reveal(), tx.Now()) // compared, never shown
		if err != nil || p.NumberToken == nil || *p.NumberToken != s.Keys.Token(seal.KindCitizenID, id.Plain()) {
			wrong = append(wrong, string(p.ID))
		}
		return nil
	})
	return wrong, err
}
