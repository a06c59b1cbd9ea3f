-- A node leaves: what it owns may be claimed at once, and all nodes are told so.
--
-- KEYS: the prefix of all keys.
-- ARGV: node, how long it is remembered in ms.

local prefix, node, memory = KEYS[1], ARGV[1], ARGV[2]
local record = prefix .. 'node:' .. node
if owns_workflows(prefix, node) then
    redis.call('ZADD', prefix .. 'nodes', gone, node)
    tell(prefix, 'nodes', 'left ' .. node)
else
    redis.call('ZREM', prefix .. 'nodes', node)
end
-- It was never heard of, or long ago.
if redis.call('EXISTS', record) == 0 then return end
local now = now_in_milliseconds()
redis.call('HSET', record, 'heartbeat_at', now, 'has_left', 1)
redis.call('ZADD', prefix .. 'expiry', now + memory, 'node:' .. node)
