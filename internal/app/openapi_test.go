package app

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/api"
)

// The console's types are generated from web/openapi.json; it must be what the server serves.
func TestOpenAPIOfTheConsoleIsCurrent(t *testing.T) {
	doc := api.Register(http.NewServeMux(), api.Options{Version: "dev"})
	var got, want any
	for _, part := range []struct {
		load func() ([]byte, error)
		dst  *any
	}{
		{func() ([]byte, error) { return json.Marshal(doc) }, &got},
		{func() ([]byte, error) { return os.ReadFile("../../web/openapi.json") }, &want},
	} {
		data, err := part.load()
		if err != nil {
			t.Fatal(err)
		}
		if err := json.NewDecoder(bytes.NewReader(data)).Decode(part.dst); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range []any{got, want} {
		d.(map[string]any)["info"].(map[string]any)["version"] = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("save /api/v1/openapi.json as web/openapi.json and run npm run generate in web (-file +server):\n%s", diff)
	}
}
