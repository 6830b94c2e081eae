/*
 * line: this node's presence lines in memcached, and changes of presence.
 *
 * A line says that a user is connected here and how (io/presence.h); it is
 * stored when the first connection opens, before the inbox is read for it, and
 * refreshed well before it expires.  memcached is asked in a thread of its own
 * (store.h): whoever needs a line waits for it.
 *
 * The node's marker is set only while all lines are stored: if it is missing
 * (memcached was flushed or unavailable) all lines are stored again first.
 *
 * A user goes offline offline_s after the last connection has closed; until
 * then the hub keeps the recipient.  The hook is called for changes on this
 * node, which are also broadcast, and for those on other nodes.
 */
#ifndef LIVE_PRESENCE_LINE_H
#define LIVE_PRESENCE_LINE_H

#include <uv.h>

#include "events/hub.h"
#include "io/presence.h"
#include "presence/presence_conn.h"
#include "presence/store.h"

/* A user, with what is in the line. */
struct presence_line {
	struct recipient recipient;
	enum presence_state state;     /* in the line */
	enum presence_state announced; /* over all nodes, as last announced */
	char platforms[48];
	uint32_t round_no;            /* of the last successful store */
	uint32_t asked_no, stored_no; /* stores asked for; done, or failed */
	int64_t put_ms;
	bool shows_last_seen; /* to others */
	bool changed;         /* since the last store */
	struct deadline refresh;
	struct deadline offline;
	struct line_job *put; /* a store under way */
};

void presence_line_start(uv_loop_t *loop);

/* A user's state over all nodes may have changed.  seen_ms: when the user was
 * last here; 0: not disclosed. */
typedef void presence_hook(int64_t user_id, enum presence_state state,
    int64_t seen_ms);

/* For the watchers. */
void presence_line_on_change(presence_hook *hook);

/* The number of a platform's name, for struct presence_conn; 0: not listed. */
uint8_t presence_line_platform(struct str name);
/* A connection has changed its `background`. */
void presence_line_changed(struct recipient *r);
/* Whether others may see when the user was last here. */
void presence_line_show_last_seen(struct recipient *r, bool shows);

/*
 * Whether the line that says that p is connected has been stored, or could not
 * be.  If not, the hook is called when it has.
 */
bool presence_line_await(struct presence_conn *p);
void presence_line_on_stored(void (*hook)(struct presence_conn *p));

/* The state on this node. */
enum presence_state presence_line_here(int64_t user_id);

/* At the end of the process, when the store has ended: removes the lines of all
 * users. */
void presence_line_withdraw(struct cache *cache);

#endif
