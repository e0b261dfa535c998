package account

import (
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/policy"
	"anju/internal/seal"
)

// A Tenure is one time for which somebody holds, held or will hold a post.
type Tenure struct {
	Post
	Name     string // as it stands beside the post
	Phone    seal.Secret
	AwayTo   calendar.Date // first day back, of who is on leave on the day asked
	Standing string        // whose place a stand-in takes
}

// Current reports whether the post is held on a day.
func (t Tenure) Current(on calendar.Date) bool { return t.ValidFrom <= on && t.ValidTo > on }

// MaskedPhone is the holder's phone as a screen shows it.
func (t Tenure) MaskedPhone() string { return Holder{Phone: t.Phone}.MaskedPhone() }

// Tenures lists who holds, held or will hold posts of some kinds over a path
// and over the places that contain it, and over those within it whose code has
// at most so many digits: by place, those who hold it whole first, then by time.
func Tenures(tx *db.Tx, k *seal.Keys, kinds []actor.Kind, path string, digits int, on calendar.Date) ([]Tenure, error) {
	type row struct {
		Post
		Name        string        `db:"name"`
		PhoneSealed []byte        `db:"phone_sealed"`
		AwayTo      calendar.Date `db:"away_to"`
		Standing    string        `db:"standing"`
	}
	q := new(db.Query).Add(`select `+db.Columns[Post]("p.")+`, a.name, a.phone_sealed, coalesce(s.name, '') as standing,
		coalesce((select max(l.valid_to) from post_leave l where l.account_id = p.account_id and l.superseded_at = 0 and l.valid_from <= ? and l.valid_to > ?), '') as away_to
		from post p join account a on a.id = p.account_id left join account s on s.id = p.stands_for
		where p.superseded_at = 0 and a.state = 'active' and `+kindIn("p", kinds), on, on).
		Add(`and (p.path >= ? and p.path < ? and length(p.path) <= ?`, path, policy.PrefixEnd(path), digits)
	for _, n := range []int{6, 9, 12} {
		q.If(n < len(path), "or p.path = ?", path[:min(n, len(path))])
	}
	rows, err := db.All[row](tx, q.Add(`) order by p.path, p.held_as, p.valid_from, a.login`).Text(), q.Args()...)
	if err != nil {
		return nil, err
	}
	all := make([]Tenure, len(rows))
	for i, r := range rows {
		all[i] = Tenure{Post: r.Post, Name: r.HeldAs.Marked(r.Name), AwayTo: r.AwayTo, Standing: r.Standing}
		if all[i].Phone, err = openPhone(k, r.AccountID, r.PhoneSealed); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Hats are the posts that some accounts hold on a day, by account.
func Hats(tx *db.Tx, ids []ID, on calendar.Date) (map[ID][]Post, error) {
	all := map[ID][]Post{}
	if len(ids) == 0 {
		return all, nil
	}
	q := new(db.Query).Add(`select `+postColumns+` from post p where `+current("p")+` and p.account_id in (''`, on, on)
	for _, id := range ids {
		q.Add(", ?", id)
	}
	posts, err := db.All[Post](tx, q.Add(") order by kind, path").Text(), q.Args()...)
	for _, p := range posts {
		all[p.AccountID] = append(all[p.AccountID], p)
	}
	return all, err
}

// A Count is how many posts of one make there are, and how many people hold
// them: who holds two of them is one.
type Count struct {
	MadeOf string `db:"made_of"`
	Posts  int64  `db:"posts"`
	People int64  `db:"people"`
}

// MadeOf counts what the posts of level 1 under a path are made of on a day.
func MadeOf(tx *db.Tx, under string, on calendar.Date) ([]Count, error) {
	return db.All[Count](tx, `select p.made_of, count(*) as posts, count(distinct p.account_id) as people from post p join account a on a.id = p.account_id
		where p.kind = 'grid_worker' and p.path >= $1 and p.path < $2 and p.superseded_at = 0 and p.valid_from <= $3 and p.valid_to > $3 and a.state = 'active' and p.held_as <> 'stand_in'
		group by p.made_of order by posts desc, p.made_of`, under, policy.PrefixEnd(under), on)
}

// PeopleIn is how many posts of the network there are under a path on a day,
// and how many people hold them.
func PeopleIn(tx *db.Tx, kinds []actor.Kind, under string, on calendar.Date) (Count, error) {
	return db.One[Count](tx, `select '' as made_of, count(*) as posts, count(distinct p.account_id) as people from post p join account a on a.id = p.account_id
		where `+kindIn("p", kinds)+` and p.path >= $1 and p.path < $2 and p.superseded_at = 0 and p.valid_from <= $3 and p.valid_to > $3 and a.state = 'active' and p.held_as <> 'stand_in'`,
		under, policy.PrefixEnd(under), on)
}
