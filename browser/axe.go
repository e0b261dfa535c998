package browser

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed testdata/axe/axe.min.js
var axeJS string

// Violation is a rule of WCAG 2.1 A or AA that the page breaks, and where.
type Violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string   `json:"html"`
		Target         []string `json:"target"`
		FailureSummary string   `json:"failureSummary"`
	}
}

// Axe fails the test when axe-core finds a violation of WCAG 2.1 A or AA on the
// page. Where a journey is made on both engines, it looks on the first: what the
// same journey draws does not depend on the engine, and looking costs a quarter of
// the browser's time.
func (p *Page) Axe() {
	p.t.Helper()
	if strings.Contains(p.t.Name(), "/postgres") {
		p.Settle()
		return
	}
	for _, v := range p.Violations() {
		p.t.Errorf("%s is not accessible: %s", p.URL(), v)
	}
}

// Violations is what axe-core finds. The page's own policy may forbid inline
// scripts: what the browser's tools evaluate is not bound by it.
func (p *Page) Violations() []Violation {
	p.t.Helper()
	p.Settle()
	if !Eval[bool](p, "typeof axe === 'object'") {
		Eval[bool](p, axeJS+"\n;true")
	}
	return Eval[[]Violation](p, `axe.run(document, {
		runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']},
		resultTypes: ['violations'],
		preload: false,
	}).then(r => r.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help,
		Nodes: v.nodes.map(n => ({html: n.html, target: n.target.map(String), failureSummary: n.failureSummary}))})))`)
}

func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n  %s\n    %s\n    %s", strings.Join(n.Target, " "), clip(n.HTML, 200), strings.ReplaceAll(n.FailureSummary, "\n", "\n    "))
	}
	return b.String()
}
