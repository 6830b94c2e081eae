#include "io/fts_sql.h"

#include "base/err.h"

/*
 * doc       the documents.  log: number of the log, short, because it stands in
 *           an index and, as a term, in fts.  terms '': no text; such a
 *           document only keeps its place.
 * fts       their inverted index, without a copy of the texts: what is deleted
 *           is read from doc_terms.  k: the log and the sender as terms.
 * word      every term of fts, for beginnings of words: fts would read all
 *           documents of all such words before it finds the first.
 * block     the times of 1024 ids each.
 * later     places that are to be looked at in the order of their times.
 */
static const char tables[] =
    "CREATE TABLE number (which INTEGER PRIMARY KEY, value INTEGER NOT NULL);"
    "CREATE TABLE log (n INTEGER PRIMARY KEY, log_id INTEGER NOT NULL UNIQUE, "
    "done_index INTEGER NOT NULL);"
    "CREATE TABLE doc (id INTEGER PRIMARY KEY, log INTEGER NOT NULL, "
    "log_index INTEGER NOT NULL, sender_id INTEGER NOT NULL, "
    "type INTEGER NOT NULL, sent_ms INTEGER NOT NULL, "
    "expires_ms INTEGER NOT NULL, terms TEXT NOT NULL);"
    "CREATE UNIQUE INDEX doc_place ON doc (log, log_index);"
    "CREATE INDEX doc_expiry ON doc (expires_ms) WHERE expires_ms > 0;"
    "CREATE VIEW doc_terms AS SELECT id, terms AS t, "
    "'c' || log || ' s' || sender_id AS k FROM doc;"
    "CREATE VIRTUAL TABLE fts USING fts5(t, k, content = 'doc_terms', "
    "content_rowid = 'id', tokenize = 'ascii', columnsize = 0);"
    "CREATE TABLE word (t TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE block (n INTEGER PRIMARY KEY, from_ms INTEGER NOT NULL, "
    "to_ms INTEGER NOT NULL);"
    "CREATE TABLE later (ms INTEGER NOT NULL, log_id INTEGER NOT NULL, "
    "log_index INTEGER NOT NULL, PRIMARY KEY (ms, log_id, log_index)) "
    "WITHOUT ROWID;";

#define HIT                                                           \
	"d.id, d.log, d.log_index, d.type, d.sent_ms, d.expires_ms, " \
	"d.sender_id, d.terms"

