-- +goose Up
ALTER TABLE identity ADD COLUMN changes BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE identity DROP COLUMN changes;
