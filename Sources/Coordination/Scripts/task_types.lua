-- Reads a page of the task types, in the order of their names.
--
-- KEYS: the prefix of all keys.
-- ARGV: the name that the page before ended with or '', how many; or, for one type, its name and 0.
-- Gives {1 if more follow or 0, now in ms, {name, {how many tasks wait, how many are held, since when in ms the oldest
-- of those that wait or 0, how many lanes wait for their quota, when the first quota is free in ms or 0, the settings
-- as JSON or nothing}, ...}}.

local prefix, after, limit = KEYS[1], ARGV[1], tonumber(ARGV[2])
local index, now = prefix .. 'index:task_types', now_in_microseconds()
-- Of how many lanes the oldest task is looked for: those whose turn is next, and whose quota is free next.
local lanes_looked_at = 32

local function milliseconds_of(entry) return tonumber(string.match(entry, '^%d+')) end

-- When the first task of a queue came that nobody holds.
local function oldest_of(key, last)
    local first = redis.call('XRANGE', key, '(' .. last, '+', 'COUNT', 1)[1]
    return first and milliseconds_of(first[1])
end

-- All, and those that wait for what only some agents have.
local function audiences_of(queue_type)
    local audiences = {''}
    for _, requirement in ipairs(redis.call('HRANDFIELD', prefix .. 'requirements:' .. queue_type, lanes_looked_at)) do
        audiences[#audiences + 1] = ':' .. requirement
    end
    return audiences
end

local function oldest(queue_type, key, last)
    local found, looks_left = oldest_of(key, last), lanes_looked_at
    for _, audience in ipairs(audiences_of(queue_type)) do
        for _, lanes in ipairs({'turns:', 'limited:'}) do
            local some = redis.call('ZRANGE', prefix .. lanes .. queue_type .. audience, 0, looks_left)
            for _, lane in ipairs(some) do
                local queue = key .. ':' .. lane
                local _, _, last_of_lane = waiting_and_held(queue)
                local at = oldest_of(queue, last_of_lane)
                if at and (not found or at < found) then found = at end
            end
            looks_left = math.max(looks_left - #some, 0)
        end
    end
    return found or 0
end

local function describe(queue_type)
    local key = prefix .. 'agent_queue:' .. queue_type
    local waiting, held, last = waiting_and_held(key)
    local in_lanes = redis.call('HMGET', prefix .. 'task_type:' .. queue_type, 'laned', 'held')
    local limits, free_at, limited_lanes = limits_of(prefix, queue_type), nil, 0
    if limits and limits.interval then
        if waiting > 0 or not limits.has_quotas and in_lanes[1] then
            free_at = next_of_quota(prefix, queue_type, limits, '', now)
        end
        for _, audience in ipairs(audiences_of(queue_type)) do
            local limited = prefix .. 'limited:' .. queue_type .. audience
            local first = tonumber(redis.call('ZRANGE', limited, 0, 0, 'WITHSCORES')[2])
            if first then free_at = math.min(free_at or first, first) end
            limited_lanes = limited_lanes + redis.call('ZCOUNT', limited, '(' .. now, '+inf')
        end
    end
    waiting = waiting + (tonumber(in_lanes[1]) or 0)
    return {
        waiting, held + (tonumber(in_lanes[2]) or 0), waiting > 0 and oldest(queue_type, key, last) or 0,
        limited_lanes,
        free_at and math.ceil(free_at / 1000) or 0, redis.call('HGET', prefix .. 'settings', queue_type),
    }
end

local names, has_more
if limit == 0 then
    names, has_more = redis.call('ZSCORE', index, after) and {after} or {}, 0
else
    names = redis.call('ZRANGE', index, after == '' and '-' or '(' .. after, '+', 'BYLEX', 'LIMIT', 0, limit + 1)
    has_more = #names > limit and 1 or 0
    names[limit + 1] = nil
end
local page = {}
for _, name in ipairs(names) do
    page[#page + 1] = name
    page[#page + 1] = describe(name)
end
return {has_more, math.floor(now / 1000), page}
