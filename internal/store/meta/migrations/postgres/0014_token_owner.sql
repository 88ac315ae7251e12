-- +goose Up
ALTER TABLE token ADD COLUMN owner_id TEXT NOT NULL COLLATE "C" DEFAULT ''; -- of the principal that made it; '' when it is not known any more
-- An account that was made later than the token has only the name of its owner, and a token that could make others may have the name of an account.
UPDATE token AS t SET owner_id = COALESCE((
    SELECT a.id FROM account a WHERE a.name = t.owner AND a.created <= t.created
    AND NOT EXISTS (SELECT 1 FROM token maker WHERE maker.name = t.owner AND maker.role = 'admin' AND maker.created < t.created)
), CASE t.owner WHEN 'local' THEN 'local' ELSE '' END);

-- +goose Down
ALTER TABLE token DROP COLUMN owner_id;
