-- +goose Up
CREATE TABLE pipeline_event (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    time       BIGINT           NOT NULL,
    until      BIGINT           NOT NULL,
    kind       TEXT             NOT NULL,
    member     TEXT             NOT NULL,
    name       TEXT             NOT NULL,
    partitions TEXT             NOT NULL,
    reason     TEXT             NOT NULL
);
CREATE INDEX pipeline_event_time ON pipeline_event (time);

-- +goose Down
DROP TABLE pipeline_event;
