package elasticsearch

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync"

	"github.com/haetae/haetae/internal/input/httpin"
)

// item is the result of one action.
type item struct {
	action
	status       int // 0 until the records of the batch are written
	kind, reason string
	record       int // index into the batch, -1 for an action that stores nothing
}

// itemWriter builds the answer of a bulk request: one item an action, in the order of the request. Clients
// compare the count, so an action without an item would be sent again.
type itemWriter struct {
	body   []byte
	errors bool
	count  int
	kept   int // items that filter_path left something of
	ids    [12]byte
	filter pathFilter
	keep   [len(opNames)]itemParts // by op

	pending []item // of the records that are not written yet, and of what was refused among them
}

// Bounds of the memory that is kept for the next request.
const (
	maxKeptItems = 16 << 10
	maxKeptBody  = 4 << 20
)

var itemWriters = sync.Pool{New: func() any { return new(itemWriter) }}

// itemParts says which parts of an item filter_path keeps.
type itemParts struct {
	index, typ, id, version, result, shards, seqNo, term, status, errorType, errorReason bool
}

func newItemWriter(filterPath string) *itemWriter {
	iw := itemWriters.Get().(*itemWriter)
	*iw = itemWriter{body: iw.body[:0], pending: iw.pending[:0], filter: newPathFilter(filterPath)}
	var seed [6]byte
	_, _ = rand.Read(seed[:]) // never fails since Go 1.24
	hex.Encode(iw.ids[:], seed[:])
	for o := range iw.keep {
		part := func(path ...string) bool {
			return iw.filter.keeps(append([]string{"items", op(o).String()}, path...)...)
		}
		iw.keep[o] = itemParts{
			index: part("_index"), typ: part("_type"), id: part("_id"), version: part("_version"),
			result: part("result"), shards: part("_shards", "total"), seqNo: part("_seq_no"),
			term: part("_primary_term"), status: part("status"),
			errorType: part("error", "type"), errorReason: part("error", "reason"),
		}
	}
	return iw
}

// done makes the memory available to other requests.
func (iw *itemWriter) done() {
	clear(iw.pending)
	if cap(iw.pending) <= maxKeptItems && cap(iw.body) <= maxKeptBody {
		itemWriters.Put(iw)
	}
}

// add appends one item.
func (iw *itemWriter) add(it *item) {
	iw.count++
	failed := it.status >= http.StatusBadRequest
	iw.errors = iw.errors || failed
	keep := &iw.keep[it.op]
	mark := len(iw.body)
	if iw.kept > 0 {
		iw.body = append(iw.body, ',')
	}
	iw.body = append(append(append(iw.body, `{"`...), it.op.String()...), `":{`...)
	start := len(iw.body)
	if keep.index {
		iw.name("_index")
		iw.body = httpin.AppendJSONString(iw.body, it.index)
	}
	if keep.typ && !failed {
		iw.raw(`"_type":"_doc"`)
	}
	if keep.id && (it.id != "" || !failed) {
		iw.name("_id")
		iw.body = iw.appendID(it.id)
	}
	if keep.version && !failed {
		iw.raw(`"_version":1`)
	}
	if keep.result && !failed {
		iw.raw(`"result":"created"`)
	}
	if keep.shards && !failed {
		iw.raw(`"_shards":{"total":1,"successful":1,"failed":0}`)
	}
	if keep.seqNo && !failed {
		iw.name("_seq_no")
		iw.body = strconv.AppendInt(iw.body, int64(iw.count-1), 10)
	}
	if keep.term && !failed {
		iw.raw(`"_primary_term":1`)
	}
	if keep.status {
		iw.name("status")
		iw.body = strconv.AppendInt(iw.body, int64(it.status), 10)
	}
	if failed && (keep.errorType || keep.errorReason) {
		iw.addError(it, keep)
	}
	if len(iw.body) == start {
		iw.body = iw.body[:mark]
		return
	}
	iw.body = append(iw.body, "}}"...)
	iw.kept++
}

func (iw *itemWriter) addError(it *item, keep *itemParts) {
	iw.raw(`"error":{`)
	if keep.errorType {
		iw.raw(`"type":`)
		iw.body = httpin.AppendJSONString(iw.body, it.kind)
	}
	if keep.errorReason {
		iw.name("reason")
		iw.body = httpin.AppendJSONString(iw.body, it.reason)
	}
	iw.body = append(iw.body, '}')
}

// name appends a member's name; a comma goes in front unless the member is the first of its object.
func (iw *itemWriter) name(name string) {
	iw.comma()
	iw.body = append(append(append(iw.body, '"'), name...), `":`...)
}

func (iw *itemWriter) raw(member string) {
	iw.comma()
	iw.body = append(iw.body, member...)
}

func (iw *itemWriter) comma() {
	if iw.body[len(iw.body)-1] != '{' {
		iw.body = append(iw.body, ',')
	}
}

// appendID appends the document's id; one that the client left to us is unique, though nothing can be asked
// by it.
func (iw *itemWriter) appendID(id string) []byte {
	if id != "" {
		return httpin.AppendJSONString(iw.body, id)
	}
	b := append(append(iw.body, '"'), iw.ids[:]...)
	b = strconv.AppendInt(b, int64(iw.count), 36)
	return append(b, '"')
}

// frame returns what stands in front of the items and behind them.
func (iw *itemWriter) frame(tookMillis int64) (head, tail []byte) {
	head = append(head, '{')
	if iw.filter.keeps("took") {
		head = strconv.AppendInt(append(head, `"took":`...), tookMillis, 10)
		head = append(head, ',')
	}
	if iw.filter.keeps("errors") {
		head = strconv.AppendBool(append(head, `"errors":`...), iw.errors)
		head = append(head, ',')
	}
	if iw.kept > 0 || iw.filter.all() {
		return append(head, `"items":[`...), []byte("]}\n")
	}
	if len(head) > 1 {
		head = head[:len(head)-1] // the comma
	}
	return head, []byte("}\n")
}
