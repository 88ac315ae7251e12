package model

import (
	"fmt"
	"time"
)

// What one principal may keep of saved queries: so many, and so many characters of theirs in all. Anybody may save who reads, and
// without a bound could fill the metadata.
const (
	MaxSavedQueries = 500
	MaxSavedChars   = 4 << 20
)

// ErrSavedFull is returned for a saved query beyond what one principal may keep.
var ErrSavedFull = fmt.Errorf("these are all the saved queries that one may keep, %d with %d characters in all; delete some that are not needed",
	MaxSavedQueries, MaxSavedChars)

// SavedQuery is a query that somebody keeps under a name.
type SavedQuery struct {
	ID string `json:"id"`
	SavedQueryText
	Owner    string    `json:"owner" doc:"name of the principal who made it"`
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
	Revision int64     `json:"revision" doc:"grows with each change; send it back with the next one"`
}

// SavedQueryText is what a person says of a saved query. Folder and name together are unique among those of an owner.
type SavedQueryText struct {
	Name        string `json:"name" doc:"at most 100 characters"`
	Folder      string `json:"folder,omitempty" doc:"path such as web/payment; empty for none"`
	Description string `json:"description,omitempty"`
	Query       string `json:"query" doc:"LogsQL, at most 64 KiB"`
	From        string `json:"from,omitempty" doc:"start of the time range as the console writes it; empty keeps the one that is chosen"`
	To          string `json:"to,omitempty" doc:"end of the time range"`
	View        string `json:"view,omitempty" doc:"how the answer is shown, as in the console's address"`
	Cols        string `json:"cols,omitempty" doc:"chosen columns, as in the console's address"`
}

// Rule changes or drops the records that match its filter. Within a rule the steps run in the order of this
// struct; rules run in their own order, each on what the ones before have left.
type Rule struct {
	If         string            `yaml:"if" json:"if,omitempty" doc:"LogsQL filter; empty matches every record"`
	Extract    *Extract          `yaml:"extract" json:"extract,omitempty" doc:"reads fields out of a text"`
	Rename     map[string]string `yaml:"rename" json:"rename,omitempty" doc:"old name: new name; a view that is renamed is stored"`
	Drop       []string          `yaml:"drop" json:"drop,omitempty" doc:"fields to leave out"`
	DropRecord bool              `yaml:"drop_record" json:"drop_record,omitempty" doc:"leave out the record"`
}

// Extract reads fields out of a text by one of two languages.
type Extract struct {
	From   string `yaml:"from" json:"from,omitempty" doc:"field to read, _msg when empty"`
	Regexp string `yaml:"regexp" json:"regexp,omitempty" doc:"RE2 expression; its named groups are the fields"`
	Grok   string `yaml:"grok" json:"grok,omitempty" doc:"grok pattern, such as '%{IP:client.address} %{GREEDYDATA:rest}'"`
	// A record that was taken must not be lost for a rule that does not fit it: it is set aside, to be replayed.
	Required bool `yaml:"required" json:"required,omitempty" doc:"a record that it does not match becomes a dead letter, to be replayed when the rule is mended"`
}

// SavedRule is a rule that somebody made in the console. They run in their order, behind those of the configuration.
type SavedRule struct {
	ID       string
	Name     string
	Rule     Rule
	Enabled  bool
	Owner    string
	Updated  time.Time
	Revision int64
}

// Replay is a dead letter on its way through the intake a second time.
type Replay struct {
	Letter   string // _record_id of the letter
	Sequence uint64 // of the mark that the record carries, so that sending it twice stores it once
	Record   []byte // what was sent, as the record codec writes it, without a mark
	Fault    string // why it is held until it is tried again; "" when it is not
}
