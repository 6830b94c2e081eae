#include "im/conv/archive_kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/log.h"
#include "im/conv/archive.h"
#include "im/conv/archive_sql.h"

struct segment_kept {
	struct arena a;
	int64_t conv_id, from_index, to_index;
	uint8_t checksum[CRYPTO_HASH_LEN];
	struct segment_entry *list;
	size_t bytes;
	uint64_t used;
};

struct archive_kept {
	struct segment_kept **at;
	size_t n, room, bytes, bytes_max;
	uint64_t clock;
};

struct archive_kept *archive_kept_new(size_t bytes_max)
{
	struct archive_kept *k = calloc(1, sizeof(*k));

	if (!k)
		die(EX_OSERR, "out of memory");
	k->bytes_max = bytes_max;
	return k;
}

static void drop(struct archive_kept *k, size_t i)
{
	struct segment_kept *s = k->at[i];

	k->bytes -= s->bytes;
	k->at[i] = k->at[--k->n];
	arena_release(&s->a);
	free(s);
}

void archive_kept_free(struct archive_kept **k)
{
	if (!*k)
		return;
	while ((*k)->n)
		drop(*k, 0);
	free((*k)->at);
	free(*k);
	*k = NULL;
}

static void make_room(struct archive_kept *k, size_t bytes)
{
	while (k->n && k->bytes + bytes > k->bytes_max) {
		size_t oldest = 0;

		for (size_t i = 1; i < k->n; i++)
			if (k->at[i]->used < k->at[oldest]->used)
				oldest = i;
		drop(k, oldest);
	}
	if (k->n < k->room)
		return;
	k->room = k->room ? 2 * k->room : 64;
	k->at = realloc(k->at, k->room * sizeof(*k->at));
	if (!k->at)
		die(EX_OSERR, "out of memory");
}

/* Of a log segments do not overlap, so one at most has the place. */
static struct segment_kept *find(struct archive_kept *k,
    const struct archive_row *row)
{
	for (size_t i = 0; i < k->n; i++) {
		struct segment_kept *s = k->at[i];

		if (s->conv_id != row->conv_id ||
		    s->to_index < row->from_index ||
		    s->from_index > row->to_index)
			continue;
		if (s->to_index == row->to_index &&
		    s->from_index == row->from_index &&
		    str_eq(row->checksum,
			(struct str){ (const char *)s->checksum,
			    sizeof(s->checksum) }))
			return s;
		drop(k, i);
		i = (size_t)-1;
	}
	return NULL;
}

/* 0: it has moved away meanwhile. */
static int unpack(struct archive_kept *k, struct db *db,
    const struct entry_ref *at, struct segment_kept **out, struct error *err)
{
	struct segment_kept *s = calloc(1, sizeof(*s));
	struct archive_row row;
	int found;

	if (!s)
		die(EX_OSERR, "out of memory");
	arena_init(&s->a);
	found = archive_open(db, &s->a, at, false, &row, &s->list, err);
	if (found <= 0) {
		arena_release(&s->a);
		free(s);
		return found;
	}
	s->conv_id = row.conv_id;
	s->from_index = row.from_index;
	s->to_index = row.to_index;
	memcpy(s->checksum, row.checksum.p, sizeof(s->checksum));
	s->bytes = (size_t)row.raw_bytes + row.content.len +
		   (size_t)(row.to_index - row.from_index + 1) *
		       sizeof(*s->list);
	make_room(k, s->bytes);
	k->bytes += s->bytes;
	k->at[k->n++] = s;
	*out = s;
	return 1;
}

static int open_at(struct archive_kept *k, struct db *db, struct arena *a,
    const struct entry_ref *at, struct segment_kept **out, struct error *err)
{
	struct archive_row head;
	int found = archive_sql_head(db, a, at, &head, err);

	if (found <= 0)
		return found;
	*out = find(k, &head);
	if (!*out) {
		found = unpack(k, db, at, out, err);
		if (found <= 0)
			return found;
	}
	(*out)->used = ++k->clock;
	return 1;
}

static struct entry copy(struct arena *a, const struct entry *e)
{
	struct entry out = *e;

	out.client_msg_id = arena_str(a, e->client_msg_id);
	out.body = arena_str(a, e->body);
	return out;
}

int archive_kept_load(struct archive_kept *k, struct db *db, struct arena *a,
    const struct entry_ref *refs, size_t n, struct entry *entries,
    struct error *err)
{
	for (size_t i = 0; i < n;) {
		struct segment_kept *s;
		int found = open_at(k, db, a, &refs[i], &s, err);

		if (found < 0)
			return -1;
		if (!found) {
			i++;
			continue;
		}
		for (; i < n && refs[i].conv_id == s->conv_id &&
		       refs[i].conv_index >= s->from_index &&
		       refs[i].conv_index <= s->to_index;
		     i++)
			entries[i] = copy(a,
			    &s->list[refs[i].conv_index - s->from_index].e);
		if (refs[i - 1].conv_index == s->to_index)
			s->used = 0;
	}
	return 0;
}
