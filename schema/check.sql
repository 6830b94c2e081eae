-- The invariants of a store as queries that must return nothing.
--
--	mariadb imcloud <schema/check.sql
--
-- Each finding is a row: its name, then keys and numbers.  All queries read one
-- snapshot, so this may run on a busy system; fan-out (consumer 1) is compared
-- with its own cursors.  im-verify checks the same in small steps, and repairs
-- what can be derived; this file is for tests and small stores.
--
-- "progress" of a member: how far fan-out has served them.  This is done_index,
-- or hi_index if the pass in progress has already served them.

SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;
START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY;

-- ---- 1. every log: 1..last_index exactly once, ordinals consistent ----

SELECT 'log_hole' AS finding, s.conv_id, s.last_index, COUNT(e.conv_index) n,
	MIN(e.conv_index) first, MAX(e.conv_index) last,
	COALESCE(MAX(b.base_index), 0) base
FROM conv_seq s LEFT JOIN entry e ON e.conv_id = s.conv_id
LEFT JOIN log_base b ON b.conv_id = s.conv_id AND b.sender_id = 0
GROUP BY s.conv_id, s.last_index
HAVING n <> s.last_index - base
	OR (n > 0 AND (first <> base + 1 OR last <> s.last_index));

SELECT 'entry_without_log' AS finding, e.conv_id, COUNT(*) entries
FROM entry e LEFT JOIN conv_seq s ON s.conv_id = e.conv_id
WHERE s.conv_id IS NULL
GROUP BY e.conv_id;

SELECT 'log_without_conversation' AS finding, s.conv_id, s.last_index
FROM conv_seq s LEFT JOIN conversation c ON c.conv_id = s.conv_id
WHERE c.conv_id IS NULL;

SELECT 'log_ordinal' AS finding, conv_id, conv_index, ordinal, counted,
	own_ordinal, own_counted
FROM (SELECT e.conv_id, e.conv_index, e.ordinal, e.own_ordinal,
	COALESCE(b.ordinal, 0) + SUM(e.kind = 1 AND (e.flags & 2) = 0)
		OVER (PARTITION BY e.conv_id ORDER BY e.conv_index) counted,
	COALESCE(o.ordinal, 0) + SUM(e.kind = 1 AND (e.flags & 2) = 0)
		OVER (PARTITION BY e.conv_id, e.sender_id
			ORDER BY e.conv_index) own_counted
	FROM entry e
	LEFT JOIN log_base b ON b.conv_id = e.conv_id AND b.sender_id = 0
	LEFT JOIN log_base o ON o.conv_id = e.conv_id
		AND o.sender_id = e.sender_id AND o.sender_id > 0) x
WHERE ordinal <> counted OR own_ordinal <> own_counted;

SELECT 'log_time' AS finding, conv_id, conv_index, sent_ms, before_ms
FROM (SELECT conv_id, conv_index, sent_ms,
	LAG(sent_ms) OVER (PARTITION BY conv_id ORDER BY conv_index) before_ms
	FROM entry) x
WHERE sent_ms < before_ms;

-- Of each sender a client id is there once; see the key entry_client.
SELECT 'log_client_id' AS finding, e.conv_id, e.sender_id, e.client_msg_id,
	COUNT(*) n
FROM entry e WHERE e.client_msg_id IS NOT NULL
GROUP BY e.conv_id, e.sender_id, e.client_msg_id HAVING n > 1;

SELECT 'log_client_id' AS finding, e.conv_id, e.sender_id, e.client_msg_id, 2
FROM scheduled d JOIN entry e ON e.conv_id = d.conv_id
	AND e.sender_id = d.user_id AND e.client_msg_id = d.client_msg_id;

SELECT 'log_head' AS finding, s.conv_id, s.last_ordinal, e.ordinal,
	s.last_ms, e.sent_ms, s.last_bump_ms
FROM conv_seq s
JOIN entry e ON e.conv_id = s.conv_id AND e.conv_index = s.last_index
WHERE s.last_ordinal <> e.ordinal OR s.last_ms <> e.sent_ms
	OR s.last_bump_ms <> COALESCE((SELECT o.sent_ms FROM entry o
		WHERE o.conv_id = s.conv_id AND o.kind = 1
		AND (o.flags & 4) = 0
		ORDER BY o.conv_index DESC LIMIT 1), s.last_bump_ms);

-- The segments of a log follow each other from 1 to archived_index, and above
-- are rows.  What is in them im-verify reads.
SELECT 'segment_hole' AS finding, s.conv_id, s.archived_index,
	COALESCE(SUM(g.to_index - g.from_index + 1), 0) n,
	MIN(g.from_index) first, COALESCE(MAX(g.to_index), 0) last
FROM conv_seq s LEFT JOIN segment g ON g.conv_id = s.conv_id
GROUP BY s.conv_id, s.archived_index
HAVING n <> s.archived_index OR last <> s.archived_index OR first <> 1;

SELECT 'segment_of_nothing' AS finding, g.conv_id, g.to_index
FROM segment g LEFT JOIN conv_seq s ON s.conv_id = g.conv_id
WHERE s.conv_id IS NULL;

SELECT 'archived_index' AS finding, s.conv_id, s.archived_index, b.base_index,
	b.ordinal, g.ordinal counted
FROM conv_seq s
LEFT JOIN log_base b ON b.conv_id = s.conv_id AND b.sender_id = 0
LEFT JOIN segment g ON g.conv_id = s.conv_id AND g.to_index = s.archived_index
WHERE s.archived_index <> COALESCE(b.base_index, 0)
	OR (b.conv_id IS NOT NULL AND (g.conv_id IS NULL
		OR g.ordinal <> b.ordinal));

SELECT 'archived_own' AS finding, g.conv_id, g.sender_id, MAX(g.ordinal) own,
	MAX(b.ordinal) ordinal
FROM segment_sender g
LEFT JOIN log_base b ON b.conv_id = g.conv_id AND b.sender_id = g.sender_id
WHERE g.sender_id > 0
GROUP BY g.conv_id, g.sender_id HAVING own <> COALESCE(ordinal, -1);

SELECT 'archived' AS finding, s.conv_id, s.archived_index, COUNT(r.msg_id) n,
	COUNT(DISTINCT r.conv_index) places, MAX(r.conv_index) last
FROM conv_seq s LEFT JOIN archived r ON r.conv_id = s.conv_id
GROUP BY s.conv_id, s.archived_index
HAVING n <> s.archived_index OR places <> n OR last > s.archived_index;

SELECT 'archived_entry' AS finding, r.conv_id, r.conv_index, r.msg_id
FROM archived r JOIN entry e ON e.msg_id = r.msg_id;

SELECT 'held_body' AS finding, b.conv_id, b.conv_index
FROM held_body b LEFT JOIN legal_hold h ON h.conv_id = b.conv_id
WHERE h.conv_id IS NULL;

SELECT 'conv_mode' AS finding, c.conv_id, c.mode, s.last_index
FROM conversation c JOIN conv_seq s ON s.conv_id = c.conv_id
WHERE c.mode <> COALESCE((SELECT t.mode FROM conv_mode t
	WHERE t.conv_id = c.conv_id AND t.from_index <= s.last_index + 1
	ORDER BY t.from_index DESC LIMIT 1), 1);

SELECT 'conv_shed' AS finding, c.conv_id, c.forced_mode, x.conv_id shed
FROM conversation c LEFT JOIN conv_shed x ON x.conv_id = c.conv_id
WHERE (c.forced_mode = 3) <> (x.conv_id IS NOT NULL);

