#include "push_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/stat.h"
#include "io/db_clock.h"
#include "push_conf.h"

#define PAGE_MAX     200
#define CLOSED_MS    1000 /* for a line that cannot be opened */
#define TELL_EACH_MS 60000

static struct push_sender *sender;
static struct push_way *ways;
static int64_t looked_ms; /* monotonic; 0: not yet */

void push_lines_begin(push_done_fn *done, void *arg)
{
	const struct push_limits limits = push_limits();

	if (!sender)
		sender = push_sender_new(&limits, done, arg);
}

void push_lines_end(void)
{
	if (sender)
		push_sender_free(&sender);
	while (ways) {
		struct push_way *w = ways;

		ways = w->next;
		arena_release(&w->arena);
		free(w);
	}
}

struct push_sender *push_lines_sender(void)
{
	return sender;
}

/* ---- reading ---- */

static bool is_place(const struct push_way *w, const struct credential *c)
{
	return !w->is_gone && w->credential.app_id == c->app_id &&
	       w->credential.provider == c->provider &&
	       str_eq(w->credential.topic, c->topic);
}

static void copy(struct push_way *w, const struct credential *c)
{
	struct arena *a = &w->arena;

	w->credential = *c;
	w->credential.topic = arena_str(a, c->topic);
	w->credential.sealed = arena_str(a, c->sealed);
	w->credential.reason = arena_str(a, c->reason);
	w->credential.public_key = STR_NONE;
}

static void add(const struct credential *c)
{
	struct push_way *w = calloc(1, sizeof(*w));
	struct push_way **at = &ways;

	if (!w)
		die(EX_OSERR, "out of memory");
	arena_init(&w->arena);
	copy(w, c);
	w->circuit.first_ms = push_retry_ms();
	/* In the order of topics, as push_lines_find() needs them. */
	while (*at)
		at = &(*at)->next;
	*at = w;
}

/* What the provider is known to think of it, and the app's own settings. */
static void update(struct push_way *w, const struct credential *c)
{
	w->credential.enabled = c->enabled;
	w->credential.preview = c->preview;
	w->credential.quiet_types = c->quiet_types;
	w->credential.state = c->state;
	w->credential.checked_ms = c->checked_ms;
	w->credential.probe_ms = c->probe_ms;
}

static void end(struct push_way *w)
{
	w->is_gone = true;
	if (w->line)
		push_line_close(&w->line);
}

static void take(const struct credential *rows, size_t n)
{
	for (struct push_way *w = ways; w; w = w->next) {
		size_t i = 0;

		while (i < n && !is_place(w, &rows[i]))
			i++;
		if (w->is_gone)
			continue;
		if (i == n || w->credential.version != rows[i].version)
			end(w);
		else
			update(w, &rows[i]);
	}
	for (size_t i = 0; i < n; i++) {
		const struct push_way *w = ways;

		while (w && !is_place(w, &rows[i]))
			w = w->next;
		if (!w)
			add(&rows[i]);
	}
}

static int read_all(struct job *j, struct error *err)
{
	struct credential *all = NULL, *page, *more;
	size_t n = 0, n_page;

	do {
		if (credential_page(j->db, j->arena, n ? &all[n - 1] : NULL,
			PAGE_MAX, &page, &n_page, err) < 0)
			return -1;
		more = ARENA_ARRAY(j->arena, n + n_page, struct credential);
		for (size_t i = 0; i < n; i++)
			more[i] = all[i];
		for (size_t i = 0; i < n_page; i++)
			more[n + i] = page[i];
		all = more;
		n += n_page;
	} while (n_page == PAGE_MAX);
	take(all, n);
	return 0;
}

/* One that its provider has never seen is checked, as far as that goes without
 * a notice. */
static void check_new(struct job *j)
{
	for (struct push_way *w = ways; w; w = w->next)
		if (!w->is_gone && w->credential.enabled && !w->is_checking &&
		    !w->credential.checked_ms &&
		    w->credential.state == CREDENTIAL_OK &&
		    push_way_room(j, w)) {
			w->is_checking = true;
			push_line_check(w->line, w);
		}
}

bool push_lines_checked(const struct push_result *r)
{
	struct push_way *w = ways;

	while (w && w != r->own)
		w = w->next;
	if (!w)
		return false;
	w->checked = r->outcome;
	w->checked.reason = arena_str(&w->arena, r->outcome.reason);
	w->was_checked = true;
	return true;
}

static int learn_checks(struct job *j, struct error *err)
{
	for (struct push_way *w = ways; w; w = w->next) {
		enum push_verdict v = w->checked.verdict;

		if (!w->was_checked)
			continue;
		if ((v == PUSH_DONE || v == PUSH_STOP || v == PUSH_RENEW ||
			v == PUSH_GIVE_UP) &&
		    push_way_learn(j, w, v == PUSH_DONE, w->checked.reason,
			err) < 0)
			return -1;
		w->was_checked = w->is_checking = false;
	}
	return 0;
}

