package pattern

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// learn shows lines to the book in one query, and returns the pattern of each.
func learn(b *Book, since int64, lines ...string) []*model.Pattern {
	f := b.Finder()
	var seen []model.SeenPattern
	for _, line := range lines {
		seen = append(seen, model.SeenPattern{ID: f.Find(line), Line: line, First: since})
	}
	return b.Learn(seen)
}

func logins(users ...string) (lines []string) {
	for i, user := range users {
		lines = append(lines, fmt.Sprintf("Accepted password for %s from 10.0.0.%d port 22", user, i+1))
	}
	return lines
}

// A pattern that a link names must find its rows after the server has learned more, and after a restart.
func TestIDsStayValid(t *testing.T) {
	state := memory{}
	b := openBook(t, state)
	first := learn(b, 20, logins("root", "alice", "carol", "dave")...)
	if first[0].ID == first[1].ID {
		t.Fatal("four names were enough to be taken for values")
	}
	joined := learn(b, 10, logins("bob")...)[0]
	for range 2 {
		f := b.Finder()
		for _, line := range logins("root", "alice", "bob", "someone-new") {
			if id := f.Find(line); id != joined.ID {
				t.Errorf("%q has the pattern %s, want %s", line, id, joined.ID)
			}
		}
		for _, old := range first {
			if old.ID != joined.ID && !slices.Contains(f.Others(joined.ID), old.ID) {
				t.Errorf("the id %s is not known any more", old.ID)
			}
			if p := b.Pattern(old.ID); p == nil || p.ID != joined.ID || p.Since != 10 {
				t.Errorf("the id %s leads to %+v", old.ID, p)
			}
		}
		b = openBook(t, state)
	}
	if text := joined.Text(); text != "Accepted password for <*> from <ip> port <num>" {
		t.Errorf("the pattern reads %q", text)
	}
	if words := b.Finder().Words(joined.ID); !slices.Equal(words, []string{"Accepted", "password", "for", "from", "port"}) {
		t.Errorf("rows are looked for by the words %q", words)
	}
}

// A query that began before sees one state of the book to its end.
func TestFinderKeepsItsBook(t *testing.T) {
	b := openBook(t, nil)
	f := b.Finder()
	before := f.Find(logins("root")[0])
	learn(b, 0, logins("root", "alice", "bob", "carol", "dave")...)
	learn(b, 0, logins("eve")...)
	if after := f.Find(logins("root")[0]); after != before {
		t.Errorf("the pattern changed from %s to %s within a query", before, after)
	}
}

// Names of states and short messages are what people tell apart; they must not become one pattern.
func TestWhatStaysApart(t *testing.T) {
	for name, lines := range map[string][]string{
		"states":         {"task moved on from NEW to the queue", "task moved on from RUNNING to the queue", "task moved on from FAILED to the queue"},
		"verbs":          {"user 5 has created the order 7", "user 5 has changed the order 7", "user 5 has deleted the order 7"},
		"short messages": {"cache cleared", "cache filled", "cache lost", "cache closed"},
		"structure":      {"sent 5 rows to node 1", "sent 5 rows (node 1)"},
	} {
		b, ids := openBook(t, nil), map[model.PatternID]string{}
		for i, p := range learn(b, 0, lines...) {
			if other, ok := ids[p.ID]; ok {
				t.Errorf("%s: %q and %q are one pattern", name, other, lines[i])
			}
			ids[p.ID] = lines[i]
		}
	}
}

// The book must not grow without bound: what was not seen for longest makes room, and its id still finds its lines.
func TestBookIsBounded(t *testing.T) {
	state := memory{}
	b := openBook(t, state)
	first := learn(b, 0, "the first thing happened")[0]
	alone := learn(b, 0, logins("root", "alice", "carol", "dave")...)
	joined := learn(b, 0, logins("bob")...)[0]
	for part := range 25 {
		var lines []string
		for i := range maxPatterns / 20 {
			lines = append(lines, strings.ToUpper(letters(part)+" "+letters(i))+" happened")
		}
		learn(b, 0, lines...)
		learn(b, 0, "this happens again and again")
	}
	for range 2 { // what was learned is not told by looks: a link to it must go on finding its rows
		f := b.Finder()
		for i, line := range logins("root", "alice", "carol", "dave") {
			if id := f.Find(line); id != joined.ID || id != alone[i].ID && !slices.Contains(f.Others(id), alone[i].ID) {
				t.Errorf("%q has the pattern %s with others %v; want %s with %s", line, id, f.Others(id), joined.ID, alone[i].ID)
			}
		}
		b.pages.Store(openBook(t, state).pages.Load())
	}
	if n := b.pages.Load().count; n > maxPatterns || n < maxPatterns/2 || len(state) != n || len(b.used) != n {
		t.Errorf("the book has %d pages, %d are kept and %d used, of %d", n, len(state), len(b.used), maxPatterns)
	}
	f := b.Finder()
	if b.Pattern(first.ID) != nil || f.Find("the first thing happened") != first.ID {
		t.Error("the oldest pattern is not forgotten, or has another id")
	}
	if b.Pattern(f.Find("this happens again and again")) == nil {
		t.Error("the pattern seen last is forgotten")
	}
}

