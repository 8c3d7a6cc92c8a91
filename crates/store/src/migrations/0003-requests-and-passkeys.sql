-- The third form: what became of requests to erase; names and dates of passkeys.

-- Requests to erase that were granted: what is left of them when their item is gone. A fold over entry.
CREATE TABLE erasure_granted (
  id BLOB PRIMARY KEY,              -- of the act that asked
  entry INTEGER NOT NULL,           -- seq of the act that erased
  item BLOB NOT NULL,
  originator TEXT NOT NULL,         -- of the item
  organisation TEXT NOT NULL,       -- who asked
  at INTEGER NOT NULL               -- ms: when it was asked
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_granted_originator ON erasure_granted(originator);
CREATE INDEX erasure_granted_organisation ON erasure_granted(organisation);
CREATE INDEX erasure_request_organisation ON erasure_request(organisation);

-- What its member calls a passkey, and when it was made and last used. Not known of those that were there before.
ALTER TABLE credential ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE credential ADD COLUMN added INTEGER;    -- ms
ALTER TABLE credential ADD COLUMN used INTEGER;     -- ms
