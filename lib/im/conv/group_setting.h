/*
 * group_setting: what changes a conversation as a whole: its settings, and its
 * end.
 *
 * Settings change under the lock of the log, so that a send is decided by those
 * before or those after it.  A change that changes nothing writes nothing.
 *
 * A conversation that was dissolved keeps its log.  Its members go with the
 * entry that dissolved it (conversation.dissolved_index), so that they get it,
 * and nothing behind it.
 */
#ifndef IM_GROUP_SETTING_H
#define IM_GROUP_SETTING_H

#include "im/conv/conv_setting.h"
#include "im/conv/group.h"

struct group_setting {
	struct conv values;
	bool given[CONV_SETTINGS_MAX]; /* by place in conv_settings[] */
	int64_t if_version;            /* of the conversation; 0: any */
	/* The body of the entry: changed as given. */
	struct str (
	    *body)(struct arena *a, const struct conv *c, const bool *changed);
};

/*
 * conv_out: the conversation afterwards.  FORBIDDEN; PRECONDITION_FAILED: the
 * version is another; and those of group_change.h.
 */
int group_set(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, const struct group_setting *s, struct conv *conv_out,
    struct error *err);

/* The same errors.  Its owner may repeat it; for the other members it is GONE
 * then. */
int group_dissolve(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t if_version, struct conv *conv_out,
    struct error *err);

#endif
