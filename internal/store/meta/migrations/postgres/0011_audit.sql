-- +goose Up
CREATE TABLE audit_chain (
    one        INTEGER NOT NULL PRIMARY KEY, -- 1: there is one row
    seq        BIGINT  NOT NULL,             -- of the last entry, 0 before the first
    hash       TEXT    NOT NULL,             -- hex, '' before the first
    time       BIGINT  NOT NULL,             -- ns since the epoch, as all times here
    floor_seq  BIGINT  NOT NULL,             -- of the last entry that retention may have removed
    floor_hash TEXT    NOT NULL,
    floor_time BIGINT  NOT NULL
);
INSERT INTO audit_chain (one, seq, hash, time, floor_seq, floor_hash, floor_time) VALUES (1, 0, '', 0, 0, '', 0);
CREATE TABLE audit_waiting (
    seq    BIGINT NOT NULL PRIMARY KEY, -- of an entry that may not be in the queue yet
    hash   TEXT   NOT NULL,
    time   BIGINT NOT NULL,
    entry  TEXT   NOT NULL,             -- what the hash is of
    source TEXT   NOT NULL,             -- of its mark
    queue  TEXT   NOT NULL              -- that it goes to
);

-- +goose Down
DROP TABLE audit_waiting;
DROP TABLE audit_chain;
