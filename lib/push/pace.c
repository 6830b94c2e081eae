#include "push/pace.h"

#define WINDOW_MS 1000

int64_t push_pace_slower(struct push_pace *p, int64_t at_least_ms,
    int64_t now_ms)
{
	int64_t ms = at_least_ms > PUSH_PAUSE_MIN_MS ? at_least_ms
						     : PUSH_PAUSE_MIN_MS;

	/* Several were under way when the provider said so: it is one pause. */
	if (p->pause_ms <= now_ms) {
		p->gap_ms = p->gap_ms ? p->gap_ms * 2 : PUSH_GAP_MIN_MS;
		if (p->gap_ms > PUSH_GAP_MAX_MS)
			p->gap_ms = PUSH_GAP_MAX_MS;
	}
	if (p->pause_ms < now_ms + ms)
		p->pause_ms = now_ms + ms;
	return ms;
}

void push_pace_faster(struct push_pace *p)
{
	p->gap_ms -= (p->gap_ms + 15) / 16;
}

void push_pace_sent(struct push_pace *p, int64_t now_ms)
{
	p->next_ms = now_ms + p->gap_ms;
}

int64_t push_pace_wait_ms(const struct push_pace *p, int64_t now_ms)
{
	int64_t at = p->next_ms > p->pause_ms ? p->next_ms : p->pause_ms;

	return at > now_ms ? at - now_ms : 0;
}

int64_t push_pace_pause_ms(const struct push_pace *p, int64_t now_ms)
{
	return p->pause_ms > now_ms ? p->pause_ms - now_ms : 0;
}

size_t push_pace_room(const struct push_pace *p, size_t max, int64_t now_ms)
{
	size_t n;

	if (push_pace_pause_ms(p, now_ms))
		return 0;
	if (!p->gap_ms)
		return max;
	n = (size_t)(WINDOW_MS / p->gap_ms) + 1;
	return n < max ? n : max;
}
