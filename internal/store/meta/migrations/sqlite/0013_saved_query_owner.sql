-- +goose Up
-- An account that was made later than the query has only the name of its owner.
CREATE TABLE owned_query (
    id          TEXT   NOT NULL PRIMARY KEY,
    folder      TEXT   NOT NULL, -- "" for none
    name        TEXT   NOT NULL,
    description TEXT   NOT NULL,
    query       TEXT   NOT NULL,
    range_from  TEXT   NOT NULL, -- as the console writes it, "" for none
    range_to    TEXT   NOT NULL,
    view        TEXT   NOT NULL,
    cols        TEXT   NOT NULL,
    owner_id    TEXT   NOT NULL, -- of the principal; "" when it is not known any more
    owner       TEXT   NOT NULL, -- name as shown
    created     BIGINT NOT NULL, -- ns since the epoch
    updated     BIGINT NOT NULL,
    revision    BIGINT NOT NULL,
    UNIQUE (owner_id, folder, name)
);
INSERT INTO owned_query (owner_id, id, folder, name, description, query, range_from, range_to, view, cols, owner, created, updated, revision)
SELECT COALESCE((SELECT a.id FROM account a WHERE a.name = q.owner AND a.created <= q.created), CASE q.owner WHEN 'local' THEN 'local' ELSE '' END),
    id, folder, name, description, query, range_from, range_to, view, cols, owner, created, updated, revision
FROM saved_query q;
DROP TABLE saved_query;
ALTER TABLE owned_query RENAME TO saved_query;

-- +goose Down
CREATE TABLE unowned_query (
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
INSERT INTO unowned_query (id, folder, name, description, query, range_from, range_to, view, cols, owner, created, updated, revision)
SELECT id, folder, name, description, query, range_from, range_to, view, cols, owner, created, updated, revision
FROM saved_query;
DROP TABLE saved_query;
ALTER TABLE unowned_query RENAME TO saved_query;
