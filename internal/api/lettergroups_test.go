package api

import (
	"fmt"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
)

// Reasons may hold what differs from letter to letter: a flood of such ones must not take memory for each.
func TestLetterGroupsAreBounded(t *testing.T) {
	groups, passed := letterGroups{}, 0
	for i := range maxLetterKinds + 5 {
		b := &logsql.Batch{N: 1, Times: []int64{int64(i)}, Columns: []logsql.Column{
			logsql.PlainColumn("deadletter.reason", []string{fmt.Sprint("broken at ", i)}),
		}}
		if !groups.add(b, 0, nil) {
			passed++
		}
		if i == 0 && !groups.add(b, 0, nil) {
			t.Error("a second letter of a group is passed over")
		}
	}
	if len(groups) != maxLetterKinds || passed != 5 {
		t.Errorf("%d groups, %d letters are of no group", len(groups), passed)
	}
}
