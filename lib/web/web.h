/*
 * web: one pipeline for every request of every FastCGI program.
 *
 * A program is groups of struct web_route and a struct web_app; this module
 * does the rest, in the order that the API defines:
 *   request id > route 404 > method 405 > size 413 > type 415 >
 *   token 401 > fields 400 > handler (rights and state 403/404/409) with
 *   rate 429 > render > one log line > counters > rewind.
 *
 * Transports: FastCGI (a pool of identical threads), plain CGI, and memory
 * (unit tests, fuzzers); see web/transport.h. web is independent of the domain:
 * it asks through the callbacks of struct web_app who the caller is, whether a
 * rate limit is exceeded and what was answered under an Idempotency-Key.
 *
 * Handlers allocate from rq->arena, which is rewound after the request.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "io/json.h"
#include "io/json_writer.h"

struct web_request;
struct web_app;

/* ---- arguments ---- */

enum web_in { WEB_PATH, WEB_QUERY, WEB_BODY };

enum web_type {
	WEB_ID,        /* int64_t; min/max unused */
	WEB_INT,       /* int64_t, min..max */
	WEB_BOOL,      /* bool (query: true|false) */
	WEB_STR,       /* struct str, min..max bytes */
	WEB_CHARS,     /* struct str, min..max characters */
	WEB_LABEL,     /* struct str, min..max characters that show something
			* in one line: a name (base/unicode.h) */
	WEB_WORD,      /* struct str, min..max bytes of A-Za-z0-9 and `set` */
	WEB_PRINTABLE, /* struct str, min..max printable ASCII, blanks too
			   (client ids) */
	WEB_URL,       /* struct str, an https URL of min..max bytes; with min
			   0 it may be empty */
	WEB_ENUM,      /* int64_t: position in `set` ("a|b|c"), from 1; 0:
		        * absent */
	WEB_IDS,       /* struct web_ids, min..max ids; query: comma list */
	WEB_INTS,      /* struct web_ids: a list of different integers
			* min..max, at least one */
	WEB_OBJECT,    /* json_t *: an object, at most max bytes serialised
			   (max 0: no limit of its own) */
	WEB_VALUE,     /* json_t *: any value, null as well; with `set`, a list
			* of its words, which the handler checks */
	WEB_ITEMS,     /* json_t *: a list of min..max objects, for
			* web_decode_item() */
	WEB_STRUCT,    /* nested: fields in `of`, offsets from the same base */
};

/* `case WEB_TEXT:` stands for all types that are a struct str. */
#define WEB_TEXT            \
	WEB_STR:            \
	case WEB_CHARS:     \
	case WEB_LABEL:     \
	case WEB_WORD:      \
	case WEB_PRINTABLE: \
	case WEB_URL

#define WEB_REQUIRED 0x01
#define WEB_NULLABLE 0x02 /* null is the same as absent */
#define WEB_LOWER    0x04 /* WEB_WORD: no capitals */

struct web_ids {
	const int64_t *v;
	size_t n;
	bool given;
};

struct web_arg {
	enum web_in in;
	enum web_type type;
	const char *name;
	size_t offset; /* in the route's args struct */
	int64_t min, max;
	int64_t def; /* WEB_INT, WEB_BOOL, WEB_ENUM: when absent */
	const char *set;
	unsigned flags;
	ptrdiff_t has;            /* offset of a bool that is set if given, or
				   * -1 */
	const struct web_arg *of; /* WEB_STRUCT */
	const char *text;         /* one line for the documentation */
};
#define WEB_ARGS_END         \
	{                    \
		.name = NULL \
	}

/* ---- routes ---- */

enum web_auth {
	WEB_AUTH_NONE,     /* a credential is ignored */
	WEB_AUTH_OPTIONAL, /* not required; an invalid one is 401 */
	WEB_AUTH_USER,     /* a user, or an app acting as one */
	WEB_AUTH_APP,      /* an app key */
};

enum web_rate {
	WEB_RATE_NONE,
	WEB_RATE_READ,
	WEB_RATE_WRITE,
	WEB_RATE_SEND,
	WEB_RATE_LOGIN,
	WEB_RATE_SIGNUP,
	WEB_RATE_MAX
};

#define WEB_INTERNAL   0x01 /* only with the parameter IM_INTERNAL */
#define WEB_IDEMPOTENT 0x02 /* POST that honours Idempotency-Key */
#define WEB_QUIET      0x04 /* logged at debug level, unless refused */
/* Any Content-Type; the body is not parsed, the handler reads rq->raw_body. */
#define WEB_RAW_TYPE 0x08
/* The first parameter of the path is the id of what changes (rq->path_id). */
#define WEB_BY_PATH_ID 0x10
/* Idempotency-Key: only its form is checked; the handler does the rest. */
#define WEB_TAKES_KEY 0x20
/*
 * Takes a core for long (a password): handlers of such routes run in a few
 * threads of their own, behind a bounded queue; above that it is BUSY.
 */
