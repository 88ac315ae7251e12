-- +goose Up
CREATE TABLE queue_partition (
    queue       TEXT    NOT NULL,
    partition   INTEGER NOT NULL,
    next_offset BIGINT  NOT NULL, -- below it everything is in segments
    epoch       BIGINT  NOT NULL, -- of the owner
    PRIMARY KEY (queue, partition)
);

CREATE TABLE source_mark (
    queue     TEXT    NOT NULL,
    partition INTEGER NOT NULL,
    source    TEXT    NOT NULL,
    sequence  BIGINT  NOT NULL, -- highest one in segments, less 2^63 so that the full unsigned range keeps its order
    PRIMARY KEY (queue, partition, source)
);

CREATE TABLE segment (
    id           TEXT   NOT NULL PRIMARY KEY,
    dataset      TEXT   NOT NULL,
    day          TEXT   NOT NULL, -- of the events, 2006-01-02
    received     TEXT   NOT NULL, -- day of receipt
    class        TEXT   NOT NULL, -- retention class
    row_count    BIGINT NOT NULL,
    raw_bytes    BIGINT NOT NULL,
    bytes        BIGINT NOT NULL,
    min_time     BIGINT NOT NULL, -- ns since the epoch, both inclusive
    max_time     BIGINT NOT NULL,
    max_received BIGINT NOT NULL -- receipt of the last row, ns since the epoch; 0 when not known
);

CREATE TABLE state (
    namespace TEXT NOT NULL,
    key       TEXT NOT NULL,
    value     BLOB NOT NULL,
    PRIMARY KEY (namespace, key)
);

-- +goose Down
DROP TABLE state;
DROP TABLE segment;
DROP TABLE source_mark;
DROP TABLE queue_partition;
