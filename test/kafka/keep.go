package kafka

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keptBroker is what a later run must know of a broker that was formatted: clients remember its address, its log the other.
type keptBroker struct {
	Address    string `json:"address"`
	Controller string `json:"controller"`
}

// Keep starts the broker of an earlier run below dir again, with its address and its records, or a new one that a later run
// may find. It is apart, as of Start.
func Keep(ctx context.Context, dir string) (*Cluster, error) {
	path := filepath.Join(dir, "broker.json")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) { // or formatting it was interrupted
		return keepNew(ctx, dir, path)
	}
	if err != nil {
		return nil, err
	}
	var kept keptBroker
	if err := json.Unmarshal(data, &kept); err != nil {
		return nil, fmt.Errorf("cannot read %s: %w; remove %s to begin anew", path, err, dir)
	}
	b := &broker{dir: filepath.Join(dir, "broker1"), address: kept.Address, controller: kept.Controller}
	if _, err := os.Stat(filepath.Join(b.dir, "log", "meta.properties")); err != nil {
		return nil, fmt.Errorf("the broker in %s is not whole: %w; remove %s to begin anew", b.dir, err, dir)
	}
	c := &Cluster{id: clusterID, apart: true, brokers: []*broker{b}}
	if err := c.runAll(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

func keepNew(ctx context.Context, dir, path string) (*Cluster, error) {
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	c, err := Start(ctx, dir, 1, true)
	if err != nil {
		return nil, err
	}
	b := c.brokers[0]
	data, err := json.Marshal(keptBroker{b.address, b.controller})
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}
