-- Says what became of a delivery.
--
-- KEYS: the prefix of all keys.
-- ARGV: id, attempt, 'done', 'again' or 'dead', why, after how long it is due again in ms, how many dead ones are kept.
-- Gives 'done', or 'late' if somebody else has it by now.

local prefix, id, attempt, outcome, reason = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local key = prefix .. 'delivery:' .. id
local webhook, current = unpack(redis.call('HMGET', key, 'webhook', 'attempts'))
if not webhook or current ~= attempt then return 'late' end
local now = now_in_milliseconds()
local state = prefix .. 'webhook:' .. webhook
if outcome == 'done' then
    redis.call('ZREM', prefix .. 'deliveries', id)
    redis.call('UNLINK', key)
    redis.call('HINCRBY', state, 'delivered', 1)
    redis.call('HSET', state, 'delivered_at', now)
    return 'done'
end
redis.call('HSET', state, 'failed_at', now, 'error', reason)
redis.call('HSET', key, 'error', reason, 'failed_at', now)
if outcome == 'again' then
    redis.call('ZADD', prefix .. 'deliveries', now + ARGV[5], id)
    return 'done'
end
local dead = prefix .. 'deliveries:dead:' .. webhook
redis.call('ZREM', prefix .. 'deliveries', id)
redis.call('ZADD', dead, now, id)
local surplus = redis.call('ZCARD', dead) - ARGV[6]
if surplus > 0 then
    for _, old in ipairs(redis.call('ZRANGE', dead, 0, surplus - 1)) do
        redis.call('UNLINK', prefix .. 'delivery:' .. old)
        redis.call('ZREM', dead, old)
    end
end
return 'done'
