package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/chromedp/chromedp"
)

// Size is what a screen shows.
type Size struct {
	Name          string
	Width, Height int64
	Phone         bool // touch, two pixels to a point
}

// The screens that Anju is made for.
var (
	Office = Size{Name: "1366", Width: 1366, Height: 768}
	Large  = Size{Name: "1920", Width: 1920, Height: 1080}
	Phone  = Size{Name: "390", Width: 390, Height: 844, Phone: true}
)

// Resize makes the tab's screen another.
func (p *Page) Resize(size Size) {
	p.t.Helper()
	options := []chromedp.EmulateViewportOption{chromedp.EmulateScale(1)}
	if size.Phone {
		options = []chromedp.EmulateViewportOption{chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait}
	}
	if err := p.do(chromedp.EmulateViewport(size.Width, size.Height, options...)); err != nil {
		p.t.Fatalf("resize to %s: %v", size.Name, err)
	}
}

// Screenshot takes a picture of what the screen shows, as PNG.
func (p *Page) Screenshot(size Size) []byte {
	p.t.Helper()
	p.Resize(size)
	p.Settle()
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatalf("picture of %s: %v", p.URL(), err)
	}
	return png
}

// Guide puts pictures of the page into the guide, as NAME-1366.png and so on,
// when the test runs for make screenshots; at other times it does nothing. A
// guide's picture is thus a picture of a page that a journey has walked through.
func (p *Page) Guide(name string, sizes ...Size) {
	p.t.Helper()
	dir := os.Getenv("ANJU_SCREENSHOTS")
	if dir == "" {
		return
	}
	for _, size := range sizes {
		p.write(filepath.Join(dir, fmt.Sprintf("%s-%s.png", name, size.Name)), p.Screenshot(size))
	}
}

func (p *Page) write(path string, png []byte) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

var notInNames = regexp.MustCompile(`[^\p{L}\p{N}]+`)

// pictureOfFailure keeps the whole page of a test that failed.
func (p *Page) pictureOfFailure() {
	if !p.t.Failed() || p.ctx.Err() != nil {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return // the tab may be what failed
	}
	path := filepath.Join("..", "build", "failed", notInNames.ReplaceAllString(p.t.Name(), "-")+".png")
	p.write(path, png)
	p.t.Logf("the page when the test failed: %s", path)
}
