-- The first form of a node's store. Never edited: later forms are later files.

-- Who takes part. Changes are also entries of the facts ledger (kind administer).
CREATE TABLE organisation (
  id TEXT PRIMARY KEY,
  json TEXT NOT NULL,               -- directory::Organisation
  public_key BLOB NOT NULL,         -- 32 bytes, Ed25519
  wrapped_keys BLOB NOT NULL        -- seed, key-encryption key and pseudonym key, sealed under the node key
) STRICT, WITHOUT ROWID;

CREATE TABLE community (
  id TEXT PRIMARY KEY,
  json TEXT NOT NULL                -- directory::Community
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
  id BLOB PRIMARY KEY,
  organisation TEXT NOT NULL REFERENCES organisation(id),
  json TEXT NOT NULL                -- directory::Member
) STRICT, WITHOUT ROWID;

CREATE TABLE credential (
  id BLOB PRIMARY KEY,              -- the authenticator's credential id
  member BLOB NOT NULL REFERENCES member(id),
  json TEXT NOT NULL                -- the passkey, as the WebAuthn library keeps it
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_member ON credential(member);

CREATE TABLE invitation (
  id BLOB PRIMARY KEY,
  secret_hash BLOB NOT NULL UNIQUE, -- SHA-256 of the one-time secret
  member BLOB NOT NULL REFERENCES member(id),
  expires INTEGER NOT NULL,         -- ms
  used INTEGER                      -- ms
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  secret_hash BLOB PRIMARY KEY,     -- SHA-256 of the cookie
  member BLOB NOT NULL REFERENCES member(id),
  created INTEGER NOT NULL,         -- ms
  seen INTEGER NOT NULL,            -- ms
  fresh INTEGER                     -- ms: last proof of presence
) STRICT, WITHOUT ROWID;
CREATE INDEX session_member ON session(member);

CREATE TABLE token (
  id BLOB PRIMARY KEY,
  secret_hash BLOB NOT NULL UNIQUE, -- SHA-256 of the token
  member BLOB NOT NULL REFERENCES member(id),
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,             -- JSON list of actions
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  revoked INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX token_member ON token(member);

-- The truth: entries of the facts ledger. Erasure empties salt, header and sealed; the leaf stays.
CREATE TABLE entry (
  seq INTEGER PRIMARY KEY,          -- position in the ledger, from 0
  subject BLOB NOT NULL,            -- item id, or zero
  leaf BLOB NOT NULL,
  salt BLOB,
  header BLOB,
  sealed BLOB
) STRICT;
CREATE INDEX entry_subject ON entry(subject, seq);

CREATE TABLE item_key (
  item BLOB PRIMARY KEY,
  organisation TEXT NOT NULL,
  wrapped BLOB NOT NULL             -- the item's data key, sealed under the organisation's key-encryption key
) STRICT, WITHOUT ROWID;

-- Both ledgers (0 facts, 1 access).
CREATE TABLE tile (
  ledger INTEGER NOT NULL,
  level INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (ledger, level, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  ledger INTEGER PRIMARY KEY,
  size INTEGER NOT NULL,
  note TEXT NOT NULL                -- signed note
) STRICT;

-- Access records: the truth of the access ledger.
CREATE TABLE access (
  seq INTEGER PRIMARY KEY,          -- position in the access ledger, from 0
  at INTEGER NOT NULL,              -- ms
  organisation TEXT NOT NULL,       -- of the member who consulted
  leaf BLOB NOT NULL,
  salt BLOB,
  header BLOB,
  sealed BLOB                       -- the record, sealed under the organisation's key-encryption key
) STRICT;
CREATE INDEX access_organisation ON access(organisation, seq);

CREATE TABLE access_item (
  item BLOB NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (item, seq)
) STRICT, WITHOUT ROWID;

-- Sealed files. Bound to an item when it is published; unbound ones are swept.
CREATE TABLE attachment (
  id BLOB PRIMARY KEY,
  member BLOB NOT NULL,             -- who uploaded it
  item BLOB,                        -- NULL until published
  organisation TEXT NOT NULL,
  meta TEXT NOT NULL,               -- record::Attachment
  uploaded INTEGER NOT NULL,        -- ms
  wrapped BLOB NOT NULL,            -- its data key, sealed under the organisation's key-encryption key
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX attachment_item ON attachment(item);

-- Drafts: nobody's but the organisation's. Not part of the ledger.
CREATE TABLE draft (
  id BLOB PRIMARY KEY,
  organisation TEXT NOT NULL,
  author BLOB NOT NULL,
  changed INTEGER NOT NULL,         -- ms
  submitted INTEGER NOT NULL,       -- 1: waits for a second person
  sealed BLOB NOT NULL              -- record::Draft, sealed under the organisation's key-encryption key
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_organisation ON draft(organisation, changed);

-- Answers already given, so that nothing is sent twice.
CREATE TABLE idempotency (
  member BLOB NOT NULL,
  key TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  item BLOB NOT NULL,
  at INTEGER NOT NULL,              -- ms
  PRIMARY KEY (member, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency(at);

-- The read model: a fold over entry. `belfry check` rebuilds it and compares.
CREATE TABLE label (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE          -- record::VisibilityLabel as JSON
) STRICT;

CREATE TABLE item (
  row INTEGER PRIMARY KEY,          -- seq of its first entry: arrival order
  id BLOB NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  head INTEGER NOT NULL,            -- seq of the entry of the present version
  changed INTEGER NOT NULL,         -- seq of its last entry of any kind
  thread BLOB NOT NULL,
  parent BLOB,
  kind INTEGER NOT NULL,
  originator TEXT NOT NULL,
  author BLOB NOT NULL,
  label INTEGER NOT NULL REFERENCES label(id),
  state INTEGER NOT NULL,           -- 0 live, 1 retracted, 2 erased
  reported INTEGER NOT NULL,        -- ms
  valid_from INTEGER NOT NULL,      -- ms
  valid_until INTEGER NOT NULL,     -- ms
  kept_until INTEGER NOT NULL,      -- ms
  urgency INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  west INTEGER, south INTEGER, east INTEGER, north INTEGER, -- 1e-7 degrees
  site TEXT, zone TEXT,
  due INTEGER,                      -- ms, requests
  asked TEXT,                       -- organisation, requests
  closed INTEGER                    -- ms, requests
) STRICT;
CREATE INDEX item_thread ON item(thread, row);
CREATE INDEX item_kept ON item(kept_until) WHERE state < 2;
CREATE INDEX item_changed ON item(changed);

CREATE TABLE acknowledgement (
  item BLOB NOT NULL,
  organisation TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (item, organisation)
) STRICT, WITHOUT ROWID;

CREATE TABLE restriction (
  item BLOB NOT NULL,
  organisation TEXT NOT NULL,
  members TEXT NOT NULL,            -- JSON list
  PRIMARY KEY (item, organisation)
) STRICT, WITHOUT ROWID;

-- What items rest on, as keyed hashes: equal sources are known to be equal, and nothing more.
CREATE TABLE source (
  hash BLOB NOT NULL,
  row INTEGER NOT NULL,
  PRIMARY KEY (hash, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_row ON source(row);
