-- +goose Up
-- An account that was made later than the query has only the name of its owner.
ALTER TABLE saved_query ADD COLUMN owner_id TEXT NOT NULL COLLATE "C" DEFAULT ''; -- of the principal; '' when it is not known any more
UPDATE saved_query q SET owner_id = COALESCE((SELECT a.id FROM account a WHERE a.name = q.owner AND a.created <= q.created), CASE q.owner WHEN 'local' THEN 'local' ELSE '' END);
ALTER TABLE saved_query DROP CONSTRAINT saved_query_folder_name_key;
ALTER TABLE saved_query ADD UNIQUE (owner_id, folder, name);

-- +goose Down
ALTER TABLE saved_query DROP CONSTRAINT saved_query_owner_id_folder_name_key;
ALTER TABLE saved_query ADD UNIQUE (folder, name);
ALTER TABLE saved_query DROP COLUMN owner_id;
