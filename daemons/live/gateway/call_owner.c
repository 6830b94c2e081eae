#include "gateway/call_owner.h"

#include <stddef.h>

#include "net/idmap.h"

static struct idmap firsts; /* by id of the connection */

struct owned *call_owner_first(uint64_t conn_id)
{
	return idmap_find(&firsts, (int64_t)conn_id);
}

void call_owner_add(struct owned *o, uint64_t conn_id)
{
	struct owned *first = call_owner_first(conn_id);

	o->conn_id = conn_id;
	o->prev = first;
	o->next = NULL;
	if (!first) {
		idmap_add(&firsts, (int64_t)conn_id, o);
		return;
	}
	/* Behind the first, which the map has. */
	o->next = first->next;
	if (o->next)
		o->next->prev = o;
	first->next = o;
}

void call_owner_remove(struct owned *o)
{
	if (!o->conn_id)
		return;
	if (o->next)
		o->next->prev = o->prev;
	if (o->prev) {
		o->prev->next = o->next;
	} else {
		idmap_remove(&firsts, (int64_t)o->conn_id);
		if (o->next)
			idmap_add(&firsts, (int64_t)o->conn_id, o->next);
	}
	o->conn_id = 0;
}