int push_lines_look(struct job *j, struct error *err)
{
	int64_t now = clock_mono_ms();

	if (looked_ms && now - looked_ms < LINES_LOOK_MS)
		return 0;
	if (learn_checks(j, err) < 0 || read_all(j, err) < 0)
		return -1;
	looked_ms = now;
	check_new(j);
	return 0;
}

bool push_lines_any(void)
{
	for (const struct push_way *w = ways; w; w = w->next)
		if (!w->is_gone && w->credential.enabled)
			return true;
	return false;
}

bool push_lines_has_app(int64_t app_id)
{
	for (const struct push_way *w = ways; w; w = w->next)
		if (!w->is_gone && w->credential.app_id == app_id &&
		    w->credential.enabled)
			return true;
	return false;
}

struct push_way *push_lines_find(int64_t app_id, int64_t provider,
    struct str topic)
{
	struct push_way *first = NULL;

	for (struct push_way *w = ways; w; w = w->next) {
		const struct credential *c = &w->credential;

		if (w->is_gone || c->app_id != app_id ||
		    c->provider != provider)
			continue;
		if (topic.len && str_eq(c->topic, topic))
			return w;
		if (!topic.len &&
		    (!first || str_cmp(c->topic, first->credential.topic) < 0))
			first = w;
	}
	return first;
}

/* ---- lines ---- */

static int open_line(struct job *j, struct push_way *w, struct error *err)
{
	const struct push_provider *p = push_provider(
	    (enum push_provider_id)w->credential.provider);
	struct push_base base = push_origin(p->id);
	struct str json;
	int rc;

	if (credential_open(j->arena, &w->credential, &json, err) < 0)
		return -1;
	rc = push_line_open(sender, p, json, &base, &w->line, err);
	crypto_wipe((void *)(uintptr_t)json.p, json.len);
	return rc;
}

size_t push_way_room(struct job *j, struct push_way *w)
{
	int64_t now = clock_mono_ms();
	struct error err;

	if (w->is_gone || push_circuit_wait_ms(&w->circuit, now))
		return 0;
	if (!w->line && open_line(j, w, &err) < 0) {
		log_error("push_credential",
		    "app_id=%" PRId64 " provider=%s error=\"%s\"",
		    w->credential.app_id,
		    push_provider((enum push_provider_id)w->credential.provider)
			->name,
		    err.detail);
		w->line = NULL;
		w->circuit.until_ms = now + CLOSED_MS + push_probe_ms();
		return 0;
	}
	if (push_line_pause_ms(w->line))
		return 0;
	return push_circuit_room(&w->circuit, push_line_room(w->line), now);
}

int64_t push_way_wait_ms(const struct push_way *w)
{
	int64_t ms = push_circuit_wait_ms(&w->circuit, clock_mono_ms());
	int64_t pause_ms = w->line ? push_line_pause_ms(w->line) : 0;

	if (ms < pause_ms)
		ms = pause_ms;
	return ms ? ms + crypto_uniform((uint32_t)(ms / 4 + 1)) : 100;
}

/* ---- what the provider thinks of it ---- */

int push_way_learn(struct job *j, struct push_way *w, bool is_ok,
    struct str reason, struct error *err)
{
	struct credential *c = &w->credential;
	int64_t now = db_clock_ms(j->db), wait_ms = push_probe_ms();

	if (w->is_gone)
		return 0;
	if (is_ok && c->state == CREDENTIAL_OK && c->checked_ms &&
	    now - w->told_ms < TELL_EACH_MS)
		return 0;
	if (!is_ok && c->state == CREDENTIAL_FAILING && c->probe_ms > now)
		return 0;
	if (c->state == CREDENTIAL_FAILING && c->probe_ms > c->checked_ms)
		wait_ms = 2 * (c->probe_ms - c->checked_ms);
	if (wait_ms > PUSH_PROBE_MAX_MS)
		wait_ms = PUSH_PROBE_MAX_MS;
	if (is_ok != (c->state == CREDENTIAL_OK))
		log_warn("push_credential",
		    "app_id=%" PRId64 " provider=%s state=%s reason=%.*s",
		    c->app_id,
		    push_provider((enum push_provider_id)c->provider)->name,
		    is_ok ? "ok" : "failing", STR_ARG(reason));
	c->state = is_ok ? CREDENTIAL_OK : CREDENTIAL_FAILING;
	c->reason = is_ok ? STR("") : arena_str(&w->arena, reason);
	c->checked_ms = now;
	c->probe_ms = is_ok ? 0 : now + wait_ms;
	w->told_ms = now;
	return credential_learn(j->db, c, err) < 0 ? -1 : 0;
}
