-- Runs before every answer starts (magnet.attract-response-start-to).
-- The services write their own problem documents; what lighttpd itself refuses
-- (a bad or too large request, a service that is away or died at work) gets one
-- here, with the same members.

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
    or target:match("^/v1[/?]") or (path .. "/"):match("^/v1/")

if status < 400 or not api then
	return 0
end
local kind = r.resp_header["Content-Type"]
-- application/json: the answer of /v1/health, which is one also as a 503.
if kind and (kind:find("application/problem+json", 1, true)
    or kind:find("application/json", 1, true)) then
	return 0
end

-- lighttpd's status -> status, code, title, detail, retry_after_ms
local problems = {
	[400] = { 400, "invalid_argument", "Invalid argument",
	    "the request is not valid HTTP" },
	[403] = { 404, "not_found", "Not found", "no such route" },
	[404] = { 404, "not_found", "Not found", "no such route" },
	[405] = { 405, "method_not_allowed", "Method not allowed",
	    "the route does not have this method" },
	[411] = { 400, "invalid_argument", "Invalid argument",
	    "the length of the body is missing" },
	[413] = { 413, "too_large", "Too large", "the body is too large" },
	[414] = { 431, "headers_too_large", "Headers too large",
	    "the request's target is too long" },
	[431] = { 431, "headers_too_large", "Headers too large",
	    "the request's headers are too large" },
	[501] = { 405, "method_not_allowed", "Method not allowed",
	    "there is no such method" },
	[505] = { 400, "invalid_argument", "Invalid argument",
	    "there is no such version of HTTP" },
	[503] = { 503, "busy", "Busy",
	    "the service is away for a moment", 1000 },
}
local busy = problems[503]
local uncertain = { 503, "uncertain", "Uncertain",
    "the service ended while it worked on the request: repeat it as it was",
    1000 }

local p = problems[status]
if not p then
	if status < 500 then
		p = problems[400]
	else
		-- 500, 502, 504: a service took the request and did not answer
		local m = r.req_attr["request.method"]
		p = (m == "GET" or m == "HEAD") and busy or uncertain
	end
end

local id = request_id()
local retry = ""
local h = r.resp_header
h["Content-Type"] = "application/problem+json"
h["Cache-Control"] = "no-store"
h["X-Request-Id"] = id
if p[1] == 405 then
	h["Allow"] = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
end
if p[5] then
	h["Retry-After"] = tostring(p[5] // 1000)
	retry = string.format(',"retry_after_ms":%d', p[5])
end
r.resp_body.set(string.format(
    '{"type":"urn:imcloud:problem:%s","title":"%s","status":%d,"code":"%s",' ..
    '"detail":"%s"%s,"request_id":"%s"}\n',
    p[2], p[3], p[1], p[2], p[4], retry, id))
return p[1]
