package meta

import (
	"strings"
	"testing"
)

// An address that does not answer is tried in two ways, which is one fault.
func TestUnreachableIsOneLine(t *testing.T) {
	_, err := OpenPostgres(t.Context(), "postgres://kim:SECRET@127.0.0.1:1/haetae", discard)
	if err == nil {
		t.Fatal("something answers at port 1")
	}
	text := err.Error()
	if strings.Contains(text, "\n") || strings.Count(text, "refused") != 1 || !strings.Contains(text, "check that it runs") || strings.Contains(text, "SECRET") {
		t.Errorf("%q", text)
	}
}

// However the driver lets a password be written, no part of it is shown; where the database is, is.
func TestShownDSN(t *testing.T) {
	for _, name := range []string{"PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGPASSWORD", "PGSERVICE"} {
		t.Setenv(name, "")
	}
	const at = "postgres://kim@db:5432/haetae"
	for dsn, want := range map[string]string{
		"": "",
		"postgres://kim:SECRET@db:5432/haetae?sslmode=disable":                  at,
		"postgres://kim@db/haetae":                                              at,
		"postgres://db/haetae?user=kim&password=SECRET":                         at,
		"postgres://db/haetae?user=kim&password=a%26SECRET":                     at,
		"postgres://kim@db/haetae?password=a'SECRET":                            at,
		"postgres://kim:SECRET@db,standby:5433/haetae":                          "postgres://kim@db:5432,standby:5433/haetae",
		"host=db user=kim password=SECRET dbname=haetae":                        at,
		`host=db password = 'SEC\'RET SECRET' user=kim dbname=haetae`:           at,
		`host=db password=ab'SECRET user=kim dbname=haetae`:                     at,
		`host=db password=ab\ SECRET user=kim dbname=haetae`:                    at,
		`host=db password=ab\'SECRET user=kim dbname=haetae sslpassword=SECRET`: at,
	} {
		if text, ok := DSN(dsn).Shown(); text != want || !ok {
			t.Errorf("%s is shown as %q (%t), want %q", dsn, text, ok, want)
		}
	}
	for _, dsn := range []string{
		"postgres://kim:12/SECRET@db/haetae", "postgres://kim:12?SECRET@db/haetae", "postgres://kim:12#SECRET@db/haetae",
		"postgres://kim:12@1/SECRET@db/haetae", "postgres://kim:12@SECRET@db/haetae", "postgres://kim:SECRET%@db/haetae", "host=db password='SECRET", "host=db password=ab SECRET",
	} {
		if text, ok := DSN(dsn).Shown(); text != "" || ok {
			t.Errorf("%s is shown as %q", dsn, text)
		}
		if _, err := ParseDSN(dsn); err == nil || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v", dsn, err)
		}
	}
}
