-- +goose Up
ALTER TABLE queue_partition ADD COLUMN received BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE queue_partition DROP COLUMN received;
