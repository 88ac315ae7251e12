package files

import (
	"bytes"
	"path/filepath"
	"strings"
	"time"
	"unsafe"
)

// wrapping is how a container runtime wraps the lines of a program.
type wrapping string

const (
	wrapNone   wrapping = ""
	wrapDocker wrapping = "docker" // json-file: one JSON object a piece
	wrapCRI    wrapping = "cri"    // TIME STREAM TAGS TEXT
)

// stdStream is the stream of a program that a piece came from.
type stdStream uint8

const (
	streamNone stdStream = iota
	streamOut
	streamErr
	streamCount
)

// piece is what one wrapped line holds.
type piece struct {
	text    []byte
	stream  stdStream
	time    int64 // ns since the epoch, 0 when it could not be read
	partial bool  // the program's line goes on in the stream's next piece
}

// recognise finds the wrapping of a file from its path and its first bytes.
func recognise(path string, head []byte) wrapping {
	switch {
	case bytes.HasPrefix(head, []byte(`{"log":"`)):
		return wrapDocker
	case strings.HasPrefix(path, "/var/log/pods/"):
		return wrapCRI
	case strings.Contains(path, "/docker/containers/") && strings.HasSuffix(path, "-json.log"):
		return wrapDocker
	}
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	if _, ok := decodeCRI(line); ok {
		return wrapCRI
	}
	return wrapNone
}

// decodeCRI reads a line as container runtimes of Kubernetes write it (kubelet's CRI logging format):
// RFC 3339 time, stdout or stderr, tags divided by colons of which the first is F (full) or P (partial), text.
func decodeCRI(line []byte) (piece, bool) {
	stamp, rest, ok := bytes.Cut(line, []byte{' '})
	if !ok || len(stamp) < len("2006-01-02T15:04:05Z") {
		return piece{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, unsafe.String(&stamp[0], len(stamp)))
	if err != nil {
		return piece{}, false
	}
	name, rest, ok := bytes.Cut(rest, []byte{' '})
	if !ok {
		return piece{}, false
	}
	p := piece{stream: stdStreamOf(name), time: t.UnixNano()}
	if p.stream == streamNone {
		return piece{}, false
	}
	tags, text, _ := bytes.Cut(rest, []byte{' '}) // an empty line may come without the last blank
	switch {
	case len(tags) == 0 || len(tags) > 1 && tags[1] != ':':
		return piece{}, false
	case tags[0] == 'P':
		p.partial = true
	case tags[0] != 'F':
		return piece{}, false
	}
	p.text = text
	return p, true
}

func stdStreamOf(name []byte) stdStream {
	switch string(name) {
	case "stdout":
		return streamOut
	case "stderr":
		return streamErr
	}
	return streamNone
}

// containerID returns the 64 hexadecimal digits that Docker names a container's folder with.
func containerID(path string) string {
	id := filepath.Base(filepath.Dir(path))
	if len(id) != 64 || strings.Trim(id, "0123456789abcdef") != "" {
		return ""
	}
	return id
}

// pod is what kubelet's folder names say: /var/log/pods/NAMESPACE_POD_UID/CONTAINER/N.log.
type pod struct{ namespace, name, uid, container string }

func podOf(path string) (pod, bool) {
	rest, ok := strings.CutPrefix(path, "/var/log/pods/")
	if !ok {
		return pod{}, false
	}
	folder, rest, ok := strings.Cut(rest, "/")
	names := strings.Split(folder, "_")
	container, _, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 || len(names) != 3 {
		return pod{}, false
	}
	return pod{namespace: names[0], name: names[1], uid: names[2], container: container}, true
}
