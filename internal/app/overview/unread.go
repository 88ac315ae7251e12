package overview

import (
	"fmt"
	"strings"
	"sync"

	"github.com/haetae/haetae/internal/api"
)

// codeUnread is the code of the warning that partitions are read by nobody.
const codeUnread = "partitions_unread"

// Unread is which partitions of a queue on Kafka no process reads. That is no problem of this process, which takes and stores
// records as well as before, so /readyz does not know of it: processes that start one after the other, each when the one
// before is ready, would never become enough to read all.
type Unread struct {
	mu         sync.Mutex
	partitions []int32
}

// Set takes the partitions that are read by nobody now.
func (u *Unread) Set(partitions []int32) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.partitions = partitions
}

// Notice names them as 0, 1, 2; nil while all are read.
func (u *Unread) Notice() *api.Notice {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.partitions) == 0 {
		return nil
	}
	names := strings.ReplaceAll(strings.Trim(fmt.Sprint(u.partitions), "[]"), " ", ", ")
	return &api.Notice{Code: codeUnread, Params: map[string]string{"partitions": names}}
}
