package staff

import (
	"context"
	"io"
	"net/http"
	"slices"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type orderPanel struct {
	matter.Order
	Answer   *ui.FieldArgs
	Return   *ui.FieldArgs // the answer does not suffice
	Close    bool
	Acts     []orderAct // what the centre does without words
	Sent     []ui.Item  // to which centres its warning went
	State    ui.TagArgs
	Expected bool // the day for its answer
}

// An orderAct is a button of an order.
type orderAct struct{ Path, Label string }

func orderPanels(page matter.Page, by actor.Actor) []orderPanel {
	var out []orderPanel
	for _, o := range page.Orders {
		op := orderPanel{Order: o, Expected: page.Expected[o.ID], State: ui.TagArgs{Label: i18n.T("staff.order.waiting"), Tone: ui.Bad}}
		centre := policy.May(by, policy.OrderClose)
		switch {
		case o.SignedAt == 0:
			op.State = ui.TagArgs{Label: i18n.T("staff.order.unsigned"), Tone: ui.Warn}
			if centre {
				op.Acts = append(op.Acts, orderAct{"sign", i18n.T("staff.order.sign")})
			}
		case o.ClosedAt != 0:
			op.State = ui.TagArgs{Label: i18n.T("staff.order.closed"), Tone: ui.Good}
		case o.AnsweredAt != 0:
			op.State = ui.TagArgs{Label: i18n.T("staff.order.answered"), Tone: ui.Info}
			if op.Close = centre; centre {
				op.Return = &ui.FieldArgs{Name: "text", ID: "f-return-" + o.ID, Label: i18n.T("staff.order.return_why"), Kind: ui.TextArea, Required: true, Max: matter.MaxText}
			}
		case page.Asked[o.ID]:
			f := gate.AnswerField(o)
			op.Answer = &f
		}
		if centre && o.SignedAt != 0 && o.AnsweredAt == 0 && o.ClosedAt == 0 {
			op.Acts = append(op.Acts, orderAct{"remind", i18n.T("staff.order.remind")})
		}
		op.receipts(page, by, centre)
		out = append(out, op)
	}
	return out
}

// receipts says to which centres an order's warning went and who has it, with
// the button of those who have not said so.
func (o *orderPanel) receipts(page matter.Page, by actor.Actor, centre bool) {
	for _, r := range page.Receipts {
		if r.WarningID != o.WarningID {
			continue
		}
		at := i18n.T("staff.order.not_received")
		if r.ReceivedAt != 0 {
			at = r.ReceivedName + " " + gate.At(r.ReceivedAt)
		} else if centre && slices.Contains(by.Paths, r.Path) {
			o.Acts = append(o.Acts, orderAct{"receive", i18n.T("staff.order.receive")})
		}
		label := "staff.order.to_town"
		if len(r.Path) < 9 {
			label = "staff.order.to_county"
		}
		o.Sent = append(o.Sent, ui.Item{Label: i18n.T(label), Text: at})
	}
}

func (p *Pages) orderPDF(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return pdf(w, "order.pdf", func(w2 io.Writer) error { return p.Matters.OrderPDF(r.Context(), s.Actor, r.PathValue("id"), w2) })
}

// orderAnswer sends the answer to an order. Its form stands on the page of its
// matter, and comes back there.
func (p *Pages) orderAnswer(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	o, err := p.Matters.AnswerOrder(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "text"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showMatter(w, r, s, matter.ID(r.PostFormValue("matter")), "order-"+id, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/matters/"+string(o.MatterID)+"?done=answered")
}

// orderReturn is the centre's word that the answer does not suffice.
func (p *Pages) orderReturn(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	o, err := p.Matters.ReturnOrder(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "text"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showMatter(w, r, s, matter.ID(r.PostFormValue("matter")), "return-"+id, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/matters/"+string(o.MatterID)+"?done=order_returned")
}

// orderDo is an act upon an order that needs no words.
func (p *Pages) orderDo(done string, act func(*matter.Service, context.Context, actor.Actor, db.Key, string) (matter.Order, error)) gate.Handler {
	return func(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
		o, err := act(p.Matters, r.Context(), s.Actor, gate.Key(r), r.PathValue("id"))
		if err != nil {
			return err
		}
		return gate.See(w, r, "/matters/"+string(o.MatterID)+"?done="+done)
	}
}

// orderClose is the centre's word that the answer will do.
func (p *Pages) orderClose(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	o, err := p.Matters.CloseOrder(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return gate.See(w, r, "/matters/"+string(o.MatterID)+"?done=order_closed")
}
