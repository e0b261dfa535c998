package overview

import (
	"context"
	"net/url"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/policy"
)

// A Frame is the county's own frame 54321 (五治融合、四体联动、三色管理、双线服务、
// 一批后备干部): the figures that this system keeps, each with its list. There is
// none of a colour: a colour stands on no board.
type Frame struct {
	Path, Name string
	Figures    []FrameFigure
}

// A FrameFigure is one figure with the page of its list.
type FrameFigure struct {
	Part string // five, four, two or one
	Key  string
	N    int64
	Href string
	may  policy.Action // who may open the list
	at   string        // of the area
}

// Open reports whether the actor may open the list.
func (f FrameFigure) Open(by actor.Actor) bool {
	return policy.Check(by, f.may, policy.Places{{Relation: policy.At, Path: f.at}}) == nil
}

// Frame counts what stands for each part in an area, this year's where it is a
// flow. It names nobody.
func (s *Service) Frame(ctx context.Context, by actor.Actor, under string) (f Frame, err error) {
	if under, err = area(by, under); err != nil {
		return f, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		x, err := s.index(tx)
		if err != nil {
			return err
		}
		f = Frame{Path: under, Name: x.FullName(under)}
		year, at, end := string(calendar.On(tx.Now())[:4])+"-01", url.QueryEscape(under), policy.PrefixEnd(under)
		add := func(part, key, href string, may policy.Action, query string, args ...any) error {
			n, err := db.One[int64](tx, query, args...)
			f.Figures = append(f.Figures, FrameFigure{part, key, n, href, may, under})
			return err
		}
		branches := `select count(*) from party_branch where ended_on = '' and path >= $1 and path < $2`
		offline := `select count(*) from matter m join matter_figure f on f.matter_id = m.id where m.via in ('counter', 'phone', 'paper') and f.path >= $1 and f.path < $2 and f.reported_on >= $3`
		mediations := `select count(*) from mediation where path >= $1 and path < $2 and ',' || modes || ',' like $3`
		posts := `select count(distinct account_id) from post where held_as <> 'stand_in' and kind = $3 and path >= $1 and path < $2 and superseded_at = 0 and valid_to = '9999-12-31'`
		for _, one := range []struct {
			part, key, href string
			may             policy.Action
			query           string
			args            []any
		}{
			{"five", "politics", "/branches?at=" + at, policy.BranchRead, branches, []any{under, end}},
			{"five", "law", "/mediations?show=all&mode=judicial&at=" + at, policy.MediationRead, mediations, []any{under, end, "%,judicial,%"}},
			{"five", "virtue", "/mediations?show=all&mode=moral&at=" + at, policy.MediationRead, mediations, []any{under, end, "%,moral,%"}},
			{"five", "self", "/board/list?period=year&what=village&at=" + at, policy.MatterRead, `select coalesce(sum(level2 + level3), 0) from matter_month where path >= $1 and path < $2 and month >= $3`, []any{under, end, year}},
			{"five", "smart", "/board/list?period=year&what=reported&at=" + at, policy.MatterRead, `select coalesce(sum(reported), 0) from matter_month where path >= $1 and path < $2 and month >= $3`, []any{under, end, year}},
			{"four", "workers", "/grids", policy.GridRead, posts, []any{under, end, string(actor.GridWorker)}},
			{"four", "leaders", "/grids", policy.GridRead, posts, []any{under, end, string(actor.GridLeader)}},
			{"four", "members", "/branches?at=" + at, policy.BranchRead, posts, []any{under, end, string(actor.PartyMember)}},
			{"one", "reserve", "/reserve?kept=1&at=" + at, policy.ReserveRead, `select count(*) from reserve_file where state = 'kept' and path >= $1 and path < $2`, []any{under, end}},
			{"two", "online", "/board/list?period=year&what=online&at=" + at, policy.MatterRead, `select (select coalesce(sum(reported), 0) from matter_month where path >= $1 and path < $2 and month >= $3) - (` + offline + `)`, []any{under, end, year}},
			{"two", "offline", "/board/list?period=year&what=offline&at=" + at, policy.MatterRead, offline, []any{under, end, year}},
		} {
			if err := add(one.part, one.key, one.href, one.may, one.query, one.args...); err != nil {
				return err
			}
		}
		return nil
	})
	return f, err
}
