/* When messages are sent: at work, in the evening, at the weekend. */
#include "demo.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* The weight of each hour (UTC) of a day. */
static const unsigned char work_hours[24] = { 0, 0, 0, 0, 0, 0, 1, 5, 9, 9, 9,
	6, 4, 8, 9, 8, 5, 2, 1, 0, 0, 0, 0, 0 };
static const unsigned char noon_hours[24] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 9,
	3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
static const unsigned char early_hours[24] = { 0, 0, 0, 0, 0, 0, 0, 4, 9, 1, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
static const unsigned char free_hours[24] = { 1, 0, 0, 0, 0, 1, 3, 5, 4, 3, 3,
	4, 5, 4, 3, 4, 6, 8, 9, 9, 9, 8, 5, 2 };
static const unsigned char any_hours[24] = { 2, 2, 3, 2, 1, 1, 2, 3, 4, 4, 3, 3,
	3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3 };

static const struct hours {
	const char *topic;
	const unsigned char *weight;
	bool at_weekends;
} topics[] = {
	{ "work", work_hours, false },
	{ "callout", work_hours, false },
	{ "news", work_hours, false },
	{ "lunch", noon_hours, false },
	{ "standup", early_hours, false },
	{ "oncall", any_hours, true },
	{ NULL, free_hours, true },
};

static const struct hours *hours_of(struct str topic)
{
	const struct hours *h = topics;

	while (h->topic && !str_is(topic, h->topic))
		h++;
	return h;
}

static bool is_weekend(int64_t ms)
{
	/* The epoch was a Thursday. */
	int64_t weekday = (ms / DAY_MS + 3) % 7;

	return weekday >= 5;
}

static int hour_of(struct demo_random *r, const struct hours *h)
{
	int total = 0, hour;

	for (hour = 0; hour < 24; hour++)
		total += h->weight[hour];
	total = (int)demo_random(r, (uint32_t)total);
	for (hour = 0; total >= h->weight[hour]; hour++)
		total -= h->weight[hour];
	return hour;
}

int64_t demo_moment(struct demo_random *r, struct str topic, int64_t from_ms,
    int64_t to_ms)
{
	const struct hours *h = hours_of(topic);
	uint32_t days = (uint32_t)((to_ms - from_ms) / DAY_MS) + 1;

	for (int i = 0; i < 64; i++) {
		int64_t ms = from_ms / DAY_MS * DAY_MS +
			     demo_random(r, days) * DAY_MS +
			     hour_of(r, h) * HOUR_MS +
			     demo_random(r, 60) * MINUTE_MS +
			     demo_random(r, (uint32_t)MINUTE_MS);

		if (ms >= from_ms && ms <= to_ms &&
		    (h->at_weekends || !is_weekend(ms)))
			return ms;
	}
	/* The span has no such hour. */
	return from_ms + (to_ms - from_ms) / 2;
}

int64_t demo_pause_ms(struct demo_random *r, const struct demo_line *line)
{
	/* Reading and typing; very long messages were prepared. */
	int64_t ms = 2500 + (int64_t)line->text.len * 60;

	if (ms > 2 * MINUTE_MS)
		ms = 2 * MINUTE_MS;
	ms += demo_random(r, 15000);
	if (line->pause)
		return ms + 35 * MINUTE_MS +
		       demo_random(r, (uint32_t)(2 * HOUR_MS));
	/* Sometimes people are distracted. */
	if (demo_random(r, 6) == 0)
		ms += demo_random(r, (uint32_t)(9 * MINUTE_MS));
	return ms;
}
