package meta

import (
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// DSN says how to reach a PostgreSQL database, as a URL or in words such as host=db password=x.
type DSN string

// Shown implements config.Shower: what the driver understands of it, with neither password nor options; nothing of what
// the driver does not understand.
func (d DSN) Shown() (text string, ok bool) {
	c, err := parseDSN(string(d))
	if err != nil {
		return "", d == ""
	}
	hosts := []string{net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))}
	for _, f := range c.Fallbacks { // other hosts, and the same one without TLS
		if host := net.JoinHostPort(f.Host, strconv.Itoa(int(f.Port))); !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return "postgres://" + c.User + "@" + strings.Join(hosts, ",") + "/" + c.Database, true
}

// ParseDSN reads how to reach a PostgreSQL database, as a URL or in words, and returns where it is without the password.
func ParseDSN(dsn string) (where string, err error) {
	config, err := parseDSN(dsn)
	if err != nil {
		return "", err
	}
	return whereOf(config), nil
}

// errDSN does not repeat the text: it may hold a password.
var errDSN = errors.New("cannot be understood; it looks like postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full, " +
	"where / ? # and @ of a password are written %2F %3F %23 and %40")

func parseDSN(dsn string) (*pgx.ConnConfig, error) {
	if dsn == "" {
		return nil, errors.New("is empty; it looks like postgres://USER:PASSWORD@HOST:5432/DATABASE")
	}
	config, err := pgx.ParseConfig(dsn)
	switch {
	case isCutInPassword(dsn):
		return nil, errDSN
	case err != nil && strings.Contains(err.Error(), "sslmode is invalid"): // it has no type
		return nil, errors.New("has an sslmode that is none of disable, allow, prefer, require, verify-ca and verify-full")
	case err != nil:
		return nil, errDSN
	}
	return config, nil
}

// isCutInPassword reports whether a URL has an @ behind the place where the driver ends the password: the rest of the
// password would be taken for the host or the database, and be shown as such.
func isCutInPassword(dsn string) bool {
	_, rest, isURL := strings.Cut(dsn, "://")
	return isURL && strings.Contains(rest[strings.IndexAny(rest, "@/?#")+1:], "@")
}

func whereOf(c *pgx.ConnConfig) string {
	return net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))) + "/" + c.Database
}
