-- The tables as the migrations of SQLite up to this number leave them; their comments are there. Texts are compared and
-- sorted by their bytes, as SQLite does. BYTEA holds names that may be any bytes: TEXT wants UTF-8 without zeros.

-- +goose Up
CREATE TABLE identity (
    one INTEGER NOT NULL PRIMARY KEY,
    id  TEXT    NOT NULL COLLATE "C"
);
CREATE TABLE queue_partition (
    queue       TEXT    NOT NULL COLLATE "C",
    partition   INTEGER NOT NULL,
    next_offset BIGINT  NOT NULL,
    epoch       BIGINT  NOT NULL,
    owner       TEXT    NOT NULL COLLATE "C" DEFAULT '',
    PRIMARY KEY (queue, partition)
) WITH (fillfactor = 50); -- rows that change all the time, and stay on their page so
CREATE TABLE source_mark (
    queue     TEXT    NOT NULL COLLATE "C",
    partition INTEGER NOT NULL,
    source    BYTEA   NOT NULL,
    sequence  BIGINT  NOT NULL,
    PRIMARY KEY (queue, partition, source)
) WITH (fillfactor = 80);
CREATE TABLE segment (
    id           TEXT   NOT NULL COLLATE "C" PRIMARY KEY,
    dataset      TEXT   NOT NULL COLLATE "C",
    day          TEXT   NOT NULL COLLATE "C",
    received     TEXT   NOT NULL COLLATE "C",
    class        TEXT   NOT NULL COLLATE "C",
    row_count    BIGINT NOT NULL,
    raw_bytes    BIGINT NOT NULL,
    bytes        BIGINT NOT NULL,
    min_time     BIGINT NOT NULL,
    max_time     BIGINT NOT NULL,
    max_received BIGINT NOT NULL
);
CREATE TABLE state (
    namespace TEXT  NOT NULL COLLATE "C",
    key       BYTEA NOT NULL,
    value     BYTEA NOT NULL,
    PRIMARY KEY (namespace, key)
) WITH (fillfactor = 80);
CREATE TABLE saved_query (
    id          TEXT   NOT NULL COLLATE "C" PRIMARY KEY,
    folder      TEXT   NOT NULL COLLATE "C",
    name        TEXT   NOT NULL COLLATE "C",
    description TEXT   NOT NULL COLLATE "C",
    query       TEXT   NOT NULL COLLATE "C",
    range_from  TEXT   NOT NULL COLLATE "C",
    range_to    TEXT   NOT NULL COLLATE "C",
    view        TEXT   NOT NULL COLLATE "C",
    cols        TEXT   NOT NULL COLLATE "C",
    owner       TEXT   NOT NULL COLLATE "C",
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    revision    BIGINT NOT NULL,
    UNIQUE (folder, name)
);
CREATE TABLE rule (
    id         TEXT    NOT NULL COLLATE "C" PRIMARY KEY,
    place      BIGINT  NOT NULL,
    name       TEXT    NOT NULL COLLATE "C",
    definition TEXT    NOT NULL COLLATE "C",
    enabled    BOOLEAN NOT NULL,
    owner      TEXT    NOT NULL COLLATE "C",
    updated    BIGINT  NOT NULL,
    revision   BIGINT  NOT NULL
);
CREATE TABLE replayed_letter (
    letter   TEXT   NOT NULL COLLATE "C" PRIMARY KEY,
    sequence BIGINT NOT NULL UNIQUE,
    at       BIGINT NOT NULL,
    record   BYTEA,
    fault    TEXT   NOT NULL COLLATE "C" DEFAULT ''
);
CREATE INDEX replayed_letter_pending ON replayed_letter (fault, sequence) WHERE record IS NOT NULL;
CREATE TABLE deletion (
    id         TEXT   NOT NULL COLLATE "C" PRIMARY KEY,
    query      TEXT   NOT NULL COLLATE "C",
    asked      BIGINT NOT NULL,
    min_time   BIGINT NOT NULL,
    max_time   BIGINT NOT NULL,
    reason     TEXT   NOT NULL COLLATE "C",
    asked_by   TEXT   NOT NULL COLLATE "C",
    queue      TEXT   NOT NULL COLLATE "C",
    below      TEXT   NOT NULL COLLATE "C",
    state      TEXT   NOT NULL COLLATE "C",
    error      TEXT   NOT NULL COLLATE "C",
    damaged    TEXT   NOT NULL COLLATE "C",
    rewritten  BIGINT NOT NULL,
    finished   BIGINT NOT NULL,
    queue_gone BIGINT NOT NULL
);
CREATE TABLE deletion_removed (
    deletion   TEXT   NOT NULL COLLATE "C",
    dataset    TEXT   NOT NULL COLLATE "C",
    row_count  BIGINT NOT NULL,
    raw_bytes  BIGINT NOT NULL,
    disk_bytes BIGINT NOT NULL,
    PRIMARY KEY (deletion, dataset)
);
CREATE TABLE lease (
    name    TEXT   NOT NULL COLLATE "C" PRIMARY KEY,
    owner   TEXT   NOT NULL COLLATE "C",
    term    BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE TABLE member (
    id      TEXT   NOT NULL COLLATE "C" PRIMARY KEY,
    address TEXT   NOT NULL COLLATE "C",
    version TEXT   NOT NULL COLLATE "C",
    epoch   BIGINT NOT NULL,
    seen    BIGINT NOT NULL
);

-- +goose Down
DROP TABLE member, lease, deletion_removed, deletion, replayed_letter, rule, saved_query, state, segment, source_mark,
    queue_partition, identity;
