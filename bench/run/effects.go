package main

import (
	"fmt"
	"strings"
)

// effect is what changing one setting did here.
type effect struct {
	knob     string
	from, to any
	figures  []figure
}

// figure is a measured value before and after a change.
type figure struct {
	name     string
	from, to float64
}

func (f figure) String() string {
	text := fmt.Sprintf("%s %s → %s", f.name, count(f.from), count(f.to))
	if f.from == 0 {
		return text
	}
	change := 100 * (f.to/f.from - 1)
	switch {
	case change >= 100:
		return fmt.Sprintf("%s (× %.1f)", text, f.to/f.from)
	case change < 0:
		return fmt.Sprintf("%s (−%.0f %%)", text, -change)
	}
	return fmt.Sprintf("%s (+%.0f %%)", text, change)
}

func (c *curves) effect(knob string, from, to any, figures ...figure) {
	c.effects = append(c.effects, effect{knob, from, to, figures})
}

// effectsTable says of each change what followed.
func effectsTable(effects []effect) string {
	var w strings.Builder
	w.WriteString("| Setting | From → to | What followed |\n|---|---|---|\n")
	for _, e := range effects {
		var cells []string
		for _, f := range e.figures {
			cells = append(cells, f.String())
		}
		fmt.Fprintf(&w, "| `%s` | %v → %v | %s |\n", e.knob, e.from, e.to, strings.Join(cells, "; "))
	}
	return w.String()
}
