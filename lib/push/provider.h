/*
 * provider: what a push provider takes and what it answers, a back end for
 * each.
 *
 * A back end is pure: credential, address, notice and time in, a request out;
 * an answer in, an outcome out.  It opens no connection and keeps nothing but
 * JWTs, in its credential: push/sender.h does both.  Everything lives in the
 * arena that was passed.
 */
#ifndef PUSH_PROVIDER_H
#define PUSH_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* Also the numbers in the database. */
enum push_provider_id {
	PUSH_APNS = 1,
	PUSH_FCM,
	PUSH_WEBPUSH,
	PUSH_HUAWEI,
	PUSH_MIPUSH,
};
/* The words of the API, for str_word(). */
#define PUSH_PROVIDERS    "apns|fcm|webpush|huawei|mipush"
#define PUSH_PROVIDER_MAX PUSH_MIPUSH

/* Where a notice goes: what a device has registered. */
struct push_address {
	struct str token; /* webpush: the endpoint's URL */
	struct str
	    kind; /* of the token, as the client named it; may be empty */
	struct str topic; /* the bundle, the package; empty: the credential's */
	bool is_sandbox;  /* apns; so is all of a credential of the sandbox */
	struct str p256dh, auth; /* webpush: base64url */
};

/* What a device is to show, or with is_silent what it is to take away. */
struct push_notice {
	struct str id;       /* a UUID; the same for each repeat */
	struct str collapse; /* of the conversation: 1 to 32 of base64url */
	bool is_silent;
	bool is_urgent;
	struct str title, body; /* UTF-8; a provider cuts them to its bound */
	int64_t badge;          /* -1: not known */
	int64_t expires_ms;     /* a moment */
	/*
	 * A JSON object of strings, for the client; no key of it is "tag",
	 * "badge", "from" or "message_type", or starts with "google" or "gcm".
	 */
	struct str data;
};

/* Opened, of one provider: its fields are private to the back end. */
struct push_credential {
	struct str topic;
	const void *own;
};

/* What proves to the provider who sends: a JWT or an access token. */
struct push_auth {
	struct str value; /* p NULL: there is none yet */
	int64_t made_ms, expires_ms;
};

struct push_header {
	const char *name; /* in lower case */
	struct str value;
};

#define PUSH_HEADERS_MAX 12

/* A POST. */
struct push_request {
	struct str url;
	struct push_header headers[PUSH_HEADERS_MAX];
	size_t n_headers;
	struct str body;
};

struct push_answer {
	int status; /* 0: no whole answer: it may have been accepted */
	struct str body;
	struct str retry_after; /* the header's value, or empty */
};

/* What to do with the job after an answer. */
enum push_verdict {
	PUSH_DONE,       /* accepted */
	PUSH_DROP,       /* the token is dead */
	PUSH_DROP_GATED, /* it may be: if few of the app's sends say so */
	PUSH_RETRY,      /* later, with back-off */
	PUSH_SLOW,       /* later, and everything of the credential slower */
	PUSH_RENEW,      /* once with new authorization, then PUSH_STOP */
	PUSH_SHORTEN,    /* once without preview, then give up */
	PUSH_GIVE_UP,    /* this notice will not be accepted */
	PUSH_STOP,       /* the credential is refused: nothing until it heals */
	PUSH_UNKNOWN,    /* no whole answer: repeat, the collapse id makes it
			    harmless */
};

/* In words, for str_word() with the verdict + 1. */
#define PUSH_VERDICTS \
	"done|drop|drop_gated|retry|slow|renew|shorten|give_up|stop|unknown"

struct push_outcome {
	enum push_verdict verdict;
	int status;        /* of HTTP; 0: none */
	struct str reason; /* the provider's word, printable ASCII, <= 64 */
	int64_t retry_after_ms; /* at least; 0: the back-off decides */
	int64_t
	    dead_since_ms; /* with PUSH_DROP: registered later is alive; 0 */
	bool is_alarm;     /* our own fault, or one that a person must mend */
	bool is_new_connection; /* the old one should not be used again */
};

/* Origins, without a final slash: push/origin.h. */
struct push_base {
	struct str send;    /* empty: the back end knows (mipush: the region) */
	struct str sandbox; /* apns alone */
	struct str token;   /* where access tokens are given out, or empty */
};

struct push_provider {
	enum push_provider_id id;
	const char *name;
	size_t payload_max;
	int64_t auth_age_min_ms; /* authorization is not renewed before */
	/* NULL; or the field of json (an object) that is missing or wrong. */
	const char *(*read)(struct arena *a, struct str json,
	    struct push_credential *out);
	/*
	 * 1: auth_out is made; 0: request_out asks for it, and take_auth()
	 * reads the answer: false if that has none, with the outcome.
	 */
	int (*make_auth)(struct arena *a, const struct push_credential *c,
	    const struct push_base *base, int64_t now_ms,
	    struct push_auth *auth_out, struct push_request *request_out);
	bool (*take_auth)(struct arena *a, const struct push_answer *answer,
	    int64_t now_ms, struct push_auth *auth_out,
	    struct push_outcome *out);
	/*
	 * False: the notice does not fit whatever is cut, or the address is
	 * none of this provider; out->reason says so.
	 */
	bool (*request)(struct arena *a, const struct push_credential *c,
	    const struct push_base *base, const struct push_auth *auth,
	    const struct push_address *to, const struct push_notice *n,
	    int64_t now_ms, struct push_request *request_out,
	    struct push_outcome *out);
	void (*judge)(struct arena *a, const struct push_answer *answer,
	    const struct push_address *to, int64_t now_ms,
	    struct push_outcome *out);
};

extern const struct push_provider push_apns, push_fcm, push_webpush,
    push_huawei, push_mipush;

/* NULL: no such provider. */
const struct push_provider *push_provider(enum push_provider_id id);

#endif
