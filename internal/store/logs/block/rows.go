package block

// Info describes the rows of a block.
type Info struct {
	Queue     string // queue id of the rows' identity
	Partition int
	Group     string // what the rows have in common; rows of equal groups are put together when joining
	Rows      int
	Raw       int64 // bytes as received
	// Bounds of event time and of receipt in ns since the epoch, and of offsets, all inclusive.
	MinTime, MaxTime         int64
	MinObserved, MaxObserved int64
	MinOffset, MaxOffset     int64
	// Labels names the stream fields that any row has, sorted.
	Labels []string
}

// Rows is a block as searches read it: sealed (Reader) or still open (View). What the methods return is valid
// until the Scratch of a Reader is reset; a View's until the end of the process.
type Rows interface {
	Info() *Info
	// Version is the version of the format of a sealed block, 0 for open rows.
	Version() int
	// Names lists the columns, without stream fields.
	Names() []string
	// Kind tells the shape of a column from metadata alone.
	Kind(name string) Kind
	// Bounds returns the smallest and largest number of a column whose non-empty values are all numbers.
	Bounds(name string) (lo, hi float64, ok bool)
	// MayHave reports whether a value of a Plain or Templated column can contain all of the words. Other kinds: true.
	MayHave(name string, words []string) (bool, error)
	// MayVary reports whether a variable of a Templated column, or a value of a Plain one, can contain the word; else
	// only static text of templates can. Other kinds: true.
	MayVary(name, word string) (bool, error)
	// Templates returns a Templated column as templates and variables, nil for other kinds.
	Templates(name string) (*Templates, error)
	Times() ([]int64, error)
	Observed() ([]int64, error)
	Offsets() ([]int64, error)
	// Streams returns the streams and, for each row, which one is its own.
	Streams() ([]*Stream, []uint32, error)
	// Runs returns the streams of a sealed block and for each the row behind its last: the rows of one follow each
	// other, by rising time. Open rows come as they were received; they have no ends.
	Runs() (streams []*Stream, ends []uint32, err error)
	Column(name string) (Column, error)
	// FieldSizes tells what the block keeps of each field.
	FieldSizes() ([]FieldSize, error)
}
