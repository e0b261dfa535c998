package app

import (
	"fmt"
	"io"
	"os"

	"anju/internal/i18n"
	"anju/internal/seal"
)

// CheckRecord verifies a signed copy of a record and writes its text. It needs
// the county's public key, and no county: whoever holds a copy can do it.
func CheckRecord(file, key string, out io.Writer) error {
	signed, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text, err := seal.VerifyCheckpoint(signed, key)
	if err != nil {
		return No("cli.audit.record_no")
	}
	fmt.Fprint(out, text)
	fmt.Fprintln(out, i18n.T("cli.audit.record_ok"))
	return nil
}
