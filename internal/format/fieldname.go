package format

// noRank is the rank of a name that is none of those asked for.
const noRank = 1 << 30

// MessageFieldRank orders the names under which senders write the message, best first (docs/fields.md).
// It returns a number above 1000 for any other name.
func MessageFieldRank(name string) int {
	switch name {
	case "_msg":
		return 0
	case "message":
		return 1
	case "msg":
		return 2
	case "log":
		return 3
	case "event.original":
		return 4
	case "text":
		return 5
	case "body":
		return 6
	case "body.text":
		return 7
	case "short_message": // GELF
		return 8
	case "full_message":
		return 9
	}
	return noRank
}

// TimeFieldRank orders the names under which senders write the time; see MessageFieldRank.
func TimeFieldRank(name string) int {
	switch name {
	case "_time":
		return 0
	case "@timestamp":
		return 1
	case "timestamp":
		return 2
	case "time":
		return 3
	case "ts":
		return 4
	case "datetime":
		return 5
	case "date":
		return 6
	}
	return noRank
}

// SeverityFieldRank orders the names under which senders write the severity; see MessageFieldRank.
func SeverityFieldRank(name string) int {
	switch name {
	case "severity":
		return 0
	case "level":
		return 1
	case "log.level":
		return 2
	case "lvl":
		return 3
	case "loglevel":
		return 4
	case "severity_text":
		return 5
	case "levelname":
		return 6
	case "PRIORITY":
		return 7
	case "@level":
		return 8
	}
	return noRank
}
