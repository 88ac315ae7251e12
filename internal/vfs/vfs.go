// Package vfs is the small part of a file system that the queue and the store need, so that tests can lose
// what was not synced and fail each step.
package vfs

import (
	"io"
	"io/fs"
)

// FS is a file system. Names are slash-separated paths of the operating system.
//
// Durability is POSIX's: File.Sync makes a file's bytes durable, SyncDir makes names created, renamed or
// removed in a directory durable; nothing else does.
type FS interface {
	// Create makes a file for writing; it is an error if the file exists.
	Create(name string) (File, error)
	// OpenAppend opens an existing file for reading and for writing at its end.
	OpenAppend(name string) (File, error)
	// Open opens a file for reading.
	Open(name string) (File, error)
	Rename(oldName, newName string) error
	Remove(name string) error
	MkdirAll(dir string) error
	// List returns the names (not paths) in a directory, sorted.
	List(dir string) ([]string, error)
	Stat(name string) (fs.FileInfo, error)
	Truncate(name string, size int64) error
	SyncDir(dir string) error
	// Usage returns the bytes in all and those still free for us in the file system that holds dir.
	Usage(dir string) (total, free uint64, err error)
}

// File is an open file.
type File interface {
	io.Writer
	io.ReaderAt
	io.Closer
	Sync() error
	Size() (int64, error)
}

// Forgetter is a File that can tell the operating system which bytes nobody will read again, so that their memory
// serves what comes next. Nothing changes in the file.
type Forgetter interface {
	// Forget gives up the cached bytes below end.
	Forget(end int64)
}
