package overview_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/fault"
)

func TestPeopleByVillage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, by := range []actor.Actor{{}, as("mayor", county), as(actor.SystemAdmin, county), as(actor.AuditAdmin, county)} {
			if people, err := w.PeopleByVillage(t.Context(), by); fault.KindOf(err) != fault.Forbidden || people != nil {
				t.Errorf("%q counts %v, %v", by.Kind, people, err)
			}
		}
		for _, tt := range []struct {
			by   actor.Actor
			want map[string]int64
		}{
			{as(actor.GridWorker, far+"002"), nil},
			{as(actor.GridWorker, far+"001"), map[string]int64{far: 3}},
			{as(actor.VillageClerk, origin), map[string]int64{origin: 3}},
			{as(actor.Registrar, there), map[string]int64{far: 3}},
			{as(actor.CountyPolice, county), map[string]int64{origin: 3, far: 3, hidden: 2}},
		} {
			if people, err := w.PeopleByVillage(t.Context(), tt.by); err != nil || !maps.Equal(people, tt.want) {
				t.Errorf("%s %v: %v, %v", tt.by.Kind, tt.by.Paths, people, err)
			}
		}
		work, err := w.Work(t.Context(), as(actor.Registrar, there))
		if err != nil || work.People != 3 || work.Villages != 1 || work.Booklets[booklet.Applied] != 1 {
			t.Errorf("work: %+v, %v", work, err)
		}
	})
}

var errUndone = errors.New("undone")

// A county that agrees with itself has no findings but the size of its tiny
// grids; each contradiction is found, and no finding names anybody.
func TestConsistency(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, by := range []actor.Actor{{}, as(actor.CountyPolice, county), as(actor.SystemAdmin, county), as("mayor", county)} {
			if got, err := w.CheckConsistency(t.Context(), by); err == nil || got != nil {
				t.Errorf("%q checks: %v, %v", by.Kind, got, err)
			}
		}
		whole, err := w.CheckConsistency(t.Context(), as(actor.AuditAdmin, county))
		if err != nil || len(whole) != 1 || !strings.HasPrefix(whole[0], "3个网格的户数不在50至100户之间") {
			t.Fatalf("a county that is whole: %v, %v", whole, err)
		}
		p := w.id["王守山"]
		for name, breaks := range map[string]string{
			"没有或不止一个户主":   `update spell set relation = '20' where relation = '02' and person_id = '%s'`,
			"在同一时间有两处":    `insert into spell (id, person_id, kind, path, valid_from, valid_to, recorded_at, superseded_at, source) values ('extra', '%s', 'living', '610929103001000', '2019-01-01', '2020-06-01', 1, 0, 'test')`,
			"结束不晚于开始":     `insert into spell (id, person_id, kind, path, valid_from, valid_to, recorded_at, superseded_at, source) values ('extra', '%s', 'working', '610929103001000', '2019-01-01', '2019-01-01', 1, 0, 'test')`,
			"居住地网格与户主的":   `update tie set path = '610929102203001' where relation = 'living' and household_id in (select household_id from spell where person_id = '%s')`,
			"户籍地网格与户主的":   `update spell set path = '610929100207002' where kind = 'registered' and person_id = '%s'`,
			"出生日期或性别":     `update person set birth = '1961-02-15' where id = '%s'`,
			"校验不过或索引不符":   `update person set number_token = 'another' where id = '%s'`,
			"检索与登记不符":     `delete from person_key where key = '守山' and person_id = '%s'`,
			"没有对应的网格":     `delete from grid where code = '610929101001001' and '%s' <> ''`,
			"没有对应的村（社区）":  `update household set village = '610929100999' where id in (select household_id from spell where person_id = '%s')`,
			"已制作却没有冻结的内容": `update booklet set state = 'made' where household_id in (select household_id from spell where person_id = '%s')`,
			"办理过程有缺号":     `insert into matter_event (matter_id, n, act, account, name, kind, level, text, at) values ('matter-a', 2, 'accept', 'x', 'x', 'x', 2, '%s', 1)`,
			"时钟与状态不一致":    `update matter set state = 'accepted', text = '%s' where id = 'matter-a'`,
			"居住簿编号校验不过":   `update booklet set number = '610929-26-000123-0', reason = '%s' where id = 'booklet-a'`,
		} {
			var got string
			err := w.DB.Keep(t.Context(), func(tx *db.Tx) error {
				if _, err := tx.Exec(fmt.Sprintf(breaks, p)); err != nil {
					return err
				}
				found, err := w.Check(tx)
				if err != nil {
					return err
				}
				got = fmt.Sprint(found)
				return errUndone
			})
			if !errors.Is(err, errUndone) || !strings.Contains(got, name) {
				t.Errorf("%s: found %s, %v", name, got, err)
			}
			for _, secret := range []string{numberA, "王守山", phoneA} {
				if strings.Contains(got, secret) {
					t.Errorf("a finding names %s: %s", secret, got)
				}
			}
		}
		after, err := w.CheckConsistency(t.Context(), as(actor.AuditAdmin, county))
		if err != nil || fmt.Sprint(after) != fmt.Sprint(whole) {
			t.Errorf("undone: %v, %v", after, err)
		}
	})
}
