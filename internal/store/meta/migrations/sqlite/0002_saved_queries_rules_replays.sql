-- +goose Up
CREATE TABLE saved_query (
    id          TEXT   NOT NULL PRIMARY KEY,
    folder      TEXT   NOT NULL, -- "" for none
    name        TEXT   NOT NULL,
    description TEXT   NOT NULL,
    query       TEXT   NOT NULL,
    range_from  TEXT   NOT NULL, -- as the console writes it, "" for none
    range_to    TEXT   NOT NULL,
    view        TEXT   NOT NULL,
    cols        TEXT   NOT NULL,
    owner       TEXT   NOT NULL,
    created     BIGINT NOT NULL, -- ns since the epoch
    updated     BIGINT NOT NULL,
    revision    BIGINT NOT NULL,
    UNIQUE (folder, name)
);
CREATE TABLE rule (
    id         TEXT    NOT NULL PRIMARY KEY,
    place      BIGINT  NOT NULL, -- the order in which they run
    name       TEXT    NOT NULL,
    definition TEXT    NOT NULL, -- JSON of model.Rule
    enabled    BOOLEAN NOT NULL,
    owner      TEXT    NOT NULL,
    updated    BIGINT  NOT NULL,
    revision   BIGINT  NOT NULL
);
CREATE TABLE replayed_letter (
    letter   TEXT   NOT NULL PRIMARY KEY, -- _record_id
    sequence BIGINT NOT NULL UNIQUE,      -- of the replayed record's mark
    at       BIGINT NOT NULL,             -- ns since the epoch
    record   BLOB                         -- encoded, until it is in the queue
);
CREATE INDEX replayed_letter_pending ON replayed_letter (sequence) WHERE record IS NOT NULL;

-- +goose Down
DROP TABLE replayed_letter;
DROP TABLE rule;
DROP TABLE saved_query;
