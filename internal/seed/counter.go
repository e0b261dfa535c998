package seed

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/db"
	"anju/internal/duplicate"
	"anju/internal/entitlement"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/registration"
	"anju/internal/residence"
	"anju/internal/seal"
)

// counterActs is how many births and deaths have just been registered, and
// how many people are in the register twice.
const counterActs = 3

// Counter lets a few acts be done at the counters of the demonstration county,
// by its own registrars through the doors everybody goes through, and writes a
// few people down twice, for the first sweep to find.
func Counter(ctx context.Context, d *db.DB, keys *seal.Keys) error {
	s := &registration.Service{DB: d, Keys: keys}
	var births, deaths []member
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		if births, err = membersWith(tx, "12", "1988-01-01", "2004-01-01"); err != nil { // a young wife
			return err
		}
		deaths, err = membersWith(tx, "51", "1900-01-01", "1980-01-01") // the head's father
		return err
	})
	if err != nil {
		return err
	}
	today := calendar.On(d.Now())
	for i, m := range births {
		on := today.AddDays(-20 - 9*i)
		name := []string{"安宁", "乐康", "禾苗"}[i%3]
		r := registration.Request{Kind: household.Birth, HouseholdID: m.Household, On: on, Kin: m.ID, Relation: "30",
			Evidence: household.Evidence{Document: "birth_certificate", Number: "演示证明", Office: "白河县人民医院", On: on.AddDays(2)},
			Newcomer: registration.Newcomer{Name: string([]rune(m.Head)[:1]) + name, Sex: code.Female, Birth: on, Ethnicity: code.Han, NoNumberReason: "新生儿，号码待编", Distinct: "演示"}}
		if _, err := s.Record(ctx, m.station(), "", r); err != nil {
			return err
		}
	}
	for i, m := range deaths {
		on := today.AddDays(-15 - 7*i)
		r := registration.Request{Kind: household.Death, HouseholdID: m.Household, On: on, Person: m.ID,
			Evidence: household.Evidence{Document: "death_certificate", Number: "演示证明", Office: "白河县人民医院", On: on}}
		if _, err := s.Record(ctx, m.station(), "", r); err != nil {
			return err
		}
	}
	return twice(ctx, d, keys, births)
}

// A member of a household with the station that keeps its register.
type member struct {
	ID        person.ID    `db:"id"`
	Household household.ID `db:"household_id"`
	Path      string       `db:"path"`
	Head      string       `db:"head"`
	Account   string       `db:"account"`
	Clerk     string       `db:"clerk"`
}

func (m member) station() actor.Actor {
	return actor.Actor{Account: m.Account, Name: m.Clerk, Kind: actor.Registrar, Paths: []string{m.Path[:9]}, Office: "派出所"}
}

// membersWith lists a few members of a relation to their head, born in a span
// of time, of households where nobody is protected: first of those that hold a
// booklet, which is out of date from then on.
func membersWith(tx *db.Tx, relation string, from, to calendar.Date) ([]member, error) {
	return db.All[member](tx, `select min(s.person_id) as id, s.household_id, min(s.path) as path, min(h.name) as head, min(a.id) as account, min(a.name) as clerk
		from spell s join person who on who.id = s.person_id and who.birth >= $3 and who.birth < $4 join spell hs on hs.household_id = s.household_id and hs.kind = 'registered' and hs.relation = '02' and hs.superseded_at = 0 and hs.valid_to = '9999-12-31'
		join person h on h.id = hs.person_id
		join post p on p.kind = 'registrar' and p.path = substr(s.path, 1, 9) and p.superseded_at = 0 and p.valid_to = '9999-12-31' join account a on a.id = p.account_id
		where s.kind = 'registered' and s.relation = $1 and s.superseded_at = 0 and s.valid_to = '9999-12-31'
		and not exists (select 1 from spell r join spell x on x.person_id = r.person_id and x.superseded_at = 0 and x.sealed_to <> '' where r.household_id = s.household_id and r.kind = 'registered' and r.superseded_at = 0)
		group by s.household_id order by case when s.household_id in (select household_id from booklet where state = 'issued') then 0 else 1 end, s.household_id limit $2`, relation, counterActs, from, to)
}

// twice writes people down again, as an old ledger once did: without a number,
// as one more member of the same household.
func twice(ctx context.Context, d *db.DB, keys *seal.Keys, of []member) error {
	return d.Write(ctx, actor.ForSystem("seed"), "seed.twice", func(tx *db.Tx) error {
		for _, m := range of {
			p, err := person.Get(tx, m.ID)
			if err != nil {
				return err
			}
			again, err := person.Insert(tx, keys, person.Draft{Name: p.Name, Sex: p.Sex, Birth: p.Birth, Ethnicity: p.Ethnicity, NoNumberReason: "旧册转录，号码待查", Source: "seed/old", AsOf: calendar.On(tx.Now())})
			if err != nil {
				return err
			}
			if _, err := residence.Register(tx, again.ID, m.Household, m.Path, "99", calendar.On(tx.Now()).AddDays(-400), "seed/old"); err != nil {
				return err
			}
		}
		if err := entitlement.SweepSoon(tx); err != nil {
			return err
		}
		return duplicate.ScheduleNow(tx)
	})
}
