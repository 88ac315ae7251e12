package input

// Hint tells the operator what outside of Haetae would end a loss or a limit. Interfaces word the code.
type Hint struct {
	// Code is a stable name: "socket_buffer".
	Code string `json:"code"`
	// Params fill the words: which setting to change, to what, and what was seen.
	Params map[string]string `json:"params"`
}

// Hinter is implemented by inputs that may have hints; nil means that all is well.
type Hinter interface {
	Hints() []Hint
}
