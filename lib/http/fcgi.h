/*
 * fcgi: the records of FastCGI, which services answer with and im-live asks
 * with.
 *
 * Source: "FastCGI Specification", Open Market, 1996, sections 3.3 and 8.
 */
#ifndef HTTP_FCGI_H
#define HTTP_FCGI_H

#include <stddef.h>
#include <stdint.h>

#define FCGI_VERSION     1
#define FCGI_HEAD_LEN    8
#define FCGI_BEGIN_LEN   8
#define FCGI_RESPONDER   1
#define FCGI_KEEP_CONN   1
#define FCGI_CONTENT_MAX 65528 /* a multiple of 8: no padding */

enum fcgi_type {
	FCGI_TYPE_BEGIN = 1,
	FCGI_TYPE_ABORT = 2,
	FCGI_TYPE_END = 3,
	FCGI_TYPE_PARAMS = 4,
	FCGI_TYPE_STDIN = 5,
	FCGI_TYPE_STDOUT = 6,
};

/* Writes the head of a record with len bytes of content and no padding. */
static inline void fcgi_head_put(uint8_t h[FCGI_HEAD_LEN], enum fcgi_type type,
    uint16_t id, size_t len)
{
	h[0] = FCGI_VERSION;
	h[1] = (uint8_t)type;
	h[2] = (uint8_t)(id >> 8);
	h[3] = (uint8_t)id;
	h[4] = (uint8_t)(len >> 8);
	h[5] = (uint8_t)len;
	h[6] = h[7] = 0;
}

static inline uint16_t fcgi_head_id(const uint8_t h[FCGI_HEAD_LEN])
{
	return (uint16_t)(h[2] << 8 | h[3]);
}

static inline size_t fcgi_head_len(const uint8_t h[FCGI_HEAD_LEN])
{
	return (size_t)h[4] << 8 | h[5];
}

static inline size_t fcgi_head_padding(const uint8_t h[FCGI_HEAD_LEN])
{
	return h[6];
}

#endif
