-- Runs before a request is passed on (magnet.attract-raw-url-to).  FastCGI writes
-- whatever is neither a letter nor a digit as an underscore: Im_Act-As and
-- Im.Act.As would arrive as Im-Act-As.  Such headers are dropped, as nginx and
-- Apache do.
local headers = lighty.r.req_header
local odd = {}

for name in pairs(headers) do
	if name:find("[^%w-]") then
		odd[#odd + 1] = name
	end
end
for _, name in ipairs(odd) do
	headers[name] = ""
end
return 0
