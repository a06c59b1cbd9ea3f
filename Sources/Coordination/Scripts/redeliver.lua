-- Makes dead deliveries of a webhook due again, from their first attempt on.
--
-- KEYS: the prefix of all keys.
-- ARGV: webhook, then their ids; without any, all.
-- Gives how many.

local prefix, dead = KEYS[1], KEYS[1] .. 'deliveries:dead:' .. ARGV[1]
local ids = {unpack(ARGV, 2)}
if #ids == 0 then ids = redis.call('ZRANGE', dead, 0, -1) end
local count, now = 0, now_in_milliseconds()
for _, id in ipairs(ids) do
    if redis.call('ZREM', dead, id) == 1 then
        redis.call('HSET', prefix .. 'delivery:' .. id, 'attempts', 0)
        redis.call('ZADD', prefix .. 'deliveries', now, id)
        count = count + 1
    end
end
return count
