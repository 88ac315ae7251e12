package app

import (
	"encoding/json"
	"strconv"
	"sync"
	"testing"
)

// A request for the status while inputs start must not end the server, as reading a map that is written does.
func TestAddressesAreReadWhileInputsStart(t *testing.T) {
	var l addresses
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 1000 {
			l.set(strconv.Itoa(i), "127.0.0.1:0")
		}
	})
	for range 100 {
		if _, err := json.Marshal(l.all()); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
	if n := len(l.all()); n != 1000 {
		t.Errorf("%d addresses, want 1000", n)
	}
}
