package others

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
)

// owner answers as it is told to.
type owner struct {
	asked  logs.Ask
	parts  []logs.Part
	cursor logs.Cursor
	err    error
	hang   bool
	gone   chan struct{} // closed when who asked had gone
}

func (o *owner) Unsealed(ctx context.Context, ask logs.Ask, give func(logs.Part) error) (logs.Cursor, error) {
	o.asked = ask
	for _, p := range o.parts {
		if err := give(p); err != nil {
			return logs.Cursor{}, err
		}
	}
	if o.hang {
		<-ctx.Done()
		close(o.gone)
		return logs.Cursor{}, ctx.Err()
	}
	return o.cursor, o.err
}

const secret = "not to be told"

func listen(t *testing.T, o *owner) (store.Member, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	h := NewHandler(o, slog.New(slog.NewTextHandler(&log, nil)))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != Host {
			t.Errorf("it is asked as %q, which a member refuses", r.Host)
		}
		if r.Header.Get("Authorization") != "Bearer "+secret {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return store.Member{ID: "a", Address: strings.TrimPrefix(s.URL, "http://")}, &log
}

func askFor(t *testing.T, secret string, member store.Member) (parts []logs.Part, cursor logs.Cursor, err error) {
	t.Helper()
	c := NewClient(secret, nil)
	defer c.Close()
	cursor, err = c.Unsealed(t.Context(), member, logs.Ask{Filter: `"a" or b`, Limit: 3, Behind: &model.Place{Time: 5}}, func(p logs.Part) error {
		parts = append(parts, p)
		return nil
	})
	return parts, cursor, err
}

func someParts() []logs.Part {
	return []logs.Part{
		{Dataset: "logs", Header: []byte("header"), Body: bytes.Repeat([]byte{0, 255, 'x'}, 100_000)},
		{Dataset: "audit", Count: 1 << 40},
		{Dataset: "", Header: []byte{}, Body: []byte{}},
	}
}

func TestWhatAnOwnerHandsOverArrives(t *testing.T) {
	o := &owner{parts: someParts(), cursor: logs.Cursor{Queue: "q", Offsets: map[int]int64{0: 7, 31: 1 << 50}}}
	member, _ := listen(t, o)
	parts, cursor, err := askFor(t, secret, member)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(o.parts, parts) + cmp.Diff(o.cursor, cursor); diff != "" {
		t.Error(diff)
	}
	if o.asked.Filter != `"a" or b` || o.asked.Limit != 3 || o.asked.Behind.Time != 5 {
		t.Errorf("asked for %+v", o.asked)
	}
}

func TestAnAnswerThatIsNotWholeIsAnError(t *testing.T) {
	o := &owner{parts: someParts(), err: errors.New("the disk is on fire")}
	member, _ := listen(t, o)
	if _, _, err := askFor(t, secret, member); err == nil || !strings.Contains(err.Error(), "on fire") {
		t.Errorf("an owner that fails: %v", err)
	}
	o.parts, o.err = nil, logs.ErrMoved
	if _, _, err := askFor(t, secret, member); !errors.Is(err, logs.ErrMoved) {
		t.Errorf("a partition that moved: %v", err)
	}

	var whole bytes.Buffer
	whole.WriteString(magic)
	e := encoder{w: &whole}
	for _, p := range someParts() {
		if err := e.part(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.cursor(cursorFrame{cursor: logs.Cursor{Queue: "q", Offsets: map[int]int64{1: 2}}}); err != nil {
		t.Fatal(err)
	}
	if err := e.end(); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 2, len(magic), len(magic) + 9, whole.Len() / 2, whole.Len() - 3, whole.Len() - 1} {
		if err := readAll(whole.Bytes()[:n]); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d of %d bytes: %v", n, whole.Len(), err)
		}
	}
	if err := readAll(whole.Bytes()); err != nil {
		t.Errorf("all bytes: %v", err)
	}
}

// readAll reads an answer to its end.
func readAll(b []byte) error {
	d, err := newDecoder(bytes.NewReader(b))
	for err == nil {
		_, err = d.next()
	}
	if err == io.EOF {
		return nil
	}
	return err
}

// A member that refuses is an error, which does not have the secret.
func TestWhoDoesNotKnowTheSecretIsRefused(t *testing.T) {
	o := &owner{parts: someParts()}
	member, log := listen(t, o)
	for _, given := range []string{"", "wrong", secret + "x"} {
		parts, _, err := askFor(t, given, member)
		if len(parts) > 0 || err == nil || !strings.Contains(err.Error(), "403") {
			t.Errorf("secret %q: %d parts, %v", given, len(parts), err)
		}
		if err != nil && strings.Contains(err.Error()+log.String(), secret) {
			t.Errorf("the secret is told: %v", err)
		}
	}
}

func TestAnOwnerThatIsAwayIsToldSoon(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	away := store.Member{ID: "a", Address: l.Addr().String()}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, _, err := askFor(t, secret, away); err == nil || time.Since(began) > 3*time.Second {
		t.Errorf("error %v after %s", err, time.Since(began))
	}
}

// Searches while a process stands still wait for it once in full, not each of them.
func TestALateOwnerIsGivenLess(t *testing.T) {
	var stands atomic.Bool
	o := &owner{parts: someParts()}
	h := NewHandler(o, slog.New(slog.DiscardHandler))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if stands.Load() {
			_, _ = io.Copy(io.Discard, r.Body) // else the server does not see that the client has gone
			<-r.Context().Done()
			return
		}
		h.ServeHTTP(w, r)
	}))
	defer s.Close()
	member := store.Member{ID: "a", Address: strings.TrimPrefix(s.URL, "http://")}
	c := NewClient(secret, nil)
	defer c.Close()
	c.usual, c.short, c.holds = 400*time.Millisecond, 200*time.Millisecond, time.Hour
	within := func() time.Duration {
		t.Helper()
		var late *lateError
		_, err := c.Unsealed(t.Context(), member, logs.Ask{}, func(logs.Part) error { return nil })
		if err != nil && !errors.As(err, &late) {
			t.Fatal(err)
		}
		if late == nil {
			return 0
		}
		return late.within
	}
	stands.Store(true)
	first, second := within(), within()
	c.holds = 0 // the while is over
	third := within()
	if first != c.usual || second != c.short || third != c.usual {
		t.Errorf("waited for %s, %s and %s; want %s, then %s, then %s", first, second, third, c.usual, c.short, c.usual)
	}
	stands.Store(false)
	c.usual, c.short, c.holds = time.Minute, time.Minute, time.Hour
	if got := within(); got != 0 || len(c.late) != 0 {
		t.Errorf("one that answers again was waited for %s and is noted as late: %v", got, c.late)
	}
}

