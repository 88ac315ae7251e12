package overview

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/store"
)

var eventStart = time.Unix(10_000, 0).UTC()

// kept reads events as "SECONDS[-UNTIL] KIND MEMBER [PARTITIONS] [REASON]".
func kept(t *testing.T, lines ...string) (list []store.Event) {
	t.Helper()
	for i, line := range lines {
		words := strings.Fields(line)
		var at, until float64
		if _, err := fmt.Sscanf(words[0], "%f-%f", &at, &until); err != nil && at == 0 {
			t.Fatal(err)
		}
		e := store.Event{ID: fmt.Sprintf("%02d", i), Time: eventStart.Add(time.Duration(at * 1e9)), Kind: words[1], Member: words[2]}
		if until != 0 {
			e.Until = eventStart.Add(time.Duration(until * 1e9))
		}
		for _, w := range words[3:] {
			if w == reasonHeard {
				e.Reason = w
				continue
			}
			var p int
			if _, err := fmt.Sscan(w, &p); err != nil {
				t.Fatal(err)
			}
			e.Partitions = append(e.Partitions, p)
		}
		list = append(list, e)
	}
	return list
}

func written(events []api.PipelineEvent) (lines []string) {
	for _, e := range events {
		line := fmt.Sprint(e.Time.Sub(eventStart).Seconds())
		if e.Until != nil {
			line += fmt.Sprint("-", e.Until.Sub(eventStart).Seconds())
		}
		line = fmt.Sprint(line, " ", e.Kind, " ", e.Member, " ", strings.Trim(fmt.Sprint(e.Partitions), "[]"))
		lines = append(lines, strings.TrimSpace(strings.TrimSpace(line)+" "+e.Reason))
	}
	return lines
}