static const char *const texts[FTS_SQL_MAX] = {
	[FTS_SQL_SETUP] = "PRAGMA temp_store = MEMORY;",
	/* Without a sync for each commit: after a loss of power the file is as
	 * some earlier commit left it, cursor and all. */
	[FTS_SQL_SETUP_WRITER] = "PRAGMA journal_mode = WAL;"
				 "PRAGMA synchronous = NORMAL;"
				 "PRAGMA secure_delete = ON;"
				 "PRAGMA cache_size = -16384;"
				 "PRAGMA journal_size_limit = 67108864;",
	[FTS_SQL_SETUP_READER] = "PRAGMA query_only = ON;"
				 "PRAGMA cache_size = -4096;",
	[FTS_SQL_TABLES] = tables,
	[FTS_SQL_SECURE] = "INSERT INTO fts (fts, rank) "
			   "VALUES ('secure-delete', 1)",
	[FTS_SQL_CHECKPOINT] = "PRAGMA wal_checkpoint(TRUNCATE)",
	[FTS_SQL_READ] = "BEGIN",
	[FTS_SQL_BEGIN] = "BEGIN IMMEDIATE",
	[FTS_SQL_COMMIT] = "COMMIT",
	[FTS_SQL_ROLLBACK] = "ROLLBACK",

	[FTS_SQL_GET] = "SELECT value FROM number WHERE which = ?1",
	[FTS_SQL_SET] = "INSERT INTO number (which, value) VALUES (?1, ?2) "
			"ON CONFLICT (which) DO UPDATE SET value = ?2",
	[FTS_SQL_LOG] = "SELECT n, done_index FROM log WHERE log_id = ?1",
	[FTS_SQL_LOG_MAKE] = "INSERT INTO log (log_id, done_index) "
			     "VALUES (?1, ?2)",
	[FTS_SQL_LOG_DONE] = "UPDATE log SET done_index = ?2 WHERE n = ?1",
	[FTS_SQL_COUNT] = "SELECT COUNT(*) FROM doc",
	[FTS_SQL_DOC_AT] = "SELECT id, sender_id, expires_ms, terms FROM doc "
			   "WHERE log = ?1 AND log_index = ?2",
	[FTS_SQL_DOC_PUT] = "INSERT INTO doc (id, log, log_index, sender_id, "
			    "type, sent_ms, expires_ms, terms) "
			    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[FTS_SQL_DOC_CHANGE] = "UPDATE doc SET expires_ms = ?2, terms = ?3 "
			       "WHERE id = ?1",
	[FTS_SQL_DOC_DROP] = "DELETE FROM doc WHERE id = ?1",
	[FTS_SQL_TERMS_PUT] = "INSERT INTO fts (rowid, t, k) VALUES (?1, ?2, "
			      "'c' || ?3 || ' s' || ?4)",
	[FTS_SQL_TERMS_DROP] = "INSERT INTO fts (fts, rowid, t, k) VALUES "
			       "('delete', ?1, ?2, 'c' || ?3 || ' s' || ?4)",
	[FTS_SQL_WORD_PUT] = "INSERT OR IGNORE INTO word (t) VALUES (?1)",
	[FTS_SQL_WORD_DROP] = "DELETE FROM word WHERE t = ?1",
	[FTS_SQL_WORD_IN_USE] = "SELECT 1 FROM fts WHERE fts MATCH ?1 LIMIT 1",
	[FTS_SQL_WORDS] = "SELECT t FROM word WHERE t >= ?1 AND t < ?2 "
			  "LIMIT ?3",
	[FTS_SQL_BLOCK] = "INSERT INTO block (n, from_ms, to_ms) "
			  "VALUES (?1, ?2, ?2) ON CONFLICT (n) DO UPDATE SET "
			  "from_ms = MIN(from_ms, ?2), to_ms = MAX(to_ms, ?2)",
	[FTS_SQL_EXPIRED] = "SELECT log, log_index FROM doc "
			    "WHERE expires_ms > 0 AND expires_ms <= ?1 "
			    "LIMIT ?2",
	[FTS_SQL_LATER_PUT] = "INSERT OR IGNORE INTO later "
			      "(ms, log_id, log_index) VALUES (?1, ?2, ?3)",
	[FTS_SQL_LATER] = "SELECT ms, log_id, log_index FROM later "
			  "WHERE ms <= ?1 ORDER BY ms, log_id, log_index "
			  "LIMIT ?2",
	[FTS_SQL_LATER_DROP] = "DELETE FROM later WHERE ms = ?1 "
			       "AND log_id = ?2 AND log_index = ?3",
	/* Negative: of all levels, as 'optimize' does, but a part at a time. */
	[FTS_SQL_MERGE] = "INSERT INTO fts (fts, rank) VALUES ('merge', ?1)",

	[FTS_SQL_FIND] = "SELECT " HIT " FROM fts f CROSS JOIN doc d "
			 "ON d.id = f.rowid WHERE f.fts MATCH ?1 "
			 "AND f.rowid >= ?2 AND f.rowid < ?3 "
			 "ORDER BY f.rowid DESC",
	[FTS_SQL_ALL] = "SELECT " HIT " FROM doc d WHERE d.id >= ?2 "
			"AND d.id < ?3 ORDER BY d.id DESC",
	[FTS_SQL_RANGE] = "SELECT MIN(n), MAX(n) FROM block "
			  "WHERE to_ms >= ?1 AND from_ms <= ?2",
	[FTS_SQL_PLACE] = "SELECT MAX(n) FROM block WHERE from_ms <= ?1",
};

const char *fts_sql_text(enum fts_sql which)
{
	BUG_ON(!texts[which]);
	return texts[which];
}