func TestAnOwnerWorksNoLongerThanSomebodyWaits(t *testing.T) {
	o := &owner{parts: someParts(), hang: true, gone: make(chan struct{})}
	member, _ := listen(t, o)
	c := NewClient(secret, nil)
	defer c.Close()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := c.Unsealed(ctx, member, logs.Ask{}, func(logs.Part) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	select {
	case <-o.gone:
	case <-time.After(10 * time.Second):
		t.Error("the owner goes on")
	}
}

// FuzzAnswer holds that no bytes make the reader fail otherwise than by an error, and that what it reads is written back
// to the same frames.
func FuzzAnswer(f *testing.F) {
	var whole bytes.Buffer
	whole.WriteString(magic)
	e := encoder{w: &whole}
	for _, p := range someParts() {
		p.Body = p.Body[:min(len(p.Body), 9)]
		_ = e.part(p) // into memory
	}
	_ = e.cursor(cursorFrame{skipped: 3, cursor: logs.Cursor{Queue: "q", Offsets: map[int]int64{1: 2, 5: 0}}})
	_ = e.failed(errors.New("why"))
	f.Add(whole.Bytes())
	f.Add([]byte(magic + "\x01\x00\xff\xff\xff\xff\x03"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		d, err := newDecoder(bytes.NewReader(answer))
		for err == nil {
			var frame any
			if frame, err = d.next(); err != nil {
				return
			}
			again := rewritten(t, frame)
			if diff := cmp.Diff(frame, again, cmp.AllowUnexported(cursorFrame{})); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

func rewritten(t *testing.T, frame any) any {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(magic)
	e := encoder{w: &b}
	var err error
	switch frame := frame.(type) {
	case logs.Part:
		err = e.part(frame)
	case cursorFrame:
		err = e.cursor(frame)
	}
	if err != nil {
		t.Fatal(err)
	}
	d, err := newDecoder(&b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.next()
	if err != nil {
		t.Fatal(err)
	}
	return again
}
