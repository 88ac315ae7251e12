package otlp

import (
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/haetae/haetae/internal/input/httpin/httpintest"
)

// The body of a protobuf case is written as JSON in its file; "Test-Form: raw" sends it as it is.
func TestCases(t *testing.T) {
	httpintest.Cases(t, Descriptor, "testdata/cases", func(r *http.Request, body []byte) []byte {
		form := r.Header.Get("Test-Form")
		r.Header.Del("Test-Form")
		if form == "protobuf" || form == "" && strings.Contains(r.Header.Get("Content-Type"), "protobuf") {
			return toProtobuf(t, body)
		}
		return body
	})
}

// toProtobuf writes an export in JSON as the protobuf message, as the OpenTelemetry collector does.
func toProtobuf(t testing.TB, body []byte) []byte {
	t.Helper()
	request := plogotlp.NewExportRequest()
	if err := request.UnmarshalJSON(body); err != nil {
		t.Fatal(err)
	}
	message, err := request.MarshalProto()
	if err != nil {
		t.Fatal(err)
	}
	return message
}