-- ---- pairs of users ----

-- Both sides of a contact: accepted on both, or sent beside requested.
SELECT 'contact_side' AS finding, c.user_id, c.other_id, c.state, o.state other
FROM contact c
LEFT JOIN contact o ON o.user_id = c.other_id AND o.other_id = c.user_id
WHERE COALESCE(o.state, 0) <> IF(c.state = 3, 3, 3 - c.state);

-- A member of a direct chat is refused if the other one has blocked them.
SELECT 'refused' AS finding, d.conv_id, m.user_id, m.refused,
	COUNT(b.user_id) blocked
FROM direct d JOIN member m ON m.conv_id = d.conv_id
LEFT JOIN block b ON b.blocked_id = m.user_id
	AND b.user_id = d.low_id + d.high_id - m.user_id
WHERE d.low_id <> d.high_id AND m.refused < 2
GROUP BY d.conv_id, m.user_id, m.refused
HAVING m.refused <> blocked;

-- ---- 2. and 4. every inbox: floor..last exactly once; each entry of a
-- member's interval exactly once, in order; nothing else ----

SELECT 'inbox_hole' AS finding, s.user_id, s.floor_index, s.last_index,
	COUNT(i.user_index) n, MIN(i.user_index) first, MAX(i.user_index) last
FROM user_seq s
LEFT JOIN inbox i ON i.user_id = s.user_id AND i.user_index > s.floor_index
GROUP BY s.user_id, s.floor_index, s.last_index
HAVING n <> s.last_index - s.floor_index
	OR (n > 0 AND (first <> s.floor_index + 1 OR last <> s.last_index));

SELECT 'inbox_without_user' AS finding, i.user_id, COUNT(*) n
FROM inbox i LEFT JOIN user_seq s ON s.user_id = i.user_id
WHERE s.user_id IS NULL
GROUP BY i.user_id;

SELECT 'inbox_floor' AS finding, i.user_id, s.floor_index, COUNT(*) n
FROM inbox i JOIN user_seq s ON s.user_id = i.user_id
WHERE i.user_index <= s.floor_index
GROUP BY i.user_id, s.floor_index;

SELECT 'inbox_foreign' AS finding, i.user_id, i.user_index, i.conv_id,
	i.conv_index
FROM inbox i
LEFT JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = i.conv_id
WHERE i.kind = 1 AND (f.conv_id IS NULL
	OR i.conv_index > IF(i.user_id <= f.after_user_id,
		GREATEST(f.done_index, f.hi_index), f.done_index)
	OR NOT (EXISTS (SELECT 1 FROM member m
			WHERE m.conv_id = i.conv_id AND m.user_id = i.user_id
			AND m.joined_index <= i.conv_index
			AND (m.left_index = 0
				OR m.left_index >= i.conv_index))
		OR EXISTS (SELECT 1 FROM member_past p
			WHERE p.conv_id = i.conv_id AND p.user_id = i.user_id
			AND p.joined_index <= i.conv_index
			AND p.left_index >= i.conv_index)));

-- In mode pull: the entries that bring the user in, take them out or mention
-- them, and no others.
SELECT 'inbox_pull' AS finding, i.user_id, i.user_index, i.conv_id,
	i.conv_index
FROM inbox i
WHERE i.kind = 1 AND COALESCE((SELECT t.mode FROM conv_mode t
		WHERE t.conv_id = i.conv_id AND t.from_index <= i.conv_index
		ORDER BY t.from_index DESC LIMIT 1), 1) = 2
	AND NOT EXISTS (SELECT 1 FROM member m
		WHERE m.conv_id = i.conv_id AND m.user_id = i.user_id
		AND i.conv_index IN (m.joined_index, m.left_index))
	AND NOT EXISTS (SELECT 1 FROM member_past p
		WHERE p.conv_id = i.conv_id AND p.user_id = i.user_id
		AND i.conv_index IN (p.joined_index, p.left_index))
	AND NOT EXISTS (SELECT 1 FROM mention x
		WHERE x.user_id = i.user_id AND x.conv_id = i.conv_id
		AND x.conv_index = i.conv_index);

SELECT 'inbox_twice' AS finding, user_id, conv_id, conv_index, COUNT(*) n
FROM inbox WHERE kind = 1
GROUP BY user_id, conv_id, conv_index HAVING n > 1;

SELECT 'inbox_order' AS finding, user_id, user_index, conv_id, conv_index
FROM (SELECT user_id, user_index, conv_id, conv_index,
	LAG(conv_index) OVER (PARTITION BY user_id, conv_id
		ORDER BY user_index) before_index
	FROM inbox WHERE kind = 1) x
WHERE conv_index <= before_index;

-- Since no row is foreign or duplicate, it is enough to count, above what is
-- archived.  Of reactions
-- (kind 4) to one message that met in a pass a member has only the last, so
-- these are left out; the newest of an interval is there.
WITH span AS (
	SELECT conv_id, user_id, joined_index, left_index FROM member
	UNION ALL
	SELECT conv_id, user_id, joined_index, left_index FROM member_past
), pull AS (
	SELECT conv_id, from_index, to_index FROM (SELECT conv_id, mode,
		from_index, COALESCE(LEAD(from_index) OVER (PARTITION BY conv_id
			ORDER BY from_index) - 1, 1 << 62) to_index
		FROM conv_mode) i
	WHERE mode = 2
), met AS (
	SELECT o.*, GREATEST(o.joined_index, 1, q.archived_index + 1) low,
		IF(o.left_index = 0, o.at,
		LEAST(o.left_index, o.at)) reach
	FROM (SELECT m.*, IF(m.user_id <= f.after_user_id,
			GREATEST(f.done_index, f.hi_index), f.done_index) at
		FROM span m JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = m.conv_id) o
	JOIN conv_seq q ON q.conv_id = o.conv_id
), pulled AS ( -- entries in mode pull, and those of them that are due
	SELECT p.user_id, p.conv_id, COUNT(*) n, SUM(
		e.conv_index IN (p.joined_index, p.left_index)
		OR (e.sender_id <> p.user_id AND (e.flags & 32) <> 0)
		OR x.conv_index IS NOT NULL) due
	FROM met p
	JOIN pull u ON u.conv_id = p.conv_id
	JOIN entry e ON e.conv_id = p.conv_id
		AND e.conv_index BETWEEN GREATEST(p.low, u.from_index)
			AND LEAST(p.reach, u.to_index)
	LEFT JOIN mention x ON x.user_id = p.user_id
		AND x.conv_id = p.conv_id AND x.conv_index = e.conv_index
	GROUP BY p.user_id, p.conv_id
), reacted AS ( -- in mode push
	SELECT p.user_id, p.conv_id, p.low, e.target_index, COUNT(*) n,
		MAX(e.conv_index) newest
	FROM met p
	JOIN entry e ON e.conv_id = p.conv_id AND e.kind = 4
		AND e.conv_index BETWEEN p.low AND p.reach
	LEFT JOIN pull u ON u.conv_id = e.conv_id
		AND e.conv_index BETWEEN u.from_index AND u.to_index
	WHERE u.conv_id IS NULL
	GROUP BY p.user_id, p.conv_id, p.low, e.target_index
), reactions AS (
	SELECT user_id, conv_id, SUM(n) n FROM reacted GROUP BY user_id, conv_id
), due AS (
	SELECT p.user_id, p.conv_id, SUM(GREATEST(0, p.reach - p.low + 1))
		- COALESCE(MAX(q.n - q.due), 0) - COALESCE(MAX(r.n), 0) n
	FROM met p
	LEFT JOIN reactions r ON r.user_id = p.user_id AND r.conv_id = p.conv_id
	LEFT JOIN pulled q ON q.user_id = p.user_id AND q.conv_id = p.conv_id
	JOIN user_seq s ON s.user_id = p.user_id AND s.floor_index = 0
	GROUP BY p.user_id, p.conv_id
), got AS (
	SELECT i.user_id, i.conv_id, COUNT(*) n FROM inbox i
	JOIN conv_seq q ON q.conv_id = i.conv_id
		AND i.conv_index > q.archived_index
	LEFT JOIN entry e ON e.conv_id = i.conv_id
		AND e.conv_index = i.conv_index AND e.kind = 4
	WHERE i.kind = 1 AND e.conv_id IS NULL
	GROUP BY i.user_id, i.conv_id
)
SELECT 'inbox_missing' AS finding, due.user_id, due.conv_id, due.n due_rows,
	COALESCE(got.n, 0) got_rows
