package audit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/model"
)

// chain makes entries 1 to n and the book that goes with them.
func chain(t testing.TB, n int) ([]model.AuditSealed, model.AuditBook) {
	t.Helper()
	var list []model.AuditSealed
	var book model.AuditBook
	for i := range n {
		e, err := seal(&model.AuditEntry{
			Action: "rule.change", By: model.Local, Target: fmt.Sprintf("rule <%d> & \u2028", i), Before: map[string]any{"n": i, "password": "hunter2"},
			After: []string{"x", "y"}, Address: "192.0.2.1", RequestID: "r",
		}, book.Head, book.Head.Time+1000)
		if err != nil {
			t.Fatal(err)
		}
		list, book.Head = append(list, e), e.AuditLink
	}
	return list, book
}

func rowOf(t testing.TB, e *model.AuditSealed) Row {
	t.Helper()
	r, err := Record(e)
	if err != nil {
		t.Fatal(err)
	}
	return Row{Time: r.Time, Text: r.Msg, Field: func(name string) string { return valueOf(r.Fields, name) }}
}

func check(t testing.TB, book model.AuditBook, list []model.AuditSealed) Report {
	t.Helper()
	v := NewVerifier(book, nil)
	for i := range list {
		v.Add(rowOf(t, &list[i]))
	}
	return v.End(book.Head, nil)
}

// told writes faults as "what:seq" or "what:from-to", without repeats.
func told(r *Report) string {
	var list []string
	for _, f := range r.Faults {
		text := fmt.Sprintf("%s:%d", f.What, f.Seq)
		if f.Until > 0 {
			text += fmt.Sprintf("-%d", f.Until)
		}
		list = append(list, text)
	}
	return strings.Join(slices.Compact(list), " ")
}

// cutTo lets retention remove what is before list[n], as Trail.Cut tells of it.
func cutTo(t testing.TB, list []model.AuditSealed, book model.AuditBook, n int) ([]model.AuditSealed, model.AuditBook) {
	t.Helper()
	floor := list[n-1].AuditLink
	e, err := seal(&model.AuditEntry{Action: ActionCut, Target: fmt.Sprint(floor.Seq), After: CutTo{Hash: floor.Hash, Reason: "age"}}, book.Head, book.Head.Time+1)
	if err != nil {
		t.Fatal(err)
	}
	book.Head, book.Floor = e.AuditLink, floor
	return append(slices.Clone(list[n:]), e), book
}

func TestVerifyFindsWhatWasDone(t *testing.T) {
	list, book := chain(t, 10)
	forged := func(at int, change func(e *Entry)) model.AuditSealed {
		e, err := Parse(list[at].Text)
		if err != nil {
			t.Fatal(err)
		}
		change(&e)
		text, err := marshal(&e)
		if err != nil {
			t.Fatal(err)
		}
		return model.AuditSealed{AuditLink: model.AuditLink{Seq: e.Seq, Hash: hashOf(text), Time: e.Time.UnixNano()}, Text: text}
	}
	with := func(at int, e model.AuditSealed) []model.AuditSealed {
		out := slices.Clone(list)
		out[at] = e
		return out
	}
	swapped := slices.Clone(list)
	swapped[3], swapped[6] = swapped[6], swapped[3]
	for name, c := range map[string]struct {
		list []model.AuditSealed
		want string
	}{
		"whole":                  {list, ""},
		"one removed":            {slices.Delete(slices.Clone(list), 4, 5), "removed:5"},
		"several removed":        {slices.Delete(slices.Clone(list), 4, 7), "removed:5-7"},
		"the first removed":      {list[2:], "removed:1-2"},
		"cut off":                {list[:8], "cut_off:9-10"},
		"all gone":               {nil, "cut_off:1-10"},
		"altered, hash set anew": {with(4, forged(4, func(e *Entry) { e.By.Name = "somebody" })), "altered:5"},
		"the last altered":       {with(9, forged(9, func(e *Entry) { e.Target = "x" })), "altered:10"},
		"doubled":                {slices.Insert(slices.Clone(list), 5, list[4]), "doubled:5"},
		"doubled far behind":     {append(slices.Clone(list), list[4]), "doubled:5"},
		"moved":                  {swapped, "reordered:5 reordered:6 reordered:4"},
		"one more":               {append(slices.Clone(list), forged(9, func(e *Entry) { e.Seq = 11 })), "altered:10 foreign:11"},
	} {
		r := check(t, book, c.list)
		if got := told(&r); !sameWords(got, c.want) || r.OK() != (c.want == "") {
			t.Errorf("%s: told %q, want %q", name, got, c.want)
		}
	}
}

