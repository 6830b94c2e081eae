/*
 * service: what all FastCGI programs share: each thread's connections,
 * authentication, rates, Idempotency-Keys and origins.
 *
 * A program consists of its groups of routes and a call of service_main().  A
 * group is a file NAME_part.c with arguments, handlers and routes.
 *
 * While a store is unavailable, requests that need it are answered 503, never
 * 401, 403 or 404.
 */
#ifndef CGI_SERVICE_H
#define CGI_SERVICE_H

#include "im/site/app.h"
#include "im/site/app_key.h"
#include "im/site/app_log.h"
#include "im/site/audit.h"
#include "im/site/generation.h"
#include "im/site/idem.h"
#include "im/site/jwt_key.h"
#include "im/site/node.h"
#include "im/site/server_key.h"
#include "im/user/session.h"
#include "im/user/session_jwt.h"
#include "im/user/user.h"
#include "io/bus.h"
#include "io/cache.h"
#include "io/db.h"
#include "view/publish.h"
#include "web/web.h"

/* Owned by one thread. */
struct service {
	struct db *db;
	struct cache *cache;
	struct bus *bus;
	struct arena origins_arena; /* lives until the next refresh */
	struct app *origins;
	size_t n_origins;
	int64_t origins_until_ms; /* monotonic */
	void *own;                /* the program's own, and what frees it */
	void (*own_free)(void *own);
};

struct service *service_of(struct web_request *rq);

/* Checks the schema if the database was unavailable at start. */
void service_check(struct service *s);

/* For lib/view/publish: the thread's connections, the request's arena. */
struct publisher service_publisher(struct web_request *rq);

/*
 * name: of the socket, the thread setting and the log.  groups: see struct
 * web_app.  statements: the lists of statements of the program's modules,
 * NULL-terminated; checked against the schema at start.  Returns the exit
 * status.
 */
int service_main(int argc, char **argv, const char *name,
    const struct web_route *const *groups,
    const struct db_stmt *const *const *statements);

/* Calls fn behind the last request, before the process ends or runs itself
 * again. */
void service_at_end(void (*fn)(void));

/* ---- service_ping.c ---- */

/* In the groups of every service: the health check asks it. */
extern const struct web_route service_ping_routes[];

/* ---- service_auth.c ---- */

int service_authenticate(struct web_request *rq, struct error *err);

/* The caller's address in the form of the session table, or STR_NONE. */
struct str service_ip(const struct web_request *rq);
/* Whom rates by address count: see im/site/source.h. */
struct str service_source(const struct web_request *rq);

/*
 * Before a look-up of a credential in the database: RATE_LIMITED if too many
 * from this source were refused, so that random ones do not cost one each.
 */
int service_check_refusals(struct web_request *rq, struct error *err);

/* What an app's server does as itself, in the audit log, before it is done. */
int service_audit(struct web_request *rq, int64_t user_id, struct str detail,
    struct error *err);

/* ---- service_session.c ---- */

/*
 * Logs a user in, and answers 201 with the token.  session: platform,
 * device_id, device_name, ip; the rest is filled.
 */
int service_log_in(struct web_request *rq, const struct app *app,
    const struct user *u, struct session *session, struct error *err);

/* Ends all sessions of a user, and their connections. */
int service_end_sessions(struct web_request *rq, int64_t user_id,
    struct error *err);

/* ---- service_jwt.c ---- */

/*
 * The active session of a JWT (RFC 7519, RFC 7515) that an app signed with its
 * secret (HS256) or a key that it has registered (RS256, ES256), opened or
 * continued on its first use.  UNAUTHENTICATED says why it is refused, but of a
 * signature and what only its owner may know nothing before it is valid.
 */
int service_jwt(struct web_request *rq, struct str token, struct session *out,
    struct error *err);

/* ---- service_limits.c ---- */

int service_rate(struct web_request *rq, enum web_rate rate, struct error *err);
/* web_app.once: the key, the effect and the answer are one transaction. */
int service_once(struct web_request *rq, const uint8_t *request_hash,
    int (*work)(struct web_request *rq, struct error *err), int *status_out,
    struct str *body_out, struct error *err);
/* Allowed by the caller's app or, before authentication, by any app. */
bool service_origin_allowed(struct web_request *rq, struct str origin);

#endif
