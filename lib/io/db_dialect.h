/*
 * db_dialect: statements over many rows, as an engine understands them that has
 * neither JSON_TABLE nor array binding: [db] dialect = portable.  Private to
 * db*.c; it knows texts and maps, and no connection.
 *
 * A list is written once, in one form, which tests/lint/portable.sh checks:
 *   JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', i BIGINT PATH '$[1]')) j
 * MariaDB takes it as it stands.  Rendered, it is a table of literals:
 *   (SELECT 7 AS c, 1 AS i UNION ALL SELECT 7, 2) j
 * Texts become hexadecimal literals, which need no escapes in any SQL mode.
 *
 * A rendered statement fits one list of rows, so it is executed once.  Its text
 * and its maps are in the arena.
 */
#ifndef IO_DB_DIALECT_H
#define IO_DB_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

/* [db] dialect. */
bool db_dialect_is_portable(void);

bool db_dialect_has_list(const struct db_stmt *st);

/*
 * st with a table of literals in the place of each list, from its parameter in
 * *in, or an empty one if in is NULL; the other parameters stay, in their
 * order.  INTERNAL: a parameter is not a list of such rows.
 */
int db_dialect_lists(struct arena *a, const struct db_stmt *st, const void *in,
    struct db_stmt *out, struct error *err);

/*
 * INSERT ... VALUES (?, ?) as one statement for n structs, stride bytes apart:
 * VALUES (?, ?), (?, ?).  false: not a statement whose rows can be repeated.
 */
bool db_dialect_rows(struct arena *a, const struct db_stmt *st, size_t n,
    size_t stride, struct db_stmt *out);

#endif
