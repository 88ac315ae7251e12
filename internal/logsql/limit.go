package logsql

// Codes of the bounds that a query can meet.
const (
	CodeTooLong       = "query.too_long"
	CodeTooMuchMemory = "query.too_much_memory"
)

// LimitError says which bound stopped a query and how to narrow it. Nothing of its result is complete.
type LimitError struct {
	Code    string // CodeTooLong or CodeTooMuchMemory
	Limit   string // the bound as people write it: "30s", "512 MiB"
	Message string // what reached it, and how to narrow the query
}

func (e *LimitError) Error() string { return e.Message }
