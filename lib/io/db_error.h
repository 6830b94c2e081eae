/*
 * db_error: what an error of MariaDB or of its client library means for the
 * caller.  Pure; private to db*.c.
 *
 * An engine that restarts, is full, overloaded, read-only or not yet a member
 * of its cluster is BUSY: the same request may succeed later.  SCHEMA is
 * a fault of the program, its rights or the schema: it meets every request that
 * comes this way.  INTERNAL is left for errors that repeat with the same rows.
 */
#ifndef IO_DB_ERROR_H
#define IO_DB_ERROR_H

#include <stdbool.h>

enum db_error_kind {
	DB_ERROR_INTERNAL,
	DB_ERROR_DUPLICATE,
	DB_ERROR_SCHEMA,
	DB_ERROR_BUSY,
	DB_ERROR_RERUN, /* BUSY, and the transaction may run again at once */
	DB_ERROR_LOST,  /* BUSY; the connection is of no more use */
};

enum db_error_kind db_error_kind(unsigned int no);

/* As the answer to COMMIT it does not tell whether that took place. */
bool db_error_hides_commit(unsigned int no);

#endif
