-- +goose Up
ALTER TABLE session ADD COLUMN seen BIGINT NOT NULL DEFAULT 0; -- when the cookie came first, 0: only handed out so far
ALTER TABLE session ADD COLUMN withdrawn BYTEA NOT NULL DEFAULT ''; -- SHA-256 of a cookie that was handed out before it and never came; empty for none

-- +goose Down
ALTER TABLE session DROP COLUMN withdrawn;
ALTER TABLE session DROP COLUMN seen;
