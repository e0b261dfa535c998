package audit

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// RecordOrigin names the signed copies of records in their signatures.
const RecordOrigin = "anju.record"

// A Deed is one recorded act of the one who asks: when, what, on which thing.
// What it changed belongs to whom it is about, and is not in it.
type Deed struct {
	N       int64  `db:"n"`
	At      int64  `db:"at"`
	Kind    string `db:"kind"`
	Action  string `db:"action"`
	Subject string `db:"subject"`
}

// Own lists what the actor has done, as it was recorded, before number n (0
// from the end), the newest first.
func (s *Service) Own(ctx context.Context, by actor.Actor, before int64, limit int) (all []Deed, err error) {
	if err := policy.Check(by, policy.ChangeOwn, policy.Places{{Relation: policy.Own, Path: by.Account}}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err = db.All[Deed](tx, `select n, at, kind, action, subject from change where account = $1 and ($2 = 0 or n < $2) order by n desc limit $3`, by.Account, before, page(limit))
		return err
	})
	return all, err
}

// maxOwn is how many of one's own acts a signed copy holds.
const maxOwn = 500

// OwnRecord writes a signed copy of one's own acts: plain text with a signature
// that anju audit record verifies with the county's public key alone.
func (s *Service) OwnRecord(ctx context.Context, by actor.Actor, w io.Writer) error {
	deeds, err := s.Own(ctx, by, 0, maxOwn)
	if err != nil {
		return err
	}
	lines := make([]string, len(deeds))
	for i, d := range deeds {
		lines[i] = i18n.T("audit.record.deed", "n", d.N, "at", moment(time.UnixMilli(d.At)), "kind", kindName(actor.Kind(d.Kind)), "action", ActionName(d.Action), "subject", d.Subject)
	}
	return s.sign(w, "account/"+by.Account, by, lines)
}

// Record writes a signed copy of what was recorded about a household or a
// person, for the police to hand to whom it is about. It is a look, and logged
// as ChangesOf is; what may not be shown there is not in it.
func (s *Service) Record(ctx context.Context, by actor.Actor, subject string, w io.Writer) error {
	entries, err := s.ChangesOf(ctx, by, subject)
	if err != nil {
		return err
	}
	var lines []string
	for _, e := range entries {
		lines = append(lines, i18n.T("audit.record.entry", "n", e.N, "at", moment(e.At), "kind", kindName(e.Kind), "name", e.Name, "action", ActionName(e.Action)))
		for _, f := range e.Fields {
			lines = append(lines, "  "+f.Words())
		}
	}
	return s.sign(w, subject, by, lines)
}

// Words is a field with what it was and is.
func (f Field) Words() string {
	if f.Hidden {
		return i18n.T("audit.record.hidden", "field", FieldName(f.Name))
	}
	return i18n.T("audit.record.field", "field", FieldName(f.Name), "before", blank(f.Before), "after", blank(f.After))
}

func blank(s string) string {
	if s == "" {
		return "—"
	}
	return strings.Join(strings.Fields(s), " ") // one line for each field
}

// sign writes the text with its signature.
func (s *Service) sign(w io.Writer, subject string, by actor.Actor, lines []string) error {
	if s.Sign == nil {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	head := []string{i18n.T("audit.record.title"), i18n.T("audit.record.about", "subject", subject), i18n.T("audit.record.made", "at", moment(s.DB.Now()), "office", by.Office, "name", by.Name), i18n.T("audit.record.count", "n", len(lines)), i18n.T("audit.record.check"), ""}
	signed, err := s.Sign(strings.Join(append(head, lines...), "\n") + "\n")
	if err != nil {
		return fmt.Errorf("sign a record: %w", err)
	}
	_, err = w.Write(signed)
	return err
}

func moment(at time.Time) string { return at.In(calendar.Zone).Format("2006-01-02 15:04:05") }

func kindName(k actor.Kind) string {
	if k == actor.System {
		return i18n.T("audit.record.system")
	}
	return i18n.T("account.kind." + string(k)) //i18n:dynamic account.kind.
}

// ActionName is a recorded action in words; one that only the program itself
// does keeps its name.
func ActionName(action string) string {
	if i18n.Has("policy.action." + action) {
		return i18n.T("policy.action." + action) //i18n:dynamic policy.action.
	}
	return action
}

// FieldName is a recorded field in words; one without keeps its name.
func FieldName(name string) string {
	if key := "audit.field." + strings.ToLower(name); i18n.Has(key) {
		return i18n.T("audit.field." + strings.ToLower(name)) //i18n:dynamic audit.field.
	}
	return name
}

// SubjectName is what a record is about in words, without its id; a thing that
// only the program itself knows keeps its name.
func SubjectName(subject string) string {
	noun, _, _ := strings.Cut(subject, "/")
	if i18n.Has("audit.noun." + noun) {
		return i18n.T("audit.noun." + noun) //i18n:dynamic audit.noun.
	}
	return subject
}
