package pipeline

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
)

// ruleSet is the rules in effect, in their order, beside what they were made of.
type ruleSet struct {
	rules    []Rule
	compiled []*compiledRule
}

// SetRules replaces the rules for records that are read from now on. A rule that was there before goes on counting.
// A wrong rule is a *RuleError and changes nothing.
func (c *Consumers) SetRules(rules []Rule) error {
	compiled, err := compileRules(rules)
	if err != nil {
		return err
	}
	counters := map[string][]*atomic.Int64{}
	if old := c.rules.Load(); old != nil {
		for i := range old.rules {
			text := ruleText(&old.rules[i])
			counters[text] = append(counters[text], old.compiled[i].hits)
		}
	}
	for i := range rules {
		text := ruleText(&rules[i])
		if same := counters[text]; len(same) > 0 {
			compiled[i].hits, counters[text] = same[0], same[1:]
		}
	}
	c.rules.Store(&ruleSet{rules, compiled})
	return nil
}

// RuleHits returns how many records each rule of the last SetRules has matched.
func (c *Consumers) RuleHits() []int64 {
	var hits []int64
	for _, r := range c.rules.Load().compiled {
		hits = append(hits, r.hits.Load())
	}
	return hits
}

// CheckRules returns the first wrong rule as a *RuleError.
func CheckRules(rules []Rule) error {
	_, err := compileRules(rules)
	return err
}

// ruleText is equal for rules that do the same.
func ruleText(r *Rule) string {
	text, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("a rule is plain data: %v", err))
	}
	return string(text)
}
