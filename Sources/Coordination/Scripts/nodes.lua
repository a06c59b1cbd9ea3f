-- Reads a page of the nodes, newest first.
--
-- KEYS: the prefix of all keys.
-- ARGV: the member that the page before ended with or '', how many, then the names of the fields to read.
-- Gives {1 if more follow or 0, now in ms, {member, {'alive', 'left' or 'lost', how many workflows it owns, its fields'
-- values ...}, ...}}.

local prefix = KEYS[1]
local now = now_in_milliseconds()

local function status(node, record)
    if redis.call('HEXISTS', record, 'has_left') == 1 then return 'left' end
    return is_alive(prefix, node, now) and 'alive' or 'lost'
end

local members, has_more = page_of(prefix .. 'index:nodes', ARGV[1], tonumber(ARGV[2]))
local page = {}
for _, member in ipairs(members) do
    local node = id_in(member)
    local record = prefix .. 'node:' .. node
    page[#page + 1] = member
    page[#page + 1] = {
        status(node, record), redis.call('SCARD', prefix .. 'coordinators:' .. node),
        unpack(redis.call('HMGET', record, unpack(ARGV, 3))),
    }
end
return {has_more, now, page}
