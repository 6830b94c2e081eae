/* group_private: shared by group.c and group_create.c. */
#ifndef IM_GROUP_PRIVATE_H
#define IM_GROUP_PRIVATE_H

#include "im/conv/group.h"

/* A change in progress. */
struct group_change {
	struct db *db;
	struct arena *a;
	const struct group_actor *by;
	int64_t conv_id;
	int64_t msg_id; /* of the entry that records it */
	int64_t target; /* removed, or the new owner */
	struct group_add *adds;
	size_t n_adds;

	/* Set in the transaction, again in each run. */
	struct conv conv; /* locked */
	int64_t members_max;
	struct member actor;
	int64_t *users; /* the users that the entry names */
	size_t n_users;
	struct log_row row;
};

int group_begin(struct group_change *g, struct error *err);
void group_entry(struct group_change *g, const char *action,
    const int64_t *users, size_t n, int64_t new_owner);
int group_commit(struct group_change *g, struct error *err);

#endif
