package app

import (
	"encoding"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"github.com/haetae/haetae/internal/input/all"
)

// The console shows the description of a setting in Korean from a file that has it under the English one. One that was
// changed or added needs its Korean, and one that is gone leaves the file.
func TestSettingsAreDescribedInKorean(t *testing.T) {
	const file = "../../web/src/locales/settings.ko.json"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var korean map[string]string
	if err := json.Unmarshal(data, &korean); err != nil {
		t.Fatalf("cannot read %s: %v", file, err)
	}
	english := map[string]bool{}
	descriptions(reflect.TypeFor[Config](), english)
	for _, d := range all.Descriptors() {
		english[d.Summary] = true
		descriptions(reflect.TypeOf(d.Defaults()), english)
	}
	for doc := range english {
		if korean[doc] == "" {
			t.Errorf("%s lacks %q", file, doc)
		}
	}
	for doc := range korean {
		if !english[doc] {
			t.Errorf("no setting is described as %q; take it out of %s", doc, file)
		}
	}
}

// descriptions collects those of the settings in a type, as config.Effective lists them, also of sections that are not set.
func descriptions(typ reflect.Type, into map[string]bool) {
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	for f := range typ.Fields() {
		section := f.Type
		if section.Kind() == reflect.Pointer {
			section = section.Elem()
		}
		switch doc := f.Tag.Get("doc"); {
		case section.Kind() == reflect.Struct && !reflect.PointerTo(section).Implements(reflect.TypeFor[encoding.TextMarshaler]()):
			if f.IsExported() {
				descriptions(section, into)
			}
		case doc != "":
			into[doc] = true
		}
	}
}
