/* admin_push: storing the credential of a provider, whatever its fields. */
#ifndef CGI_ADMIN_PUSH_H
#define CGI_ADMIN_PUSH_H

#include "args.h"
#include "im/push/credential.h"

/* What every credential has besides its provider's fields. */
struct push_settings {
	bool enabled;
	int64_t preview;
	json_t *quiet_types;
};

/* The arguments of a struct with a member `settings`. */
#define ARGS_PUSH_SETTINGS(S)                                                \
	ARG(WEB_BODY, WEB_BOOL, "enabled", S, settings.enabled, .def = true, \
	    .text = "False: nothing is pushed with it."),                    \
	    ARG(WEB_BODY, WEB_ENUM, "preview", S, settings.preview,          \
		.set = CREDENTIAL_PREVIEWS, .def = CREDENTIAL_FULL,          \
		.text = "What a notice shows: what was said, a text "        \
			"without content, or nothing but the badge."),       \
	    ARG(WEB_BODY, WEB_VALUE, "quiet_types", S, settings.quiet_types, \
		.set = MESSAGE_TYPES,                                        \
		.text = "Types of messages that are not pushed.")

/* The last word of the path; who changes something. */
int64_t admin_push_provider(const struct web_request *rq);
struct str admin_push_actor(struct web_request *rq);

/* Puts the fields of the body, those of settings left out, as the credential of
 * the path and of c->topic, and answers with it. */
int admin_push_put(struct web_request *rq, const struct push_settings *settings,
    struct credential *c, struct error *err);
/* The same with other fields: json is an object, released by the caller;
 * former: see credential_put(). */
int admin_push_put_json(struct web_request *rq,
    const struct push_settings *settings, struct credential *c,
    const json_t *json, int64_t former, struct error *err);

void admin_push_view(struct json_writer *w, const struct credential *c);

#endif
