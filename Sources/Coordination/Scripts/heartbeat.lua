-- A node says that it is alive, and is told whose lease has ended.
--
-- KEYS: the prefix of all keys.
-- ARGV: node, its lease in ms; a lease of 0 says that it leaves.
-- Gives {now in ms, 1 if its former lease is still known or 0, {node, lease end, ...} of those whose lease has ended}.

local prefix, node, lease = KEYS[1], ARGV[1], tonumber(ARGV[2])
local nodes = prefix .. 'nodes'
local now = now_in_milliseconds()
local was_known = redis.call('ZSCORE', nodes, node) and 1 or 0

if lease > 0 then
    redis.call('ZADD', nodes, now + lease, node)
elseif redis.call('SCARD', prefix .. 'coordinators:' .. node) > 0 then
    -- At the end of time's other side: whoever sees it may take over at once, without waiting.
    redis.call('ZADD', nodes, 0, node)
else
    redis.call('ZREM', nodes, node)
end

local ended = redis.call('ZRANGE', nodes, '-inf', now, 'BYSCORE', 'LIMIT', 0, 100, 'WITHSCORES')
return {now, was_known, ended}