FROM due LEFT JOIN got ON got.user_id = due.user_id
	AND got.conv_id = due.conv_id
WHERE due.n <> COALESCE(got.n, 0)
UNION ALL
SELECT 'reaction_missing', r.user_id, r.conv_id, r.newest, 0
FROM reacted r
JOIN user_seq s ON s.user_id = r.user_id AND s.floor_index = 0
LEFT JOIN inbox i ON i.user_id = r.user_id AND i.kind = 1
	AND i.conv_id = r.conv_id AND i.conv_index = r.newest
WHERE i.user_id IS NULL;

-- Each member got one event for joining and for leaving (2 group, 3 channel).
WITH span AS (
	SELECT conv_id, user_id, joined_index, left_index FROM member
	UNION ALL
	SELECT conv_id, user_id, joined_index, left_index FROM member_past
), due AS (
	SELECT p.user_id, p.conv_id, SUM(p.joined_index <= p.at) came,
		SUM(p.left_index > 0 AND p.left_index <= p.at) went
	FROM (SELECT m.*, IF(m.user_id <= f.after_user_id,
			GREATEST(f.done_index, f.hi_index), f.done_index) at
		FROM span m JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = m.conv_id
		JOIN conversation c ON c.conv_id = m.conv_id
			AND c.kind IN (2, 3)) p
	JOIN user_seq s ON s.user_id = p.user_id AND s.floor_index = 0
	GROUP BY p.user_id, p.conv_id
), got AS (
	SELECT i.user_id, i.conv_id, SUM(i.action = 1) came,
		SUM(i.action IN (2, 3, 4)) went
	FROM inbox i WHERE i.kind = 3 AND i.conv_index > 0
	GROUP BY i.user_id, i.conv_id
)
SELECT 'inbox_membership' AS finding, due.user_id, due.conv_id,
	due.came due_came, due.went due_went, COALESCE(got.came, 0) got_came,
	COALESCE(got.went, 0) got_went
FROM due LEFT JOIN got ON got.user_id = due.user_id
	AND got.conv_id = due.conv_id
WHERE due.came <> COALESCE(got.came, 0) OR due.went <> COALESCE(got.went, 0);

-- ---- 5. unread by formula = by a recount, where all of it are rows ----

SET @now = UNIX_TIMESTAMP(NOW(3)) * 1000;
SELECT 'unread' AS finding, x.user_id, x.conv_id, x.formula, x.counted
FROM (SELECT c.user_id, c.conv_id,
	GREATEST(0, c.last_ordinal - c.own_ordinal
		- IF(k.read_index >= c.base_index,
			k.read_ordinal - k.own_at_read,
			c.base_ordinal - c.base_own)
		- (SELECT COUNT(*) FROM entry_away w
			WHERE w.conv_id = c.conv_id
			AND w.conv_index > GREATEST(c.base_index,
				COALESCE(k.read_index, 0))
			AND w.conv_index <= c.last_index
			AND w.countable = 1 AND w.from_ms <= @now
			AND w.sender_id <> c.user_id)) formula,
	(SELECT COUNT(*) FROM entry e WHERE e.conv_id = c.conv_id
		AND e.conv_index >
			GREATEST(c.base_index, COALESCE(k.read_index, 0))
		AND e.conv_index <= c.last_index
		AND e.kind = 1 AND (e.flags & 2) = 0 AND e.state = 0
		AND (e.expires_ms = 0 OR e.expires_ms > @now)
		AND e.sender_id <> c.user_id) counted
	FROM chat c
	JOIN conv_seq q ON q.conv_id = c.conv_id
	LEFT JOIN mark k ON k.conv_id = c.conv_id AND k.user_id = c.user_id
	WHERE c.listed = 1 AND c.mode = 1
	AND q.archived_index <= GREATEST(c.base_index,
		COALESCE(k.read_index, 0))) x
WHERE x.formula <> x.counted;

-- The same in mode pull, where the log says how far the chat is.
SELECT 'unread' AS finding, x.user_id, x.conv_id, x.formula, x.counted
FROM (SELECT c.user_id, c.conv_id,
	GREATEST(0, h.ordinal - COALESCE((SELECT o.own_ordinal FROM entry o
			WHERE o.conv_id = c.conv_id AND o.sender_id = c.user_id
			AND o.conv_index <= h.conv_index
			ORDER BY o.conv_index DESC LIMIT 1), (SELECT o.ordinal
			FROM log_base o WHERE o.conv_id = c.conv_id
			AND o.sender_id = c.user_id), 0)
		- IF(k.read_index >= b.joined_index,
			k.read_ordinal - k.own_at_read,
			COALESCE(g.ordinal, 0) - COALESCE((
				SELECT o.own_ordinal FROM entry o
				WHERE o.conv_id = c.conv_id
				AND o.sender_id = c.user_id
				AND o.conv_index <= b.joined_index
				ORDER BY o.conv_index DESC LIMIT 1), (
				SELECT o.ordinal FROM log_base o
				WHERE o.conv_id = c.conv_id
				AND o.sender_id = c.user_id), 0))
		- (SELECT COUNT(*) FROM entry_away w
			WHERE w.conv_id = c.conv_id
			AND w.conv_index > GREATEST(b.joined_index,
				COALESCE(k.read_index, 0))
			AND w.conv_index <= h.conv_index
			AND w.countable = 1 AND w.from_ms <= @now
			AND w.sender_id <> c.user_id))
		formula,
	(SELECT COUNT(*) FROM entry e WHERE e.conv_id = c.conv_id
		AND e.conv_index >
			GREATEST(b.joined_index, COALESCE(k.read_index, 0))
		AND e.conv_index <= h.conv_index
		AND e.kind = 1 AND (e.flags & 2) = 0 AND e.state = 0
		AND (e.expires_ms = 0 OR e.expires_ms > @now)
		AND e.sender_id <> c.user_id) counted
	FROM chat c
	JOIN conv_seq s ON s.conv_id = c.conv_id
	JOIN member b ON b.conv_id = c.conv_id AND b.user_id = c.user_id
	JOIN entry h ON h.conv_id = c.conv_id
		AND h.conv_index = IF(b.left_index = 0, s.last_index, b.left_index)
	LEFT JOIN entry g ON g.conv_id = c.conv_id
		AND g.conv_index = b.joined_index
	LEFT JOIN mark k ON k.conv_id = c.conv_id AND k.user_id = c.user_id
	WHERE c.listed = 1 AND c.mode = 2 AND (s.archived_index = 0
		OR s.archived_index < GREATEST(b.joined_index,
			COALESCE(k.read_index, 0)))) x
