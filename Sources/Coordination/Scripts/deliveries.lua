-- Gives deliveries that are due to a node, for a while: whichever is not settled by then is due again.
--
-- KEYS: the prefix of all keys.
-- ARGV: how many at most, for how long in ms.
-- Gives {id, attempt, webhook, its settings as JSON, workflow, event}, ....

local prefix, limit, lease = KEYS[1], ARGV[1], tonumber(ARGV[2])
local now = now_in_milliseconds()
local found = {}
for _, id in ipairs(redis.call('ZRANGE', prefix .. 'deliveries', '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)) do
    local key = prefix .. 'delivery:' .. id
    local webhook, workflow, event = unpack(redis.call('HMGET', key, 'webhook', 'workflow', 'event'))
    local settings = webhook and redis.call('HGET', prefix .. 'webhooks', webhook)
    if settings then
        redis.call('ZADD', prefix .. 'deliveries', now + lease, id)
        found[#found + 1] = {id, redis.call('HINCRBY', key, 'attempts', 1), webhook, settings, workflow, event}
    else
        redis.call('ZREM', prefix .. 'deliveries', id)
        redis.call('UNLINK', key)
    end
end
return found
