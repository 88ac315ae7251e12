package app

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/api"
)

var update = flag.Bool("update", false, "write web/openapi.json")

// The console's types are generated from web/openapi.json; it must be what the server serves.
func TestOpenAPIOfTheConsoleIsCurrent(t *testing.T) {
	const file = "../../web/openapi.json"
	doc := api.Register(http.NewServeMux(), api.Options{Version: "dev"})
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if data, err = json.MarshalIndent(got, "", "  "); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if data, err = os.ReadFile(file); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("run go test ./internal/app -run OpenAPI -update, then npm run generate in web (-file +server):\n%s", diff)
	}
}
