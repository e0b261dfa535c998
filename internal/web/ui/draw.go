package ui

import (
	"fmt"

	"anju/internal/i18n"
)

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
