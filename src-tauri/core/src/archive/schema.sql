-- Version 1. A call's id is its place in time: the second it began in, then its number within that second (16 bits). So the
-- table lies on the disk in the order of time, and "newest first" is "from the end".

-- A server as it was installed. One that is installed anew counts its calls from 1 again and is another source.
CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  server INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  origin TEXT,
  newest_number INTEGER NOT NULL DEFAULT 0,
  newest_start INTEGER NOT NULL DEFAULT 0,
  UNIQUE (server, epoch)
) STRICT;

-- The counts are those of the calls that point here; the triggers below keep them.
CREATE TABLE talkgroup (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL,
  system INTEGER NOT NULL,
  number INTEGER NOT NULL,
  system_id INTEGER,
  talkgroup_id INTEGER,
  labels TEXT,
  keep INTEGER NOT NULL DEFAULT 0,
  calls INTEGER NOT NULL DEFAULT 0,
  unheard INTEGER NOT NULL DEFAULT 0,
  kept_calls INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  kept_bytes INTEGER NOT NULL DEFAULT 0,
  UNIQUE (source, system, number)
) STRICT;
CREATE INDEX talkgroup_by_id ON talkgroup (source, talkgroup_id);

-- Talkgroups to keep for ever, by the server's numbers: also those that were never heard.
CREATE TABLE kept_talkgroup (
  server INTEGER NOT NULL,
  talkgroup INTEGER NOT NULL,
  PRIMARY KEY (server, talkgroup)
) STRICT, WITHOUT ROWID;

-- Narrow, because a day of it is read at once. `bytes` is 0 without audio.
CREATE TABLE call (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL,
  number INTEGER NOT NULL,
  talkgroup INTEGER NOT NULL,
  start INTEGER NOT NULL,
  duration INTEGER,
  state INTEGER NOT NULL,
  why INTEGER,
  late INTEGER NOT NULL,
  kept INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX call_by_number ON call (source, number);
CREATE INDEX call_unheard ON call (talkgroup) WHERE state = 0;
CREATE INDEX call_all_unheard ON call (state) WHERE state = 0;
CREATE INDEX call_kept ON call (kept) WHERE kept = 1;

-- What is shown of one call only.
CREATE TABLE detail (
  id INTEGER PRIMARY KEY,
  record TEXT NOT NULL,
  transcript TEXT
) STRICT;

CREATE TABLE wave (id INTEGER PRIMARY KEY, peaks BLOB NOT NULL) STRICT;

-- Where a call's audio is: the file `audio/HOUR/NAME`.
CREATE TABLE audio (
  id INTEGER PRIMARY KEY,
  hour INTEGER NOT NULL,
  name INTEGER NOT NULL,
  sum BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX audio_by_file ON audio (hour, name);

CREATE TABLE gap (
  id INTEGER PRIMARY KEY,
  server INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX gap_by_end ON gap (to_ms);

-- One row each, with id 1.
CREATE TABLE resume (id INTEGER PRIMARY KEY CHECK (id = 1), waiting TEXT NOT NULL, playing TEXT) STRICT;
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  newest_seen INTEGER NOT NULL DEFAULT 0,
  syncs INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO meta (id) VALUES (1);

-- All text is folded before it comes here (words.rs), so that "ascii" has nothing to do but split at blanks. Deleting needs
-- no old text, and the text is not stored twice. Short beginnings of words have lists of their own; longer ones are looked
-- up in `word`, which holds every word there is or was.
CREATE VIRTUAL TABLE words USING fts5 (
  label, unit, said, facet, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3'
);
CREATE TABLE word (text TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TRIGGER call_added AFTER INSERT ON call BEGIN
  UPDATE talkgroup SET calls = calls + 1, unheard = unheard + (new.state = 0), kept_calls = kept_calls + new.kept,
    bytes = bytes + new.bytes, kept_bytes = kept_bytes + new.bytes * new.kept WHERE id = new.talkgroup;
END;
CREATE TRIGGER call_changed AFTER UPDATE OF talkgroup, state, kept, bytes ON call BEGIN
  UPDATE talkgroup SET calls = calls - 1, unheard = unheard - (old.state = 0), kept_calls = kept_calls - old.kept,
    bytes = bytes - old.bytes, kept_bytes = kept_bytes - old.bytes * old.kept WHERE id = old.talkgroup;
  UPDATE talkgroup SET calls = calls + 1, unheard = unheard + (new.state = 0), kept_calls = kept_calls + new.kept,
    bytes = bytes + new.bytes, kept_bytes = kept_bytes + new.bytes * new.kept WHERE id = new.talkgroup;
END;
CREATE TRIGGER call_removed AFTER DELETE ON call BEGIN
  UPDATE talkgroup SET calls = calls - 1, unheard = unheard - (old.state = 0), kept_calls = kept_calls - old.kept,
    bytes = bytes - old.bytes, kept_bytes = kept_bytes - old.bytes * old.kept WHERE id = old.talkgroup;
  DELETE FROM detail WHERE id = old.id;
  DELETE FROM wave WHERE id = old.id;
  DELETE FROM audio WHERE id = old.id;
  DELETE FROM words WHERE rowid = old.id;
END;