func TestTally(t *testing.T) {
	b := openBook(t, nil)
	var lines []string
	for i := range 100 {
		lines = append(lines, fmt.Sprintf("mask() took %dms for user u%d size=%d", i, i%3, 1024*(i%2)))
	}
	p := learn(b, 0, lines...)[0]
	tally := b.Tally(p.ID)
	for _, line := range append(lines, "of another pattern") {
		tally.Add(line)
	}
	got := tally.Variables(2)
	if len(got) != 3 {
		t.Fatalf("%d variables in %q", len(got), p.Text())
	}
	took, user, size := got[0], got[1], got[2]
	if took.Name != "took" || took.Distinct != 100 || took.Numeric == nil || took.Numeric.Unit != "ms" ||
		took.Numeric.Min != 0 || took.Numeric.Max != 99 || took.Numeric.P50 != 49 || len(took.Numeric.Buckets) != numberBuckets {
		t.Errorf("took is %+v, numbers %+v", took, took.Numeric)
	}
	sum := int64(0)
	for _, bucket := range took.Numeric.Buckets {
		sum += bucket.Hits
	}
	if sum != 100 {
		t.Errorf("the buckets hold %d values", sum)
	}
	if user.Distinct != 3 || user.Numeric != nil || !slices.Equal(user.Top, []model.ValueHits{{Value: "u0", Hits: 34}, {Value: "u1", Hits: 33}}) {
		t.Errorf("user is %+v", user)
	}
	if size.Name != "size" || size.Numeric == nil || size.Numeric.P99 != 1024 {
		t.Errorf("size is %+v", size)
	}
	if b.Tally(1) != nil {
		t.Error("an unknown pattern is counted")
	}
}

// Queries learn and find at the same time.
func TestConcurrentQueries(t *testing.T) {
	b := openBook(t, nil)
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for i := range 50 {
				learn(b, int64(i), logins(fmt.Sprintf("user%c%c", 'a'+worker, 'a'+i%26))...)
			}
		})
	}
	wait.Wait()
	if id := b.Finder().Find(logins("nobody")[0]); b.Pattern(id) == nil {
		t.Error("nothing was learned")
	}
}

// A page that is damaged must not keep the server from starting, nor the others from being read.
func TestDamagedPageIsPassedOver(t *testing.T) {
	state := memory{}
	p := learn(openBook(t, state), 0, "the disk is full")[0]
	state["1/0123456789abcdef"], state["1/no id"] = []byte(`{"pieces":[`), []byte(`{}`)
	if got := openBook(t, state).Pattern(p.ID); got == nil || got.Text() != "the disk is full" {
		t.Errorf("the page beside damaged ones is %+v", got)
	}
}

// Kinds of values that differ from line to line are told as any.
func TestKindsOfSeveralLines(t *testing.T) {
	b := openBook(t, nil)
	learn(b, 0, "from 10.0.0.1 took 5")
	learn(b, 0, "uid=", "size= of 5")
	if text := learn(b, 0, "uid=5")[0].Text(); text != "uid=<num>" {
		t.Errorf("the pattern with a value reads %q", text)
	}
	if text := learn(b, 0, "uid=")[0].Text(); text != "uid=<num>" {
		t.Errorf("the pattern without a value again reads %q", text)
	}
	if text := learn(b, 0, "from db-1 took 7")[0].Text(); text != "from <*> took <num>" {
		t.Errorf("the pattern reads %q", text)
	}
}

// Learning must stay quick where text is noise: many patterns of one shape that never join.
func TestLearningNoise(t *testing.T) {
	b := openBook(t, nil)
	var lines []string
	for i := range 3000 {
		lines = append(lines, strings.Repeat(letters(i)+" ", 60))
	}
	began := time.Now()
	learn(b, 0, lines...)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("learning %d patterns took %s", len(lines), took)
	}
}

// letters writes a number without digits.
func letters(n int) string {
	return strings.Map(func(r rune) rune { return r - '0' + 'k' }, fmt.Sprint(n))
}
