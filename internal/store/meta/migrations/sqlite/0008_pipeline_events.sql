-- +goose Up
CREATE TABLE pipeline_event (
    id         TEXT    NOT NULL PRIMARY KEY, -- the same for an event that several processes see
    time       BIGINT  NOT NULL,             -- ms since the epoch, by the clock of the database
    until      BIGINT  NOT NULL,             -- the same, 0 while it lasts and for what has no length
    kind       TEXT    NOT NULL,
    member     TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    partitions TEXT    NOT NULL,             -- JSON
    reason     TEXT    NOT NULL
);
CREATE INDEX pipeline_event_time ON pipeline_event (time);

-- +goose Down
DROP TABLE pipeline_event;
