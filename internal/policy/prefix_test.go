package policy

import "testing"

func TestPrefixEnd(t *testing.T) {
	for _, tt := range [][2]string{{"王", "玌"}, {"610929", "61092:"}, {"\uD7FF", "\uE000"}} {
		if got := PrefixEnd(tt[0]); got != tt[1] {
			t.Errorf("PrefixEnd(%q) = %q, want %q", tt[0], got, tt[1])
		}
	}
}
