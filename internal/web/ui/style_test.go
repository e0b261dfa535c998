package ui

import (
	"encoding/hex"
	"math"
	"regexp"
	"strings"
	"testing"
)

// pairs are the colours that stand on one another: text, ground, least contrast.
var pairs = []struct {
	text, ground string
	least        float64
}{
	{"ink", "card", 7}, {"ink", "bg", 7}, {"ink", "zebra", 7}, {"ink", "blue-1", 7}, {"ink", "blue-2", 7},
	{"ink", "red-soft", 7}, {"ink", "amber-soft", 7}, {"ink", "green-soft", 7},
	{"ink-2", "card", 4.5}, {"ink-2", "bg", 4.5}, {"ink-2", "head", 4.5}, {"ink-2", "zebra", 4.5},
	{"ink-3", "card", 4.5}, {"ink-3", "bg", 4.5}, {"ink-3", "head", 4.5}, {"ink-3", "zebra", 4.5}, {"ink-3", "blue-1", 4.5},
	{"blue", "card", 4.5}, {"blue", "bg", 4.5}, {"blue", "zebra", 4.5}, {"blue", "blue-1", 4.5}, {"blue", "blue-2", 4.5},
	{"blue-deep", "blue-2", 4.5}, {"blue-deep", "card", 4.5}, {"blue-deep", "blue-1", 4.5},
	{"card", "blue", 4.5}, {"card", "blue-deep", 4.5}, {"card", "blue-bar", 7}, {"card", "red", 4.5}, {"card", "amber", 4.5},
	{"on-bar", "blue-bar", 4.5}, {"gold", "blue-bar", 4.5},
	{"red", "card", 4.5}, {"red", "red-soft", 4.5}, {"amber", "amber-soft", 4.5}, {"amber", "card", 4.5}, {"amber", "zebra", 4.5},
	{"green", "green-soft", 4.5}, {"green", "card", 4.5},
	{"edge", "card", 3}, {"edge", "bg", 3}, // borders of controls
}

func TestTokensContrast(t *testing.T) {
	colour := tokens(t)
	for _, p := range pairs {
		text, ground := colour[p.text], colour[p.ground]
		if text == "" || ground == "" {
			t.Errorf("%s on %s: no such token", p.text, p.ground)
			continue
		}
		if got := contrast(t, text, ground); got < p.least {
			t.Errorf("%s %s on %s %s: contrast %.2f, want at least %.1f", p.text, text, p.ground, ground, got, p.least)
		}
	}
}

// TestContrastFormula holds the formula to the ends of the scale.
func TestContrastFormula(t *testing.T) {
	if got := contrast(t, "#000", "#ffffff"); math.Abs(got-21) > 0.001 {
		t.Errorf("black on white: got %.3f, want 21", got)
	}
	if got := contrast(t, "#767676", "#fff"); got < 4.5 || got > 4.6 {
		t.Errorf("#767676 on white: got %.3f, want 4.54", got)
	}
}

// TestStyleUsesTokens finds names that no token defines, and colours written beside them.
func TestStyleUsesTokens(t *testing.T) {
	css := string(Style())
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`(--[a-z0-9-]+):`).FindAllStringSubmatch(css, -1) {
		known[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`var\((--[a-z0-9-]+)\)`).FindAllStringSubmatch(css, -1) {
		if !known[m[1]] {
			t.Errorf("var(%s): no such token", m[1])
		}
	}
}

// TestStyleForOldBrowsers names what Chromium 86, the oldest we serve, does not know.
func TestStyleForOldBrowsers(t *testing.T) {
	css := string(Style())
	for _, bad := range []string{":has(", ":is(", ":where(", "@container", "@layer", "inset:", "aspect-ratio:", "dvh", "url(", "@import"} {
		if strings.Contains(css, bad) {
			t.Errorf("style has %q", bad)
		}
	}
}

func TestSizes(t *testing.T) {
	if got, want := len(Style()), 40<<10; got > want {
		t.Errorf("style is %d bytes, want at most %d", got, want)
	}
	if got, want := len(read("ui.js")), 10<<10; got > want {
		t.Errorf("script is %d bytes, want at most %d", got, want)
	}
}

func tokens(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{3,6});`).FindAllStringSubmatch(string(read("css/token.css")), -1) {
		out[m[1]] = m[2]
	}
	return out
}

// contrast is the ratio of WCAG 2.1, 1.4.3.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	c := strings.TrimPrefix(colour, "#")
	if len(c) == 3 {
		c = string([]byte{c[0], c[0], c[1], c[1], c[2], c[2]})
	}
	rgb, err := hex.DecodeString(c)
	if err != nil || len(rgb) != 3 {
		t.Fatalf("colour %q: %v", colour, err)
	}
	weight := []float64{0.2126, 0.7152, 0.0722}
	sum := 0.0
	for i, v := range rgb {
		s := float64(v) / 255
		if s <= 0.04045 {
			s /= 12.92
		} else {
			s = math.Pow((s+0.055)/1.055, 2.4)
		}
		sum += weight[i] * s
	}
	return sum
}