func sameWords(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// A record whose fields, or whose time, say something else than its entry is told too: searches go by them.
func TestVerifyComparesTheRecord(t *testing.T) {
	list, book := chain(t, 3)
	for name, change := range map[string]func(r *Row){
		"time": func(r *Row) { r.Time++ },
		"by": func(r *Row) {
			field := r.Field
			r.Field = func(name string) string {
				if name == FieldBy {
					return "somebody"
				}
				return field(name)
			}
		},
		"text": func(r *Row) { r.Text = "{}" },
	} {
		v := NewVerifier(book, nil)
		for i := range list {
			row := rowOf(t, &list[i])
			if i == 1 {
				change(&row)
			}
			v.Add(row)
		}
		r := v.End(book.Head, nil)
		if len(r.Faults) == 0 || r.Faults[0].Seq != 2 {
			t.Errorf("%s: told %q", name, told(&r))
		}
	}
}

// What retention removed is told apart from what somebody did.
func TestVerifyKnowsRetention(t *testing.T) {
	list, book := chain(t, 10)
	rest, cut := cutTo(t, list, book, 4)
	if r := check(t, cut, rest); !r.OK() {
		t.Errorf("after retention: %q", told(&r))
	}
	if r := check(t, cut, append(slices.Clone(list), rest[len(rest)-1])); !r.OK() {
		t.Errorf("before the segments are gone: %q", told(&r))
	}
	if r := check(t, cut, append(slices.Clone(list[2:]), rest[len(rest)-1])); !r.OK() {
		t.Errorf("some segments are gone: %q", told(&r))
	}
	if r := check(t, cut, rest[2:]); told(&r) != "removed:5-6" {
		t.Errorf("more than retention was allowed: %q", told(&r))
	}
	book.Floor = list[3].AuditLink
	if r := check(t, book, list[4:]); told(&r) != "floor:4" {
		t.Errorf("a floor that no entry tells of: %q", told(&r))
	}
}

// A chain that was written anew from some entry on, with the metadata, is found out by who has noted a hash.
func TestVerifyAnchors(t *testing.T) {
	list, book := chain(t, 5)
	v := NewVerifier(book, map[int64]string{3: list[2].Hash, 4: list[2].Hash, 9: list[2].Hash})
	for i := range list {
		v.Add(rowOf(t, &list[i]))
	}
	if r := v.End(book.Head, nil); told(&r) != "anchor:4 anchor:9" {
		t.Errorf("told %q", told(&r))
	}
}

// Entries that wait in the metadata for the queue are not gone.
func TestVerifyCountsWhatWaits(t *testing.T) {
	list, book := chain(t, 8)
	v := NewVerifier(book, nil)
	for _, i := range []int{0, 1, 4, 5} {
		v.Add(rowOf(t, &list[i]))
	}
	r := v.End(book.Head, []model.AuditSealed{list[2], list[3], list[5], list[6], list[7]})
	if !r.OK() {
		t.Errorf("told %q", told(&r))
	}
}

func TestEntriesHaveNoSecrets(t *testing.T) {
	e, err := seal(&model.AuditEntry{Action: "x", Before: map[string]any{
		"password": "hunter2", "queue.sasl.password": "hunter2", "dsn": "postgres://u:hunter2@h/d", "url": "https://u:hunter2@h/",
		"tokens": map[string]string{"kim": "hunter2"}, "recovery_codes": []string{"hunter2"}, "name": "kim",
	}}, model.AuditLink{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(e.Text); strings.Contains(text, "hunter2") || !strings.Contains(text, `"name":"kim"`) {
		t.Errorf("the entry is %s", text)
	}
}

// FuzzVerify changes the bytes of one entry, or takes entries away: unless nothing changed it is told.
func FuzzVerify(f *testing.F) {
	f.Add(uint8(2), []byte(`x`), uint8(0))
	f.Add(uint8(0), []byte{}, uint8(3))
	f.Add(uint8(9), []byte(`{"seq":10,"prev":"","time":"2026-01-01T00:00:00Z","action":"a","by":{},"outcome":"ok"}`), uint8(1))
	list, book := chain(f, 10)
	f.Fuzz(func(t *testing.T, at uint8, text []byte, gone uint8) {
		i, n := int(at)%len(list), int(gone)%3
		v := NewVerifier(book, nil)
		same := n == 0
		for k := range list {
			row := rowOf(t, &list[k])
			if k == i && len(text) > 0 {
				same = same && string(text) == row.Text
				row.Text = string(text)
			}
			if k > i && k <= i+n {
				continue
			}
			v.Add(row)
		}
		same = same || i == len(list)-1 && (len(text) == 0 || string(text) == string(list[i].Text))
		if r := v.End(book.Head, nil); r.OK() != same {
			t.Fatalf("whole: %v, told %q", same, told(&r))
		}
	})
}

// What was done while looking as a user has both names; records of older versions lack the one of who looked.
func TestWhoLookedIsInTheRecord(t *testing.T) {
	e, err := seal(&model.AuditEntry{Action: "rule.add", By: model.Principal{Name: "vera", SeenBy: model.Viewer{ID: "1", Name: "root"}}, Outcome: model.AuditDenied}, model.AuditLink{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	row := rowOf(t, &e)
	if by, seen, id := row.Field(FieldBy), row.Field(FieldSeenBy), row.Field(FieldSeenByID); by != "vera" || seen != "root" || id != "1" {
		t.Errorf("by %q, seen by %q of id %q", by, seen, id)
	}
	for said, whole := range map[string]bool{"root": true, "": true, "kim": false} {
		v := NewVerifier(model.AuditBook{Head: e.AuditLink}, nil)
		v.Add(Row{Time: row.Time, Text: row.Text, Field: func(name string) string {
			if name == FieldSeenBy {
				return said
			}
			return row.Field(name)
		}})
		if r := v.End(e.AuditLink, nil); r.OK() != whole {
			t.Errorf("seen by %q: %v", said, r.Faults)
		}
	}
}

// Entries of a segment that is known to be damaged are not told as if somebody had removed them.
func TestMissingOfADamagedSegment(t *testing.T) {
	list, book := chain(t, 4)
	v := NewVerifier(book, nil)
	for _, at := range []int{0, 3} {
		v.Add(rowOf(t, &list[at]))
	}
	v.Damaged("audit-1.seg")
	if r := v.End(book.Head, nil); told(&r) != "removed:2-3" || !strings.Contains(r.Faults[0].Text, "audit-1.seg") {
		t.Errorf("%v", r.Faults)
	}
}
