-- +goose Up
ALTER TABLE member ADD COLUMN instance TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE member DROP COLUMN instance;
