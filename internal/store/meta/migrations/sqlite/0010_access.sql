-- +goose Up
ALTER TABLE identity ADD COLUMN access BIGINT NOT NULL DEFAULT 0; -- changes so far of who may what
CREATE TABLE account (
    id           TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    folded       TEXT    NOT NULL UNIQUE, -- the name as it is compared
    full_name    TEXT    NOT NULL,
    email        TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    everything   BOOLEAN NOT NULL,
    disabled     BOOLEAN NOT NULL,
    must_change  BOOLEAN NOT NULL,
    provider     TEXT    NOT NULL, -- "" for none
    subject      TEXT    NOT NULL, -- at the provider
    password     TEXT    NOT NULL, -- hash in PHC's string format, "" for none
    secret       BLOB    NOT NULL, -- of the second factor, sealed; empty for none
    pending      BLOB    NOT NULL, -- the same before it is confirmed
    step         BIGINT  NOT NULL, -- of the last code that was taken
    recovery     TEXT    NOT NULL, -- JSON list of hashes in base64
    epoch        BIGINT  NOT NULL, -- sessions of another one are over
    created      BIGINT  NOT NULL, -- ns since the epoch
    last_sign_in BIGINT  NOT NULL, -- 0 for never
    revision     BIGINT  NOT NULL
);
CREATE UNIQUE INDEX account_subject ON account (provider, subject) WHERE provider <> '';
CREATE TABLE team (
    code     TEXT   NOT NULL PRIMARY KEY,
    name     TEXT   NOT NULL,
    grants   TEXT   NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE TABLE account_team (
    account TEXT NOT NULL,
    team    TEXT NOT NULL,
    PRIMARY KEY (account, team)
);
CREATE TABLE session (
    id        TEXT   NOT NULL PRIMARY KEY,
    account   TEXT   NOT NULL,
    hash      BLOB   NOT NULL UNIQUE, -- SHA-256 of the cookie
    previous  BLOB   NOT NULL,        -- of the cookie before; empty for none
    epoch     BIGINT NOT NULL,        -- of the account when it was made
    created   BIGINT NOT NULL,
    rotated   BIGINT NOT NULL,
    last_used BIGINT NOT NULL,
    address   TEXT   NOT NULL,
    client    TEXT   NOT NULL,
    seen_as   TEXT   NOT NULL         -- account that an administrator looks as, "" for none
);
CREATE INDEX session_account ON session (account);
CREATE INDEX session_previous ON session (previous);
CREATE TABLE token (
    id           TEXT   NOT NULL PRIMARY KEY,
    hash         BLOB   NOT NULL, -- SHA-256 of the secret
    name         TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    datasets     TEXT   NOT NULL, -- JSON
    stream       TEXT   NOT NULL,
    owner        TEXT   NOT NULL,
    created      BIGINT NOT NULL,
    expires      BIGINT NOT NULL, -- 0 for never
    last_used    BIGINT NOT NULL, -- 0 for never
    last_address TEXT   NOT NULL
);
CREATE TABLE role_mask (
    role   TEXT NOT NULL PRIMARY KEY,
    fields TEXT NOT NULL -- JSON
);
CREATE TABLE sign_in_attempt (
    name     TEXT   NOT NULL PRIMARY KEY, -- hash of what was typed
    failures BIGINT NOT NULL,             -- since the last success
    until    BIGINT NOT NULL,             -- none is taken before
    last     BIGINT NOT NULL
);
CREATE INDEX sign_in_attempt_last ON sign_in_attempt (last);

-- +goose Down
DROP TABLE sign_in_attempt;
DROP TABLE role_mask;
DROP TABLE token;
DROP TABLE session;
DROP TABLE account_team;
DROP TABLE team;
DROP TABLE account;
ALTER TABLE identity DROP COLUMN access;