WHERE x.formula <> x.counted;

SELECT 'mark' AS finding, k.conv_id, k.user_id, k.read_index, k.read_ordinal,
	e.ordinal, k.own_at_read, k.delivered_index
FROM mark k
LEFT JOIN entry e ON e.conv_id = k.conv_id AND e.conv_index = k.read_index
LEFT JOIN conv_seq s ON s.conv_id = k.conv_id
LEFT JOIN log_base b ON b.conv_id = k.conv_id AND b.sender_id = 0
WHERE k.read_ordinal <> IF(k.read_index = 0, 0, e.ordinal)
	OR (e.conv_id IS NULL AND k.read_index > COALESCE(b.base_index, 0))
	OR k.delivered_index < k.read_index
	OR s.conv_id IS NULL OR k.delivered_index > s.last_index
	OR ((s.archived_index = 0 OR k.read_index > s.archived_index)
		AND k.own_at_read <> (SELECT COUNT(*) FROM entry o
		WHERE o.conv_id = k.conv_id AND o.sender_id = k.user_id
		AND o.conv_index <= k.read_index
		AND o.kind = 1 AND (o.flags & 2) = 0) + COALESCE((
		SELECT o.ordinal FROM log_base o WHERE o.conv_id = k.conv_id
		AND o.sender_id = k.user_id), 0));

-- ---- 6. rank and the position of fan-out, recomputed ----

WITH span AS (
	SELECT conv_id, user_id, joined_index, left_index FROM member
	UNION ALL
	SELECT conv_id, user_id, joined_index, left_index FROM member_past
), met AS (
	SELECT p.user_id, p.conv_id, MAX(p.joined_index) joined_index,
		MAX(IF(p.left_index = 0, p.at, LEAST(p.left_index, p.at))) at,
		MAX(p.left_index = 0 OR p.left_index > p.at) present,
		MAX(p.at) progress, MAX(p.ahead) ahead
	FROM (SELECT m.*, IF(m.user_id <= f.after_user_id,
			GREATEST(f.done_index, f.hi_index), f.done_index) at,
		-- the mode of a row that has turned before the next entry
		CASE WHEN f.mode = 0 OR (m.user_id <= f.after_user_id
			AND f.hi_index > f.done_index) THEN 0
		WHEN f.hi_index <= f.done_index
			AND f.after_user_id BETWEEN 1 AND m.user_id - 1
			THEN 3 - f.mode ELSE f.mode END ahead
		FROM span m JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = m.conv_id) p
	JOIN user_seq s ON s.user_id = p.user_id
	WHERE p.at > 0 AND p.joined_index <= p.at
	GROUP BY p.user_id, p.conv_id
), moded AS (
	SELECT m.*, IF(m.present AND COALESCE(NULLIF(m.ahead, 0),
		(SELECT t.mode FROM conv_mode t
		WHERE t.conv_id = m.conv_id AND t.from_index <= m.progress
		ORDER BY t.from_index DESC LIMIT 1), 1) = 2, 2, 1) mode
	FROM met m
), reach AS ( -- in mode pull a row stands still, at an index of its own
	SELECT m.user_id, m.conv_id, m.joined_index, m.present, m.mode,
		IF(m.mode = 2, GREATEST(m.joined_index,
			LEAST(m.at, COALESCE(c.last_index, m.at))), m.at) at
	FROM moded m
	LEFT JOIN chat c ON c.user_id = m.user_id AND c.conv_id = m.conv_id
), want AS (
	SELECT r.user_id, r.conv_id, r.at, r.present, r.mode,
		q.archived_index old, COALESCE(a.ordinal, 0) own_old,
		(SELECT e.ordinal FROM entry e WHERE e.conv_id = r.conv_id
			AND e.conv_index = r.at) ordinal,
		(SELECT COUNT(*) FROM entry e WHERE e.conv_id = r.conv_id
			AND e.sender_id = r.user_id AND e.conv_index <= r.at
			AND e.kind = 1 AND (e.flags & 2) = 0) own,
		(SELECT MAX(e.sent_ms) FROM entry e
			JOIN span m ON m.conv_id = e.conv_id
				AND m.joined_index <= e.conv_index
				AND (m.left_index = 0
					OR m.left_index >= e.conv_index)
			WHERE e.conv_id = r.conv_id AND m.user_id = r.user_id
			AND e.conv_index <= r.at
			AND e.kind = 1 AND (e.flags & 4) = 0) bump_ms,
		(SELECT COALESCE(MAX(e.conv_index), 0) FROM entry e
			JOIN span m ON m.conv_id = e.conv_id
				AND m.joined_index <= e.conv_index
				AND (m.left_index = 0
					OR m.left_index >= e.conv_index)
			WHERE e.conv_id = r.conv_id AND m.user_id = r.user_id
			AND e.conv_index <= r.at AND e.kind = 1) message,
		r.joined_index base,
		COALESCE((SELECT e.ordinal FROM entry e
			WHERE e.conv_id = r.conv_id
			AND e.conv_index = r.joined_index), 0) base_ordinal,
		(SELECT COUNT(*) FROM entry e WHERE e.conv_id = r.conv_id
			AND e.sender_id = r.user_id
			AND e.conv_index <= r.joined_index
			AND e.kind = 1 AND (e.flags & 2) = 0) base_own
	FROM reach r JOIN conv_seq q ON q.conv_id = r.conv_id
	LEFT JOIN log_base a ON a.conv_id = r.conv_id
		AND a.sender_id = r.user_id
)
SELECT 'chat' AS finding, w.user_id, w.conv_id, w.at, c.last_index,
	w.ordinal, c.last_ordinal, w.own, c.own_ordinal, w.present, c.listed,
	w.mode, c.mode got_mode,
	w.bump_ms, c.last_ms, w.message, c.last_message_index,
	w.base, c.base_index, w.base_ordinal, c.base_ordinal got_base_ordinal,
	w.base_own, c.base_own got_base_own
FROM want w
LEFT JOIN chat c ON c.user_id = w.user_id AND c.conv_id = w.conv_id
WHERE c.user_id IS NULL OR c.last_index <> w.at
	OR c.last_ordinal <> w.ordinal
	OR (c.own_ordinal <> w.own + w.own_old AND w.at > w.old)
	OR c.listed <> w.present OR c.mode <> w.mode
	OR c.last_ms <> COALESCE(w.bump_ms, c.last_ms)
	OR (c.last_message_index <> w.message AND (w.message > 0 OR w.old = 0))
	OR c.base_index <> w.base
	OR (w.base > w.old AND c.base_own <> w.base_own + w.own_old)
	OR (w.base > w.old AND c.base_ordinal <> w.base_ordinal)
	OR (w.base = 0 AND (c.base_ordinal <> 0 OR c.base_own <> 0));

-- The creator of a direct (1) or self (4) chat has it before the first message.
SELECT 'chat_not_opened' AS finding, v.conv_id, v.created_by
FROM conversation v
JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = v.conv_id
JOIN user_seq s ON s.user_id = v.created_by
LEFT JOIN chat c ON c.user_id = v.created_by AND c.conv_id = v.conv_id
WHERE v.kind IN (1, 4) AND c.user_id IS NULL;

