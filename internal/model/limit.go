package model

// LimitError says that a query reached one of its bounds. Code is the stable name that interfaces translate.
type LimitError struct {
	Code  string // query.too_long, query.too_much_memory
	Bound string // the bound with its value: "limits.query_memory (256MiB)"
	Hint  string // how to narrow the query
}

func (e *LimitError) Error() string {
	return "the query reached " + e.Bound + "; " + e.Hint
}
