package staff

import (
	"net/http"
	"testing"

	"anju/internal/audit"
	"anju/internal/booklet"
	"anju/internal/seal"
)

// A booklet held out is asked about by who serves people, and says nothing to
// others; a wrong number is said in words, and what was typed stays.
func TestHeldOutPage(t *testing.T) {
	o := withMatters(t)
	o.Pages.Booklets = &booklet.Service{DB: o.Accounts.DB, Keys: seal.FromSeed(1)}
	centre, clerk := o.signIn(t, "centre"), o.signIn(t, "clerk")
	const page = "/booklets/check"
	centre.get(page).check(t, "the centre's form", http.StatusNotFound, "", "!有人出示居住簿")
	centre.send("/", page, "code", "610929-26-000002-J", "purpose", "identify").check(t, "the centre", http.StatusNotFound, "", "!有人出示居住簿")
	clerk.get(page).check(t, "the form", 200, "", "有人出示居住簿", "用途")
	clerk.send(page, page, "code", "610929-26-000002-J").check(t, "without a purpose", http.StatusUnprocessableEntity, "", "请选择用途", "610929-26-000002-J")
	clerk.send(page, page, "code", "610929-26-000002-X", "purpose", "identify").check(t, "a wrong number", http.StatusUnprocessableEntity, "", "没有读出编码或编号")
	clerk.send(page, page, "code", "610929-26-000002-J", "purpose", "identify").check(t, "nobody's number", http.StatusNotFound, "", "没有这本居住簿", "610929-26-000002-J")
}

// What was recorded about somebody is for the police; everybody has their own.
func TestRecordPages(t *testing.T) {
	o := withMatters(t)
	o.Pages.Audit = &audit.Service{DB: o.Accounts.DB, Sign: func(text string) ([]byte, error) { return []byte(text + "signed"), nil }}
	m := o.report(t, "王守山家楼梯扶手松动")
	leader := o.signIn(t, "leader")
	for _, page := range []string{"/records/household/h1", "/records/household/h1/record.txt", "/records/person/p1", "/records/matter/" + string(m.ID)} {
		if got := leader.get(page); got.code != http.StatusNotFound && got.code != http.StatusForbidden {
			t.Errorf("%s opens to a grid leader: %d", page, got.code)
		}
	}
	leader.get("/me/acts").check(t, "what one has done", 200, "", "我办过的事", "!王守山")
	leader.get("/me/acts/record.txt").check(t, "the copy", 200, "", "签名副本", "signed", "!王守山")
}