SELECT 'chat_copy' AS finding, c.user_id, c.conv_id, c.pinned, c.hidden_index,
	c.muted_until_ms, c.cleared_index, c.has_hidden
FROM chat c
LEFT JOIN chat_setting s ON s.user_id = c.user_id AND s.conv_id = c.conv_id
WHERE c.pinned <> COALESCE(s.pinned, 0)
	OR c.hidden_index <> COALESCE(s.hidden_index, -1)
	OR c.hidden_ordinal <> COALESCE(s.hidden_ordinal, 0)
	OR c.muted_until_ms <> COALESCE(s.muted_until_ms, 0)
	OR c.has_setting <> (s.user_id IS NOT NULL)
	OR c.cleared_index <> COALESCE(s.cleared_index, -1)
	OR c.cleared_ordinal <> COALESCE(s.cleared_ordinal, 0)
	OR c.has_hidden <> COALESCE(s.has_hidden, 0);

-- The sum of unread messages, as of upto_index: of all chats that no later event
-- names, and whose time has not come.
SELECT 'badge' AS finding, g.user_id, g.total, COALESCE(SUM(b.counted), 0) sum
FROM badge g LEFT JOIN badge_chat b ON b.user_id = g.user_id
WHERE g.upto_index >= 0
GROUP BY g.user_id, g.total HAVING g.total <> sum;

WITH later AS (
	SELECT DISTINCT i.user_id, i.conv_id FROM badge g
	JOIN inbox i ON i.user_id = g.user_id AND i.user_index > g.upto_index
)
SELECT 'badge_chat' AS finding, x.user_id, x.conv_id, x.stored, x.unread,
	x.stored_counted, x.is_out
FROM (SELECT c.user_id, c.conv_id, COALESCE(b.unread, 0) stored,
	COALESCE(b.counted, 0) stored_counted,
	COALESCE(b.again_ms, 0) again_ms,
	IF(c.listed = 1 AND c.mode = 1,
		GREATEST(0, c.last_ordinal - c.own_ordinal
		- IF(k.read_index >= c.base_index,
			k.read_ordinal - k.own_at_read,
			c.base_ordinal - c.base_own)
		- (SELECT COUNT(*) FROM entry_away w
			WHERE w.conv_id = c.conv_id
			AND w.conv_index > GREATEST(c.base_index,
				COALESCE(k.read_index, 0))
			AND w.conv_index <= c.last_index
			AND w.countable = 1 AND w.from_ms <= @now
			AND w.sender_id <> c.user_id)
		- (SELECT COUNT(*) FROM message_hidden h
			LEFT JOIN entry_away w ON w.conv_id = h.conv_id
			AND w.conv_index = h.conv_index
			AND w.from_ms <= @now
			WHERE h.user_id = c.user_id AND h.conv_id = c.conv_id
			AND h.conv_index > GREATEST(c.base_index,
				COALESCE(k.read_index, 0))
			AND h.conv_index <= c.last_index
			AND h.countable = 1 AND h.sender_id <> c.user_id
			AND w.conv_id IS NULL)), 0) unread,
	c.muted_until_ms > @now OR GREATEST(c.last_message_index,
		c.base_index) <= c.hidden_index is_out
	FROM badge g
	JOIN chat c ON c.user_id = g.user_id
	LEFT JOIN badge_chat b ON b.user_id = c.user_id
		AND b.conv_id = c.conv_id
	LEFT JOIN mark k ON k.conv_id = c.conv_id AND k.user_id = c.user_id
	LEFT JOIN later l ON l.user_id = c.user_id AND l.conv_id = c.conv_id
	WHERE g.upto_index >= 0 AND l.conv_id IS NULL) x
WHERE (x.again_ms = 0 OR x.again_ms > @now)
	AND (x.stored <> x.unread
		OR x.stored_counted <> IF(x.is_out, 0, x.unread));

-- What is taken out of unread for a user is what it is in the log.
SELECT 'message_hidden' AS finding, h.user_id, h.conv_id, h.conv_index,
	e.msg_id, s.has_hidden, q.has_personal
FROM message_hidden h
LEFT JOIN entry e ON e.conv_id = h.conv_id AND e.conv_index = h.conv_index
LEFT JOIN chat_setting s ON s.user_id = h.user_id AND s.conv_id = h.conv_id
LEFT JOIN user_seq q ON q.user_id = h.user_id
LEFT JOIN log_base b ON b.conv_id = h.conv_id AND b.sender_id = 0
WHERE (e.conv_id IS NULL AND h.conv_index > COALESCE(b.base_index, 0))
	OR e.kind <> 1 OR e.msg_id <> h.msg_id OR e.sender_id <> h.sender_id
	OR h.countable <> ((e.flags & 2) = 0)
	OR COALESCE(s.has_hidden, 0) <> 1 OR q.has_personal <> 1;

SELECT 'chat_cleared' AS finding, s.user_id, s.conv_id, s.cleared_index,
	s.cleared_ordinal, e.ordinal, k.read_index
FROM chat_setting s
LEFT JOIN conv_seq c ON c.conv_id = s.conv_id
LEFT JOIN entry e ON e.conv_id = s.conv_id AND e.conv_index = s.cleared_index
LEFT JOIN mark k ON k.conv_id = s.conv_id AND k.user_id = s.user_id
LEFT JOIN member m ON m.conv_id = s.conv_id AND m.user_id = s.user_id
LEFT JOIN user_seq q ON q.user_id = s.user_id
WHERE s.cleared_index >= 0 AND (c.conv_id IS NULL
	OR s.cleared_index > c.last_index OR s.cleared_ordinal <> e.ordinal
	OR GREATEST(COALESCE(k.read_index, 0), m.joined_index) < s.cleared_index
	OR q.has_personal <> 1);

SELECT 'star' AS finding, s.user_id, s.msg_id, s.conv_id, s.conv_index
FROM star s
LEFT JOIN entry e ON e.conv_id = s.conv_id AND e.conv_index = s.conv_index
WHERE e.msg_id <> s.msg_id OR e.kind <> 1;

SELECT 'scheduled_unknown' AS finding, d.conv_id, d.user_id, d.msg_id
FROM scheduled d LEFT JOIN conv_seq s ON s.conv_id = d.conv_id
WHERE s.conv_id IS NULL OR s.has_scheduled = 0;

SELECT 'scheduled_known' AS finding, s.conv_id
FROM conv_seq s LEFT JOIN scheduled d ON d.conv_id = s.conv_id
WHERE s.has_scheduled = 1 AND d.conv_id IS NULL;

SELECT 'scheduled_sent' AS finding, d.conv_id, d.user_id, d.msg_id,
	e.conv_index
FROM scheduled d JOIN entry e ON e.msg_id = d.msg_id;

SELECT 'scheduled_due' AS finding, conv_id, user_id, msg_id, state, due_ms
FROM scheduled
WHERE (state = 2) <> (due_ms IS NULL) OR (state = 2) <> (reason <> 0);

SELECT 'chat_of_nobody' AS finding, c.user_id, c.conv_id
FROM chat c
LEFT JOIN member m ON m.conv_id = c.conv_id AND m.user_id = c.user_id
WHERE m.user_id IS NULL;

SELECT 'mention' AS finding, x.user_id, x.conv_id, x.conv_index
FROM mention x
LEFT JOIN conv_seq s ON s.conv_id = x.conv_id
LEFT JOIN entry e ON e.conv_id = x.conv_id AND e.conv_index = x.conv_index
WHERE (e.conv_id IS NULL AND (s.conv_id IS NULL
		OR x.conv_index > s.archived_index))
	OR e.sender_id = x.user_id OR (e.flags & 0x30) = 0;

