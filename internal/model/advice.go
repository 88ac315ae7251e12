package model

// Advice is one thing that the running figures say about the settings of the queue.
type Advice struct {
	ID       string             `json:"id" example:"linger" doc:"of the rule; with the broker or partition that it is about"`
	Severity string             `json:"severity" enum:"change,look,fine" doc:"change: do it; look: it has a price, decide; fine: nothing to change, and what was looked at"`
	Code     string             `json:"code" example:"linger_raise" doc:"the sentence, which the console and the command line word"`
	Setting  string             `json:"setting,omitempty" example:"linger.ms" doc:"to change"`
	From     string             `json:"from,omitempty" doc:"its value now"`
	To       string             `json:"to,omitempty" doc:"the value that is proposed"`
	Values   map[string]float64 `json:"values" nullable:"false" doc:"what was measured and what is expected; names end in their unit: _bytes, _ms, _percent, _days, _per_second"`
}

// Severities of Advice, from urgent to calm.
const (
	AdviceChange = "change"
	AdviceLook   = "look"
	AdviceFine   = "fine"
)
