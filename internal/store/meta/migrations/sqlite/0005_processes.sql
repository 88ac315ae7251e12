-- +goose Up
CREATE TABLE identity (
    one INTEGER NOT NULL PRIMARY KEY, -- 1: there is one row
    id  TEXT    NOT NULL              -- of this metadata store, for ever
);
CREATE TABLE lease (
    name    TEXT   NOT NULL PRIMARY KEY,
    owner   TEXT   NOT NULL, -- member, "" when it was released
    term    BIGINT NOT NULL, -- grows each time it changes hands
    expires BIGINT NOT NULL  -- ms since the epoch, by the clock of the database
);
CREATE TABLE member (
    id      TEXT   NOT NULL PRIMARY KEY,
    address TEXT   NOT NULL, -- where it answers the others, host:port
    version TEXT   NOT NULL,
    epoch   BIGINT NOT NULL, -- grows with each start
    seen    BIGINT NOT NULL  -- ms since the epoch, by the clock of the database
);
ALTER TABLE queue_partition ADD COLUMN owner TEXT NOT NULL DEFAULT ''; -- member that claimed it, '' when the queue has one process

-- +goose Down
ALTER TABLE queue_partition DROP COLUMN owner;
DROP TABLE member;
DROP TABLE lease;
DROP TABLE identity;
