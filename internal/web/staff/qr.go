package staff

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// qrPath draws a QR code as the data of one SVG path, one unit a module, with
// its side in units.
func qrPath(text string) (path string, side int, err error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", 0, err
	}
	const quiet = 4
	var b strings.Builder
	for y := range c.Size {
		for x := range c.Size {
			if c.Black(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return b.String(), c.Size + 2*quiet, nil
}
