package pipe

import (
	"errors"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/model"
)

// Many queries at once must not hold many times the bound of one.
func TestBudgetOfAllQueries(t *testing.T) {
	all := NewBudget(1 << 20)
	first, second := all.Part(1<<20), all.Part(1<<20)
	if err := (&account{budget: first}).add(700 << 10); err != nil {
		t.Fatal(err)
	}
	var limit *model.LimitError
	if err := (&account{budget: second}).add(700 << 10); !errors.As(err, &limit) || !strings.Contains(limit.Bound, "limits.memory") {
		t.Fatalf("the second query got %v, want the bound of all", err)
	}
	second.End()
	first.End()
	third := all.Part(1 << 20)
	if err := (&account{budget: third}).add(1 << 20); err != nil {
		t.Errorf("what ended queries held is not given back: %v", err)
	}
}
