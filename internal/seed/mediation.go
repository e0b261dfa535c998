package seed

import (
	"context"
	"fmt"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/matter"
	"anju/internal/mediation"
	"anju/internal/seal"
)

// mediated is how many disputes of the demonstration county are in mediation:
// asked, sitting, unsigned, in force, performed, refused.
const mediated = 6

// A dispute of the county with who mediates it.
type dispute struct {
	ID      string `db:"id"`
	Path    string `db:"path"`
	Account string `db:"account"`
	Name    string `db:"name"`
	Village string `db:"village"`
}

// Mediate lets a few open disputes be mediated by their villages' own section
// leaders, through the doors everybody goes through. The parties are invented.
func Mediate(ctx context.Context, d *db.DB, keys *seal.Keys) error {
	s := &mediation.Service{DB: d, Keys: keys}
	var all []dispute
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = db.All[dispute](tx, `select m.id, m.path, a.id as account, a.name, v.name as village from matter m
			join division v on v.code = substr(m.path, 1, 12) and v.valid_to = '9999-12-31'
			join post p on p.kind = 'section_leader' and p.path = substr(m.path, 1, 12) and p.superseded_at = 0 and p.valid_to = '9999-12-31'
			join account a on a.id = p.account_id
			where m.category = 'dispute' and m.state <> 'closed' order by m.id limit $1`, mediated)
		return err
	})
	if err != nil {
		return err
	}
	today := calendar.On(d.Now())
	for i, one := range all {
		if err := mediate(ctx, s, i, one, today); err != nil {
			return fmt.Errorf("mediate %s: %w", one.ID, err)
		}
	}
	return nil
}

// mediate takes the i-th dispute as far as it goes.
func mediate(ctx context.Context, s *mediation.Service, i int, one dispute, today calendar.Date) error {
	by := actor.Actor{Account: one.Account, Name: one.Name, Kind: actor.SectionLeader, Paths: []string{one.Path[:12]}, Office: one.Village}
	b := mediation.Beginning{MatterID: matter.ID(one.ID), Modes: mediation.Modes[i%3:], Committee: one.Village + "人民调解委员会", Mediator: one.Name, Issue: "两户对公共通道的使用和清理意见不一",
		Parties: []mediation.Draft{
			{Name: "演示甲", About: "男，52岁，务农，住" + one.Village, Consent: mediation.Yes},
			{Name: "演示乙", About: "女，47岁，务工，住" + one.Village, Consent: []string{"", "yes", "yes", "yes", "yes", "no"}[i%6]}}}
	m, err := s.Start(ctx, by, "", b)
	if err != nil || i%6 == 0 || i%6 == 5 {
		return err
	}
	if m, err = s.Sit(ctx, by, "", m.ID, mediation.Session{On: today, Place: one.Village + "调解室", Present: []int64{1, 2}, Text: "双方各自陈述了事情经过，同意先清理通道，再商量划线停放。"}); err != nil || i%6 == 1 {
		return err
	}
	form := mediation.Written
	if i%6 == 4 {
		form = mediation.Oral
	}
	if m, err = s.Agree(ctx, by, "", m.ID, mediation.Agreement{Form: form, On: today, Facts: "公共通道堆放杂物，影响另一户通行；双方都有堆放，各负一半责任。", Terms: "双方三日内各自清理，今后不在通道堆放；电动车停到划线处。", Manner: "各自清理，社区验看", PerformBy: today.AddDays(3)}); err != nil || i%6 == 2 {
		return err
	}
	if form == mediation.Written {
		for _, who := range []string{"1", "2", mediation.ByMediator, mediation.ByCommittee} {
			if m, err = s.Sign(ctx, by, "", m.ID, who, today); err != nil {
				return err
			}
		}
		return nil
	}
	_, err = s.FollowUp(ctx, by, "", m.ID, today, mediation.WasPerformed, "到现场看过，通道已清空，双方满意。")
	return err
}
