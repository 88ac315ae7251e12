-- +goose Up
CREATE TABLE deletion (
    id         TEXT   NOT NULL PRIMARY KEY,
    query      TEXT   NOT NULL,
    asked      BIGINT NOT NULL, -- ns since the epoch, as all times here
    min_time   BIGINT NOT NULL, -- both inclusive
    max_time   BIGINT NOT NULL,
    reason     TEXT   NOT NULL,
    asked_by   TEXT   NOT NULL,
    queue      TEXT   NOT NULL,
    below      TEXT   NOT NULL, -- JSON: partition -> offset
    state      TEXT   NOT NULL,
    error      TEXT   NOT NULL,
    damaged    TEXT   NOT NULL, -- JSON: ids of segments
    rewritten  BIGINT NOT NULL, -- segments
    finished   BIGINT NOT NULL, -- 0 while it runs
    queue_gone BIGINT NOT NULL  -- when the queue held its records no longer; 0 while it may
);
CREATE TABLE deletion_removed (
    deletion   TEXT   NOT NULL,
    dataset    TEXT   NOT NULL,
    row_count  BIGINT NOT NULL,
    raw_bytes  BIGINT NOT NULL,
    disk_bytes BIGINT NOT NULL,
    PRIMARY KEY (deletion, dataset)
);

-- +goose Down
DROP TABLE deletion_removed;
DROP TABLE deletion;
