-- Runs before every answer starts (magnet.attract-response-start-to).
-- The services write their own problem documents.  Errors of lighttpd itself (an
-- invalid or too large request, a service that is unavailable or died during a
-- request) get one here, with the same members.

local r = lighty.r
local status = r.req_item.http_status

local function request_id()
	local id = r.req_header["X-Request-Id"]
	if id and #id <= 64 and id:match("^[%w._-]+$") then
		return id
	end
	return string.format("%08x%08x", os.time() & 0xffffffff,
	    math.random(0, 0xffffffff))
end

local target = r.req_attr["request.orig-uri"] or ""
local path = r.req_attr["uri.path"] or ""
local api = target == "" or path == "/metrics"
    or target:match("^/v1[/?%%]") or (path .. "/"):match("^/v1/")

if status < 400 or not api then
	return 0
end
local kind = r.resp_header["Content-Type"]
-- application/json: the answer of /v1/health, which has a body also as a 503.
if kind and (kind:find("application/problem+json", 1, true)
    or kind:find("application/json", 1, true)) then
	return 0
end

-- Status and title of each code, as in lib/base/err.def.
local codes = {
	invalid_argument = { 400, "The request is not valid." },
	not_found = { 404, "The resource does not exist." },
	method_not_allowed = { 405, "The method is not allowed on this path." },
	too_large = { 413, "The request is too large." },
	headers_too_large = { 431, "The request headers are too large." },
	busy = { 503, "The service is busy or a store is down; try again." },
	uncertain = { 503,
	    "The outcome is unknown; repeat with the same client id." },
}

-- of 503: 1 to 2 s, so that clients do not come back together
local function retry_after_ms(id)
	local sum = 0
	for i = 1, #id do sum = (sum * 31 + id:byte(i)) % 1000 end
	return 1000 + sum
end

-- lighttpd's status -> code, detail
local problems = {
	[400] = { "invalid_argument", "the request is not valid HTTP" },
	[403] = { "not_found", "no such route" },
	[404] = { "not_found", "no such route" },
	[405] = { "method_not_allowed", "the route does not have this method" },
	[411] = { "invalid_argument", "the length of the body is missing" },
	[413] = { "too_large", "the body is too large" },
	[414] = { "headers_too_large", "the request's target is too long" },
	[431] = { "headers_too_large", "the request's headers are too large" },
	[501] = { "method_not_allowed", "there is no such method" },
	[505] = { "invalid_argument", "there is no such version of HTTP" },
	[503] = { "busy", "the service is away for a moment" },
}
local busy = problems[503]
local uncertain = { "uncertain",
    "the service ended while it worked on the request: repeat it as it was" }

local p = problems[status]
if not p then
	if status < 500 then
		p = problems[400]
	else
		-- 500, 502, 504: a service accepted the request and did not answer
		local m = r.req_attr["request.method"]
		p = (m == "GET" or m == "HEAD") and busy or uncertain
	end
end
local code, detail = p[1], p[2]
local answer, title = codes[code][1], codes[code][2]

local id = request_id()
local retry = ""
local h = r.resp_header
h["Content-Type"] = "application/problem+json"
h["Cache-Control"] = "no-store"
h["X-Request-Id"] = id
if answer == 405 then
	h["Allow"] = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
end
if answer == 503 then
	local ms = retry_after_ms(id)
	h["Retry-After"] = ms > 1000 and "2" or "1"
	retry = string.format(',"retry_after_ms":%d', ms)
end
r.resp_body.set(string.format(
    '{"type":"urn:imcloud:problem:%s","title":"%s","status":%d,"code":"%s",' ..
    '"detail":"%s"%s,"request_id":"%s"}\n',
    code, title, answer, code, detail, retry, id))
return answer
