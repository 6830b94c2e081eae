-- The search index.

-- An index of messages is a file outside the database, and carries the name of
-- the store that it was made from.
INSERT INTO server_key (name, value) VALUES ('search', RANDOM_BYTES(32));
