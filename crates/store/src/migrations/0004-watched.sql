-- What each organisation's web monitoring watches: sources, profiles, events. A fold over entries (kind administer).
CREATE TABLE watched (
  organisation TEXT NOT NULL,
  kind TEXT NOT NULL,               -- source, profile or event
  id TEXT NOT NULL,
  json TEXT NOT NULL,               -- DirectoryChange::Watched, as its entry says it
  PRIMARY KEY (organisation, kind, id)
) STRICT, WITHOUT ROWID;
