/* Changing the settings of a conversation, and dissolving it. */
#include "conversation.h"

#include <inttypes.h>

#include "args.h"
#include "im/conv/group_setting.h"
#include "service.h"
#include "view/convset.h"
#include "view/view.h"

/* ---- conversation.change ---- */

struct change_args {
	int64_t conv_id;
	struct conv settings;
	json_t *meta;
};

/* The settings of conv_setting.def, decoded into a struct conv; null takes the
 * value of one away that need not have any. */
#define TEXT_ARG(type, name, member, lo, hi, help)                     \
	ARG(WEB_BODY, type, name, struct change_args, settings.member, \
	    .min = lo, .max = hi, .flags = WEB_NULLABLE, .text = help)
#define LABEL(name, member, min, max, help) \
	TEXT_ARG(WEB_LABEL, #name, member, min, max, help),
#define BYTES(name, member, min, max, help) \
	TEXT_ARG(WEB_STR, #name, member, min, max, help),
#define URL(name, member, max, help) \
	TEXT_ARG(WEB_URL, #name, member, 1, max, help),
#define WORD(name, member, words, def, def_in_channel, def_in_direct, help) \
	ARG(WEB_BODY, WEB_ENUM, #name, struct change_args, settings.member, \
	    .set = words, .text = help),
#define OBJECT(name, member, hi, help)                               \
	ARG(WEB_BODY, WEB_OBJECT, #name, struct change_args, member, \
	    .max = hi, .flags = WEB_NULLABLE, .text = help),
#define SECONDS(name, member, hi, help)                                    \
	ARG(WEB_BODY, WEB_INT, #name, struct change_args, settings.member, \
	    .max = hi, .text = help),

static const struct web_arg settings_args[] = {
#include "im/conv/conv_setting.def"
	WEB_ARGS_END
};

static const struct web_arg change_args[] = { ARG_CONV_ID(struct change_args),
	ARG(WEB_BODY, WEB_STRUCT, "settings", struct change_args, settings,
	    .of = settings_args, .flags = WEB_REQUIRED,
	    .text = "Those that change."),
	WEB_ARGS_END };

static struct group_setting setting_of(struct web_request *rq)
{
	const struct change_args *in = rq->args;
	const json_t *given = json_object_get(rq->body, "settings");
	struct group_setting s = {
		.values = in->settings,
		.body = view_settings_body,
	};

	if (in->meta)
		s.values.meta = json_dump(rq->arena, in->meta);
	for (size_t i = 0; conv_settings[i].name; i++)
		s.given[i] = json_object_get(given, conv_settings[i].name);
	return s;
}

static int conversation_change(struct web_request *rq, struct error *err)
{
	const struct change_args *in = rq->args;
	struct service *s = service_of(rq);
	struct group_actor by = conversation_actor(rq);
	struct group_setting what = setting_of(rq);
	struct convset set;
	struct conv c;

	if (web_if_match(rq, &what.if_version, err) < 0)
		return -1;
	if (group_set(s->db, rq->arena, &by, in->conv_id, &what, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	if (convset_load(&set, s->db, s->cache, rq->arena, rq->caller.user_id,
		&in->conv_id, 1, err) < 0)
		return -1;
	web_etag(rq, convset_conv(&set, in->conv_id)->version);
	convset_write(&set, rq->out, in->conv_id, NULL);
	return 0;
}

/* ---- conversation.dissolve ---- */

struct dissolve_args {
	int64_t conv_id;
};

static const struct web_arg dissolve_args[] = {
	ARG_CONV_ID(struct dissolve_args), WEB_ARGS_END
};

static int conversation_dissolve(struct web_request *rq, struct error *err)
{
	const struct dissolve_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	int64_t version;
	struct conv c;

	if (web_if_match(rq, &version, err) < 0)
		return -1;
	if (group_dissolve(service_of(rq)->db, rq->arena, &by, in->conv_id,
		version, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	web_no_content(rq);
	return 0;
}

/* ---- the same, by the app's server ---- */

static int audit(struct web_request *rq, int64_t conv_id, struct error *err)
{
	return service_audit(rq, 0,
	    arena_printf(rq->arena, "%" PRId64, conv_id), err);
}

static int manage_change(struct web_request *rq, struct error *err)
{
	const struct change_args *in = rq->args;
	struct group_actor by = conversation_app_actor(rq);
	struct group_setting what = setting_of(rq);
	struct conv c;

	if (web_if_match(rq, &what.if_version, err) < 0 ||
	    conversation_managed(rq, in->conv_id, &c, err) < 0 ||
	    audit(rq, in->conv_id, err) < 0)
		return -1;
	if (group_set(service_of(rq)->db, rq->arena, &by, in->conv_id, &what,
		&c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	web_etag(rq, c.version);
	view_conv(rq->out, &c, 0, NULL);
	return 0;
}

static int manage_dissolve(struct web_request *rq, struct error *err)
{
	const struct dissolve_args *in = rq->args;
	struct group_actor by = conversation_app_actor(rq);
	int64_t version;
	struct conv c;

	if (web_if_match(rq, &version, err) < 0 ||
	    conversation_managed(rq, in->conv_id, &c, err) < 0 ||
	    audit(rq, in->conv_id, err) < 0)
		return -1;
	if (group_dissolve(service_of(rq)->db, rq->arena, &by, in->conv_id,
		version, &c, err) < 0)
		return conversation_failed(rq, err);
	conversation_changed(rq, &c);
	web_no_content(rq);
	return 0;
}

const struct web_route conversation_setting_routes[] = {
	{
	    .method = "PATCH",
	    .path = "/v1/conversations/{id}",
	    .name = "conversation.change",
	    .summary = "Change the settings.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = change_args,
	    .args_size = sizeof(struct change_args),
	    .handle = conversation_change,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/conversations/{id}",
	    .name = "conversation.dissolve",
	    .summary = "Dissolve a conversation.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = dissolve_args,
	    .args_size = sizeof(struct dissolve_args),
	    .handle = conversation_dissolve,
	},
	{
	    .method = "PATCH",
	    .path = "/v1/admin/conversations/{id}",
	    .name = "admin_conversation.change",
	    .summary = "Change the settings.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .args = change_args,
	    .args_size = sizeof(struct change_args),
	    .handle = manage_change,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/admin/conversations/{id}",
	    .name = "admin_conversation.dissolve",
	    .summary = "Dissolve a conversation.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .args = dissolve_args,
	    .args_size = sizeof(struct dissolve_args),
	    .handle = manage_dissolve,
	},
	WEB_ROUTES_END,
};
