#include "im/conv/permission.h"

#include "im/conv/conv_setting.h"
#include "im/conv/right.h"

enum { ME = 1, OTHER };
#define WINDOW_S 1

enum act {
	ACT_SEND,
	ACT_MENTION_ALL,
	ACT_EDIT,
	ACT_RECALL,
	ACT_RECALL_OTHERS,
	ACT_REACT,
	ACT_PIN,
	ACT_ADD_MEMBERS,
	ACT_REMOVE_MEMBERS,
	ACTS
};

const char *const permission_acts[] = {
	[ACT_SEND] = "send",
	[ACT_MENTION_ALL] = "mention_all",
	[ACT_EDIT] = "edit",
	[ACT_RECALL] = "recall",
	[ACT_RECALL_OTHERS] = "recall_others",
	[ACT_REACT] = "react",
	[ACT_PIN] = "pin",
	[ACT_ADD_MEMBERS] = "add_members",
	[ACT_REMOVE_MEMBERS] = "remove_members",
	[ACTS] = NULL,
};

static int check(enum act act, const struct conv *c, const struct member *m,
    struct error *err)
{
	const struct entry own = { .sender_id = ME };
	const struct entry others = { .sender_id = OTHER };

	switch (act) {
	case ACT_SEND:
		return right_post(c, m, c->now_ms, err);
	case ACT_MENTION_ALL:
		return right_mention_all(c, m, err);
	case ACT_EDIT:
		return right_edit(c, m, &own, WINDOW_S, err);
	case ACT_RECALL:
		return right_recall(c, m, &own, WINDOW_S, err);
	case ACT_RECALL_OTHERS:
		return right_recall(c, m, &others, WINDOW_S, err);
	case ACT_REACT:
		return right_react(c, m, err);
	case ACT_PIN:
		return right_pin(c, m, err);
	case ACT_ADD_MEMBERS:
		return conv_has_fixed_members(c) ? -1 : right_invite(c, m, err);
	case ACT_REMOVE_MEMBERS:
		return conv_has_fixed_members(c) ? -1 : right_remove(m, err);
	case ACTS:
		break;
	}
	return -1;
}

bool permission_has(size_t act, int64_t kind, int64_t role)
{
	const struct member m = { .user_id = ME, .role = role };
	struct conv c = { .kind = kind };
	struct error err;

	conv_setting_defaults(&c);
	return check((enum act)act, &c, &m, &err) == 0;
}
