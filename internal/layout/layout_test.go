// Package layout holds the test of the one direction of imports.
package layout

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/haetae/haetae/"

// leaves may be imported by every stage; of each other they import only what is named.
var leaves = map[string][]string{
	"internal/model":    {},
	"internal/vfs":      {},
	"internal/config":   {},
	"internal/record":   {"internal/model"},
	"internal/logsql":   {"internal/model"},
	"internal/format":   {"internal/model"},
	"internal/backup":   {"internal/vfs"},
	"internal/kafka":    {},
	"internal/secret":   {"internal/vfs"},
	"internal/netguard": {},
	"internal/fair":     {},
	// files of certificates, which listeners of several rooms read
	"internal/tlsfiles": {},
}

// stages import leaves and their own packages, never another stage.
var stages = []string{
	"internal/input", "internal/poll", "internal/agent", "internal/queue", "internal/pipeline", "internal/store",
	"internal/analysis", "internal/delivery", "internal/catalog", "internal/api", "internal/cli", "internal/access", "internal/audit",
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func TestImportsFlowOneWay(t *testing.T) {
	seen := 0
	for _, p := range list(t) {
		from, ok := strings.CutPrefix(p.ImportPath, module)
		if !ok {
			continue
		}
		seen++
		for _, imp := range p.Imports {
			if to, ok := strings.CutPrefix(imp, module); ok && !allowed(from, to) {
				t.Errorf("%s imports %s against the flow of docs/flow.md", from, to)
			}
		}
	}
	if seen < 10 {
		t.Fatalf("looked at %d packages only", seen)
	}
}

func TestPartsOfTheWiring(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"cmd/haetae", "internal/app", true},
		{"internal/app", "internal/app/overview", true},
		{"internal/app/overview", "internal/app/measure", true},
		{"internal/app/overview", "internal/queue/kafka", true},
		{"internal/app/overview", "internal/app", false},
		{"cmd/haetae", "internal/app/overview", false},
		{"test/kafka", "internal/app/overview", false},
		{"internal/api", "internal/app/overview", false},
		{"internal/api", "internal/app", false},
	} {
		if got := allowed(c.from, c.to); got != c.want {
			t.Errorf("that %s imports %s is allowed: %v, want %v", c.from, c.to, got, c.want)
		}
	}
}

func TestModelImportsTheStandardLibraryOnly(t *testing.T) {
	for _, p := range list(t) {
		if p.ImportPath != module+"internal/model" {
			continue
		}
		for _, imp := range p.Imports {
			if first, _, _ := strings.Cut(imp, "/"); strings.Contains(first, ".") {
				t.Errorf("internal/model imports %s", imp)
			}
		}
		return
	}
	t.Fatal("internal/model was not listed")
}

// wiring is what may import every stage. Its own packages are parts of it that receive what they need, so they do not import it,
// and are nobody else's.
const wiring = "internal/app"

func allowed(from, to string) bool {
	if room(to) == wiring && to != wiring && room(from) != wiring {
		return false
	}
	if from == to || top(from) == "cmd" || from == wiring || top(from) == "test" || top(from) == "bench" {
		return top(to) != "cmd"
	}
	if room(from) == wiring {
		return to != wiring && top(to) != "cmd"
	}
	if names, isLeaf := leaves[room(from)]; isLeaf {
		return room(to) == room(from) || slices.Contains(names, room(to))
	}
	if _, isLeaf := leaves[room(to)]; isLeaf {
		return true
	}
	return room(from) == room(to) && slices.Contains(stages, room(from))
}

func top(pkg string) string { return strings.SplitN(pkg, "/", 2)[0] }

// room is the first two parts of a package's path: internal/input of internal/input/syslog.
func room(pkg string) string {
	parts := strings.SplitN(pkg, "/", 3)
	if len(parts) < 2 {
		return pkg
	}
	return parts[0] + "/" + parts[1]
}

func list(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...")
	cmd.Dir = "../.."
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var packages []goPackage
	d := json.NewDecoder(out)
	for {
		var p goPackage
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return packages
}