-- ---- 7. changes of messages ----

SELECT 'act_target' AS finding, e.conv_id, e.conv_index, e.kind,
	e.target_index
FROM entry e JOIN conv_seq s ON s.conv_id = e.conv_id
LEFT JOIN entry t ON t.conv_id = e.conv_id AND t.conv_index = e.target_index
WHERE (e.kind IN (2, 3, 4, 5, 6)) <> (e.target_index > 0)
	OR (e.target_index > 0 AND (e.target_index >= e.conv_index
		OR (t.kind IS NULL AND e.target_index > s.archived_index)
		OR t.kind <> 1));

SELECT 'changed_index' AS finding, s.conv_id, s.changed_index,
	MAX(e.conv_index) newest
FROM conv_seq s JOIN entry e ON e.conv_id = s.conv_id AND e.target_index > 0
GROUP BY s.conv_id, s.changed_index HAVING s.changed_index < newest;

-- Nothing of a recalled message is left, and it counts no longer.
SELECT 'recalled' AS finding, e.conv_id, e.conv_index, LENGTH(b.content) body,
	v.version, r.emoji, p.pin_index, e.recalled_by
FROM entry e
JOIN body b ON b.conv_id = e.conv_id AND b.conv_index = e.conv_index
LEFT JOIN entry_version v ON v.conv_id = e.conv_id
	AND v.conv_index = e.conv_index
LEFT JOIN reaction r ON r.conv_id = e.conv_id AND r.conv_index = e.conv_index
LEFT JOIN pin p ON p.conv_id = e.conv_id AND p.conv_index = e.conv_index
WHERE (e.state = 1 AND (LENGTH(b.content) > 0 OR v.conv_id IS NOT NULL
		OR r.conv_id IS NOT NULL OR p.conv_id IS NOT NULL))
	OR (e.state = 1) <> (e.recalled_by > 0)
	OR (e.state = 1) <> EXISTS (SELECT 1 FROM entry c
		WHERE c.conv_id = e.conv_id AND c.conv_index > e.conv_index
		AND c.kind = 2 AND c.target_index = e.conv_index);

SELECT 'reaction' AS finding, e.conv_id, e.conv_index, e.flags & 64 flag,
	COUNT(r.user_id) n, COUNT(DISTINCT r.emoji) kinds
FROM entry e
LEFT JOIN reaction r ON r.conv_id = e.conv_id AND r.conv_index = e.conv_index
GROUP BY e.conv_id, e.conv_index
HAVING (flag > 0) <> (n > 0) OR kinds > 20;

-- Those of reactions and pins that are there are what the log says last.
SELECT 'reaction_log' AS finding, x.conv_id, x.conv_index, x.user_id, x.emoji
FROM (SELECT y.*, MAX(y.at) OVER (PARTITION BY y.conv_id, y.conv_index,
		y.user_id, y.emoji) newest
	FROM (SELECT e.conv_id, e.target_index conv_index, e.sender_id user_id,
		e.conv_index at, CONVERT(JSON_VALUE(CONCAT('{',
			CONVERT(b.content USING utf8mb4), '}'),
			'$.content.emoji') USING binary) emoji,
		JSON_VALUE(CONCAT('{', CONVERT(b.content USING utf8mb4), '}'),
			'$.content.on') is_on
		FROM entry e JOIN body b ON b.conv_id = e.conv_id
			AND b.conv_index = e.conv_index
		WHERE e.kind = 4) y) x
JOIN entry t ON t.conv_id = x.conv_id AND t.conv_index = x.conv_index
LEFT JOIN reaction r ON r.conv_id = x.conv_id AND r.conv_index = x.conv_index
	AND r.user_id = x.user_id AND r.emoji = x.emoji
WHERE x.at = x.newest
	AND (r.user_id IS NOT NULL) <> (x.is_on = 1 AND t.state = 0);

SELECT 'pin' AS finding, p.conv_id, p.conv_index, p.pin_index, e.kind
FROM pin p LEFT JOIN conv_seq s ON s.conv_id = p.conv_id
LEFT JOIN entry e ON e.conv_id = p.conv_id AND e.conv_index = p.pin_index
LEFT JOIN entry u ON u.conv_id = p.conv_id AND u.conv_index > p.pin_index
	AND u.kind = 6 AND u.target_index = p.conv_index
WHERE (e.conv_id IS NULL AND (s.conv_id IS NULL
		OR p.pin_index > s.archived_index))
	OR e.kind <> 5 OR e.target_index <> p.conv_index
	OR e.sender_id <> p.pinned_by OR u.conv_id IS NOT NULL;

-- An edited message has its former versions, in the order of time.
SELECT 'edited' AS finding, e.conv_id, e.conv_index, e.edited_ms, e.version,
	COUNT(v.version) n, MAX(v.version) newest, MAX(v.at_ms) at_ms
FROM entry e
LEFT JOIN entry_version v ON v.conv_id = e.conv_id
	AND v.conv_index = e.conv_index
WHERE e.state = 0
GROUP BY e.conv_id, e.conv_index
HAVING (e.edited_ms > 0) <> (n > 0) OR newest >= e.version
	OR at_ms > e.edited_ms;

SELECT 'entry_away' AS finding, e.conv_id, e.conv_index, e.state, w.sender_id,
	w.countable, e.expires_ms, w.from_ms
FROM entry e
LEFT JOIN entry_away w ON w.conv_id = e.conv_id
	AND w.conv_index = e.conv_index
WHERE (e.state <> 0 OR e.expires_ms > 0) <> (w.conv_id IS NOT NULL)
	OR w.sender_id <> e.sender_id
	OR w.from_ms <> IF(e.state = 1, 0, e.expires_ms)
	OR w.countable <> (e.kind = 1 AND (e.flags & 2) = 0);

-- A message that expires waits for im-expire, and nothing else does.
SELECT 'expiry' AS finding, e.conv_id, e.conv_index, e.state, e.expires_ms,
	e.burn_s, x.expires_ms due, x.is_unread
FROM entry e
LEFT JOIN entry_expiry x ON x.conv_id = e.conv_id
	AND x.conv_index = e.conv_index
WHERE (x.conv_id IS NULL AND e.state = 0 AND (e.expires_ms > 0 OR e.burn_s > 0))
	OR (x.conv_id IS NOT NULL AND e.state = 2)
	OR x.expires_ms <> e.expires_ms
	OR (x.is_unread = 1 AND e.burn_s = 0)
	OR (x.is_unread = 0 AND x.expires_ms = 0);

SELECT 'gone' AS finding, e.conv_id, e.conv_index
FROM entry e
WHERE e.state = 2 AND (EXISTS (SELECT 1 FROM body b
		WHERE b.conv_id = e.conv_id AND b.conv_index = e.conv_index)
	OR EXISTS (SELECT 1 FROM entry_version v
		WHERE v.conv_id = e.conv_id AND v.conv_index = e.conv_index)
	OR EXISTS (SELECT 1 FROM reaction r
		WHERE r.conv_id = e.conv_id AND r.conv_index = e.conv_index)
	OR EXISTS (SELECT 1 FROM pin p
		WHERE p.conv_id = e.conv_id AND p.conv_index = e.conv_index));

