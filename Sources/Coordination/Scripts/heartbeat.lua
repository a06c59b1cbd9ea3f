-- A node says that it is alive, and is told whose lease has ended.
--
-- KEYS: the prefix of all keys.
-- ARGV: node, its lease in ms; a lease of 0 says that it leaves.
-- Gives {now in ms, 1 if its former lease is still known or 0, {node, lease end, ...} of those whose lease has ended
-- and that own workflows}.

local prefix, node, lease = KEYS[1], ARGV[1], tonumber(ARGV[2])
local nodes = prefix .. 'nodes'
local now = now_in_milliseconds()
local was_known = redis.call('ZSCORE', nodes, node) and 1 or 0

local function owns_workflows(owner) return redis.call('EXISTS', prefix .. 'coordinators:' .. owner) == 1 end

if lease > 0 then
    redis.call('ZADD', nodes, now + lease, node)
elseif owns_workflows(node) then
    -- Long before now: whoever sees it may take over at once, without waiting.
    redis.call('ZADD', nodes, 0, node)
else
    redis.call('ZREM', nodes, node)
end

local ended = {}
local found = redis.call('ZRANGE', nodes, '-inf', now, 'BYSCORE', 'LIMIT', 0, 100, 'WITHSCORES')
for at = 1, #found, 2 do
    if owns_workflows(found[at]) then
        ended[#ended + 1] = found[at]
        ended[#ended + 1] = found[at + 1]
    else
        redis.call('ZREM', nodes, found[at])
    end
end
return {now, was_known, ended}
