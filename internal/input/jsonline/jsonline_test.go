package jsonline

import (
	"testing"

	"github.com/haetae/haetae/internal/input/httpin/httpintest"
)

func TestCases(t *testing.T) {
	httpintest.Cases(t, Descriptor, "testdata/cases", nil)
}
