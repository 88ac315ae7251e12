package logs

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// slotted makes messages of a few shapes with every kind of variable.
func slotted(rnd *rand.Rand) string {
	at := time.Unix(0, logmix.Start+rnd.Int64N(86_400e9)).UTC()
	words := []string{"error", "Error", "timeout", "order", "border5", "x1order", "reorder", "장비7", "네트워크장비가", "0x1f", "a_1"}
	word := func() string { return words[rnd.IntN(len(words))] }
	ip := fmt.Sprintf("%d.0.%d.%d", rnd.IntN(30), rnd.IntN(3), rnd.IntN(256))
	switch rnd.IntN(12) {
	case 0:
		return fmt.Sprintf("Failed password for %s from %s port %d", []string{"root", "admin", "user7"}[rnd.IntN(3)], ip, rnd.IntN(65536))
	case 1:
		return fmt.Sprintf("%s error: order %d in %d ms", at.Format("2006-01-02 15:04:05.000"), rnd.IntN(100_000), rnd.IntN(2000)-1000)
	case 2:
		return fmt.Sprintf("order %05d took %d.%02d s", rnd.IntN(3000), rnd.IntN(20), rnd.IntN(100))
	case 3:
		return fmt.Sprintf("request %08x%08x of %08x-%04x-4%03x-8%03x-%012x failed", rnd.Uint32(), rnd.Uint32(), rnd.Uint32(), rnd.Uint32()&0xffff,
			rnd.IntN(4096), rnd.IntN(4096), rnd.Int64N(1<<48))
	case 4:
		return fmt.Sprintf("%s-%d %s", word(), rnd.IntN(50), word())
	case 5:
		return fmt.Sprintf("[%s] %s %s=%d", at.Format("02/Jan/2006:15:04:05 -0700"), word(), word(), rnd.IntN(9))
	case 6:
		return fmt.Sprintf("%d", rnd.IntN(2000)-1000)
	case 7:
		return fmt.Sprintf("pod web-%x-%d restarted 5 times in 3 days", rnd.IntN(1<<20), rnd.IntN(9))
	case 8:
		return "session closed: error while 77 in use"
	case 9:
		return ""
	case 10:
		return fmt.Sprintf("\x00\xff %d é%dK error", rnd.IntN(9), rnd.IntN(9))
	}
	return fmt.Sprintf("%s %s", word(), word())
}

var slottedQueries = []string{
	"error", "Error", "order", `"Failed password"`, `"password for"`, `"password for root"`, `"for user7 from"`, `"port 22"`, "5", "77", "007",
	"00077", `"-5"`, `"order 00077"`, `"error: order"`, `"in -5 ms"`, `"12.0.1"`, `"12.0.1.7"`, `"from 3.0.1.200 port"`, "err*", "ord*", `"order 1"*`, "1*",
	"*rder*", `*"order 1"*`, `*"ed pass"*`, `*"7 in"*`, `*".0.1."*`, "i(ERROR)", "i(FAILED)", `i("PASSWORD FOR")`, "i(BORDER5)", "i(k)", "i(err*)",
	`~"order [0-9]*77 in"`, `~"^order"`, `~"in use$"`, `~"(root|admin) from"`, `~"[0-9a-f]{16}"`, `~"\\bfor\\b"`, `~"(?i)FAILED"`, `="session closed: error while 77 in use"`,
	`=""`, `_msg:*`, `_msg:""`, "seq(order, in)", "seq(Failed, port)", "contains_all(error, order)", "contains_any(root, user7)", `in(77, "-5")`, "20", "2026", "Nov",
	`"2026-11-20"`, `"20/Nov/2026"`, "장비7", "0x1f", "a_1", "x1order", "border5", "web", "3", "restarted", `"5 times"`, `"restarted 5"`, "range(-5,5)", "len_range(3,9)",
	"ipv4_range(3.0.0.0, 4.255.255.255)", "!error", "error or order", "error !order", `"port" !root`, `error {host.name="h1"}`, "error level:info",
	`(error or restarted) and not "in use"`, `"é1K"`, "é*", `"\x00"`, `*"\xff"*`, "f", "4*",
}

