package bench

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/dwelling"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

// What a search within a town has to keep on SQLite.
const (
	searchP99    = 25 * time.Millisecond
	searchGrowth = 2.0 // times the p99 over a fifth of the people
	searchRounds = 60  // of every term
)

// searchTerms are what a clerk types: a frequent name, part of a name, a given
// name, pinyin, initials, the last four of a phone, and a name that nobody has.
var searchTerms = []string{"王建国", "王", "建国", "wangjian", "wjg", "1100", searchNobody}

const searchNobody = "欧阳无名"

// BenchmarkSearch prints how long the box of the resident list takes for a clerk
// of one town over ANJU_BENCH_PEOPLE people (1,000,000 by default) in eleven
// towns, beside a fifth of them; the page of fifty and its look in it.
func BenchmarkSearch(b *testing.B) {
	n := sizeOf(b, "ANJU_BENCH_PEOPLE", 1_000_000)
	configs := []db.Config{{Dir: b.TempDir()}}
	if os.Getenv("ANJU_TEST_POSTGRES") != "" {
		configs = append(configs, db.Config{URL: dbtest.Postgres(b)})
	}
	var lite time.Duration
	for _, c := range configs {
		engine := "SQLite"
		if c.URL != "" {
			engine = "PostgreSQL"
		}
		d := openCounty(b, c)
		fill(b, d, 0, n/5, putResident)
		_, fifth := searches(b, d)
		fill(b, d, n/5, n, putResident)
		median, p99 := searches(b, d)
		growth := float64(p99) / float64(fifth)
		b.Logf("%s, %d people: a search within a town takes %v, p99 %v (limit %v on SQLite); p99 over a fifth of them %v, %.2f times (limit %.0f)", engine, n, median, p99, searchP99, fifth, growth, searchGrowth)
		if engine != "SQLite" {
			b.Logf("%s: p99 %.2f times SQLite (at most %.0f)", engine, float64(p99)/float64(lite), pagesPostgres)
			continue
		}
		if lite = p99; p99 > searchP99 || growth > searchGrowth && p99 > searchP99/5 {
			b.Errorf("a search takes %v at p99, %.2f times that over a fifth", p99, growth)
		}
	}
}

var (
	searchSurnames = []rune("王王王李李张张刘陈杨黄周吴徐孙胡朱高林何郭马罗")
	searchGiven    = []string{"建国", "建军", "志强", "秀英", "桂兰", "玉珍", "子轩", "雨桐", "小玲", "勇", "丽", "德贵", "永福", "春梅", "海涛", "梓涵", "文斌", "金凤", "世平", "国强"}
	searchKeys     = seal.FromSeed(1)
)

// putResident writes one person, registered and living in one of 220 grids.
func putResident(bulk *db.Bulk, tx *db.Tx, i int) {
	id := fmt.Sprintf("%09d", i)
	path := fmt.Sprintf("610929%03d%03d%03d", 100+i%11, 200+i/11%4, 1+i/44%5)
	day := time.Date(1930+i%80, 1, 1+i/80%365, 0, 0, 0, 0, time.UTC)
	first := fmt.Sprintf("%06d%s%03d", 610900+i/29200%90, day.Format("20060102"), 996+i%4)
	number, err := ident.ParseCitizenID(first+string(ident.CheckDigit(first)), tx.Now())
	if err != nil {
		panic(err)
	}
	name := string(searchSurnames[i*7%len(searchSurnames)]) + searchGiven[i/3%len(searchGiven)]
	phone := fmt.Sprintf("154%08d", i)
	p := person.Draft{Name: name, Sex: "1", Birth: calendar.Date(day.Format(time.DateOnly)), Ethnicity: "01", Number: number, Phone: phone, Source: "bench", AsOf: "2026-01-01"}.Seal(searchKeys, person.ID(id))
	db.Put(bulk, "person", p)
	for _, key := range person.Keys(searchKeys, name, number, phone) {
		db.Put(bulk, "person_key", struct {
			Key    string `db:"key"`
			Person string `db:"person_id"`
		}{key, id})
	}
	home := fmt.Sprintf("%09d", i/3)
	if i%3 == 0 {
		db.Put(bulk, "address", dwelling.Address{ID: home, Village: path[:12], Text: "一组" + home + "号", State: dwelling.Approved, Version: 1})
		db.Put(bulk, "house", dwelling.House{ID: home, AddressID: home, Use: "farmhouse", Ownership: "own", Version: 1})
		db.Put(bulk, "household", household.Household{ID: household.ID(home), RegisterNo: home, Kind: household.Family, Village: path[:12], AddressID: home, Source: "bench", AsOf: "2026-01-01", Version: 1})
	}
	s := residence.Spell{PersonID: p.ID, Path: path, HouseholdID: household.ID(home), ValidFrom: "2020-01-01", ValidTo: "9999-12-31", RecordedAt: 1, Source: "bench"}
	s.ID, s.Kind, s.Relation = "r"+id, residence.Registered, "02"
	db.Put(bulk, "spell", s)
	s.ID, s.Kind, s.Relation, s.HouseID = "l"+id, residence.Living, "", home
	db.Put(bulk, "spell", s)
}

// searches are the median and the p99 of searches within one town.
func searches(b *testing.B, d *db.DB) (median, p99 time.Duration) {
	b.Helper()
	s := &overview.Service{DB: d, Keys: searchKeys}
	clerk := actor.Actor{Account: "bench", Name: "bench", Kind: actor.Registrar, Paths: []string{"610929100"}, Office: "bench"}
	var all []time.Duration
	for _, term := range searchTerms {
		for range searchRounds {
			began := time.Now()
			p, err := s.Residents(b.Context(), clerk, overview.ResidentFilter{Search: term, Limit: 50})
			if known := term != searchNobody; err != nil || known != (len(p.Rows) > 0) {
				b.Fatalf("%s: %d found, %v", term, len(p.Rows), err)
			}
			all = append(all, time.Since(began))
		}
	}
	slices.Sort(all)
	return all[len(all)/2], all[len(all)*99/100]
}
