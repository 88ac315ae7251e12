-- +goose Up
ALTER TABLE member ADD COLUMN instance TEXT NOT NULL DEFAULT ''; -- group.instance.id

-- +goose Down
ALTER TABLE member DROP COLUMN instance;
