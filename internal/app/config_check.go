package app

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"anju/internal/fault"
)

// check refuses settings that cannot be meant, each with one clear line,
// before anything is opened with them.
func (c *Config) check() error {
	for _, ok := range []func() error{c.checkData, c.checkKeys, c.checkDoor, c.checkDB, c.checkCounty} {
		if err := ok(); err != nil {
			return err
		}
	}
	return nil
}

// checkData wants a folder that can be written to; one that is not there yet is
// made by whoever makes a county.
func (c *Config) checkData() error {
	info, err := os.Stat(c.Data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && !info.IsDir():
		return fault.New(fault.Invalid, "app.data_file", "data", c.Data)
	case err != nil:
		return fault.Wrap(fault.Invalid, "config.data_closed", err, "data", c.Data, "why", reason(err))
	}
	if _, err := os.ReadDir(c.Data); err != nil {
		return fault.Wrap(fault.Invalid, "config.data_closed", err, "data", c.Data, "why", reason(err))
	}
	probe, err := os.CreateTemp(c.Data, ".anju-*")
	if err != nil {
		return fault.Wrap(fault.Invalid, "config.data_closed", err, "data", c.Data, "why", reason(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// checkKeys keeps the key file apart from the data, and to its owner.
func (c *Config) checkKeys() error {
	if in, err := inside(c.Keys, c.Data); err != nil || in {
		return errors.Join(err, fault.New(fault.Invalid, "app.keys_inside", "file", c.Keys))
	}
	info, err := os.Stat(c.Keys)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // init makes it, restore asks for it
	case err != nil:
		return fault.Wrap(fault.Invalid, "config.keys_closed", err, "file", c.Keys, "why", reason(err))
	case !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0:
		return fault.New(fault.Invalid, "config.keys_mode", "file", c.Keys)
	}
	return nil
}

// checkDoor wants an address to listen at, a certificate with its key or
// neither, an address that can be printed on a booklet, and proxies that are
// addresses.
func (c *Config) checkDoor() error {
	_, port, err := net.SplitHostPort(c.Addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fault.Wrap(fault.Invalid, "app.addr", err, "addr", c.Addr)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return fault.New(fault.Invalid, "app.tls_pair")
	}
	if c.TLSCert != "" {
		if _, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
			return fault.Wrap(fault.Invalid, "config.tls", err, "cert", c.TLSCert, "key", c.TLSKey, "why", reason(err))
		}
	}
	if u, err := url.Parse(c.CheckURL); c.CheckURL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "") {
		return fault.New(fault.Invalid, "config.check_url", "value", c.CheckURL)
	}
	if c.DayCap < 0 {
		return fault.New(fault.Invalid, "config.day_cap", "value", c.DayCap)
	}
	_, err = c.proxies()
	return err
}

func (c *Config) checkDB() error {
	if c.DB == "" {
		return nil
	}
	u, err := url.Parse(c.DB) // its error would show the password
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return fault.New(fault.Invalid, "app.db_url")
	}
	return nil
}

func (c *Config) checkCounty() error {
	if len(c.County) != 6 || strings.Trim(c.County, "0123456789") != "" {
		return fault.New(fault.Invalid, "app.county")
	}
	if !(c.Scale > 0 && c.Scale <= 1) {
		return fault.New(fault.Invalid, "app.scale")
	}
	if _, ok := levels[c.LogLevel]; !ok {
		return fault.New(fault.Invalid, "config.log_level", "value", c.LogLevel)
	}
	return nil
}

var levels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

// Level is how much is logged.
func (c *Config) Level() slog.Level { return levels[c.LogLevel] }

// inside reports whether a path lies in a folder, links resolved.
func inside(path, dir string) (bool, error) {
	p, err := real(path)
	if err != nil {
		return false, err
	}
	d, err := real(dir)
	if err != nil {
		return false, err
	}
	rel, err := filepath.Rel(d, p)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)), nil
}

// real is the absolute path without links, as far as it is there.
func real(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rest := ""
	for at := abs; ; at = filepath.Dir(at) {
		if found, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(found, rest), nil
		}
		if at == filepath.Dir(at) {
			return abs, nil
		}
		rest = filepath.Join(filepath.Base(at), rest)
	}
}

// proxies are the addresses whose X-Forwarded-For is believed.
func (c *Config) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, s := range strings.FieldsFunc(c.TrustedProxy, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(s)
		if a, plain := netip.ParseAddr(s); plain == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "app.proxy", err, "value", s)
		}
		all = append(all, p)
	}
	return all, nil
}

// where names the county's place, for messages.
func (c *Config) where() string {
	if c.DB != "" {
		return "PostgreSQL"
	}
	return c.Data
}
