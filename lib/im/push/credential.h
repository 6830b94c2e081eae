/*
 * credential: what an app shows to a push provider, and its own push settings.
 *
 * Its JSON is opaque here.  It is sealed with a key of the configuration
 * (im/push/seal.h) together with the place it belongs to, so that a row that
 * was copied to another place does not open.  No function but credential_open()
 * gives it out.
 *
 * Several topics of a provider may have a credential each.  A registration uses
 * the one of its topic; without a topic, or if there is none, the first by
 * name.
 *
 * version is new and higher with each put: what a provider said of an older one
 * changes nothing.  Changes by people are written to the audit log.
 */
#ifndef IM_CREDENTIAL_H
#define IM_CREDENTIAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "io/db.h"

#define CREDENTIAL_PREVIEWS  "full|generic|none"
#define CREDENTIAL_STATES    "ok|failing|paused"
#define CREDENTIAL_TOPIC_MAX 255
#define CREDENTIAL_JSON_MAX  16384
#define CREDENTIALS_MAX      50 /* of an app, about */

enum credential_preview {
	CREDENTIAL_FULL = 1,
	CREDENTIAL_GENERIC, /* a text without content */
	CREDENTIAL_NONE,    /* no text: badge only */
};

enum credential_state {
	CREDENTIAL_OK = 1,
	CREDENTIAL_FAILING,
	CREDENTIAL_PAUSED, /* not stored: enabled is 0 */
};

struct credential {
	int64_t app_id;
	int64_t provider; /* a place in REGISTRATION_PROVIDERS */
	struct str topic; /* may be empty */
	struct str sealed;
	int64_t key_no;
	struct str public_key; /* Web Push; else empty */
	int64_t enabled;
	int64_t preview;     /* enum credential_preview */
	int64_t quiet_types; /* bit 0: the first of MESSAGE_TYPES */
	int64_t state;       /* CREDENTIAL_OK or _FAILING */
	struct str reason;
	int64_t checked_ms; /* 0: the provider has said nothing yet */
	int64_t probe_ms;   /* 0: not at a time */
	int64_t changed_ms, version;
};

extern const struct db_stmt *const credential_statements[];
/* The public keys alone, for a service that needs no more. */
extern const struct db_stmt *const credential_public_statements[];
/* Of im-push. */
extern const struct db_stmt *const credential_push_statements[];

/* What the API says of it. */
int64_t credential_shown_state(const struct credential *c);

/*
 * In a transaction of its own.  in: app_id, provider, topic, public_key,
 * enabled, preview, quiet_types; json: of an object.  Fills the rest: state ok,
 * due to be probed.  former: the version that it replaces, 0: none, or
 * CREDENTIAL_ANY.  BUSY: no key is configured.  MOVED: there is another
 * version.  CONFLICT for the one above CREDENTIALS_MAX.
 */
#define CREDENTIAL_ANY INT64_C(-1)
int credential_put(struct db *db, struct arena *a, struct credential *c,
    struct str json, int64_t former, struct str actor, struct error *err);
/* topic p NULL: all of the provider.  n_out: how many there were. */
int credential_delete(struct db *db, struct arena *a, int64_t app_id,
    int64_t provider, struct str topic, struct str actor, int64_t *n_out,
    struct error *err);
/* In the order of (provider, topic). */
int credential_list(struct db *db, struct arena *a, int64_t app_id,
    struct credential **out, size_t *n_out, struct error *err);
/* The one of the topic, else the first of the provider: one may serve several
 * topics.  1 with it, or 0. */
int credential_find(struct db *db, struct arena *a, int64_t app_id,
    int64_t provider, struct str topic, struct credential *out,
    struct error *err);
/* The public key of Web Push: 1, or 0. */
int credential_public_key(struct db *db, struct arena *a, int64_t app_id,
    struct str *out, struct error *err);
/* The JSON of the put.  BUSY: it was sealed with a key that is not configured;
 * the caller wipes it. */
int credential_open(struct arena *a, const struct credential *c,
    struct str *json_out, struct error *err);

/* ---- for im-push and im-admin ---- */

/* Those of all apps, disabled ones too, above (app_id, provider, topic) of
 * `after` (NULL: from the first), in this order. */
int credential_page(struct db *db, struct arena *a,
    const struct credential *after, int64_t limit, struct credential **out,
    size_t *n_out, struct error *err);
/*
 * What the provider said: in: app_id, provider, topic, version, state, reason,
 * checked_ms, probe_ms (0: none).  1, or 0: there is another version.
 */
int credential_learn(struct db *db, const struct credential *c,
    struct error *err);
/* Seals it again with the first key: 1, or 0: it was, or has changed. */
int credential_reseal(struct db *db, struct arena *a,
    const struct credential *c, struct error *err);

#endif
