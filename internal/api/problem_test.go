package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

func TestUnknownPropertySuggestsTheMissingOne(t *testing.T) {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	schema := registry.Schema(reflect.TypeFor[RetentionRules](), true, "")
	for body, want := range map[string]string{
		`{"default":{"retention":"30d","max_size":"0"},"rules":[{"filter":"*","retention":"1d"},{"stream":"{a=\"b\"}","retention":"1d"}]}`: `body.rules[1].stream: unexpected property; did you mean "filter"?`,
		`{"default":{"retention":"30d","max_size":"0","color":"red"},"rules":[]}`:                                                          `body.default.color: unexpected property`,
		`{"default":{"size":"0"},"rules":[]}`: `body.default.size: unexpected property; did you mean "max_size" or "retention"?`,
	} {
		var value any
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			t.Fatal(err)
		}
		var res huma.ValidateResult
		huma.Validate(registry, schema, huma.NewPathBuffer([]byte("body"), 4), huma.ModeWriteToServer, value, &res)
		detail := newHumaError(422, "validation failed", res.Errors...).Error()
		if !strings.HasSuffix(detail, "; "+want) {
			t.Errorf("%s: detail %q, want it to end in %q", body, detail, want)
		}
	}
}
