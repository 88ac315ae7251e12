// Package audit keeps the audit trail: who did what, when, and what it changed, in one chain of entries for the whole
// installation that nobody can shorten or alter without being found out.
//
// An entry is one line of JSON (Entry). Its hash is the SHA-256 of the bytes of that line, and the line holds the hash of the
// entry before it ("prev"), for the first one 64 zeros: who knows the hash of the last entry can check all of them with
// sha256sum. The metadata keep sequence and hash of the last entry (the head) and of the last one that retention may have
// removed (the floor); each move of the floor is itself an entry, ActionCut. The idea of a chain of hashes is that of Haber
// and Stornetta, "How to Time-Stamp a Digital Document" (1991), section 5.
package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// ActionCut is the action of entries that retention writes before it removes old ones. Their target is the sequence of the
// last entry that may be gone from then on, and after has its hash.
const ActionCut = "audit.cut"

// genesis is what the first entry has in the place of a hash before it.
var genesis = strings.Repeat("0", 2*sha256.Size)

// Entry is the form of an entry. Its members stand in this order, those that are empty are left out, and there is no white
// space between them.
type Entry struct {
	Seq       int64           `json:"seq"`
	Prev      string          `json:"prev"` // hash of the entry before, hex
	Time      time.Time       `json:"time"` // RFC 3339 in UTC, above that of the entry before
	Action    string          `json:"action"`
	By        By              `json:"by"`
	Target    string          `json:"target,omitempty"`
	Outcome   string          `json:"outcome"`
	Before    json.RawMessage `json:"before,omitempty"`
	After     json.RawMessage `json:"after,omitempty"`
	Address   string          `json:"address,omitempty"`
	RequestID string          `json:"request_id,omitempty"`
	Count     int             `json:"count,omitempty"` // how often, when that is more than once
}

// By is who did it.
type By struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
	Kind string `json:"kind,omitempty"`
	Role string `json:"role,omitempty"`
	// SeenBy is the name of the administrator who looked as this user. Entries of earlier versions have no id of it.
	SeenBy   string `json:"seen_by,omitempty"`
	SeenByID string `json:"seen_by_id,omitempty"`
}

// maxText bounds a text of an entry in bytes, maxChange what was before and after, and maxTried what was not to be: anybody may
// try, and without end.
const (
	maxText   = 4 << 10
	maxChange = 64 << 10
	maxTried  = 4 << 10
)

// seal gives an entry its place behind another and returns it as it is kept.
func seal(e *model.AuditEntry, behind model.AuditLink, at int64) (model.AuditSealed, error) {
	out := Entry{
		Seq: behind.Seq + 1, Prev: behind.Hash, Time: time.Unix(0, at).UTC(), Action: short(e.Action),
		By: By{
			ID: short(e.By.ID), Name: short(e.By.Name), Kind: string(e.By.Kind), Role: string(e.By.Role),
			SeenBy: short(e.By.SeenBy.Name), SeenByID: short(e.By.SeenBy.ID),
		},
		Target: short(e.Target), Outcome: e.Outcome, Address: short(e.Address), RequestID: short(e.RequestID),
	}
	if out.Prev == "" {
		out.Prev = genesis
	}
	if out.Outcome == "" {
		out.Outcome = model.AuditOK
	}
	if e.Count > 1 {
		out.Count = e.Count
	}
	bound := maxChange
	if out.Outcome == model.AuditFailed || e.Brief {
		bound = maxTried
	}
	var err error
	if out.Before, err = changeText(e.Before, bound); err != nil {
		return model.AuditSealed{}, err
	}
	if out.After, err = changeText(e.After, bound); err != nil {
		return model.AuditSealed{}, err
	}
	text, err := marshal(&out)
	if err != nil {
		return model.AuditSealed{}, err
	}
	return model.AuditSealed{AuditLink: model.AuditLink{Seq: out.Seq, Hash: hashOf(text), Time: at}, Text: text}, nil
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// short cuts a text that somebody sent and that has no other bound.
func short(s string) string {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return s
}

// marshal is JSON without white space and without escapes for the sake of web pages.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// changeText writes what was before or after, without what is secret in it. Of what is longer than bound bytes the members that
// make it so are told by their hashes, and the whole when that is not enough.
func changeText(v any, bound int) (json.RawMessage, error) {
	if v == nil {
		return nil, nil
	}
	text, err := marshal(v)
	if err != nil {
		return nil, err
	}
	var plain any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&plain); err != nil {
		return nil, err
	}
	if plain == nil {
		return nil, nil
	}
	plain = withoutSecrets("", plain)
	if text, err = marshal(plain); err != nil {
		return nil, err
	}
	if len(text) <= bound {
		return text, nil
	}
	whole := leftOut(text)
	if members, ok := plain.(map[string]any); ok {
		for name, v := range members {
			one, err := marshal(v)
			if err != nil {
				return nil, err
			}
			if len(one) > bound/4 {
				members[name] = leftOut(one)
			}
		}
		if text, err = marshal(members); err != nil {
			return nil, err
		}
	}
	if len(text) > bound {
		return marshal(whole)
	}
	return text, nil
}

// leftOut stands for what is too long.
func leftOut(text []byte) map[string]any {
	return map[string]any{"too_long_bytes": len(text), "sha256": hashOf(text)}
}

// Parse reads the text of an entry. A text that Haetae would not have written in the same bytes is an error.
func Parse(text []byte) (Entry, error) {
	var e Entry
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return e, fmt.Errorf("it is no audit entry: %w", err)
	}
	again, err := marshal(&e)
	if err != nil {
		return e, err
	}
	if !bytes.Equal(text, again) || e.Seq < 1 {
		return e, errors.New("it is no audit entry as Haetae writes it")
	}
	return e, nil
}
