package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"anju/internal/fault"
)

// finish finishes a Config with flags, variables and the text of a file.
func finish(t *testing.T, args, env []string, file string) (*Config, error) {
	t.Helper()
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		t.Setenv(name, value)
	}
	if file != "" {
		name := filepath.Join(t.TempDir(), "anju.toml")
		if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append([]string{"--config", name}, args...)
	}
	f := flag.NewFlagSet("test", flag.ContinueOnError)
	c := Flags(f)
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	return c, c.Finish()
}

func TestFlagThenVariableThenFile(t *testing.T) {
	dir := t.TempDir()
	c, err := finish(t,
		[]string{"--addr", "127.0.0.1:1", "--data", dir + "/a"},
		[]string{"ANJU_ADDR=127.0.0.1:2", "ANJU_COUNTY=610902", "ANJU_LOG_LEVEL=warn"},
		"addr = '127.0.0.1:3'\ncounty = '610903'\nseed = 7\nscale = 0.5\nno-progress = true\ntrusted-proxy = '10.0.0.1, 10.1.0.0/16'\n")
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:1" || c.County != "610902" || c.Seed != 7 || c.Scale != 0.5 || !c.NoProgress || c.Level() != slog.LevelWarn {
		t.Errorf("got %+v", c)
	}
	if c.Keys != dir+"/a.key" {
		t.Errorf("the key file is %s, want it beside the data folder", c.Keys)
	}
	if p, err := c.proxies(); err != nil || len(p) != 2 || p[0].String() != "10.0.0.1/32" || p[1].String() != "10.1.0.0/16" {
		t.Errorf("proxies = %v, %v", p, err)
	}
}

func TestConfigByVariable(t *testing.T) {
	name := filepath.Join(t.TempDir(), "anju.toml")
	if err := os.WriteFile(name, []byte("county = '610903'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := finish(t, nil, []string{"ANJU_CONFIG=" + name}, "")
	if err != nil || c.County != "610903" {
		t.Errorf("got %s, %v", c.County, err)
	}
}

func TestConfigRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return name
	}
	plain := write("plain", "x", 0o600)
	open := write("open.key", "x", 0o644)
	data := filepath.Join(dir, "county")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(data, link); err != nil {
		t.Fatal(err)
	}
	cert, key := certificate(t, dir)
	for _, tt := range []struct {
		name, want, says string
		args, env        []string
		file             string
	}{
		{"near in the file", "config.near", "tls-cert", nil, nil, "tls_cert = 'x'\n"},
		{"near in a variable", "config.near", "trusted-proxy", nil, []string{"ANJU_TRUSTED_PROXIES=x"}, ""},
		{"near, letters swapped", "config.near", "addr", nil, nil, "adrr = 'x'\n"},
		{"like nothing", "app.unknown_setting", "password", nil, nil, "password = 'x'\n"},
		{"a table", "app.unknown_setting", "server", nil, nil, "[server]\naddr = 'x'\n"},
		{"a list", "app.bad_setting", "addr", nil, nil, "addr = ['x']\n"},
		{"no TOML", "app.config_file", "anju.toml", nil, nil, "addr = \n"},
		{"no such file", "app.config_file", "none.toml", []string{"--config", dir + "/none.toml"}, nil, ""},
		{"no number", "app.bad_setting", "seed", nil, nil, "seed = 'x'\n"},
		{"data is a file", "app.data_file", "plain", []string{"--data", plain}, nil, ""},
		{"data under a file", "config.data_closed", "plain", []string{"--data", plain + "/county"}, nil, ""},
		{"data that nobody can write", "config.data_closed", "/proc", []string{"--data", "/proc"}, nil, ""},
		{"keys inside", "app.keys_inside", "k.key", []string{"--data", data, "--keys", data + "/k.key"}, nil, ""},
		{"keys inside by a link", "app.keys_inside", "k.key", []string{"--data", data, "--keys", link + "/k.key"}, nil, ""},
		{"data by a link", "app.keys_inside", "k.key", []string{"--data", link, "--keys", data + "/k.key"}, nil, ""},
		{"keys that others read", "config.keys_mode", "open.key", []string{"--keys", open}, nil, ""},
		{"no address", "app.addr", "8080", []string{"--addr", "8080"}, nil, ""},
		{"no port", "app.addr", "http", []string{"--addr", "127.0.0.1:http"}, nil, ""},
		{"a port too far", "app.addr", "70000", []string{"--addr", "127.0.0.1:70000"}, nil, ""},
		{"half a pair", "app.tls_pair", "", []string{"--tls-cert", cert}, nil, ""},
		{"the pair crossed", "config.tls", cert, []string{"--tls-cert", key, "--tls-key", cert}, nil, ""},
		{"no certificate", "config.tls", "none", []string{"--tls-cert", dir + "/none", "--tls-key", key}, nil, ""},
		{"no proxy", "app.proxy", "proxy.local", []string{"--trusted-proxy", "proxy.local"}, nil, ""},
		{"no database", "app.db_url", "", []string{"--db", "mysql://u:secret-word@h/d"}, nil, ""},
		{"no data", "config.no_data", "--data", nil, []string{"ANJU_DATA="}, ""},
		{"no address to print", "config.check_url", "check.example", []string{"--check-url", "check.example/check"}, nil, ""},
		{"an address for machines", "config.check_url", "ftp", []string{"--check-url", "ftp://check.example/check"}, nil, ""},
		{"fewer than none", "config.day_cap", "-3", []string{"--day-cap", "-3"}, nil, ""},
		{"no level", "config.log_level", "loud", []string{"--log-level", "loud"}, nil, ""},
		{"no county", "app.county", "", []string{"--county", "61092"}, nil, ""},
		{"no scale", "app.scale", "", []string{"--scale", "NaN"}, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := finish(t, tt.args, tt.env, tt.file)
			if fault.KeyOf(err) != tt.want {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			line := Line(err)
			if !strings.Contains(line, tt.says) || strings.ContainsAny(line, "\n⟦{") || strings.Contains(line, "secret-word") {
				t.Errorf("the line is %q, want %q in it", line, tt.says)
			}
		})
	}
	if _, err := finish(t, []string{"--data", data, "--tls-cert", cert, "--tls-key", key, "--addr", ":0", "--check-url", "https://check.example/check", "--day-cap", "7"}, nil, ""); err != nil {
		t.Errorf("what is right: %v", err)
	}
	if left, _ := os.ReadDir(data); len(left) != 0 {
		t.Errorf("checking left %v", left)
	}
}

// Every setting has a flag, and every flag of the program is a setting.
func TestSettingsAreTheFlags(t *testing.T) {
	f := flag.NewFlagSet("test", flag.ContinueOnError)
	Flags(f)
	known := map[string]bool{"config": true}
	for _, s := range settings {
		known[s] = true
		if f.Lookup(s) == nil {
			t.Errorf("no flag --%s", s)
		}
	}
	f.VisitAll(func(f *flag.Flag) {
		if !known[f.Name] || f.Usage == "" || strings.Contains(f.Usage, "⟦") {
			t.Errorf("--%s cannot be set by file, or has no help: %q", f.Name, f.Usage)
		}
	})
}

func certificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"anju.example"}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.pem")
	for name, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: text}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