SELECT 'away_of_nothing' AS finding, w.conv_id, w.conv_index
FROM entry_away w LEFT JOIN conv_seq s ON s.conv_id = w.conv_id
LEFT JOIN entry e ON e.conv_id = w.conv_id AND e.conv_index = w.conv_index
WHERE e.conv_id IS NULL AND (s.conv_id IS NULL
	OR w.conv_index > s.archived_index);

-- ---- 8. no orphans, no missing marks of work ----

SELECT 'member_interval' AS finding, m.conv_id, m.user_id, m.joined_index,
	m.left_index, s.last_index
FROM member m JOIN conv_seq s ON s.conv_id = m.conv_id
WHERE m.joined_index > s.last_index OR m.left_index > s.last_index
	OR (m.left_index > 0 AND m.left_index < m.joined_index);

SELECT 'member_past' AS finding, p.conv_id, p.user_id, p.joined_index,
	p.left_index
FROM member_past p
LEFT JOIN member m ON m.conv_id = p.conv_id AND m.user_id = p.user_id
WHERE m.user_id IS NULL OR p.left_index < p.joined_index
	OR p.left_index >= m.joined_index;

SELECT 'inbox_conversation' AS finding, i.user_id, i.conv_id, i.conv_index,
	i.action
FROM inbox i
LEFT JOIN conversation c ON c.conv_id = i.conv_id
LEFT JOIN entry e ON e.conv_id = i.conv_id AND e.conv_index = i.conv_index
WHERE i.kind = 3 AND ((i.action = 6 AND COALESCE(e.kind, 8) <> 8)
	OR (i.action = 4 AND i.conv_index <> COALESCE(c.dissolved_index, 0)));

-- What an app's server makes may have no owner.
SELECT 'owner' AS finding, c.conv_id, c.member_count, SUM(m.role = 3) owners
FROM conversation c
JOIN member m ON m.conv_id = c.conv_id AND m.left_index = c.dissolved_index
WHERE c.kind IN (2, 3)
GROUP BY c.conv_id, c.member_count, c.created_by
HAVING owners <> 1 AND (owners > 1 OR c.created_by <> 0);

SELECT 'join_request' AS finding, r.conv_id, r.user_id
FROM join_request r LEFT JOIN conversation c ON c.conv_id = r.conv_id
LEFT JOIN member m ON m.conv_id = r.conv_id AND m.user_id = r.user_id
	AND m.left_index = 0
LEFT JOIN ban b ON b.conv_id = r.conv_id AND b.user_id = r.user_id
	AND b.until_ms = 0
WHERE c.conv_id IS NULL OR m.user_id IS NOT NULL OR b.user_id IS NOT NULL;

SELECT 'ban' AS finding, b.conv_id, b.user_id
FROM ban b LEFT JOIN conversation c ON c.conv_id = b.conv_id
LEFT JOIN member m ON m.conv_id = b.conv_id AND m.user_id = b.user_id
	AND m.left_index = 0
WHERE c.conv_id IS NULL OR (b.until_ms = 0 AND m.user_id IS NOT NULL);

SELECT 'invite' AS finding, i.conv_id, i.invite_id, i.uses, i.max_uses
FROM invite i LEFT JOIN conversation c ON c.conv_id = i.conv_id
WHERE c.conv_id IS NULL OR (i.max_uses > 0 AND i.uses > i.max_uses);

SELECT 'dissolved' AS finding, c.conv_id, c.dissolved_ms, c.dissolved_index,
	s.last_index
FROM conversation c JOIN conv_seq s ON s.conv_id = c.conv_id
WHERE (c.dissolved_index > 0
		AND (c.dissolved_ms = 0 OR c.dissolved_index <> s.last_index))
	OR (c.dissolved_index > 0 AND EXISTS (SELECT 1 FROM member m
		WHERE m.conv_id = c.conv_id AND m.left_index = 0));

-- Of one that was dissolved, those who were members then.
SELECT 'member_count' AS finding, c.conv_id, c.member_count, COUNT(m.user_id) n
FROM conversation c
LEFT JOIN member m ON m.conv_id = c.conv_id
	AND m.left_index = c.dissolved_index
GROUP BY c.conv_id, c.member_count HAVING c.member_count <> n;

SELECT 'conversation_without_log' AS finding, c.conv_id
FROM conversation c LEFT JOIN conv_seq s ON s.conv_id = c.conv_id
WHERE s.conv_id IS NULL;

SELECT 'body_missing' AS finding, e.conv_id, e.conv_index, e.msg_id
FROM entry e
LEFT JOIN body b ON b.conv_id = e.conv_id AND b.conv_index = e.conv_index
WHERE b.conv_id IS NULL AND e.state <> 2;

SELECT 'body_broken' AS finding, b.conv_id, b.conv_index
FROM body b
WHERE JSON_VALID(CONVERT(CONCAT('{', b.content, '}') USING utf8mb4)) = 0
AND 2 * LENGTH(b.content) - LENGTH(REPLACE(b.content, '{', ''))
	- LENGTH(REPLACE(b.content, '[', '')) < 31;	-- no deeper than MariaDB reads

SELECT 'body_orphan' AS finding, b.conv_id, b.conv_index,
	IF(s.conv_id IS NULL, c.conv_id IS NOT NULL, b.conv_index <= s.last_index
		AND b.conv_index > COALESCE(w.base_index, 0)) is_lost
FROM body b
LEFT JOIN entry e ON e.conv_id = b.conv_id AND e.conv_index = b.conv_index
LEFT JOIN conv_seq s ON s.conv_id = b.conv_id
LEFT JOIN conversation c ON c.conv_id = b.conv_id
LEFT JOIN log_base w ON w.conv_id = b.conv_id AND w.sender_id = 0
WHERE e.conv_id IS NULL;

SELECT 'entry_id' AS finding, e.msg_id, COUNT(*) n
FROM entry e GROUP BY e.msg_id HAVING n > 1;

SELECT 'fanout_forgotten' AS finding, s.conv_id, s.last_index,
	f.done_index done
FROM conv_seq s
LEFT JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = s.conv_id
LEFT JOIN log_dirty d ON d.consumer = 1 AND d.conv_id = s.conv_id
WHERE d.conv_id IS NULL
	AND (f.conv_id IS NULL OR s.last_index > f.done_index);

SELECT 'fanout_parked' AS finding, d.conv_id, d.head, d.parked_ms, d.reason
FROM log_dirty d WHERE d.parked_ms > 0 OR d.reason IS NOT NULL;

SELECT 'fanout_ahead' AS finding, f.conv_id, f.done_index, f.hi_index,
	s.last_index
FROM log_cursor f LEFT JOIN conv_seq s ON s.conv_id = f.conv_id
WHERE s.conv_id IS NULL OR f.done_index > s.last_index
	OR f.hi_index > s.last_index
	OR (f.hi_index <= f.done_index AND f.after_user_id > 0 AND f.mode = 0);

-- Chat rows that have to turn, of which nothing is marked.
SELECT 'turn_forgotten' AS finding, c.conv_id, c.mode, f.mode turned
FROM conversation c JOIN conv_seq s ON s.conv_id = c.conv_id
JOIN log_cursor f ON f.consumer = 1 AND f.conv_id = c.conv_id
WHERE f.done_index = s.last_index
	AND c.mode <> COALESCE(NULLIF(f.mode, 0), (SELECT t.mode FROM conv_mode t
		WHERE t.conv_id = c.conv_id AND t.from_index <= f.done_index
		ORDER BY t.from_index DESC LIMIT 1), 1)
	AND NOT EXISTS (SELECT 1 FROM log_dirty d WHERE d.consumer = 1
		AND d.conv_id = c.conv_id);

