// Package pipeline is what happens to records between the inputs and the store.
//
// The Intake stands in front of the queue: it applies masks, so that what they hide is on no disk, enforces the
// bounds of a record and of memory, and chooses the partition. A Consumer stands behind the queue, one for each
// partition: it decodes records, recognises the format of lines, completes time and severity, applies rules, and hands them to
// the store, whose checkpoints move the position in the queue. What cannot be processed becomes a record of the
// dataset deadletter; nothing blocks a partition but a store that is full.
package pipeline

import (
	"fmt"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/format"
)

// Config is the section pipeline of the configuration.
type Config struct {
	Masks []string `yaml:"masks" doc:"what is hidden before anything reaches a disk: card_numbers, resident_numbers, tokens, or a regular expression in slashes"`
	Rules []Rule   `yaml:"rules" doc:"steps for records that match a filter, such as {if: 'service.name:nginx', drop: [user_agent]}"`
}

// Validate checks masks and rules as they will be compiled; key names the setting that is wrong.
func (c *Config) Validate() (key string, err error) {
	if _, err := compileMasks(c.Masks); err != nil {
		return "masks", err
	}
	return "rules", CheckRules(c.Rules)
}

// InputSettings is what the pipeline has to know of one input.
type InputSettings struct {
	Format     string // name of the format of its lines; "" recognises it, "plain" looks for none
	Timezone   string // IANA zone of times without one; "" is the server's
	StoreViews bool   // store views as fields
}

// plainFormat is the setting that turns recognition off.
const plainFormat = "plain"

// Validate checks that format and zone exist.
func (s InputSettings) Validate() error {
	_, err := compileInput(s, time.Local)
	return err
}

// inputRules is InputSettings made ready.
type inputRules struct {
	format     format.Format // nil recognises
	plain      bool
	location   *time.Location
	storeViews bool
}

func formatNames() string {
	var names []string
	for _, f := range format.All() {
		name, _, _ := strings.Cut(f.Name(), "@")
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func compileInput(s InputSettings, local *time.Location) (inputRules, error) {
	in := inputRules{location: local, storeViews: s.StoreViews, plain: s.Format == plainFormat}
	if s.Format != "" && !in.plain {
		if in.format = format.Lookup(s.Format); in.format == nil {
			return in, fmt.Errorf("format %q is not known; there are %s and %s", s.Format, formatNames(), plainFormat)
		}
	}
	if s.Timezone != "" {
		loc, err := time.LoadLocation(s.Timezone)
		if err != nil {
			return in, fmt.Errorf("timezone %q is not known", s.Timezone)
		}
		in.location = loc
	}
	return in, nil
}