// Whatever templates and metadata decide, the rows that match are those of a scan.
func TestTemplatesAgreeWithNaiveScan(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		f := newFixture(t, nil)
		w := f.writer(t, 0, 1)
		var all []*naiveRow
		for i := range 4000 {
			r := plainRecord(i, slotted(rnd))
			if seed == 1 {
				r.Fields = append(r.Fields, model.Field{Name: "level", Value: "info"})
			}
			all = append(all, &naiveRow{r: *r, stream: block.NewStream(r.Stream), id: fmt.Sprintf("%s-logs-0-%d", queueID, w.Offset())})
			w.Append(w.Offset(), r)
		}
		checkpoint(t, w)
		templated, byCount := 0, 0
		f.eachBlock(t, func(e *eval) {
			if e.rows.Kind(model.FieldMsg) == block.Templated {
				templated++
			}
		})
		if templated == 0 {
			t.Fatal("no block is templated")
		}
		queries := slices.Clone(slottedQueries)
		for range 80 {
			queries = append(queries, partQuery(rnd, all[rnd.IntN(len(all))].r.Msg))
		}
		for i, query := range queries {
			flt := filter(t, query)
			var want []string
			for _, n := range all {
				if flt.Match(n) {
					want = append(want, n.id+" "+n.r.Msg)
				}
			}
			got := idsAndMessages(t, f.Store, flt)
			slices.Sort(want)
			slices.Sort(got)
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("query %s: rows differ (-want +got):\n%.2000s", query, diff)
			}
			if n := count(t, f.Store, Search{Filter: flt}); n != len(want) {
				t.Errorf("query %s: %d rows are counted, want %d", query, n, len(want))
			}
			if i%4 == 0 {
				checkRepeats(t, f.Store, query, all)
			}
			f.eachBlock(t, func(e *eval) {
				if b, _, err := e.counted(compile(flt), &Search{}); err != nil {
					t.Fatal(err)
				} else if b != nil {
					byCount++
				}
			})
		}
		if byCount < len(slottedQueries)/5 {
			t.Errorf("%d answers came from metadata", byCount)
		}
	}
}

// partQuery asks for a part of a message, in one of the ways to ask for text.
func partQuery(rnd *rand.Rand, msg string) string {
	from := rnd.IntN(len(msg) + 1)
	to := from + rnd.IntN(min(len(msg)-from, 20)+1)
	part := strconv.Quote(msg[from:to])
	switch rnd.IntN(7) {
	case 0:
		return part + "*"
	case 1:
		return "*" + part + "*"
	case 2:
		return "i(" + strconv.Quote(strings.ToUpper(msg[from:to])) + ")"
	case 3:
		return "i(" + part + "*)"
	case 4:
		return "~" + strconv.Quote(regexp.QuoteMeta(strings.ToValidUTF8(msg[from:to], ".")))
	case 5:
		return "=" + strconv.Quote(msg[:to]) + "*"
	}
	return part
}

// idsAndMessages returns the ids and messages of the rows that match.
func idsAndMessages(t *testing.T, s *Store, flt logsql.Filter) []string {
	t.Helper()
	var out []string
	_, err := s.Search(t.Context(), Search{Scope: model.Everything, Filter: flt, Fields: []string{"_record_id", "_msg"}, Workers: 1},
		func(_ int, b *logsql.Batch) error {
			for i := range b.N {
				out = append(out, strings.Clone(b.Value(i, "_record_id")+" "+b.Value(i, "_msg")))
			}
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// eachBlock lets an evaluation begin with each block of the store's logs.
func (f *fixture) eachBlock(t *testing.T, visit func(e *eval)) {
	t.Helper()
	req := Search{}.withDefaults()
	snap := f.snapshot(req.Datasets, req.Min, req.Max)
	defer f.release(snap)
	run := f.newRun(req, snap)
	run.req.Fields = []string{model.FieldMsg} // so that no block is only counted
	e := run.newEval()
	err := run.units(t.Context(), func(u unit) error {
		defer u.release()
		e.scratch.Reset()
		u.rows(e)
		visit(e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A run of 64 digits and more, whose power of ten is 0 in 64 bits, once ended the process by a division.
func TestMoreDigitsThanNumbersHave(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 3000 {
		w.Append(int64(i), plainRecord(i, fmt.Sprintf("took %d ms", i)))
	}
	checkpoint(t, w)
	for _, zeros := range []int{18, 19, 63, 64, 200} {
		if got := count(t, f.Store, Search{Filter: filter(t, `_msg:~"`+strings.Repeat("0", zeros)+`1 ms"`)}); got != 0 {
			t.Errorf("%d zeros: found %d rows", zeros, got)
		}
	}
	if got := count(t, f.Store, Search{Filter: filter(t, `_msg:~"01 ms"`)}); got != 29 {
		t.Errorf("01 ms: found %d rows, want 29", got)
	}
}
