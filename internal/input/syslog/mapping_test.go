package syslog

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/input/deliver"
)

// A sender that makes up a long parameter name for each message must not fill the memory with names.
func TestMapperForgetsLongNames(t *testing.T) {
	m := &mapper{input: "syslog", zone: time.UTC}
	b := deliver.NewBatch(newLayout(Defaults()))
	const size, many = 100 << 10, 50
	for i := range many {
		param := strconv.Itoa(i) + strings.Repeat("x", size)
		m.add(b, "<14>1 - h a - - [id "+param+`="v"] text`, "192.0.2.1", testNow.UnixNano(), size)
		if got := b.Records()[i].Fields; got[len(got)-1].Name != "log.syslog.structured_data.id."+param {
			t.Fatalf("message %d lost its parameter", i)
		}
	}
	held := 0
	for key, name := range m.names {
		held += len(key) + len(name)
	}
	if held > size {
		t.Errorf("the mapper holds %d bytes of names of %d messages", held, many)
	}
}
