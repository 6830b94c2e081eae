/* Push: credentials of apps, and why a user got none. */
#include <inttypes.h>
#include <stdio.h>

#include "admin.h"
#include "im/push/credential.h"
#include "im/push/explain.h"
#include "im/user/registration.h"

#define PAGE 100

static const char *or_dash(struct str s)
{
	return s.len ? s.p : "-";
}

static struct str word_of(struct admin *ad, const char *words, int64_t n)
{
	struct str word = str_word(words, n);

	return word.p ? arena_str(ad->arena, word) : STR("-");
}

/* ---- push list ---- */

static void print_credential(struct admin *ad, const struct app *app,
    const struct credential *c)
{
	printf("%.*s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%08" PRIx64 "\n",
	    STR_ARG(app->name),
	    word_of(ad, REGISTRATION_PROVIDERS, c->provider).p,
	    or_dash(c->topic),
	    word_of(ad, CREDENTIAL_STATES, credential_shown_state(c)).p,
	    or_dash(c->reason), admin_time(c->checked_ms),
	    admin_time(c->changed_ms),
	    word_of(ad, CREDENTIAL_PREVIEWS, c->preview).p, c->key_no);
}

static int print_credentials(struct admin *ad, const struct credential *rows,
    size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct app app;

		if (app_find(ad->db, ad->arena, rows[i].app_id, &app, err) < 0)
			return -1;
		print_credential(ad, &app, &rows[i]);
	}
	return 0;
}

/* Calls fn for the credentials of all apps, a page at a time. */
static int each_page(struct admin *ad,
    int (*fn)(struct admin *ad, const struct credential *rows, size_t n,
	struct error *err),
    struct error *err)
{
	const struct credential *after = NULL;
	struct credential *rows;
	size_t n;

	do {
		if (credential_page(ad->db, ad->arena, after, PAGE, &rows, &n,
			err) < 0 ||
		    fn(ad, rows, n, err) < 0)
			return -1;
		after = n ? &rows[n - 1] : NULL;
	} while (n == PAGE);
	return 0;
}

static int push_list_command(struct admin *ad, struct error *err)
{
	struct credential *rows;
	struct app app;
	size_t n;

	if (ad->n_words && admin_app(ad, ad->words[0], &app, err) < 0)
		return -1;
	puts("app\tprovider\ttopic\tstate\treason\tchecked\tchanged\tpreview\t"
	     "key");
	if (!ad->n_words)
		return each_page(ad, print_credentials, err);
	if (credential_list(ad->db, ad->arena, app.app_id, &rows, &n, err) < 0)
		return -1;
	return print_credentials(ad, rows, n, err);
}

/* ---- push reseal ---- */

static int64_t n_resealed;

static int reseal(struct admin *ad, const struct credential *rows, size_t n,
    struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		int done = credential_reseal(ad->db, ad->arena, &rows[i], err);

		if (done < 0)
			return -1;
		n_resealed += done;
	}
	return 0;
}

static int push_reseal_command(struct admin *ad, struct error *err)
{
	if (each_page(ad, reseal, err) < 0)
		return -1;
	printf("resealed=%" PRId64 "\n", n_resealed);
	return n_resealed ? admin_audit(ad, 0, "push.reseal", 0, "", err) : 0;
}

/* ---- push explain ---- */

/* USER [MSG], or APP USER [MSG]; an id has only digits, and an app's name may
 * have them too, but then there are three words. */
static int find_user(struct admin *ad, struct user *out, size_t *used_out,
    struct error *err)
{
	struct user *u;
	struct app app;
	int64_t id;

	if (ad->n_words < 3 && str_to_id(str_of(ad->words[0]), &id)) {
		*used_out = 1;
		if (user_read(ad->db, ad->arena, id, &u, err) < 0)
			return -1;
		if (!u)
			return err_set(err, ERR_NOT_FOUND, "no user %s",
			    ad->words[0]);
		*out = *u;
		return 0;
	}
	*used_out = 2;
	if (ad->n_words < 2)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "%.64s is not the id of a user", ad->words[0]);
	return admin_user(ad, &app, out, err);
}

static int print_devices(struct admin *ad, const struct user *u,
    struct error *err)
{
	struct registration *rows;
	size_t n;

	if (registration_list(ad->db, ad->arena, u->user_id, &rows, &n, err) <
	    0)
		return -1;
	puts("device\tprovider\ttopic\tstate\treason\tregistered\tlast_ok");
	for (size_t i = 0; i < n; i++)
		printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
		    or_dash(rows[i].device_id),
		    word_of(ad, REGISTRATION_PROVIDERS, rows[i].provider).p,
		    or_dash(rows[i].topic),
		    word_of(ad, REGISTRATION_STATES, rows[i].state).p,
		    or_dash(rows[i].reason), admin_time(rows[i].registered_ms),
		    admin_time(rows[i].last_ok_ms));
	return 0;
}

static void print_explained(struct admin *ad, const struct explained *x)
{
	const struct ledger *l = &x->row;

	printf("%s\t%s\t%s\t%s\t%s\t", admin_time(l->at_ms),
	    or_dash(l->device_id),
	    word_of(ad, REGISTRATION_PROVIDERS, l->provider).p,
	    word_of(ad, LEDGER_DECISIONS, l->decision).p, or_dash(l->reason));
	if (l->conv_id)
		printf("%" PRId64 ":%" PRId64 "-%" PRId64, l->conv_id,
		    l->first_index, l->upto_index);
	else
		fputs("test", stdout);
	for (size_t i = 0; i < x->n_attempts; i++)
		printf("%c%" PRId64 "%s%s", i ? ' ' : '\t',
		    x->attempts[i].status, x->attempts[i].reason.len ? "/" : "",
		    x->attempts[i].reason.len ? x->attempts[i].reason.p : "");
	puts(x->n_attempts ? "" : "\t-");
}

static int push_explain_command(struct admin *ad, struct error *err)
{
	struct explain_query q;
	struct explained *rows;
	struct user u;
	size_t n, used;
	int64_t next;

	if (find_user(ad, &u, &used, err) < 0)
		return -1;
	q = (struct explain_query){ .app_id = u.app_id, .user_id = u.user_id };
	if ((ad->n_words > used &&
		admin_id(ad->words[used], &q.msg_id, err) < 0) ||
	    admin_number(ad, "limit", 1, 1000, 50, &q.limit, err) < 0 ||
	    explain(ad->db, ad->arena, &q, &rows, &n, &next, err) < 0 ||
	    print_devices(ad, &u, err) < 0)
		return -1;
	puts("\nat\tdevice\tprovider\tdecision\treason\tabout\tanswers");
	for (size_t i = 0; i < n; i++)
		print_explained(ad, &rows[i]);
	return 0;
}

const struct admin_command admin_push_commands[] = {
	{ "push", "list", "[APP]", 0, 1, "",
	    "lists the credentials for push providers, and how they are",
	    push_list_command },
	{ "push", "explain", "[APP] USER [MESSAGE] [--limit N]", 1, 3, "limit=",
	    "shows a user's devices, and what became of pushes to them",
	    push_explain_command },
	{ "push", "reseal", "", 0, 0, "",
	    "seals all credentials again with the first key of push.key_file",
	    push_reseal_command },
	{ 0 },
};