#define WEB_HEAVY 0x40
/* Its answer is a secret, also for those who read the store. */
#define WEB_SECRET 0x80
/* Between hosts: not in the description of the API. */
#define WEB_UNLISTED 0x100

/*
 * What is done for several requests at once: the rest of a handler that has
 * called web_join().
 */
struct web_together {
	/*
	 * Calls done() once for each request, on this thread, as soon as its
	 * part is over; it may be gone afterwards.  rq->thread is not set.
	 */
	void (*work)(struct web_request *const *rqs, size_t n,
	    void (*done)(void *arg, struct web_request *rq), void *arg);
	/* As a handler. */
	int (*finish)(struct web_request *rq, struct error *err);
};

struct web_route {
	const char *method; /* "GET" also answers HEAD */
	const char *path;   /* "/v1/users/{id}" */
	const char *name;   /* "user.get"; unique */
	const char *summary;
	enum web_auth auth;
	enum web_rate rate;
	unsigned flags;
	size_t body_max;            /* 0: WEB_BODY_MAX */
	const struct web_arg *args; /* or NULL */
	size_t args_size;
	/* Fills rq->out; 0, or -1 with err.  The status is 200 unless
	 * web_created() or the like was called. */
	int (*handle)(struct web_request *rq, struct error *err);
	/* Or NULL; neither WEB_IDEMPOTENT nor WEB_HEAVY then. */
	const struct web_together *together;
};

#define WEB_ROUTES_END         \
	{                      \
		.method = NULL \
	}

