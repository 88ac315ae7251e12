package syslog

import (
	"net/netip"

	"github.com/haetae/haetae/internal/input/deliver"
)

// maxDatagram is more than UDP's payload can be.
const maxDatagram = 64 << 10

// datagrams are what the socket's reader passes to the writer: payloads one after the other, with their senders.
type datagrams struct {
	data  []byte
	items []datagram
}

type datagram struct {
	end  int // in data; it begins where the one before ends
	peer string
	time int64 // of receipt, ns since the epoch
}

func (d *datagrams) add(payload []byte, peer string, now int64) {
	d.data = append(d.data, payload...)
	d.items = append(d.items, datagram{end: len(d.data), peer: peer, time: now})
}

// datagramOverhead is the memory that a datagram takes besides its payload, so that empty ones count too.
const datagramOverhead = 32

// Size implements deliver.Buffer.
func (d *datagrams) Size() int { return len(d.data) + datagramOverhead*len(d.items) }

// Reset implements deliver.Buffer.
func (d *datagrams) Reset() { d.data, d.items = d.data[:0], d.items[:0] }

// batch moves datagrams from item i on into the batch, until the batch is large enough, and returns the next i.
// One datagram is one message (RFC 5426 section 3.1). Records alias d.
func (d *datagrams) batch(b *deliver.Batch, i, maxRecords, maxBytes int, m *mapper) int {
	start := 0
	if i > 0 {
		start = d.items[i-1].end
	}
	for ; i < len(d.items) && b.Len() < maxRecords && b.Size() < maxBytes; i++ {
		it := d.items[i]
		payload := d.data[start:it.end]
		start = it.end
		if text := trimEnd(payload); len(text) > 0 {
			m.add(b, textOf(text), it.peer, it.time, len(payload))
		}
	}
	return i
}

// maxPeerNames bounds a reader's memory of senders; beyond it the memory begins anew.
const maxPeerNames = 10_000

// peerNames remembers the text of addresses and whether they may send.
type peerNames struct {
	allow allowList
	known map[netip.Addr]peerName
}

type peerName struct {
	text    string
	allowed bool
}

func (p *peerNames) of(a netip.Addr) peerName {
	if n, ok := p.known[a]; ok {
		return n
	}
	if p.known == nil || len(p.known) >= maxPeerNames {
		p.known = map[netip.Addr]peerName{}
	}
	plain := a.Unmap().WithZone("")
	n := peerName{text: plain.String(), allowed: p.allow.allows(plain)}
	p.known[a] = n
	return n
}
