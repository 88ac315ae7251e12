-- +goose Up
ALTER TABLE identity ADD COLUMN access BIGINT NOT NULL DEFAULT 0;
CREATE TABLE account (
    id           TEXT    NOT NULL COLLATE "C" PRIMARY KEY,
    name         TEXT    NOT NULL COLLATE "C",
    folded       TEXT    NOT NULL COLLATE "C" UNIQUE,
    full_name    TEXT    NOT NULL COLLATE "C",
    email        TEXT    NOT NULL COLLATE "C",
    role         TEXT    NOT NULL COLLATE "C",
    everything   BOOLEAN NOT NULL,
    disabled     BOOLEAN NOT NULL,
    must_change  BOOLEAN NOT NULL,
    provider     TEXT    NOT NULL COLLATE "C",
    subject      TEXT    NOT NULL COLLATE "C",
    password     TEXT    NOT NULL COLLATE "C",
    secret       BYTEA   NOT NULL,
    pending      BYTEA   NOT NULL,
    step         BIGINT  NOT NULL,
    recovery     TEXT    NOT NULL COLLATE "C",
    epoch        BIGINT  NOT NULL,
    created      BIGINT  NOT NULL,
    last_sign_in BIGINT  NOT NULL,
    revision     BIGINT  NOT NULL
);
CREATE UNIQUE INDEX account_subject ON account (provider, subject) WHERE provider <> '';
CREATE TABLE team (
    code     TEXT   NOT NULL COLLATE "C" PRIMARY KEY,
    name     TEXT   NOT NULL COLLATE "C",
    grants   TEXT   NOT NULL COLLATE "C",
    revision BIGINT NOT NULL
);
CREATE TABLE account_team (
    account TEXT NOT NULL COLLATE "C",
    team    TEXT NOT NULL COLLATE "C",
    PRIMARY KEY (account, team)
);
CREATE TABLE session (
    id        TEXT   NOT NULL COLLATE "C" PRIMARY KEY,
    account   TEXT   NOT NULL COLLATE "C",
    hash      BYTEA  NOT NULL UNIQUE,
    previous  BYTEA  NOT NULL,
    epoch     BIGINT NOT NULL,
    created   BIGINT NOT NULL,
    rotated   BIGINT NOT NULL,
    last_used BIGINT NOT NULL,
    address   TEXT   NOT NULL COLLATE "C",
    client    TEXT   NOT NULL COLLATE "C",
    seen_as   TEXT   NOT NULL COLLATE "C"
);
CREATE INDEX session_account ON session (account);
CREATE INDEX session_previous ON session (previous);
CREATE TABLE token (
    id           TEXT   NOT NULL COLLATE "C" PRIMARY KEY,
    hash         BYTEA  NOT NULL,
    name         TEXT   NOT NULL COLLATE "C",
    role         TEXT   NOT NULL COLLATE "C",
    datasets     TEXT   NOT NULL COLLATE "C",
    stream       TEXT   NOT NULL COLLATE "C",
    owner        TEXT   NOT NULL COLLATE "C",
    created      BIGINT NOT NULL,
    expires      BIGINT NOT NULL,
    last_used    BIGINT NOT NULL,
    last_address TEXT   NOT NULL COLLATE "C"
);
CREATE TABLE role_mask (
    role   TEXT NOT NULL COLLATE "C" PRIMARY KEY,
    fields TEXT NOT NULL COLLATE "C"
);
CREATE TABLE sign_in_attempt (
    name     TEXT   NOT NULL COLLATE "C" PRIMARY KEY,
    failures BIGINT NOT NULL,
    until    BIGINT NOT NULL,
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
