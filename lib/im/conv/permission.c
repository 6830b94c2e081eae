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
	ACT_DECIDE_REQUESTS,
	ACT_CREATE_INVITES,
	ACT_DELETE_INVITES_OF_OTHERS,
	ACT_BAN,
	ACT_MUTE_MEMBERS,
	ACT_ALIAS,
	ACT_ALIAS_OTHERS,
	ACT_CHANGE_ROLES,
	ACT_HAND_OVER,
	ACT_CHANGE_SETTINGS,
	ACT_DISSOLVE,
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
	[ACT_DECIDE_REQUESTS] = "decide_requests",
	[ACT_CREATE_INVITES] = "create_invites",
	[ACT_DELETE_INVITES_OF_OTHERS] = "delete_invites_of_others",
	[ACT_BAN] = "ban",
	[ACT_MUTE_MEMBERS] = "mute_members",
	[ACT_ALIAS] = "alias",
	[ACT_ALIAS_OTHERS] = "alias_others",
	[ACT_CHANGE_ROLES] = "change_roles",
	[ACT_HAND_OVER] = "hand_over",
	[ACT_CHANGE_SETTINGS] = "change_settings",
	[ACT_DISSOLVE] = "dissolve",
	[ACTS] = NULL,
};

/* Of groups and channels. */
static int check_group(enum act act, const struct conv *c,
    const struct member *m, struct error *err)
{
	if (conv_has_fixed_members(c))
		return -1;
	switch (act) {
	case ACT_ADD_MEMBERS:
	case ACT_CREATE_INVITES:
		return right_invite(c, m, err);
	case ACT_REMOVE_MEMBERS:
		return right_remove(m, err);
	case ACT_DECIDE_REQUESTS:
		return right_decide(c, m, err);
	case ACT_DELETE_INVITES_OF_OTHERS:
		return right_end_invite(m, OTHER, err);
	case ACT_BAN:
		return right_ban(m, err);
	case ACT_MUTE_MEMBERS:
		return right_mute(m, err);
	case ACT_ALIAS:
		return right_alias(m, ME, err);
	case ACT_ALIAS_OTHERS:
		return right_alias(m, OTHER, err);
	case ACT_CHANGE_ROLES:
		return right_role(m, err);
	case ACT_HAND_OVER:
		return right_own(m, err);
	case ACT_CHANGE_SETTINGS:
		return right_set(m, err);
	case ACT_DISSOLVE:
		return right_dissolve(m, err);
	default:
		return -1;
	}
}

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
	default:
		return check_group(act, c, m, err);
	}
}

bool permission_has(size_t act, int64_t kind, int64_t role)
{
	const struct member m = { .user_id = ME, .role = role };
	struct conv c = { .kind = kind };
	struct error err;

	conv_setting_defaults(&c);
	return check((enum act)act, &c, &m, &err) == 0;
}