/* Runs the statement that follows for each route of an app. */
#define WEB_EACH_ROUTE(r, app)                                         \
	for (const struct web_route *const *r##_group = (app)->groups; \
	     *r##_group; r##_group++)                                  \
		for (const struct web_route *r = *r##_group; r->method; r++)

#define WEB_BODY_MAX 65536

/* ---- the caller ---- */

struct web_caller {
	int64_t app_id;     /* 0: nobody */
	int64_t user_id;    /* 0: the app itself */
	int64_t session_id; /* 0: an app key */
	int64_t key_id;     /* of an app key, else 0 */
	bool is_app;        /* authenticated by an app key, maybe acting as
			     * user_id */
	struct str device_id;
};

/* ---- request ---- */

#define WEB_HEADERS_MAX 20

struct web_header {
	const char *name;
	struct str value;
};

/* Of the rate that was applied last; limit 0: none was. */
struct web_rate_left {
	int64_t limit, left, ends_ms;
};

struct web_request {
	const struct web_app *app;
	struct arena *arena;
	void *thread; /* returned by web_app.thread_new */
	const struct web_route *route;
	struct web_caller caller;
	int64_t path_id;         /* of WEB_BY_PATH_ID, else 0 */
	const void *args;        /* the route's args struct */
	json_t *body;            /* the whole body object */
	struct json_writer *out; /* the answer's body */

	/* As received. */
	struct str method, path, query, content_type, raw_body;
	struct str authorization, act_as, idempotency_key, if_match;
	struct str origin, host, remote_addr, request_id, accept_encoding;
	struct str cors_method;  /* Access-Control-Request-Method */
	int64_t content_length;  /* Content-Length; -1: absent */
	size_t longest;          /* bytes of the longest header or target */
	int64_t gateway_session; /* IM_SESSION, 0 none */
	bool internal;           /* IM_INTERNAL=1 */
	int64_t start_us;        /* monotonic; set by web_handle() */

	/* Whether web_handle() may stop before the handler of WEB_HEAVY, or
	 * behind one that joins others; and whether it did. */
	bool may_wait, may_join, waits;
	struct web_rate_left rate; /* set by web_app.rate */
	bool has_rate;             /* it was taken before the wait */
	bool joins;                /* web_join() was called */
	void *prepared;            /* by the handler */
	void *carrier;             /* the transport's own */

	/* Set by handlers, through the functions below. */
	int status;
	struct web_header headers[WEB_HEADERS_MAX];
	size_t n_headers;
	struct buf *buf;      /* written by rq->out */
	const char *out_type; /* default application/json */
};

/* In a handler: the rest is done by route->together, with what it has
 * prepared. */
void web_join(struct web_request *rq, void *prepared);

/* Statuses other than 200. */
void web_created(struct web_request *rq);     /* 201 */
void web_accepted(struct web_request *rq);    /* 202 */
void web_no_content(struct web_request *rq);  /* 204; drops the body */
void web_unavailable(struct web_request *rq); /* 503 with a body (health) */
void web_header(struct web_request *rq, const char *name, struct str value);
void web_etag(struct web_request *rq, int64_t version); /* "7" */
void web_content_type(struct web_request *rq, const char *type);

/*
 * The version that If-Match requires; 0 if there is no such header or it is
 * "*".  PRECONDITION_FAILED if it is not an ETag of web_etag().
 */
int web_if_match(const struct web_request *rq, int64_t *version_out,
    struct error *err);

/*
 * Decodes one object of WEB_ITEMS by a table of its own; dst is zeroed memory.
 * Fields of errors begin at the object.
 */
int web_decode_item(struct web_request *rq, const json_t *item,
    const struct web_arg *args, void *dst, struct error *err);

/* Members of the open object, {"status":N,"body":{...}}: a problem of a part of
 * the request, as the whole answer would be. */
void web_put_problem(struct web_request *rq, const struct error *err);
/* "status":201 or 200 of such a part; 202. */
void web_put_success(struct web_request *rq, bool is_new);
void web_put_accepted(struct web_request *rq);

/*
 * Applies a rate limit in a handler, for routes of WEB_RATE_NONE where
 * something else comes first, such as the answer to a repeated send.
 */
int web_rate(struct web_request *rq, enum web_rate rate, struct error *err);

/* ---- the program ---- */

struct web_app {
	const char *name; /* "message" */
	/* Groups of routes, each terminated by WEB_ROUTES_END; then NULL. */
	const struct web_route *const *groups;
	void *(*thread_new)(void);
	void (*thread_free)(void *thread);

	/*
	 * Fills rq->caller from rq->authorization, act_as, gateway_session
	 * and internal.  Errors: UNAUTHENTICATED, BUSY, INVALID_ARGUMENT
	 * with field Im-Act-As.
	 */
	int (*authenticate)(struct web_request *rq, struct error *err);
	/* 0 to continue, or -1 with RATE_LIMITED and retry_after_ms.  Sets
	 * rq->rate, which the answer tells (RateLimit-Limit, -Remaining and
	 * -Reset of draft-ietf-httpapi-ratelimit-headers-07). */
	int (*rate)(struct web_request *rq, enum web_rate rate,
	    struct error *err);
	/*
	 * A POST with an Idempotency-Key, of a user, an app or, at sign-up,
	 * nobody: calls work once for the key,
	 * so that its effect and the answer in rq are stored together or not at
	 * all.  work may be called again if the store rolls it back; it returns
	 * -1 for a temporary failure, of which nothing is stored.  Returns 0 if
	 * work has answered, 1 with the stored answer, -1 CONFLICT if the key
	 * was used for another request.  request_hash: SHA-256 of method, path
	 * and canonical body.
	 */
	int (*once)(struct web_request *rq, const uint8_t *request_hash,
	    int (*work)(struct web_request *rq, struct error *err),
	    int *status_out, struct str *body_out, struct error *err);
	/* Whether pages of this origin may call the API (CORS). */
	bool (*origin_allowed)(struct web_request *rq, struct str origin);
};

/*
 * Runs one request through the pipeline: fills rq->status, headers and buf.
 * The caller, a transport, has filled the received fields and arena.
 */
void web_handle(const struct web_app *app, struct web_request *rq);
/*
 * What is left of a request that waits: its handler, or with refuse BUSY
 * instead; of one that joins, after together->work(), the answer.
 */
void web_resume(struct web_request *rq, bool refuse);

/* Answers with a problem document; used by transports. */
void web_problem(struct web_request *rq, const struct error *err);

/*
 * Only decodes the arguments, from rq->query and rq->body; for unit tests and
 * fuzzers.  path_values: undecoded, one for each WEB_PATH of args, in their
 * order.  dst is zeroed memory.
 */
int web_decode(struct web_request *rq, const struct web_arg *args, void *dst,
    const struct str *path_values, struct error *err);

/* Ends the process if the table is inconsistent; web_main() calls it. */
void web_check_routes(const struct web_app *app);

/* Prints the table, METHOD PATH NAME AUTH per line. */
void web_print_routes(const struct web_app *app, struct buf *out);

/*
 * Runs the program: options (base/program.h, --routes and --openapi), settings,
 * then serves FastCGI on <run.dir>/<name>.sock (or on descriptor 0 when it is a
 * listening socket, as web servers and inetd-like supervisors pass it), or
 * answers one request as plain CGI when GATEWAY_INTERFACE is set.
 * before_serve: checks at start (schema), may fail: exit EX_TEMPFAIL.
 */
int web_main(int argc, char **argv, const struct web_app *app,
    int (*before_serve)(struct error *err));

#endif
