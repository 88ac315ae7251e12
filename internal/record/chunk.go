package record

// Chunk is a run of records with consecutive offsets.
type Chunk struct {
	Base    int64    // offset of Records[0]
	Records [][]byte // encoded records, owned by the reader
	// Damaged counts records or bytes that were skipped just before Base because their checksum was wrong.
	Damaged []Damage
}

// Size is the sum of the bytes of the records.
func (c *Chunk) Size() (n int) {
	for _, r := range c.Records {
		n += len(r)
	}
	return n
}

// Damage names what could not be read.
type Damage struct {
	Where    string // file and position
	Bytes    int64
	From, To int64 // offsets lost: From <= offset < To
}
