package pattern

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/analysis/pattern/loghub"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// BenchmarkFind reports how many lines that do not repeat a CPU-second takes in, for the mix that tests of the log
// store use and for the raw lines of the labelled logs, each made another one by its variables.
func BenchmarkFind(b *testing.B) {
	const count = 200_000
	sources := map[string][]string{}
	source := logmix.New(1, 5e5)
	var r model.Record
	for range count {
		source.Next(&r)
		sources["mix"] = append(sources["mix"], r.Msg+" ")
	}
	if dir, ok := loghub.Folder("../../.."); ok {
		for _, system := range append(loghub.Tuned, loghub.HeldOut...) {
			l, err := loghub.Read(dir, system)
			if err != nil {
				b.Fatal(err)
			}
			for i := range count / 8 {
				sources["loghub"] = append(sources["loghub"], fmt.Sprintf("%s %d", l.Raw[i%len(l.Raw)], i))
			}
		}
	}
	for name, lines := range sources {
		b.Run(name, func(b *testing.B) {
			var size int64
			for _, line := range lines {
				size += int64(len(line))
			}
			began := cpuTime()
			for b.Loop() {
				grouped(openBook(b, memory{}), lines)
			}
			cpu := cpuTime() - began
			b.ReportMetric(float64(len(lines))*float64(b.N)/cpu.Seconds(), "lines/CPU-s")
			b.ReportMetric(float64(size)/float64(len(lines)), "bytes/line")
		})
	}
}

// cpuTime returns the CPU time that the process has taken.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
