-- Sets a webhook, or takes it back.
--
-- KEYS: the prefix of all keys.
-- ARGV: its name, its settings as JSON or '' for none, the kinds of events that it wants, with a space before and after
--       each, how many webhooks there may be.
-- Gives 'set', 'gone', 'unknown' if there was none to be taken back, or 'full'.

local prefix, name, settings = KEYS[1], ARGV[1], ARGV[2]
local is_known = redis.call('HEXISTS', prefix .. 'webhooks', name) == 1
if settings == '' then
    redis.call('HDEL', prefix .. 'webhooks', name)
    redis.call('HDEL', prefix .. 'webhooks:events', name)
    redis.call('DEL', prefix .. 'webhook:' .. name)
    local dead = prefix .. 'deliveries:dead:' .. name
    for _, id in ipairs(redis.call('ZRANGE', dead, 0, -1)) do redis.call('UNLINK', prefix .. 'delivery:' .. id) end
    redis.call('DEL', dead)
    return is_known and 'gone' or 'unknown'
end
if not is_known and redis.call('HLEN', prefix .. 'webhooks') >= tonumber(ARGV[4]) then return 'full' end
redis.call('HSET', prefix .. 'webhooks', name, settings)
redis.call('HSET', prefix .. 'webhooks:events', name, ARGV[3])
return 'set'
