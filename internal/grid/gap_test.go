package grid

import (
	"slices"
	"testing"
)

// TestAnswers: who answers where nobody is: the next level that somebody holds.
func TestAnswers(t *testing.T) {
	const (
		county, town, village = "610929", "610929100", "610929100001"
		one, two, none        = village + "001", village + "002", village + NoGrid
		other                 = "610929100002"
	)
	all := Roster{{5, county}: true, {4, town}: true, {3, village}: true, {2, one}: true, {1, one}: true, {1, two}: true}
	for _, c := range []struct {
		name   string
		gone   []Seat
		level  int
		path   string
		answer int
	}{
		{"held", nil, 2, one, 2},
		{"the level is there, of another grid", nil, 2, two, 3},
		{"in no grid", nil, 2, none, 3},
		{"another village", nil, 2, other + "001", 4},
		{"two levels are vacant", []Seat{{2, one}, {3, village}}, 2, one, 4},
		{"a worker", []Seat{{1, one}}, 1, one, 2},
		{"only the county is left", []Seat{{2, one}, {3, village}, {4, town}}, 2, one, 5},
		{"nobody", []Seat{{2, one}, {3, village}, {4, town}, {5, county}}, 2, one, 0},
		{"the top is vacant, the level is not", []Seat{{5, county}}, 2, one, 2},
	} {
		r := Roster{}
		for s := range all {
			if !slices.Contains(c.gone, s) {
				r[s] = true
			}
		}
		if got := r.Answers(c.level, c.path); got != c.answer {
			t.Errorf("%s: level %d at %s is answered by %d, want %d", c.name, c.level, c.path, got, c.answer)
		}
	}
	gaps := all.Gaps([]Seat{{5, county}, {4, town}, {3, village}, {2, one}, {1, one}, {2, two}, {1, two}, {3, other}})
	if want := []Gap{{Seat{2, two}, 3}, {Seat{3, other}, 4}}; !slices.Equal(gaps, want) {
		t.Errorf("gaps %v, want %v", gaps, want)
	}
	places := []string{county, town, village, other, one, two, other + "001", none, other + NoGrid}
	if got, want := all.instead(2, 3, village, places), []Seat{{2, two}, {2, none}}; !slices.Equal(got, want) {
		t.Errorf("the section leader answers for %v, want %v", got, want)
	}
	if got, want := all.instead(2, 4, town, places), []Seat{{2, other}}; !slices.Equal(got, want) {
		t.Errorf("the town answers for %v, want %v: the widest place", got, want)
	}
	if got := all.instead(2, 5, county, places); len(got) != 0 {
		t.Errorf("the county answers for %v while the town is there", got)
	}
	if got, want := (Roster{{5, county}: true}).instead(3, 5, county, places), []Seat{{3, county}}; !slices.Equal(got, want) {
		t.Errorf("nobody but the county: %v, want %v", got, want)
	}
}
