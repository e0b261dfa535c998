package ui

import (
	"fmt"
	"slices"
	"strings"

	"anju/internal/i18n"
)

// sparkPath draws values as a line in a field of 100 × 28, with 3 free above and below.
func sparkPath(values []float64) string {
	if len(values) < 2 {
		return "M0 14L100 14"
	}
	low, high := slices.Min(values), slices.Max(values)
	var b strings.Builder
	for i, v := range values {
		x := 100 * float64(i) / float64(len(values)-1)
		y := 14.0
		if high > low {
			y = 25 - 22*(v-low)/(high-low)
		}
		op := 'L'
		if i == 0 {
			op = 'M'
		}
		fmt.Fprintf(&b, "%c%.1f %.1f", op, x, y)
	}
	return b.String()
}

// share is the width of a bar in percent of the longest.
func (b BarsArgs) share(bar Bar) string {
	most := b.Max
	for _, i := range b.Bars {
		if b.Max == 0 {
			most = max(most, i.Value)
		}
	}
	if most <= 0 || bar.Value <= 0 {
		return "0"
	}
	return fmt.Sprintf("%.1f%%", min(100, 100*bar.Value/most))
}

// role makes a screen reader interrupt for what is wrong and only for that.
func (n NoticeArgs) role() string {
	if n.Tone == Bad {
		return "alert"
	}
	return "status"
}

func (d DrawerArgs) id() string {
	if d.ID == "" {
		return "drawer-page"
	}
	return d.ID
}

func (p ProgressArgs) id() string {
	if p.ID == "" {
		return "progress"
	}
	return p.ID
}

// words says the state of a step to those who do not see its colour.
func (s Step) words() string {
	switch s.State {
	case StepCurrent:
		return i18n.T("ui.step.current")
	case StepDone:
		return i18n.T("ui.step.done")
	case StepFailed:
		return i18n.T("ui.step.failed")
	}
	return i18n.T("ui.step.todo")
}
