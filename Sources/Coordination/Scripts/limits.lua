-- What agents may take of a type that an operator has set something for, or whose tasks wait in lanes. Stands before the
-- scripts that give tasks or tell why they wait; needs lanes.lua.
--
-- A rate is kept as the moment at which its quota is full again, in microseconds, in rate:<type>:<quota>: no two tasks
-- are nearer to each other than the interval allows, save for a burst (the generic cell rate algorithm; ITU-T I.371,
-- annex A). It expires at that moment.

local function now_in_microseconds()
    local time = redis.call('TIME')
    return time[1] * 1000000 + time[2]
end

-- `nil` if nothing is set and no task waits in a lane.
local function limits_of(prefix, queue_type)
    local set = redis.call(
        'HMGET', prefix .. 'task_type:' .. queue_type, 'paused', 'max_concurrency', 'interval', 'burst', 'quotas',
        'keys', 'laned', 'required', 'directed')
    if not (set[1] or set[2] or set[3] or set[6] or set[7]) then return nil end
    return {
        is_paused = set[1] == '1', concurrency = tonumber(set[2]), interval = tonumber(set[3]),
        burst = tonumber(set[4]), has_quotas = set[5] == '1', has_keys = set[6] == '1', has_lanes = set[7] ~= false,
        has_requirements = set[8] ~= false, has_directed = set[9] ~= false,
    }
end

-- How many tasks of a queue wait, how many are held, and the last entry that was given to an agent.
local function waiting_and_held(key)
    local groups = redis.pcall('XINFO', 'GROUPS', key)
    if groups.err then return redis.call('XLEN', key), 0, '0-0' end
    local held, last = 0, '0-0'
    for _, group in ipairs(groups) do
        for at = 1, #group, 2 do
            if group[at] == 'pending' then held = group[at + 1] end
            if group[at] == 'last-delivered-id' then last = group[at + 1] end
        end
    end
    return redis.call('XLEN', key) - held, held, last
end

-- How many tasks of a type are held, in lanes and beside them.
local function held_of_type(prefix, queue_type)
    local _, held = waiting_and_held(prefix .. 'agent_queue:' .. queue_type)
    return held + (tonumber(redis.call('HGET', prefix .. 'task_type:' .. queue_type, 'held')) or 0)
end

local function quota_of(lane)
    return lane and string.match(lane, '^[^/]*/([^/]*)') or ''
end

-- When a quota's next task may be taken, and when the quota is full again.
local function next_of_quota(prefix, queue_type, limits, quota, now)
    local full = tonumber(redis.call('GET', prefix .. 'rate:' .. queue_type .. ':' .. quota)) or 0
    -- What was set may have been slower before.
    full = math.max(now, math.min(full, now + limits.burst * limits.interval))
    return full + limits.interval - limits.burst * limits.interval, full
end

local function spend(prefix, queue_type, limits, quota, full, tasks, now)
    full = full + tasks * limits.interval
    redis.call('SET', prefix .. 'rate:' .. queue_type .. ':' .. quota, full, 'PX', math.ceil((full - now) / 1000))
end
