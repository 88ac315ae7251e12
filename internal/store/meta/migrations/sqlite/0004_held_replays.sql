-- +goose Up
ALTER TABLE replayed_letter ADD COLUMN fault TEXT NOT NULL DEFAULT ''; -- why a pending one is held until it is tried again
DROP INDEX replayed_letter_pending;
CREATE INDEX replayed_letter_pending ON replayed_letter (fault, sequence) WHERE record IS NOT NULL;

-- +goose Down
DROP INDEX replayed_letter_pending;
ALTER TABLE replayed_letter DROP COLUMN fault;
CREATE INDEX replayed_letter_pending ON replayed_letter (sequence) WHERE record IS NOT NULL;
