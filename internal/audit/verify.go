package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// Kinds of faults.
const (
	FaultAltered   = "altered"   // an entry, or a field of its record, is not what was written
	FaultRemoved   = "removed"   // entries are gone that nothing was allowed to remove
	FaultCutOff    = "cut_off"   // the same of those at the end
	FaultDoubled   = "doubled"   // an entry is there more than once
	FaultReordered = "reordered" // an entry stands at another place than it was written
	FaultForeign   = "foreign"   // a record of the dataset that is no entry, or none of this chain
	FaultFloor     = "floor"     // the metadata allow a removal that no entry tells of
	FaultAnchor    = "anchor"    // an entry is not the one that somebody has noted
)

// Fault is something that is wrong with the trail.
type Fault struct {
	Seq   int64 // of the entry, or of the first of those that are gone; 0 when it has none
	Until int64 // of the last of those that are gone; 0 for one entry
	What  string
	Text  string
}

// maxFaults bounds how many are told one by one, and maxOpen how many gaps are kept open for entries that come late.
const (
	maxFaults = 1000
	maxOpen   = 10_000
)

// Row is a record of the dataset audit as a search has it.
type Row struct {
	Time int64
	Text string // the message
	// Field returns a field by its name, "" when there is none.
	Field func(name string) string
}

// Report is what a Verifier has found.
type Report struct {
	Entries     int64
	First, Last model.AuditLink
	Book        model.AuditBook
	Faults      []Fault
	MoreFaults  int64 // beyond those that are listed
}

// OK reports whether the trail is whole.
func (r *Report) OK() bool { return len(r.Faults) == 0 }

// Verifier checks the chain: Add is given every record in the order of times, and End compares with the metadata. Its memory
// does not grow with the trail. It is used by one goroutine.
type Verifier struct {
	report  Report
	anchors map[int64]string // hashes that somebody has noted, by sequence
	last    model.AuditLink  // the last entry that was in order
	removed map[int64]int64  // gaps: first sequence -> last
	doubt   bool             // the hash of the entry before the next one is not known
	told    bool             // an entry tells of the floor
	below   bool             // the last entry is at or below the floor
	damaged []string         // segments that cannot be read whole
}

// NewVerifier checks a trail against what the metadata held when the check began. anchors are hashes of entries that
// somebody has noted elsewhere, by sequence; may be nil.
func NewVerifier(book model.AuditBook, anchors map[int64]string) *Verifier {
	v := &Verifier{report: Report{Book: book, Faults: []Fault{}}, anchors: maps.Clone(anchors), removed: map[int64]int64{}}
	v.last, v.below = book.Floor, true
	v.told = book.Floor.Seq == 0
	return v
}

// Last is the last entry that was seen of the chain.
func (v *Verifier) Last() model.AuditLink { return v.last }

func (v *Verifier) fault(f Fault) {
	if len(v.report.Faults) >= maxFaults {
		v.report.MoreFaults++
		return
	}
	v.report.Faults = append(v.report.Faults, f)
}

// Damaged names a segment of the trail that cannot be read whole: entries that are missing may be in it.
func (v *Verifier) Damaged(segment string) {
	if !slices.Contains(v.damaged, segment) {
		v.damaged = append(v.damaged, segment)
	}
}

// Add takes the next record.
func (v *Verifier) Add(row Row) {
	e, err := Parse([]byte(row.Text))
	if err != nil {
		seq, _ := strconv.ParseInt(row.Field(FieldSeq), 10, 64) // what it claims to be, if anything
		v.fault(Fault{Seq: seq, What: FaultForeign, Text: err.Error()})
		if seq == v.last.Seq+1 { // else its place would be told as removed too
			v.last.Seq, v.doubt, v.below = seq, true, false
		}
		return
	}
	v.report.Entries++
	link := model.AuditLink{Seq: e.Seq, Hash: hashOf([]byte(row.Text)), Time: e.Time.UnixNano()}
	if v.report.First.Seq == 0 {
		v.report.First = link
	}
	v.checkFields(&e, &link, row)
	v.place(&e, &link)
	v.note(&e, &link)
}

