-- +goose Up
ALTER TABLE identity ADD COLUMN changes BIGINT NOT NULL DEFAULT 0; -- of the list of segments so far

-- +goose Down
ALTER TABLE identity DROP COLUMN changes;
