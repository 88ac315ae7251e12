package record

// Chunk is a run of records with consecutive offsets.
type Chunk struct {
	Base    int64    // offset of Records[0]
	Records [][]byte // encoded records, owned by the reader
	// Damaged counts records or bytes that were skipped just before Base because their checksum was wrong.
	Damaged []Damage
}

// Damage names what could not be read.
type Damage struct {
	Where    string // file and position
	Bytes    int64
	From, To int64 // offsets lost: From <= offset < To
}
