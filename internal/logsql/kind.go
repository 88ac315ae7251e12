package logsql

// Kinds of syntax errors. Interfaces word them in each language, so they never change their meaning.
const (
	badAddress         = "bad_address"
	badBucket          = "bad_bucket"
	badConsonants      = "bad_consonants"
	badDuration        = "bad_duration"
	badFormat          = "bad_format"
	badNumber          = "bad_number"
	badPattern         = "bad_pattern" // of extract
	badRegexp          = "bad_regexp"
	badTime            = "bad_time"
	badWildcard        = "bad_wildcard"
	duplicateName      = "duplicate_name"
	emptyQuery         = "empty_query"
	misplacedPipe      = "misplaced_pipe"
	missingArgument    = "missing_argument"
	missingFields      = "missing_fields"
	missingFilter      = "missing_filter"
	missingParentheses = "missing_parentheses"
	needsQuotes        = "needs_quotes"
	pipesNotAllowed    = "pipes_not_allowed"
	streamsOnly        = "streams_only"
	subqueryFields     = "subquery_fields"
	subqueryNotAllowed = "subquery_not_allowed"
	tooDeep            = "too_deep"
	unclosedBracket    = "unclosed_bracket"
	unclosedQuote      = "unclosed_quote"
	unexpectedEnd      = "unexpected_end"
	unexpectedToken    = "unexpected_token"
	unknownFunction    = "unknown_function"
	unknownOption      = "unknown_option"
	unknownPipe        = "unknown_pipe"
	unknownType        = "unknown_type"
	unopenedBracket    = "unopened_bracket"
	wrongCount         = "wrong_argument_count"

	// PipeNotLive is a pipe that needs all rows before it shows any, in a query that is followed.
	PipeNotLive = "pipe_not_live"
	// OptionNotLive is an option that asks for other rows than those that come, in a query that is followed.
	OptionNotLive = "option_not_live"
)
