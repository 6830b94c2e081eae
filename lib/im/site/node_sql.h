/* node_sql: the statements of im/site/node. */
#ifndef IM_NODE_SQL_H
#define IM_NODE_SQL_H

#include <stdbool.h>

#include "base/arena.h"
#include "im/site/node.h"

/* A row of the table, as read or as requested by a holder. */
struct node_row {
	int64_t node_id;
	struct str owner;
	int64_t lease_s;
	int64_t is_free; /* its lease has expired */
	int64_t high_ms;
	int64_t seen_ms; /* high_ms as it was read */
};

int node_sql_list(struct db *db, struct arena *a, struct node_row **out,
    size_t *n_out, struct error *err);

/*
 * Each sets high_ms; 1 done, 0 another process was first.  take() and release()
 * require that it is still seen_ms, renew() never lowers it.
 */
int node_sql_insert(struct db *db, const struct node_row *row,
    struct error *err);
int node_sql_take(struct db *db, const struct node_row *row, struct error *err);
int node_sql_renew(struct db *db, const struct node_row *row,
    struct error *err);
int node_sql_release(struct db *db, const struct node_row *row,
    struct error *err);

#endif
