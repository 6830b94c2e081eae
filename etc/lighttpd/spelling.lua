-- Runs before a file is looked for (magnet.attract-raw-url-to).  lighttpd decodes
-- and simplifies a path before it chooses who answers, so that a path below /v1
-- such as /v1/conversations/..%2f.. may end here.  Only the plain spelling of a
-- path names a file; none is a folder but /.
local target = lighty.r.req_attr["request.orig-uri"] or ""
local path = target:match("^[^?]*"):lower()

if path:find("//", 1, true) or path:find("%2f", 1, true)
    or path:find("./$")
    or (path .. "/"):gsub("%%2e", "."):find("/%.%.?/") then
	return 404
end
return 0
