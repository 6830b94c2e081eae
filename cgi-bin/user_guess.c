/* How often a password may be tried. */
#include "user.h"

#include <inttypes.h>

#include "im/site/rate.h"
#include "service.h"

/* Whether a session of the account was used from where the request comes. */
static int is_known_source(struct web_request *rq, int64_t app_id,
    struct str username, struct error *err)
{
	struct service *s = service_of(rq);
	struct user u = { .user_id = 0 };

	if (user_find_named(s->db, rq->arena, app_id, username, &u, err) < 0)
		return -1;
	return session_was_at(s->db, rq->arena, u.user_id, service_source(rq),
	    err);
}

/*
 * Guesses from one address end with the limit of account and source, and
 * guesses from many with that of the account alone, which the owner's own
 * address passes: nobody locks an account out for its owner.
 */
int user_guess(struct web_request *rq, int64_t app_id, struct str username,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct str who = arena_printf(rq->arena, "%" PRId64 "/%.*s", app_id,
	    STR_ARG(username));
	struct error limit;
	int known;

	if (rate_take(s->cache, rq->arena, RATE_ACCOUNT,
		arena_printf(rq->arena, "%.*s/%.*s", STR_ARG(who),
		    STR_ARG(service_source(rq))),
		NULL, err) < 0)
		return -1;
	if (rate_take(s->cache, rq->arena, RATE_ACCOUNT_ALL, who, NULL,
		&limit) == 0)
		return 0;
	known = is_known_source(rq, app_id, username, err);
	if (known == 0)
		*err = limit;
	return known > 0 ? 0 : -1;
}
