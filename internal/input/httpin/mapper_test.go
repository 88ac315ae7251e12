package httpin

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

func newTestProfiles(t *testing.T) *Profiles {
	t.Helper()
	ps, err := NewProfiles(DocumentDefaults, &input.Common{})
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

// A sender that makes up a long field name for each row must not fill the memory with names.
func TestMapperForgetsLongNames(t *testing.T) {
	p, err := newTestProfiles(t).Of(httptest.NewRequest("POST", "/", nil))
	if err != nil {
		t.Fatal(err)
	}
	m := p.Mapper()
	const size, many = 100 << 10, 200
	for i := range many {
		doc := make([]model.Field, many-i)
		for k := range doc {
			doc[k] = model.Field{Name: "short", Value: "1"}
		}
		long := fmt.Sprintf("%d%s", i, strings.Repeat("x", size))
		doc[len(doc)-1] = model.Field{Name: long, Value: "v"}
		var rec model.Record
		m.Map(&rec, doc, len(doc), 0, nil)
		if got := rec.Fields[len(rec.Fields)-1]; got.Name != long || got.Value != "v" {
			t.Fatalf("row %d lost its field with a long name", i)
		}
	}
	held := 0
	for name := range m.classes {
		held += len(name)
	}
	for _, c := range m.layout {
		held += len(c.sent)
	}
	if held > 2*size {
		t.Errorf("the mapper holds %d bytes of names of %d rows", held, many)
	}
}

// Parameters are the sender's: long ones, each different, must not stay.
func TestProfilesForgetLongParameters(t *testing.T) {
	ps := newTestProfiles(t)
	for i := range 50 {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("VL-Extra-Fields", fmt.Sprintf("a=%d%s", i, strings.Repeat("x", 100<<10)))
		p, err := ps.Of(r)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.extra) != 1 || len(p.extra[0].Value) < 100<<10 {
			t.Fatalf("the parameter was not honoured: %d extra fields", len(p.extra))
		}
	}
	held := 0
	for key := range ps.kept {
		held += len(key)
	}
	if held > 200<<10 {
		t.Errorf("%d bytes of parameters stay", held)
	}
}

// An extra field may not take away the message or the time that the sender gave.
func TestExtraFieldKeepsMessage(t *testing.T) {
	r := httptest.NewRequest("POST", "/", nil)
	r.Header.Set("VL-Extra-Fields", "_msg=x,_time=y,_stream=z,a=added")
	p, err := newTestProfiles(t).Of(r)
	if err != nil {
		t.Fatal(err)
	}
	doc := []model.Field{
		{Name: "_time", Value: "2026-11-20T03:12:00Z"},
		{Name: "_msg", Value: "text"},
		{Name: "_stream", Value: "theirs"},
		{Name: "a", Value: "sent"},
	}
	var rec model.Record
	p.Mapper().Map(&rec, doc, len(doc), 0, nil)
	if rec.Msg != "text" || rec.Time == 0 {
		t.Errorf("message %q, time %d", rec.Msg, rec.Time)
	}
	want := []model.Field{
		{Name: "a", Value: "added"}, {Name: "sent._msg", Value: "x"}, {Name: "sent._stream", Value: "z"}, {Name: "sent._time", Value: "y"},
	}
	if diff := cmp.Diff(want, rec.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}