// AddText takes the next entry of an export, which has no record around it.
func (v *Verifier) AddText(text string) {
	e, err := Parse([]byte(text))
	if err != nil {
		v.Add(Row{Text: text, Field: func(string) string { return "" }})
		return
	}
	hash := hashOf([]byte(text))
	v.Add(Row{Time: e.Time.UnixNano(), Text: text, Field: func(name string) string { return e.field(name, hash) }})
}

// checkFields compares the record with what its entry says.
func (v *Verifier) checkFields(e *Entry, link *model.AuditLink, row Row) {
	if row.Time != link.Time {
		v.fault(Fault{Seq: e.Seq, What: FaultAltered, Text: "_time of its record is another"})
	}
	for _, name := range fields {
		if want, have := e.field(name, link.Hash), row.Field(name); want != have {
			if name == FieldSeenBy && have == "" { // records of older versions have none
				continue
			}
			v.fault(Fault{Seq: e.Seq, What: FaultAltered, Text: name + " of its record says " + strconv.Quote(short(have))})
			return
		}
	}
}

// place compares an entry with the one before it.
func (v *Verifier) place(e *Entry, link *model.AuditLink) {
	floor := v.report.Book.Floor
	switch {
	case e.Seq == v.last.Seq && !v.below || v.below && v.report.Last.Seq == e.Seq:
		v.fault(Fault{Seq: e.Seq, What: FaultDoubled, Text: "it is there once more"})
		return
	case v.below && e.Seq <= floor.Seq: // retention may have removed what is before and behind it
		if e.Seq < v.report.Last.Seq {
			v.fault(Fault{Seq: e.Seq, What: FaultReordered, Text: fmt.Sprintf("it stands behind %d", v.report.Last.Seq)})
		} else if e.Seq == v.report.Last.Seq+1 && v.report.Last.Seq > 0 && e.Prev != v.report.Last.Hash {
			v.fault(Fault{Seq: v.report.Last.Seq, What: FaultAltered, Text: fmt.Sprintf("entry %d was written behind another one", e.Seq)})
		}
		if e.Seq == floor.Seq && link.Hash != floor.Hash {
			v.fault(Fault{Seq: e.Seq, What: FaultAltered, Text: "it is not the one up to which retention may remove entries"})
		}
		v.report.Last = *link
		return
	case e.Seq < v.last.Seq:
		v.late(e.Seq)
		return
	case e.Seq > v.last.Seq+1:
		v.gap(v.last.Seq+1, e.Seq-1)
		v.doubt = true
	}
	before := v.last.Hash
	if before == "" {
		before = genesis
	}
	if !v.doubt && e.Prev != before {
		v.fault(Fault{Seq: max(v.last.Seq, 1), What: FaultAltered, Text: fmt.Sprintf("entry %d was written behind another one", e.Seq)})
	}
	v.last, v.doubt, v.below = *link, false, false
	v.report.Last = *link
}

// gap keeps in mind that entries are missing so far.
func (v *Verifier) gap(from, to int64) {
	if len(v.removed) >= maxOpen {
		v.fault(removedFault(from, to))
		return
	}
	v.removed[from] = to
}

func removedFault(from, to int64) Fault {
	f := Fault{Seq: from, What: FaultRemoved, Text: "it is gone"}
	if to > from {
		f.Until, f.Text = to, fmt.Sprintf("%d entries are gone", to-from+1)
	}
	return f
}

// addWaiting takes an entry of the metadata, unless the dataset has it too.
func (v *Verifier) addWaiting(e *model.AuditSealed) {
	if e.Seq < v.last.Seq {
		v.fill(e.Seq)
		return
	}
	r, err := Record(e)
	if err != nil {
		v.fault(Fault{Seq: e.Seq, What: FaultForeign, Text: err.Error()})
	} else if e.Seq > v.last.Seq {
		v.Add(Row{Time: r.Time, Text: r.Msg, Field: func(name string) string { return valueOf(r.Fields, name) }})
	}
}

