package kafka

import (
	"time"

	"golang.org/x/sys/unix"
)

// lowPriority is the nice value of work that everything else goes before.
const lowPriority = 10

// yieldThread lowers the priority of the thread that calls it; it cannot be raised again.
func yieldThread() { _ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), lowPriority) } // else it runs as others do

// threadTime is the CPU time of the thread that calls it.
func threadTime() time.Duration {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
