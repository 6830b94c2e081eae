/* Features and limits of this installation. */
#include "admin.h"

#include "base/version.h"
#include "im/conv/conv.h"
#include "im/conv/member.h"
#include "im/conv/permission.h"
#include "im/site/app_setting.h"
#include "io/json_writer.h"
#include "view/content.h"

/* Only what is implemented. */
static const char *const features[] = { "direct", "group", "channel", "self",
	"messages", "recall", "edit", "ephemeral", "scheduled", "inbox", "read",
	"delivered", "receipts", "typing", "search", "settings", "folders",
	"drafts", "presence", "contacts", "blocks", "erasure", "export",
	"live.websocket", "live.poll", "live.sse", "presence.subscribe", NULL };

static const struct {
	const char *name;
	int64_t value;
} limits[] = {
	{ "text_bytes", CONTENT_TEXT_MAX },
	{ "body_bytes", WEB_BODY_MAX },
	{ "members_max", APP_MEMBERS_MAX_DEFAULT },
	{ "upload_bytes", 0 }, /* no service takes uploads */
	{ "recall_s", APP_RECALL_S_DEFAULT },
	{ "edit_s", APP_EDIT_S_DEFAULT },
	{ "poll_wait_s", 60 },
};

/* Members of direct and self chats have no other role. */
static bool has_role(int64_t kind, int64_t role)
{
	return role == ROLE_MEMBER || kind == CONV_GROUP ||
	       kind == CONV_CHANNEL;
}

static void put_roles(struct json_writer *w, size_t act, int64_t kind)
{
	json_begin_list(w);
	for (int64_t role = ROLE_OWNER; role >= ROLE_MEMBER; role--)
		if (has_role(kind, role) && permission_has(act, kind, role))
			json_str(w, str_word(CONV_ROLES, role));
	json_end_list(w);
}

static void put_permissions(struct json_writer *w)
{
	json_key(w, "permissions");
	json_begin(w);
	for (size_t act = 0; permission_acts[act]; act++) {
		json_key(w, permission_acts[act]);
		json_begin(w);
		for (int64_t kind = CONV_DIRECT; kind <= CONV_SELF; kind++) {
			json_key_str(w, str_word(CONV_KINDS, kind));
			put_roles(w, act, kind);
		}
		json_end(w);
	}
	json_end(w);
}

static int admin_info(struct web_request *rq, struct error *err)
{
	struct json_writer *w = rq->out;
	struct conv here;

	(void)err;
	json_begin(w);
	json_put_cstr(w, "version", IMCLOUD_VERSION);
	conv_make_home(&here);
	json_put_id(w, "region", here.home);
	json_key(w, "features");
	json_begin_list(w);
	for (const char *const *f = features; *f; f++)
		json_str(w, str_of(*f));
	json_end_list(w);
	json_key(w, "limits");
	json_begin(w);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		json_put_int(w, limits[i].name, limits[i].value);
	json_end(w);
	put_permissions(w);
	json_end(w);
	return 0;
}

const struct web_route admin_info_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/info",
	    .name = "info.get",
	    .summary = "Version, features, limits and who may what.",
	    .auth = WEB_AUTH_NONE,
	    .handle = admin_info,
	},
	WEB_ROUTES_END,
};
