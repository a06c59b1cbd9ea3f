-- Reads a page of an index, newest first.
--
-- KEYS: the prefix of all keys.
-- ARGV: the index, what the records' keys begin with, the member that the page before ended with or '', how many,
--       then the names of the fields to read.
-- Gives {1 if more follow or 0, {member, its fields' values, ...}}.

local prefix, index, kind, after, limit = KEYS[1], KEYS[1] .. ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local members, has_more = page_of(index, after, limit)
local page = {}
for _, member in ipairs(members) do
    page[#page + 1] = member
    page[#page + 1] = redis.call('HMGET', prefix .. kind .. id_in(member), unpack(ARGV, 5))
end
return {has_more, page}
