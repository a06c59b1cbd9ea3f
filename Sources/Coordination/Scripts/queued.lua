-- Where tasks of a workflow wait or who has them, for whoever asks why.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, then steps.
-- Gives for each {lane or '', when the next task of its quota may be taken in ms or 0, who has it or '', since when in
-- ms, until when it waits for the agent that it is directed to in ms or 0}.

local prefix, now = KEYS[1], now_in_microseconds()
local places, found, limits_by_type = {}, {}, {}
for at = 2, #ARGV do places[at - 1] = 'q:' .. ARGV[at] end
for at, place in ipairs(redis.call('HMGET', prefix .. 'workflow:' .. ARGV[1], unpack(places))) do
    local queue, entry = string.match(place or '', '^(%S+) (%S+)$')
    local queue_type, lane = string.match(queue or '', '^([^:]*):?(.*)$')
    if limits_by_type[queue_type] == nil then limits_by_type[queue_type] = limits_of(prefix, queue_type) or false end
    local limits, free_at = limits_by_type[queue_type], 0
    if limits and limits.interval then
        local quota = limits.has_quotas and quota_of(lane) or ''
        free_at = math.ceil(next_of_quota(prefix, queue_type, limits, quota, now) / 1000)
    end
    -- There is no group before the first agent that is capable of this type.
    local pending = entry and redis.pcall('XPENDING', prefix .. 'agent_queue:' .. queue, 'agents', entry, entry, 1)
    local is_held = pending and not pending.err and pending[1]
    found[at] = {
        lane or '', free_at, is_held and pending[1][2] or '',
        is_held and math.floor(now / 1000) - pending[1][3] or 0,
        lane and redis.call('ZSCORE', prefix .. 'directed:' .. queue_type, lane .. ' ' .. entry) or 0,
    }
end
return found
