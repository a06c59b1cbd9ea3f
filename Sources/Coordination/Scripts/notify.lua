-- What webhooks are told: an event becomes a delivery for each webhook that wants it, in the step that makes it happen.
-- Stands before the scripts in which something happens that people may be told of; needs time.lua.

-- More than so many deliveries do not wait: a receiver that is away for long must not fill Redis.
local most_deliveries = 100000

local function notify(prefix, workflow, kind, event)
    local wanted = redis.call('HGETALL', prefix .. 'webhooks:events')
    for at = 1, #wanted, 2 do
        if string.find(wanted[at + 1], ' ' .. kind .. ' ', 1, true) then
            if redis.call('ZCARD', prefix .. 'deliveries') >= most_deliveries then
                redis.call('HINCRBY', prefix .. 'webhook:' .. wanted[at], 'dropped', 1)
            else
                local id = redis.call('INCR', prefix .. 'deliveries:last')
                redis.call(
                    'HSET', prefix .. 'delivery:' .. id, 'webhook', wanted[at], 'workflow', workflow, 'event', event,
                    'attempts', 0)
                redis.call('ZADD', prefix .. 'deliveries', now_in_milliseconds(), id)
            end
        end
    end
end

-- The kind of an event that is written as JSON.
local function kind_of(event)
    return string.match(event, '^{"type":"([%l_]+)"') or ''
end
