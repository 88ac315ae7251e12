package logsql_test

import (
	"os"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/logsql/logsqltest"
)

// The page must not show what the parser refuses.
func TestExamplesOfTheDocumentationParse(t *testing.T) {
	page, err := os.ReadFile("../../docs/logsql.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := logsqltest.Examples(string(page))
	for _, query := range examples {
		if _, err := logsql.Parse(query, logsql.Options{}); err != nil {
			t.Errorf("%s: %v", query, err)
		}
	}
	if len(examples) < 80 {
		t.Errorf("only %d examples found", len(examples))
	}
}
