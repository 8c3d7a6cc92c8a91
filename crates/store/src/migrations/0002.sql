-- The second form: how long each version stood, requests to erase, recalls, the area's own parts, preferences.

-- The read model: how long each version of an item stood. A fold over entry, like item.
CREATE TABLE span (
  entry INTEGER PRIMARY KEY,        -- seq of the version's entry
  row INTEGER NOT NULL,             -- item.row
  version INTEGER NOT NULL,
  label INTEGER NOT NULL REFERENCES label(id), -- when it began
  since INTEGER NOT NULL,           -- ms: time of its entry
  until INTEGER NOT NULL,           -- ms: end of its validity, or what ended it before
  ended INTEGER NOT NULL,           -- 0 by its validity, 1 by the next version, 2 by a recall
  next INTEGER                      -- seq of the version that ended it
) STRICT;

-- Changes of the label while a version stood.
CREATE TABLE span_label (
  span INTEGER NOT NULL,            -- span.entry
  entry INTEGER NOT NULL,           -- seq of the restriction
  since INTEGER NOT NULL,           -- ms
  label INTEGER NOT NULL REFERENCES label(id),
  PRIMARY KEY (span, entry)
) STRICT, WITHOUT ROWID;

-- Recalls, until when they are to be acknowledged. A fold over entry.
CREATE TABLE recall (
  item BLOB PRIMARY KEY,
  at INTEGER NOT NULL,              -- ms
  due INTEGER NOT NULL              -- ms
) STRICT, WITHOUT ROWID;

-- Requests to erase an item. A fold over entry; why is in the entry. Gone when the item is erased.
CREATE TABLE erasure_request (
  id BLOB PRIMARY KEY,              -- of the act that asks
  entry INTEGER NOT NULL,           -- seq of the act that asks
  item BLOB NOT NULL,
  organisation TEXT NOT NULL,       -- who asks
  at INTEGER NOT NULL,              -- ms
  refused INTEGER                   -- seq of the act that refuses
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_request_item ON erasure_request(item);

-- Sites, zones, purposes and rules of the area. A fold over entry (kind administer).
CREATE TABLE area_part (
  kind TEXT NOT NULL,               -- site, zone, purpose or four_eyes
  id TEXT NOT NULL,
  json TEXT NOT NULL,               -- the last change of it, as its entry says it
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- What a member likes to find as it left it: one sealed document each.
CREATE TABLE preference (
  member BLOB PRIMARY KEY REFERENCES member(id),
  changed INTEGER NOT NULL,         -- ms
  sealed BLOB NOT NULL              -- sealed under the organisation's key-encryption key
) STRICT, WITHOUT ROWID;