func TestEventsTellRebalances(t *testing.T) {
	for name, c := range map[string]struct{ kept, want []string }{
		"the first start is none": {
			[]string{"1 joined a", "2 given a 0 1"},
			[]string{"1 joined a", "2 given a 0 1"},
		},
		"a second process": {
			[]string{"1 given a 0 1 2", "5 joined b", "6 taken a 2", "6.5 given b 2"},
			[]string{"1 given a 0 1 2", "5 joined b", "6 taken a 2", "6-6.5 rebalance  2", "6.5 given b 2"},
		},
		"a kill": {
			[]string{"1 given a 0 1", "1 given b 2", "10-16 silent b", "16 gone b", "19 given a 2"},
			[]string{"1 given a 0 1", "1 given b 2", "10-16 silent b 2", "16 gone b 2", "16-19 rebalance  2", "19 given a 2"},
		},
		"a session that seems to end late": {
			[]string{"1 given a 0 1", "1 given b 2", "10-16 silent b", "15 given a 2", "16 gone b"},
			[]string{"1 given a 0 1", "1 given b 2", "10-14.999 silent b 2", "14.999 gone b 2", "14.999-15 rebalance  2", "15 given a 2"},
		},
		"a kill that nobody saw": {
			[]string{"1 given a 0", "50 joined a", "51 given a 0"},
			[]string{"1 given a 0", "50 joined a", "50-51 rebalance  0", "51 given a 0"},
		},
		"one that lasts": {
			[]string{"1 given a 0 1", "59 taken a 0 1", "59.1 left a"},
			[]string{"1 given a 0 1", "59 taken a 0 1", "59 rebalance  0 1", "59.1 left a"},
		},
		"the last process leaves": {
			[]string{"1 given a 0 1", "9 taken a 0 1", "9.1 left a"},
			[]string{"1 given a 0 1", "9 taken a 0 1", "9.1 left a"},
		},
		"one partition is above all bounds": {
			[]string{"1 given a 0", "1 given b 1 2", "9 taken b 1 2", "9.1 left b", "9.5 given a 1"},
			[]string{"1 given a 0", "1 given b 1 2", "9 taken b 1 2", "9-9.5 rebalance  1 2", "9.1 left b", "9.5 given a 1"},
		},
		"nobody may take it until another joins": {
			[]string{"1 given a 0", "1 given b 1", "9 taken b 1", "9.1 left b", "40 joined c", "41 given c 1"},
			[]string{"1 given a 0", "1 given b 1", "9 taken b 1", "9.1 left b", "40 joined c", "41 given c 1"},
		},
		"another while one partition is above all bounds": {
			[]string{"1 given a 0", "1 given b 1 2", "9 taken b 1 2", "9.1 left b", "30 taken a 0", "31 given c 0"},
			[]string{"1 given a 0", "1 given b 1 2", "9 taken b 1 2", "9.1 left b", "30 taken a 0", "30-31 rebalance  0", "31 given c 0"},
		},
		"slow": {
			[]string{"1 given a 0", "9 taken a 0", "30 given b 0"},
			[]string{"1 given a 0", "9 taken a 0", "9-30 rebalance  0", "30 given b 0"},
		},
		"frozen, gone, and back": {
			[]string{"1 given a 0", "10-16 silent a", "16 gone a", "19 given b 0", "25 lost a 0", "25.1 joined a heard", "27 given a 1"},
			[]string{"1 given a 0", "10-16 silent a 0", "16 gone a 0", "16-19 rebalance  0", "19 given b 0", "25 joined a heard", "25 lost a 0", "27 given a 1"},
		},
		"gone, and back with nothing": {
			[]string{"1 given a 0", "10-16 silent a", "16 gone a", "19 given b 0", "25 joined a heard"},
			[]string{"1 given a 0", "10-16 silent a 0", "16 gone a 0", "16-19 rebalance  0", "19 given b 0", "25 joined a heard"},
		},
		"frozen, and what it lost is another's already": {
			[]string{"1 given a 0", "5 given b 0", "7 lost a 0"},
			[]string{"1 given a 0", "5 given b 0", "7 lost a 0"},
		},
	} {
		if diff := cmp.Diff(c.want, written(tellEvents(kept(t, c.kept...), eventStart.Add(60*time.Second)))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestLostMembers(t *testing.T) {
	at := func(seconds float64) *time.Time { t := eventStart.Add(time.Duration(seconds * 1e9)); return &t }
	for name, c := range map[string]struct {
		kept    []string
		want    []string // state and reason of the members that do not answer, and what they had
		verdict string
		moved   int64
	}{
		"killed":               {[]string{"1 joined b", "1 given b 2 3", "10-16 silent b", "16 gone b", "19 given a 2", "19.2 given a 3"}, []string{"gone session [2 3]"}, "b", 3200},
		"killed, half moved":   {[]string{"1 joined b", "1 given b 2 3", "10-16 silent b", "16 gone b", "19 given a 2"}, []string{"gone session [2 3]"}, "b", 0},
		"killed as it began":   {[]string{"9 joined b", "10-16 silent b", "10.1 given a 0", "10.2 given b 2 3", "16 gone b", "16.5 given a 2 3"}, []string{"gone session [2 3]"}, "b", 500},
		"left":                 {[]string{"1 joined b", "1 given b 2", "20 taken b 2", "20.1 left b", "20.2 given a 2"}, []string{"gone left [2]"}, "", 0},
		"left and came back":   {[]string{"1 given b 2", "20 taken b 2", "20.1 left b", "30 joined b", "31 given b 2"}, nil, "", 0},
		"frozen and woken":     {[]string{"1 given b 2", "10-16 silent b", "16 gone b", "19 given a 2", "25 lost b 2", "26 given b 2"}, nil, "", 0},
		"gone for a long time": {[]string{"-700-16 silent b", "-690 gone b"}, nil, "", 0},
	} {
		s := &sight{now: eventStart.Add(100 * time.Second), own: Own{Share: Share{Member: "a"}}, events: tellEvents(kept(t, c.kept...), eventStart.Add(100*time.Second))}
		list := s.addLost([]api.PipelineMember{{ID: "a", Answered: true}})[1:]
		var got []string
		for _, m := range list {
			got = append(got, fmt.Sprint(m.State, " ", m.Reason, " ", m.Had))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		var v api.PipelineVerdict
		s.tellLost(&v, list)
		if v.Member != c.verdict || (v.MovedInMillis == nil) != (c.moved == 0) || v.MovedInMillis != nil && *v.MovedInMillis != c.moved {
			t.Errorf("%s: verdict %+v, moved in %v", name, v, v.MovedInMillis)
		}
		if v.Member != "" && !v.GoneFrom.Equal(*at(10)) {
			t.Errorf("%s: gone from %s", name, v.GoneFrom)
		}
	}
}

// A process that takes a second to answer once is busy, and not lost.
func TestSlowAnswerIsNoLoss(t *testing.T) {
	s := &sight{now: eventStart}
	slow := s.silent(store.Member{ID: "b", Silent: time.Second}, []int{1})
	var v api.PipelineVerdict
	if s.tellLost(&v, []api.PipelineMember{slow}); v.Member != "" || v.Partitions != nil {
		t.Errorf("verdict %+v", v)
	}
	lost := s.silent(store.Member{ID: "b", Address: "web-2", Silent: memberSilent + time.Second}, []int{1})
	if s.tellLost(&v, []api.PipelineMember{lost}); v.Member == "" {
		t.Error("one without a sign of life is not named")
	}
}
