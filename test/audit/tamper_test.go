package audit

import (
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"

	_ "modernc.org/sqlite" // the metadata

	"github.com/haetae/haetae/test/server"
)

// Who has the files and the metadata, and changes both so that the server starts as if nothing were, is found out.
func TestTampering(t *testing.T) {
	for name, c := range map[string]struct {
		tamper func(t *testing.T, db *sql.DB, data string)
		want   string
	}{
		"a segment and its row removed": {func(t *testing.T, db *sql.DB, data string) {
			var id string
			if err := db.QueryRow(`DELETE FROM segment WHERE dataset = 'audit' AND min_time = (SELECT MIN(min_time) FROM segment WHERE dataset = 'audit') RETURNING id`).Scan(&id); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(filepath.Join(data, "logs", id)); err != nil {
				t.Fatal(err)
			}
		}, "removed"},
		"the newest segment removed": {func(t *testing.T, db *sql.DB, data string) {
			if _, err := db.Exec(`DELETE FROM segment WHERE dataset = 'audit' AND max_time = (SELECT MAX(max_time) FROM segment WHERE dataset = 'audit')`); err != nil {
				t.Fatal(err)
			}
		}, "removed"},
		"the head set back": {func(t *testing.T, db *sql.DB, data string) {
			if _, err := db.Exec(`UPDATE audit_chain SET seq = 2`); err != nil {
				t.Fatal(err)
			}
		}, "altered"},
		"a floor that nobody told": {func(t *testing.T, db *sql.DB, data string) {
			if _, err := db.Exec(`UPDATE audit_chain SET floor_seq = 2, floor_hash = 'x'; DELETE FROM segment WHERE dataset = 'audit' AND min_time = (SELECT MIN(min_time) FROM segment WHERE dataset = 'audit')`); err != nil {
				t.Fatal(err)
			}
		}, "floor"},
	} {
		t.Run(name, func(t *testing.T) {
			s := server.Start(t)
			for _, pair := range [...][2]string{{"one", "two"}, {"three", "four"}} { // a segment of each two
				addRule(t, s, pair[0])
				addRule(t, s, pair[1])
				s.Stop(t)
				s.Run(t)
			}
			s.Stop(t)
			db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: filepath.Join(s.Data, "meta.db")}).String())
			if err != nil {
				t.Fatal(err)
			}
			c.tamper(t, db, s.Data)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			s.Run(t)
			// Asking is told too: the check compares with the head that it finds itself.
			r := verify(t, s)
			if !slices.ContainsFunc(r.Faults, func(f fault) bool { return f.What == c.want }) || r.OK {
				t.Errorf("found %s, want %s", r.kinds(), c.want)
			}
		})
	}
}
