#include "client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/json.h"

#define PASSWORD "bench-password"

/* A JSON answer; exits if it is malformed. */
static const json_t *parsed(struct arena *a, struct str text)
{
	struct error err;
	json_t *v;

	if (json_parse(a, text, false, &v, &err) < 0)
		die(EX_PROTOCOL, "an answer is not valid JSON");
	return v;
}

static void log_in(struct arena *a, const struct target *t, const char *app,
    struct person *p)
{
	const json_t *v;
	struct str body = arena_printf(a,
	    "{\"app\":\"%s\",\"username\":\"%s\","
	    "\"password\":\"" PASSWORD "\"}",
	    app, p->username);

	http_call(a, t, "POST", "/v1/users", STR_NONE, body, 201, 409);
	body = arena_printf(a,
	    "{\"app\":\"%s\",\"username\":\"%s\","
	    "\"password\":\"" PASSWORD "\",\"device\":{\"id\":\"bench\","
	    "\"platform\":\"other\"}}",
	    app, p->username);
	v = parsed(a,
	    http_call(a, t, "POST", "/v1/sessions", STR_NONE, body, 201, 201));
	snprintf(p->token, sizeof(p->token), "%.*s",
	    STR_ARG(json_get_str(v, "token")));
	p->user_id = json_get_id(json_object_get(v, "user"), "user_id");
}

int64_t people_chat(struct arena *a, const struct target *t,
    const struct person *p, const struct person *peer)
{
	struct str body = arena_printf(a,
	    "{\"kind\":\"direct\",\"members\":[\"%" PRId64 "\"]}",
	    peer->user_id);

	return json_get_id(parsed(a,
			       http_call(a, t, "POST", "/v1/conversations",
				   str_of(p->token), body, 201, 200)),
	    "conv_id");
}

int64_t people_group(struct arena *a, const struct target *t,
    const char *client_id, const struct person *people, size_t n)
{
	struct buf b;
	int64_t conv_id;

	buf_init(&b);
	buf_printf(&b,
	    "{\"kind\":\"group\",\"client_id\":\"%s\","
	    "\"settings\":{\"name\":\"bench\"},\"members\":[",
	    client_id);
	for (size_t i = 1; i < n; i++)
		buf_printf(&b, "%s\"%" PRId64 "\"", i > 1 ? "," : "",
		    people[i].user_id);
	buf_cstr(&b, "]}");
	conv_id = json_get_id(parsed(a,
				  http_call(a, t, "POST", "/v1/conversations",
				      str_of(people[0].token), buf_view(&b),
				      201, 200)),
	    "conv_id");
	buf_release(&b);
	return conv_id;
}

/* ---- the file: a line for each, user_id username token conv_id... ---- */

static void parse_person(struct person *p, char *line)
{
	char *rest;
	int at = 0;

	if (sscanf(line, "%" PRId64 " %31s %63s%n", &p->user_id, p->username,
		p->token, &at) != 3)
		die(EX_DATAERR, "not a line of people: %s", line);
	for (rest = line + at; p->n_convs < CONVS_MAX; p->n_convs++) {
		char *from = rest;

		p->convs[p->n_convs] = strtoll(from, &rest, 10);
		if (rest == from)
			break;
	}
}

static void load_people(const char *file, struct person *people)
{
	char line[512];
	FILE *f = file ? fopen(file, "re") : NULL;

	if (!f)
		return;
	for (size_t i = 0; i < PEOPLE_MAX && fgets(line, sizeof(line), f); i++)
		parse_person(&people[i], line);
	fclose(f);
}

static void save_people(const char *file, const struct person *people)
{
	FILE *f = fopen(file, "we");

	if (!f)
		die(EX_CANTCREAT, "%s: %m", file);
	for (size_t i = 0; i < PEOPLE_MAX && people[i].user_id != 0; i++) {
		const struct person *p = &people[i];

		fprintf(f, "%" PRId64 " %s %s", p->user_id, p->username,
		    p->token);
		for (size_t j = 0; j < p->n_convs; j++)
			fprintf(f, " %" PRId64, p->convs[j]);
		fputc('\n', f);
	}
	if (fclose(f) != 0)
		die(EX_IOERR, "%s: %m", file);
}

void people_make(const struct options *o, struct arena *a,
    struct person people[PEOPLE_MAX], size_t n, size_t n_convs)
{
	size_t n_new = 0;

	load_people(o->people_file, people);
	for (size_t i = 0; i < n; i++) {
		struct person *p = &people[i];

		if (p->user_id != 0)
			continue;
		n_new++;
		snprintf(p->username, sizeof(p->username), "bench-%zu", i);
		log_in(a, &o->target, o->app, p);
	}
	for (size_t i = 0; i < n; i++) {
		struct person *p = &people[i];

		for (size_t j = p->n_convs + 1; j <= n_convs && j < n; j++) {
			n_new++;
			p->convs[p->n_convs++] = people_chat(a, &o->target, p,
			    &people[(i + j) % n]);
		}
	}
	if (o->people_file && n_new > 0)
		save_people(o->people_file, people);
}
