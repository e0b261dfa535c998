package staff

import (
	"bytes"
	"io"
	"net/http"

	"anju/internal/web/gate"
)

// xlsx is the media type of a workbook.
const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// attach sends a file to be kept.
func attach(w http.ResponseWriter, media string, b *bytes.Buffer, name string) error {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	b.WriteTo(w) // if it fails, nobody is waiting any more
	return nil
}

// pdf sends a document, whole or not at all.
func pdf(w http.ResponseWriter, name string, f func(io.Writer) error) error {
	var b bytes.Buffer
	if err := f(&b); err != nil {
		return err
	}
	gate.Framed(w) // shown beside what it is about
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+name+`"`)
	b.WriteTo(w) // if it fails, nobody is waiting any more
	return nil
}
