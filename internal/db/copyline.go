package db

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// The lines of a copy: JSON arrays whose elements follow the kinds of the
// table's columns. Text is a string, bytes are a string of base64, and text
// that is no UTF-8 (SQLite keeps what it is given) is base64 in an array of
// its own, so that nothing is lost. The same row always gives the same line.

// appendLine appends a row.
func appendLine(b []byte, columns []column, row []any) ([]byte, error) {
	b = append(b, '[')
	for i, v := range row {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendValue(b, columns[i].Kind, v); err != nil {
			return b, fmt.Errorf("%s: %w", columns[i].Name, err)
		}
	}
	return append(b, ']', '\n'), nil
}

func appendValue(b []byte, kind string, v any) ([]byte, error) {
	if v == nil {
		return append(b, "null"...), nil
	}
	switch v := v.(type) {
	case string:
		if kind == "text" && !utf8.ValidString(v) {
			return append(appendBytes(append(b, '['), []byte(v)), ']'), nil
		}
		if kind == "text" {
			return appendText(b, v), nil
		}
	case int64:
		if kind == "int" {
			return strconv.AppendInt(b, v, 10), nil
		}
	case float64:
		if kind == "float" && !math.IsInf(v, 0) && !math.IsNaN(v) {
			return strconv.AppendFloat(b, v+0, 'g', -1, 64), nil // +0: SQLite knows no negative zero
		}
	case []byte:
		if kind == "bytes" {
			return appendBytes(b, v), nil
		}
	}
	return b, fmt.Errorf("holds a %T, not %s", v, kind)
}

func appendBytes(b, v []byte) []byte {
	return append(base64.StdEncoding.AppendEncode(append(b, '"'), v), '"')
}

const hexDigits = "0123456789abcdef"

func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		start = i + 1
	}
	return append(append(b, s[start:]...), '"')
}

var errLine = errors.New("a line of the copy cannot be read")

// readLine appends the values of a line that appendLine made to row.
func readLine(line []byte, columns []column, row []any) ([]any, error) {
	if len(line) == 0 || line[0] != '[' {
		return row, errLine
	}
	line = line[1:]
	for i, c := range columns {
		v, rest, err := readValue(line, c.Kind)
		if err != nil {
			return row, fmt.Errorf("%s: %w", c.Name, err)
		}
		end := byte(',')
		if i == len(columns)-1 {
			end = ']'
		}
		if len(rest) == 0 || rest[0] != end {
			return row, errLine
		}
		row, line = append(row, v), rest[1:]
	}
	if string(line) != "\n" {
		return row, errLine
	}
	return row, nil
}

func readValue(line []byte, kind string) (v any, rest []byte, err error) {
	n := tokenEnd(line)
	if n <= 0 {
		return nil, nil, errLine
	}
	token, rest := line[:n], line[n:]
	if string(token) == "null" {
		return nil, rest, nil
	}
	switch {
	case kind == "int":
		v, err = strconv.ParseInt(string(token), 10, 64)
	case kind == "float":
		v, err = strconv.ParseFloat(string(token), 64)
	case kind == "bytes":
		v, err = readBytes(token)
	case kind == "text" && token[0] == '[':
		var raw []byte
		raw, err = readBytes(token[1 : n-1])
		v = string(raw)
	case kind == "text":
		v, err = readText(token)
	default:
		err = errLine
	}
	return v, rest, err
}

// tokenEnd is the length of the value that line begins with, or -1.
func tokenEnd(line []byte) int {
	if len(line) == 0 {
		return -1
	}
	switch line[0] {
	case '"':
		for i := 1; i < len(line); i++ {
			switch line[i] {
			case '\\':
				i++
			case '"':
				return i + 1
			}
		}
		return -1
	case '[':
		if n := tokenEnd(line[1:]); n >= 0 && n+1 < len(line) && line[n+1] == ']' {
			return n + 2
		}
		return -1
	}
	for i, c := range line {
		if c == ',' || c == ']' {
			return i
		}
	}
	return -1
}

func readBytes(token []byte) ([]byte, error) {
	if len(token) < 2 || token[0] != '"' {
		return nil, errLine
	}
	return base64.StdEncoding.AppendDecode([]byte{}, token[1:len(token)-1])
}

func readText(token []byte) (string, error) {
	if len(token) < 2 || token[0] != '"' {
		return "", errLine
	}
	inner := token[1 : len(token)-1]
	for _, c := range inner {
		if c == '\\' {
			var s string
			err := json.Unmarshal(token, &s)
			return s, err
		}
	}
	return string(inner), nil
}