func valueOf(fields []model.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// fill takes an entry out of the gap that it is missing in; false when it is in none.
func (v *Verifier) fill(seq int64) bool {
	for from, to := range v.removed {
		if seq < from || seq > to {
			continue
		}
		delete(v.removed, from)
		if seq > from {
			v.removed[from] = seq - 1
		}
		if seq < to {
			v.removed[seq+1] = to
		}
		return true
	}
	return false
}

// late tells of an entry that is not where it was written, or was there before.
func (v *Verifier) late(seq int64) {
	if v.fill(seq) {
		v.fault(Fault{Seq: seq, What: FaultReordered, Text: fmt.Sprintf("it stands behind %d", v.last.Seq)})
		return
	}
	v.fault(Fault{Seq: seq, What: FaultDoubled, Text: fmt.Sprintf("it is there once more, behind %d", v.last.Seq)})
}

// note looks whether the entry tells of the floor, and whether somebody has noted it.
func (v *Verifier) note(e *Entry, link *model.AuditLink) {
	floor, head := v.report.Book.Floor, v.report.Book.Head
	if e.Seq == head.Seq && link.Hash != head.Hash {
		v.fault(Fault{Seq: e.Seq, What: FaultAltered, Text: "it is not the one that the metadata name as the last"})
	}
	if e.Action == ActionCut && e.Target == strconv.FormatInt(floor.Seq, 10) {
		var after CutTo
		v.told = v.told || json.Unmarshal(e.After, &after) == nil && after.Hash == floor.Hash
	}
	if want, ok := v.anchors[e.Seq]; ok {
		delete(v.anchors, e.Seq)
		if want != link.Hash {
			v.fault(Fault{Seq: e.Seq, What: FaultAnchor, Text: "its hash is not the one that was noted"})
		}
	}
}

// CutTo is what an entry ActionCut has as after.
type CutTo struct {
	Hash     string `json:"hash"`
	Reason   string `json:"reason"`
	Segments int    `json:"segments"`
	Records  int64  `json:"records"`
}

// End compares with the head, that of the beginning and that of now, and returns what was found. Entries that wait in the
// metadata for the queue are not missing in the dataset.
func (v *Verifier) End(now model.AuditLink, waiting []model.AuditSealed) Report {
	head, floor := v.report.Book.Head, v.report.Book.Floor
	for i := range waiting {
		v.addWaiting(&waiting[i])
	}
	for _, from := range slices.Sorted(maps.Keys(v.removed)) {
		v.fault(removedFault(from, v.removed[from]))
	}
	switch {
	case v.last.Seq < head.Seq:
		f := removedFault(v.last.Seq+1, head.Seq)
		f.What, f.Text = FaultCutOff, "the trail ends before it: the metadata name it as the last entry"
		if f.Until > 0 {
			f.Text = "the trail ends before them: the metadata name the last of them"
		}
		v.fault(f)
	case v.last.Seq > now.Seq:
		v.fault(Fault{Seq: v.last.Seq, What: FaultForeign, Text: fmt.Sprintf("the metadata name %d as the last entry", now.Seq)})
	}
	if !v.told {
		v.fault(Fault{Seq: floor.Seq, What: FaultFloor, Text: "the metadata say that retention may have removed the entries up to this one, and no entry does"})
	}
	for _, seq := range slices.Sorted(maps.Keys(v.anchors)) {
		if seq > floor.Seq {
			v.fault(Fault{Seq: seq, What: FaultAnchor, Text: "it was noted, and is not there"})
		}
	}
	if len(v.damaged) > 0 {
		slices.Sort(v.damaged)
		for i := range v.report.Faults {
			if f := &v.report.Faults[i]; f.What == FaultRemoved || f.What == FaultCutOff {
				f.Text += ", or cannot be read: damaged is " + strings.Join(v.damaged, ", ")
			}
		}
	}
	slices.SortStableFunc(v.report.Faults, func(a, b Fault) int { return cmp.Compare(a.Seq, b.Seq) })
	return v.report
}