SELECT 'log_dirty' AS finding, d.part, d.conv_id, d.head, s.last_index
FROM log_dirty d LEFT JOIN conv_seq s ON s.conv_id = d.conv_id
WHERE s.conv_id IS NULL OR d.head > s.last_index;

SELECT 'direct' AS finding, d.low_id, d.high_id, d.conv_id
FROM direct d LEFT JOIN conversation c ON c.conv_id = d.conv_id
WHERE c.conv_id IS NULL OR d.low_id > d.high_id;

SELECT 'username' AS finding, u.app_id, u.username, u.user_id, n.user_id holder
FROM user u
LEFT JOIN username n ON n.app_id = u.app_id AND n.username = u.username
WHERE u.username NOT LIKE '~%'
	AND (n.user_id IS NULL OR n.user_id <> u.user_id);

-- Of an erased user only the tombstone is left, and who was not erased has none.
SELECT 'tombstone' AS finding, u.user_id, e.user_id IS NULL no_erasure
FROM user u LEFT JOIN erasure e ON e.user_id = u.user_id
WHERE (u.username LIKE '~%') <> (e.user_id IS NOT NULL)
	OR (u.username LIKE '~%' AND (u.display_name <> '' OR u.folded <> ''
		OR u.avatar IS NOT NULL OR u.bio IS NOT NULL
		OR u.meta IS NOT NULL OR u.disabled_ms = 0));

-- Once it is done: no message of theirs, and they are in no group.
SELECT 'erased_message' AS finding, e.conv_id, e.conv_index, x.user_id
FROM erasure x JOIN chat c ON c.user_id = x.user_id
JOIN entry e ON e.conv_id = c.conv_id AND e.sender_id = x.user_id
WHERE x.due_ms IS NULL AND e.kind = 1 AND e.state = 0;

SELECT 'erased_member' AS finding, m.conv_id, m.user_id
FROM erasure x JOIN chat c ON c.user_id = x.user_id
JOIN member m ON m.conv_id = c.conv_id AND m.user_id = x.user_id
JOIN conversation v ON v.conv_id = m.conv_id AND v.kind IN (2, 3)
WHERE x.due_ms IS NULL AND m.left_index = 0;

-- No export of theirs is left but what im-export has to remove.
SELECT 'erased_export' AS finding, x.user_id, p.export_id
FROM erasure x JOIN export p ON p.app_id = x.app_id AND p.user_id = x.user_id
WHERE x.due_ms IS NULL AND p.state <> 4;

-- What an export has to do, by its state: a running one is due; of those that
-- have ended one at most is not to be removed.
SELECT 'export_state' AS finding, e.app_id, e.export_id, e.state
FROM export e
WHERE (e.state = 1) <> (e.ended_id = 0) OR (e.user_id = 0) = (e.conv_id = 0)
	OR e.ended_id NOT IN (0, e.export_id)
	OR (e.due_ms IS NULL AND (e.state IN (1, 4) OR e.name IS NOT NULL));

SELECT 'exports' AS finding, app_id, user_id, conv_id
FROM export WHERE state <> 4
GROUP BY app_id, user_id, conv_id HAVING COUNT(*) > 1;

SELECT 'user_without_inbox' AS finding, u.user_id
FROM user u LEFT JOIN user_seq s ON s.user_id = u.user_id
WHERE s.user_id IS NULL;

SELECT 'user_without_parts' AS finding, u.user_id
FROM user u LEFT JOIN user_part p ON p.user_id = u.user_id
WHERE p.user_id IS NULL AND u.username NOT LIKE '~%';

SELECT 'part_without_user' AS finding, p.app_id, p.user_id, p.part
FROM user_part p LEFT JOIN user u ON u.user_id = p.user_id
	AND u.app_id = p.app_id
WHERE u.user_id IS NULL;

-- Of an entry, a conversation or a user that is not there.

SELECT 'version_orphan' AS finding, b.conv_id, b.conv_index
FROM entry_version b
LEFT JOIN entry e ON e.conv_id = b.conv_id AND e.conv_index = b.conv_index
LEFT JOIN conv_seq s ON s.conv_id = b.conv_id
WHERE e.conv_id IS NULL AND b.conv_index > COALESCE(s.archived_index, 0);

SELECT 'reaction_orphan' AS finding, b.conv_id, b.conv_index
FROM reaction b
LEFT JOIN entry e ON e.conv_id = b.conv_id AND e.conv_index = b.conv_index
LEFT JOIN conv_seq s ON s.conv_id = b.conv_id
WHERE e.conv_id IS NULL AND b.conv_index > COALESCE(s.archived_index, 0);

SELECT 'pin_orphan' AS finding, b.conv_id, b.conv_index
FROM pin b
LEFT JOIN entry e ON e.conv_id = b.conv_id AND e.conv_index = b.conv_index
LEFT JOIN conv_seq s ON s.conv_id = b.conv_id
WHERE e.conv_id IS NULL AND b.conv_index > COALESCE(s.archived_index, 0);

SELECT 'expiry_orphan' AS finding, b.conv_id, b.conv_index
FROM entry_expiry b
LEFT JOIN entry e ON e.conv_id = b.conv_id AND e.conv_index = b.conv_index
LEFT JOIN conv_seq s ON s.conv_id = b.conv_id
WHERE e.conv_id IS NULL AND b.conv_index > COALESCE(s.archived_index, 0);

SELECT 'conv_orphan' AS finding, x.conv_id, x.of
FROM (
	SELECT conv_id, 'member' of FROM member
	UNION ALL SELECT conv_id, 'member_past' of FROM member_past
	UNION ALL SELECT conv_id, 'mark' of FROM mark
	UNION ALL SELECT conv_id, 'conv_mode' of FROM conv_mode
	UNION ALL SELECT conv_id, 'log_base' of FROM log_base
	UNION ALL SELECT conv_id, 'segment_sender' of FROM segment_sender
	UNION ALL SELECT conv_id, 'archived' of FROM archived
	UNION ALL SELECT conv_id, 'join_request' of FROM join_request
	UNION ALL SELECT conv_id, 'ban' of FROM ban
	UNION ALL SELECT conv_id, 'invite' of FROM invite) x
LEFT JOIN conversation c ON c.conv_id = x.conv_id
LEFT JOIN conv_seq s ON s.conv_id = x.conv_id
WHERE c.conv_id IS NULL AND s.conv_id IS NULL;

SELECT 'user_orphan' AS finding, x.user_id, x.of
FROM (
	SELECT user_id, 'chat_setting' of FROM chat_setting
	UNION ALL SELECT user_id, 'mention' of FROM mention
	UNION ALL SELECT user_id, 'message_hidden' of FROM message_hidden
	UNION ALL SELECT user_id, 'star' of FROM star
	UNION ALL SELECT user_id, 'reminder' of FROM reminder
	UNION ALL SELECT user_id, 'session' of FROM session
	UNION ALL SELECT user_id, 'session_jwt' of FROM session_jwt
	UNION ALL SELECT user_id, 'user_setting' of FROM user_setting
	UNION ALL SELECT user_id, 'badge' of FROM badge
	UNION ALL SELECT user_id, 'badge_chat' of FROM badge_chat
	UNION ALL SELECT user_id, 'contact' of FROM contact
	UNION ALL SELECT user_id, 'block' of FROM block) x
LEFT JOIN user u ON u.user_id = x.user_id
WHERE u.user_id IS NULL;

COMMIT;
