package staff

import (
	"testing"

	"anju/internal/duplicate"
)

// TestCounterPages: the station of the registration does acts, and nobody else
// is shown a form; what is wrong stands beside its field, with what was typed.
func TestCounterPages(t *testing.T) {
	o, id, people := withHousehold(t)
	o.Pages.Duplicates = &duplicate.Service{DB: o.Accounts.DB, Keys: o.Accounts.Keys}
	home := "/households/" + string(id)
	form := home + "/acts/death"
	o.signIn(t, "police2").get(form).check(t, "another town's police", 404, "", "!李小山")
	leader := o.signIn(t, "leader")
	leader.get(form).check(t, "a leader", 403, "", "!李小山")
	leader.get(home).check(t, "a leader's page of the household", 200, "", "!/acts/")
	leader.get("/duplicates").check(t, "a leader compares people", 403, "")
	leader.get("/people/"+string(people[0])).check(t, "a leader's file of a person", 200, "", "张桃花", "!撤销合并")

	police := o.signIn(t, "police")
	police.get(home).check(t, "the page of the household", 200, "", "办理", `href="`+form+`"`)
	police.get(home+"/acts/wedding").check(t, "an act that is none", 404, "")
	police.get(form).check(t, "the form", 200, "", "李小山", "死亡日期")
	police.send(form, form, "person", string(people[1]), "happened_on", "2026-02-30", "document_office", "县医院", "key", "k1").
		check(t, "not a day", 422, "", "请填写真实存在的日期", `value="县医院"`)
	police.get("/duplicates").check(t, "no pairs", 200, "", "没有待核对的重复记录")
	police.get("/reviews").check(t, "no reviews", 200, "", "没有待核事项")
	police.get("/reviews/none").check(t, "no such review", 404, "")
	police.get("/acts/none").check(t, "no such act", 404, "")
}
