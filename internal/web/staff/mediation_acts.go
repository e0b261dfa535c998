package staff

import (
	"fmt"
	"strconv"

	"anju/internal/actor"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/mediation"
	"anju/internal/policy"
	"anju/internal/web/ui"
)

// mediationActs are the forms of a mediation's page: what can be done now, the
// next step first.
func mediationActs(page mediation.Page, today string) (all []mediationAct) {
	m := page.Mediation
	var parties, thirds []ui.Option
	for _, w := range page.People {
		o := ui.Option{Value: strconv.FormatInt(w.N, 10), Label: w.Name}
		if w.Side == mediation.Party {
			parties = append(parties, o)
		} else {
			thirds = append(thirds, o)
		}
	}
	add := func(a mediation.Act, k ui.ButtonKind, fields ...ui.FieldArgs) {
		if !m.Can(a) {
			return
		}
		for i := range fields {
			fields[i].ID = "f-" + string(a) + "-" + fields[i].Name
		}
		all = append(all, mediationAct{Act: a, Kind: k, Fields: fields,
			Title:  i18n.T("staff.mediation.act." + string(a)),    //i18n:dynamic staff.mediation.act.
			Hint:   i18n.T("staff.mediation.hint." + string(a)),   //i18n:dynamic staff.mediation.hint.
			Button: i18n.T("staff.mediation.button." + string(a)), //i18n:dynamic staff.mediation.button.
		})
	}
	on := ui.FieldArgs{Name: "on", Label: i18n.T("staff.mediation.on"), Kind: ui.DateField, Required: true, Value: today}
	words := func(name, label string) ui.FieldArgs {
		return ui.FieldArgs{Name: name, Label: label, Kind: ui.TextArea, Required: true, Wide: true, Max: mediation.MaxText}
	}
	choice := func(name, label string, o []ui.Option) ui.FieldArgs {
		return ui.FieldArgs{Name: name, Label: label, Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Options: o}
	}
	said := choice("answer", i18n.T("staff.mediation.word"), yesNo())
	if m.State == mediation.Asked {
		add(mediation.Answer, ui.Primary, choice("party", i18n.T("staff.mediation.who"), parties), said)
	}
	var present []ui.FieldArgs
	for _, w := range page.People {
		if w.Side == mediation.Party || mediation.MayAttend(w, page.People, page.Consents) {
			present = append(present, ui.FieldArgs{Name: fmt.Sprintf("present_%d", w.N), Label: i18n.T("staff.mediation.present", "name", w.Name), Kind: ui.CheckField})
		}
	}
	sitting := append([]ui.FieldArgs{on, {Name: "place", Label: i18n.T("staff.mediation.place"), Required: true, Max: mediation.MaxName}}, present...)
	add(mediation.Sit, ui.Primary, append(sitting, words("text", i18n.T("staff.mediation.text")))...)
	add(mediation.Agree, ui.Primary,
		ui.FieldArgs{Name: "form", Label: i18n.T("staff.mediation.form"), Kind: ui.RadioField, Required: true, Options: []ui.Option{{Value: mediation.Written, Label: i18n.T("staff.mediation.written")}, {Value: mediation.Oral, Label: i18n.T("staff.mediation.oral")}}},
		on, words("facts", i18n.T("staff.mediation.facts")), words("terms", i18n.T("staff.mediation.terms")),
		ui.FieldArgs{Name: "manner", Label: i18n.T("staff.mediation.manner"), Required: true, Max: 200}, ui.FieldArgs{Name: "perform_by", Label: i18n.T("staff.mediation.by"), Kind: ui.DateField, Required: true})
	var signers []ui.Option
	for _, w := range page.People {
		if w.Side == mediation.Party && w.SignedOn == "" {
			signers = append(signers, ui.Option{Value: strconv.FormatInt(w.N, 10), Label: w.Name})
		}
	}
	if m.MediatorOn == "" {
		signers = append(signers, ui.Option{Value: mediation.ByMediator, Label: i18n.T("staff.mediation.mediator") + " " + m.Mediator})
	}
	if m.SealedOn == "" {
		signers = append(signers, ui.Option{Value: mediation.ByCommittee, Label: i18n.T("staff.mediation.seal")})
	}
	add(mediation.Sign, ui.Primary, choice("who", i18n.T("staff.mediation.who"), signers), on)
	var outcomes, courts []ui.Option
	for _, o := range mediation.Outcomes {
		outcomes = append(outcomes, ui.Option{Value: o, Label: i18n.T("mediation.outcome." + o)}) //i18n:dynamic mediation.outcome.
	}
	for _, o := range mediation.Confirmations {
		courts = append(courts, ui.Option{Value: o, Label: i18n.T("mediation.confirmation." + o)}) //i18n:dynamic mediation.confirmation.
	}
	add(mediation.Follow, ui.Primary, on, choice("outcome", i18n.T("staff.mediation.outcome"), outcomes), words("text", i18n.T("staff.mediation.follow_text")))
	add(mediation.Court, ui.Secondary, choice("confirmation", i18n.T("staff.mediation.court"), courts), on, ui.FieldArgs{Name: "document", Label: i18n.T("staff.mediation.document"), Max: mediation.MaxName, Hint: i18n.T("staff.mediation.document_hint")})
	add(mediation.Invite, ui.Secondary, ui.FieldArgs{Name: "name", Label: i18n.T("staff.col.name"), Required: true, Max: mediation.MaxName}, ui.FieldArgs{Name: "about", Label: i18n.T("staff.mediation.third_about"), Required: true, Max: 200})
	if len(thirds) > 0 {
		add(mediation.Allow, ui.Secondary, choice("third", i18n.T("staff.mediation.third"), thirds), choice("party", i18n.T("staff.mediation.whose_word"), parties), said)
	}
	if m.State != mediation.Asked {
		add(mediation.Answer, ui.Secondary, choice("party", i18n.T("staff.mediation.who"), parties), said)
	}
	add(mediation.EndWith, ui.Secondary, words("why", i18n.T("staff.mediation.why")))
	return all
}

// mediationWays lead from a matter to its mediations, for who mediates there:
// a dispute that is open can be begun.
func mediationWays(page matter.Page, by actor.Actor) (all []ui.ButtonArgs) {
	m := page.Matter
	if m.Category != "dispute" || policy.Check(by, policy.MediationStart, policy.Places{{Relation: policy.At, Path: m.Path}}) != nil {
		return nil
	}
	if m.State != matter.Closed {
		all = append(all, ui.ButtonArgs{Label: i18n.T("staff.mediation.start"), Href: "/mediations/new?matter=" + string(m.ID)})
	}
	return append(all, ui.ButtonArgs{Label: i18n.T("staff.mediation.panel_list"), Href: "/mediations?matter=" + string(m.ID), Kind: ui.Quiet})
}
