package staff

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/matter"
	"anju/internal/mediation"
	"anju/internal/seal"
)

// The boards are for those who answer for a place. What streams to a screen is
// five counts, and stops by itself.
func TestBoardPages(t *testing.T) {
	o := withMatters(t)
	o.Pages.Mediations = &mediation.Service{DB: o.Accounts.DB, Keys: seal.FromSeed(1)}
	m := o.report(t, "王守山家楼梯扶手松动")
	centre, far := o.signIn(t, "centre"), o.signIn(t, "far")
	for _, page := range []string{"/board?at=610929101", "/board?at=610929101001", "/board/screen?at=610929101001", "/board/live?at=610929101001", "/board/list?what=open&at=610929101001", "/board/frame?at=610929101001", "/board/public?at=610929101001", "/board/brief.pdf?at=610929101"} {
		far.get(page).check(t, "the other village, "+page, http.StatusNotFound, "")
	}
	centre.get("/board").check(t, "the town", 200, "", "清风社区", "/board/list?", "这些数字怎么算", "echarts", "!王守山", "!刘秀英", "!信访", "!红色")
	centre.get("/board/list?what=open&at=610929101").check(t, "the list", 200, "", m.Number, "!王守山", "!刘秀英")
	centre.get("/board/list?what=reporter").check(t, "no such number", http.StatusNotFound, "")
	centre.get("/board/screen").check(t, "the screen", 200, "", "指挥大屏", `data-live="/board/live?at=610929101"`, "!王守山")
	centre.get("/board/frame").check(t, "54321", 200, "", "颜色只用来安排帮扶", "!/mediations?") // who may not open a list has no link
	centre.get("/board/public").check(t, "to be published", 200, "", "少于5件的数字不写出")
	if testing.Short() {
		return
	}
	stream := centre.get("/board/live")
	if stream.code != 200 || strings.Count(stream.body, "event: now") != 1 || !strings.Contains(stream.body, `"open":1,"overdue":0,"reported":1,"closed":0`) || regexp.MustCompile(`[^\x00-\x7f]`).MatchString(stream.body) {
		t.Errorf("%d %q", stream.code, stream.body)
	}
}

// What lies in no town is a line that says so, with its list and no board of its
// own; a grid is called by its village and number.
func TestBoardSaysWhereNothingLies(t *testing.T) {
	o := withTerms(t)
	o.report(t, "王守山家楼梯扶手松动")
	if _, err := o.Matters.ReportRefusal(t.Context(), actor.ForPublic(), "refused", "10.0.0.1", matter.RefusalRequest{Item: matter.OtherItem, Service: "办电话卡", Place: "某营业厅", On: calendar.On(o.Now()), Text: "说只认户口簿"}); err != nil {
		t.Fatal(err)
	}
	const own = "白河县本级（不属任何镇）"
	county, centre := o.signIn(t, "county"), o.signIn(t, "centre")
	county.get("/board").check(t, "the county", 200, "", own, "各镇与县本级相加等于全县合计", "at=610929000&amp;period=month&amp;what=open", "!/board?at=610929000&", "!>610929000<", "!某营业厅")
	county.get("/board/list?what=open&at=610929000").check(t, "its list", 200, "", own, "SJ")
	county.get("/board/screen").check(t, "the screen", 200, "", own)
	centre.get("/board?at=610929000").check(t, "a town", http.StatusNotFound, "", "!"+own)
	centre.get("/board").check(t, "the town", 200, "", "!"+own, "!各镇与县本级")
	centre.get("/board?at=610929101001").check(t, "the village", 200, "", "同心社区第3网格")
}

// A dispute is mediated from its matter's page; the centre, which sees the
// matter, does not see the mediation.
func TestMediationPages(t *testing.T) {
	o := withMatters(t)
	o.Pages.Mediations = &mediation.Service{DB: o.Accounts.DB, Keys: seal.FromSeed(1)}
	m, err := o.Matters.Report(t.Context(), reporter, "dispute", matter.ReportRequest{Category: "dispute", Text: "楼道堆放"})
	if err != nil {
		t.Fatal(err)
	}
	at := "/mediations/new?matter=" + string(m.ID)
	centre, far, leader := o.signIn(t, "centre"), o.signIn(t, "far"), o.signIn(t, "leader")
	far.get(at).check(t, "another village", http.StatusNotFound, "")
	centre.get(at).check(t, "the centre", http.StatusForbidden, "")
	centre.get("/matters/"+string(m.ID)).check(t, "the centre's page of the matter", 200, "", "!/mediations")
	leader.get("/matters/"+string(m.ID)).check(t, "the leader's", 200, "", at)
	form := []string{"matter", string(m.ID), "mode_moral", "1", "committee", "清风社区人民调解委员会", "mediator", "李明", "issue", "通道", "party1", "演示甲", "about1", "男"}
	leader.send(at, "/mediations", form...).check(t, "one party", http.StatusUnprocessableEntity, "", "至少两方", "演示甲", "通道")
	got := leader.send(at, "/mediations", append(form, "party2", "演示乙", "about2", "女", "consent1", "yes", "consent2", "yes")...)
	if got.code != http.StatusSeeOther {
		t.Fatalf("%d %.800s", got.code, got.body)
	}
	page := strings.TrimSuffix(got.to, "?done=mediation_started")
	for who, b := range map[string]browser{"another village": far} {
		b.get(page).check(t, who, http.StatusNotFound, "", "!演示甲")
	}
	centre.get(page).check(t, "the centre", http.StatusForbidden, "", "!演示甲")
	leader.get(page).check(t, "the leader", 200, "", "演示甲", "道德调解", "不公开")
	leader.send(page, page+"/sit", "on", "2026-01-01", "place", "", "text", "谈了一次").check(t, "without a place or a party", http.StatusUnprocessableEntity, "", "请选择到场的当事人", "谈了一次")
	leader.send(page, page+"/answer", "party", "2", "answer", "no").check(t, "a party refuses", http.StatusSeeOther, page+"?done=recorded")
	leader.get(page).check(t, "refused", 200, "", "当事人不愿调解", "!/sit\"", "agreement.pdf")
	if got := leader.get(page + "/agreement.pdf"); got.code != 200 || !strings.HasPrefix(got.body, "%PDF") {
		t.Errorf("the sheet of remedies: %d", got.code)
	}
}
