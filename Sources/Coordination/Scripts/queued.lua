-- Where tasks of a workflow wait, for whoever asks why.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, then steps.
-- Gives {lane or '', when the next task of its quota may be taken in ms or 0, ...} in the order of the steps.

local prefix, now = KEYS[1], now_in_microseconds()
local places, found, limits_by_type = {}, {}, {}
for at = 2, #ARGV do places[at - 1] = 'q:' .. ARGV[at] end
for at, place in ipairs(redis.call('HMGET', prefix .. 'workflow:' .. ARGV[1], unpack(places))) do
    local queue_type, lane = split_queue(string.match(place or '', '^(%S+) %S+$') or '')
    if limits_by_type[queue_type] == nil then limits_by_type[queue_type] = limits_of(prefix, queue_type) or false end
    local limits, free_at = limits_by_type[queue_type], 0
    if limits and limits.interval then
        local quota = limits.has_quotas and quota_of(lane) or ''
        free_at = math.ceil(next_of_quota(prefix, queue_type, limits, quota, now) / 1000)
    end
    found[2 * at - 1] = lane or ''
    found[2 * at] = free_at
end
return found
