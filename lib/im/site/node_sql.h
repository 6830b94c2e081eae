/* node_sql: the statements of im/node. */
#ifndef IM_NODE_SQL_H
#define IM_NODE_SQL_H

#include <stdbool.h>

#include "base/arena.h"
#include "im/site/node.h"

struct node_row {
	int64_t node_id;
	int64_t is_free; /* its lease has run out */
};

/* 1 when a transaction is open on db, else 0. */
int node_sql_in_transaction(struct db *db, struct arena *a, struct error *err);
/* All rows that there are. */
int node_sql_list(struct db *db, struct arena *a, struct node_row **out,
    size_t *n_out, struct error *err);
/* These three: 1 done, 0 somebody else was faster. */
int node_sql_insert(struct db *db, int node, struct str owner, int lease_s,
    struct error *err);
int node_sql_take(struct db *db, int node, struct str owner, int lease_s,
    struct error *err);
int node_sql_renew(struct db *db, int node, struct str owner, int lease_s,
    struct error *err);

#endif
