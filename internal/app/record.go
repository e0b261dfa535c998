package app

import (
	"errors"
	"fmt"
	"io"
	"os"

	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/seal"
)

// CheckRecord verifies a signed copy of a record and writes its text. It needs
// the county's public key, and no county: whoever holds a copy can do it. Only
// a key that can be read lets it say no.
func CheckRecord(file, key string, out io.Writer) error {
	if key == "" {
		return Problem("cli.audit.record_key")
	}
	signed, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text, err := seal.VerifyCheckpoint(signed, key)
	if errors.Is(err, seal.ErrCheckpoint) {
		return No("cli.audit.record_no")
	}
	if err != nil {
		return fault.Wrap(fault.Invalid, "cli.audit.record_bad_key", err)
	}
	fmt.Fprint(out, text)
	fmt.Fprintln(out, i18n.T("cli.audit.record_ok"))
	return nil
}
