package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

func printMachine() {
	fmt.Printf("machine        %s, %d cores, %s memory, %s\n", cpuModel(), runtime.NumCPU(), memory(), kernel())
	fmt.Printf("built with     %s\n\n", runtime.Version())
}

// measuredBy says where figures of a page come from; load is the machine's load average before the run.
func measuredBy(command string, rows int, load string) string {
	return fmt.Sprintf("Measured by `%s`: %s rows of `bench/rows`, %s with %d cores, broker and senders on the same machine, whose load was %s before the run.\n",
		command, count(float64(rows)), cpuModel(), runtime.NumCPU(), load)
}

// loadAverage is that of the last minute.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	last, _, _ := strings.Cut(string(b), " ")
	return last
}

func cpuModel() string { return procValue("/proc/cpuinfo", "model name") }

func memory() string { return procValue("/proc/meminfo", "MemTotal") }

func kernel() string {
	b, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return runtime.GOOS
	}
	return "Linux " + strings.TrimSpace(string(b))
}

// procValue returns the first value of a name in a file of lines "name: value".
func procValue(path, name string) string {
	f, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer func() { _ = f.Close() }() // only read
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		key, value, ok := strings.Cut(lines.Text(), ":")
		if ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func printIngest(servers []*server, results []ingestResult) {
	fmt.Printf("%-34s", "HTTP JSON lines")
	for _, s := range servers {
		fmt.Printf("%14s", s.name)
	}
	if len(servers) > 1 {
		fmt.Printf("%14s", "ratio")
	}
	fmt.Println()
	row := func(name, format string, value func(ingestResult) float64) {
		fmt.Printf("  %-32s", name)
		for _, r := range results {
			fmt.Printf("%14s", fmt.Sprintf(format, value(r)))
		}
		if len(results) > 1 {
			fmt.Printf("%14.2f", value(results[0])/value(results[1]))
		}
		fmt.Println()
	}
	row("rows", "%.0f", func(r ingestResult) float64 { return float64(r.rows) })
	row("raw, MB", "%.1f", func(r ingestResult) float64 { return float64(r.raw) / 1e6 })
	row("sent in, s", "%.1f", func(r ingestResult) float64 { return r.send.Seconds() })
	row("searchable behind the last, ms", "%.0f", func(r ingestResult) float64 {
		return float64((r.searchable - r.send).Milliseconds())
	})
	row("rows per CPU-second, searchable", "%.0f", func(r ingestResult) float64 { return float64(r.rows) / r.sendCPU.Seconds() })
	row("rows per CPU-second, joined", "%.0f", func(r ingestResult) float64 { return float64(r.rows) / r.settledCPU.Seconds() })
	row("CPU-s per million rows, joined", "%.2f", func(r ingestResult) float64 {
		return r.settledCPU.Seconds() / float64(r.rows) * 1e6
	})
	row("peak RSS, MB", "%.0f", func(r ingestResult) float64 { return float64(r.peakRSS) / 1e6 })
	row("disk, % of raw", "%.2f", func(r ingestResult) float64 { return 100 * float64(r.disk) / float64(r.raw) })
	fmt.Println()
}

func printQueryHead(servers []*server) {
	fmt.Printf("%-34s", "query (best wall / CPU, ms)")
	for _, s := range servers {
		fmt.Printf("%20s", s.name)
	}
	if len(servers) > 1 {
		fmt.Printf("%14s", "ratio")
	}
	fmt.Println("   answer")
}

func printQuery(q namedQuery, results []queryResult) {
	fmt.Printf("  %-32s", q.name)
	for _, r := range results {
		fmt.Printf("%20s", fmt.Sprintf("%.1f / %.1f", millis(r.wall), millis(r.cpu)))
	}
	if len(results) > 1 {
		fmt.Printf("%14s", fmt.Sprintf("%.2f / %.2f", ratio(results[0].wall, results[1].wall), ratio(results[0].cpu, results[1].cpu)))
	}
	fmt.Printf("   %s", results[0].answer)
	for _, r := range results[1:] {
		if r.answer != results[0].answer {
			fmt.Printf(" (other: %s)", r.answer)
		}
	}
	fmt.Println()
}

func printTail(s *server, r tailResult) {
	fmt.Printf("\ntail at %d rows/s, %s: %d of %d seen, p50 %.0f ms, p99 %.0f ms, max %.0f ms\n",
		usualPace.rate, s.name, r.seen, r.sent, millis(r.p50), millis(r.p99), millis(r.max))
}

func printUDP(s *server, r udpResult) {
	fmt.Printf("\nUDP syslog at %.0f lines/s, %s: %d sent, %d stored, %d dropped by the kernel, %d unaccounted\n",
		r.perSecond, s.name, r.sent, r.stored, r.kernel, r.sent-r.stored-r.kernel)
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func ratio(a, b time.Duration) float64 { return float64(a) / float64(max(b, 1)) }
