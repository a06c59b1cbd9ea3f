-- Reads a page of an index, newest first.
--
-- KEYS: the prefix of all keys.
-- ARGV: the index, what the records' keys begin with, the member that the page before ended with or '', how many,
--       then the names of the fields to read.
-- Gives {1 if more follow or 0, {member, its fields' values, ...}}.

local prefix, index, kind, after, limit = KEYS[1], KEYS[1] .. ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local from = after == '' and '+' or '(' .. after
local members = redis.call('ZRANGE', index, from, '-', 'BYLEX', 'REV', 'LIMIT', 0, limit + 1)
local page = {}
for at = 1, math.min(limit, #members) do
    page[#page + 1] = members[at]
    page[#page + 1] = redis.call('HMGET', prefix .. kind .. id_in(members[at]), unpack(ARGV, 5))
end
return {#members > limit and 1 or 0, page}
