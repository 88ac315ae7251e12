package files

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/input"
)

// Settings of the files input.
type Settings struct {
	input.Common `yaml:",inline"`

	Paths        []string        `yaml:"paths" doc:"files to read; * ? [] {a,b} and ** for any depth of folders"`
	Exclude      []string        `yaml:"exclude" doc:"files to leave out; a pattern without / is compared with the name alone"`
	Multiline    Multiline       `yaml:"multiline" doc:"joining of lines that belong together"`
	Container    string          `yaml:"container" doc:"wrapping of lines: auto, none, docker (json-file) or cri"`
	Charset      string          `yaml:"charset" doc:"charset of the lines; empty recognises UTF-8 and CP949"`
	From         string          `yaml:"from" doc:"where to begin in files that are there at the first start: beginning or end"`
	Since        config.Duration `yaml:"since" doc:"files found at start that did not change for longer are not read again from their beginning"`
	PollInterval config.Duration `yaml:"poll_interval" doc:"how often sizes are looked at where the system does not tell of changes"`
	MaxOpenFiles int             `yaml:"max_open_files" doc:"files kept open at a time"`
}

// Multiline says which lines belong to one record.
type Multiline struct {
	Mode     string          `yaml:"mode" doc:"auto (indented lines, Java and Python stack traces), none, java, python, or start"`
	Start    string          `yaml:"start" doc:"mode start: regular expression of a record's first line"`
	MaxLines int             `yaml:"max_lines" doc:"lines of one record at most"`
	Timeout  config.Duration `yaml:"timeout" doc:"how long a record waits for its next line"`
}

// Values of the settings that choose.
const (
	fromBeginning = "beginning"
	fromEnd       = "end"

	containerAuto   = "auto"
	containerNone   = "none"
	containerDocker = "docker"
	containerCRI    = "cri"
)

func defaults() *Settings {
	return &Settings{
		Paths: []string{
			"/var/log/**/*.log", "/var/log/syslog", "/var/log/messages", "/var/log/secure", "/var/log/maillog", "/var/log/cron",
		},
		Exclude: []string{
			"*.journal", "*.journal~", "wtmp*", "btmp*", "lastlog*", "faillog*", "tallylog*",
			"*.xz", "*.bz2", "*.zst", "*.lz4", "*.zip", "*.swp",
		},
		Multiline:    Multiline{Mode: modeAuto, MaxLines: 500, Timeout: config.Duration(500 * time.Millisecond)},
		Container:    containerAuto,
		From:         fromBeginning,
		Since:        config.Duration(7 * 24 * time.Hour),
		PollInterval: config.Duration(time.Second),
		MaxOpenFiles: 4096,
	}
}

// selector finds the files that the settings name.
type selector struct {
	paths   []string
	exclude []string
	dataDir string
}

func (s *Settings) compile(dataDir string) (selector, rules, error) {
	var sel selector
	fail := func(key string, err error) (selector, rules, error) {
		return selector{}, rules{}, &input.SettingError{Key: key, Err: err}
	}
	for _, p := range s.Paths {
		if !doublestar.ValidatePathPattern(p) || p == "" {
			return fail("paths", fmt.Errorf("%q is not a file pattern", p))
		}
		abs, err := filepath.Abs(p)
		if err != nil {
			return fail("paths", err)
		}
		sel.paths = append(sel.paths, abs)
	}
	for _, p := range s.Exclude {
		if !doublestar.ValidatePathPattern(p) || p == "" {
			return fail("exclude", fmt.Errorf("%q is not a file pattern", p))
		}
		sel.exclude = append(sel.exclude, p)
	}
	if dataDir != "" {
		abs, err := filepath.Abs(dataDir)
		if err != nil {
			return fail("paths", fmt.Errorf("cannot find the data folder: %w", err))
		}
		sel.dataDir = abs
		if real, err := filepath.EvalSymlinks(abs); err == nil {
			sel.dataDir = real
		}
	}
	switch s.Container {
	case containerAuto, containerNone, containerDocker, containerCRI:
	default:
		return fail("container", fmt.Errorf("%q is none of auto, none, docker, cri", s.Container))
	}
	if s.From != fromBeginning && s.From != fromEnd {
		return fail("from", fmt.Errorf("%q is neither beginning nor end", s.From))
	}
	if s.PollInterval <= 0 {
		return fail("poll_interval", errors.New("must be positive"))
	}
	if s.MaxOpenFiles < 1 {
		return fail("max_open_files", errors.New("must be at least 1"))
	}
	r, err := s.Multiline.compile()
	return sel, r, err
}

func (m *Multiline) compile() (rules, error) {
	r := rules{mode: m.Mode, maxLines: m.MaxLines, timeout: time.Duration(m.Timeout)}
	switch m.Mode {
	case modeAuto, modeNone, modeJava, modePython:
		if m.Start != "" {
			return rules{}, &input.SettingError{Key: "multiline.start", Err: errors.New("needs multiline.mode start")}
		}
	case modeStart:
		re, err := regexp.Compile(m.Start)
		if err != nil || m.Start == "" {
			return rules{}, &input.SettingError{Key: "multiline.start", Err: errors.Join(errors.New("wants a regular expression"), err)}
		}
		r.start = re
	default:
		return rules{}, &input.SettingError{Key: "multiline.mode", Err: fmt.Errorf("%q is none of auto, none, java, python, start", m.Mode)}
	}
	if m.MaxLines < 1 {
		return rules{}, &input.SettingError{Key: "multiline.max_lines", Err: errors.New("must be at least 1")}
	}
	if m.Timeout <= 0 {
		return rules{}, &input.SettingError{Key: "multiline.timeout", Err: errors.New("must be positive")}
	}
	return r, nil
}

// find calls each for every path that the settings name; a path that two patterns name comes twice.
func (s *selector) find(each func(path string)) {
	for _, pattern := range s.paths {
		// Folders that cannot be read are passed over: one closed folder must not hide the others.
		matches, err := doublestar.FilepathGlob(pattern, doublestar.WithFilesOnly())
		if err != nil {
			continue // the pattern was checked at start
		}
		for _, path := range matches {
			if !s.excluded(path) {
				each(path)
			}
		}
	}
}

func (s *selector) excluded(path string) bool {
	if s.dataDir != "" && strings.HasPrefix(path, s.dataDir) &&
		(len(path) == len(s.dataDir) || path[len(s.dataDir)] == filepath.Separator) {
		return true
	}
	for _, pattern := range s.exclude {
		name := path
		if !strings.ContainsRune(pattern, filepath.Separator) {
			name = filepath.Base(path)
		}
		if ok, err := doublestar.PathMatch(pattern, name); err == nil && ok {
			return true
		}
	}
	return false
}

// folders returns the deepest folder of each pattern that has no wildcard.
func (s *selector) folders() []string {
	var out []string
	for _, pattern := range s.paths {
		base, _ := doublestar.SplitPattern(filepath.ToSlash(pattern))
		out = append(out, filepath.FromSlash(base))
	}
	return out
}

// covers reports whether the settings name a path.
func (s *selector) covers(path string) bool {
	for _, pattern := range s.paths {
		if ok, err := doublestar.PathMatch(pattern, path); err == nil && ok {
			return !s.excluded(path)
		}
	}
	return false
}
