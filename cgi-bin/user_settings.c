/* What users set for themselves. */
#include "user.h"

#include "base/zone.h"
#include "im/user/user_setting.h"
#include "io/json_writer.h"
#include "service.h"
#include "view/publish.h"
#include "view/view.h"

/* ---- user.settings ---- */

static int user_settings(struct web_request *rq, struct error *err)
{
	struct user_setting s;

	if (user_setting_get(service_of(rq)->db, rq->arena, rq->caller.user_id,
		&s, err) < 0)
		return -1;
	view_settings(rq->out, &s);
	return 0;
}

/* ---- user.change_settings ---- */

struct settings_args {
	struct user_setting_patch patch;
	struct str from, to;
	struct web_ids days;
	json_t *meta;
};

#define OWN(type, name, ...)                                             \
	ARG_HAS(WEB_BODY, type, #name, struct settings_args, patch.name, \
	    patch.has_##name, __VA_ARGS__)

static const struct web_arg dnd_args[] = {
	ARG(WEB_BODY, WEB_WORD, "from", struct settings_args, from, .min = 5,
	    .max = 5, .set = ":", .flags = WEB_REQUIRED,
	    .text = "HH:MM, when it begins."),
	ARG(WEB_BODY, WEB_WORD, "to", struct settings_args, to, .min = 5,
	    .max = 5, .set = ":", .flags = WEB_REQUIRED,
	    .text = "HH:MM; not after `from`: on the next day."),
	ARG(WEB_BODY, WEB_WORD, "tz", struct settings_args, patch.dnd.tz,
	    .min = 1, .max = ZONE_NAME_MAX, .set = "/_+-",
	    .flags = WEB_REQUIRED, .text = "A zone of the IANA database."),
	ARG(WEB_BODY, WEB_INTS, "days", struct settings_args, days, .min = 1,
	    .max = 7, .flags = WEB_REQUIRED,
	    .text = "Days on which it begins; Monday is 1."),
	WEB_ARGS_END
};

static const struct web_arg settings_args[] = {
	ARG_HAS(WEB_BODY, WEB_STRUCT, "dnd", struct settings_args, from,
	    patch.has_dnd, .of = dnd_args, .flags = WEB_NULLABLE,
	    .text = "When nothing is pushed; null: always."),
	OWN(WEB_BOOL, push_preview, .text = "A push shows the text."),
	OWN(WEB_BOOL, read_receipts,
	    .text = "Others see what the caller has read, and the caller what "
		    "they have."),
	OWN(WEB_ENUM, last_seen, .set = AUDIENCES,
	    .text = "Who sees when the caller was there last."),
	OWN(WEB_ENUM, add_to_groups, .set = AUDIENCES,
	    .text = "Who may add the caller to groups and channels."),
	ARG(WEB_BODY, WEB_OBJECT, "meta", struct settings_args, meta,
	    .max = USER_SETTING_META_MAX, .flags = WEB_NULLABLE,
	    .text = "Never interpreted; null empties it."),
	WEB_ARGS_END
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "HH:MM" in minutes, or -1. */
static int64_t minutes_of(struct str s)
{
	int h, m;

	if (s.len != 5 || !is_digit(s.p[0]) || !is_digit(s.p[1]) ||
	    s.p[2] != ':' || !is_digit(s.p[3]) || !is_digit(s.p[4]))
		return -1;
	h = (s.p[0] - '0') * 10 + s.p[1] - '0';
	m = (s.p[3] - '0') * 10 + s.p[4] - '0';
	return h < 24 && m < 60 ? h * 60 + m : -1;
}

static int decode_dnd(const struct settings_args *in, struct dnd *out,
    struct error *err)
{
	*out = (struct dnd){ .from = minutes_of(in->from),
		.to = minutes_of(in->to),
		.tz = in->patch.dnd.tz };
	if (out->from < 0)
		return err_field(err, ERR_INVALID_ARGUMENT, "dnd.from",
		    "a time is HH:MM, from 00:00 to 23:59");
	if (out->to < 0)
		return err_field(err, ERR_INVALID_ARGUMENT, "dnd.to",
		    "a time is HH:MM, from 00:00 to 23:59");
	if (!zone_is_known(out->tz))
		return err_field(err, ERR_INVALID_ARGUMENT, "dnd.tz",
		    "no such zone in the IANA database");
	for (size_t i = 0; i < in->days.n; i++)
		out->days |= INT64_C(1) << (in->days.v[i] - 1);
	return 0;
}

static int patch_of(struct web_request *rq, struct user_setting_patch *out,
    struct error *err)
{
	const struct settings_args *in = rq->args;

	*out = in->patch;
	out->dnd = (struct dnd){ .tz = STR_NONE };
	if (in->patch.has_dnd && decode_dnd(in, &out->dnd, err) < 0)
		return -1;
	out->has_dnd = json_object_get(rq->body, "dnd") != NULL;
	out->has_meta = json_object_get(rq->body, "meta") != NULL;
	out->meta = json_object_size(in->meta) ? json_dump(rq->arena, in->meta)
					       : STR_NONE;
	return 0;
}

static int user_change_settings(struct web_request *rq, struct error *err)
{
	const struct publisher p = service_publisher(rq);
	struct user_setting_patch patch;
	struct user_setting s;
	struct inbox_row event;

	if (patch_of(rq, &patch, err) < 0 ||
	    user_setting_change(p.db, rq->arena, rq->caller.user_id, &patch, &s,
		&event, err) < 0)
		return -1;
	if (event.user_index)
		publish_settings(&p, &event, &s);
	view_settings(rq->out, &s);
	return 0;
}

const struct web_route user_settings_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/users/me/settings",
	    .name = "user.settings",
	    .summary = "The caller's settings.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .handle = user_settings,
	},
	{
	    .method = "PATCH",
	    .path = "/v1/users/me/settings",
	    .name = "user.change_settings",
	    .summary = "Change one's settings.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = settings_args,
	    .args_size = sizeof(struct settings_args),
	    .handle = user_change_settings,
	},
	WEB_ROUTES_END,
};
