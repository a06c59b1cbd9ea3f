-- A node says that it is alive and how it is, and is told whose workflows it may claim; or that others have taken it for dead,
-- and then nothing is heard of it any more under this id.
--
-- KEYS: the prefix of all keys.
-- ARGV: node, 1 if it has not been heard of under this id or 0, its lease in ms, how long after the end of that it is
--       remembered in ms, then the fields and values of its record.
-- Gives {now in ms, 'new', 'known' or 'dead', {node, last sign of life in ms, ...} of those that own workflows which
-- this one may claim, the end of the lease that ends next of all others or nothing, the revision of what is set for task
-- types or nothing}.

local prefix, node, is_first, lease, memory = KEYS[1], ARGV[1], ARGV[2] == '1', tonumber(ARGV[3]), ARGV[4]
local nodes, record = prefix .. 'nodes', prefix .. 'node:' .. node
local now = now_in_milliseconds()
-- A node that owns nothing is nobody's concern, but may still be heard of: then it was only late.
local longest_absence = 60000

local former_end = redis.call('ZSCORE', nodes, node)
local is_known = former_end and tonumber(former_end) ~= gone
if not is_known and not is_first then return {now, 'dead', {}, false, false} end
redis.call('ZADD', nodes, now + lease, node)
-- If it was away itself, or that clock was set, it judges others when it has been in touch for a whole lease.
local last = redis.call('HMGET', record, 'heartbeat_at', 'longest_gap')
if not last[1] or now < tonumber(last[1]) or now - last[1] > tonumber(last[2]) then
    redis.call('HSET', record, 'judges_from', now + lease)
end
redis.call('HSET', record, 'heartbeat_at', now, unpack(ARGV, 5))
if redis.call('HSETNX', record, 'started_at', now) == 1 then
    redis.call('ZADD', prefix .. 'index:nodes', 0, moment(now, node))
end
redis.call('ZADD', prefix .. 'expiry', now + lease + memory, 'node:' .. node)

local ended = {}
local found = redis.call('ZRANGE', nodes, '-inf', now, 'BYSCORE', 'LIMIT', 0, 100, 'WITHSCORES')
for at = 1, #found, 2 do
    local former, lease_end = found[at], found[at + 1]
    if owns_workflows(prefix, former) then
        if may_claim(prefix, former, node, now) then
            ended[#ended + 1] = former
            ended[#ended + 1] = redis.call('HGET', prefix .. 'node:' .. former, 'heartbeat_at')
        end
    elseif tonumber(lease_end) < now - longest_absence then
        redis.call('ZREM', nodes, former)
    end
end

local next_end = false
local next_ends = redis.call('ZRANGE', nodes, '(' .. now, '+inf', 'BYSCORE', 'LIMIT', 0, 2, 'WITHSCORES')
for at = 1, #next_ends, 2 do
    if next_ends[at] ~= node and not next_end then next_end = next_ends[at + 1] end
end
return {now, is_known and 'known' or 'new', ended, next_end, redis.call('GET', prefix .. 'settings:revision')}
