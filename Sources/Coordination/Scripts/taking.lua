-- Takes tasks of a type that has limits or lanes. Stands before take.lua; needs agents.lua, lanes.lua and limits.lua.

-- How many lanes a take may still look at: as many as Redis looks at in less than a millisecond.
local looks_left = 16

-- Reads entries of a queue that nobody has yet.
local function read_new(key, agent, tasks)
    local read = redis.pcall('XREADGROUP', 'GROUP', 'agents', agent, 'COUNT', tasks, 'STREAMS', key, '>')
    if read and read.err then
        ensure_group(key)
        read = redis.call('XREADGROUP', 'GROUP', 'agents', agent, 'COUNT', tasks, 'STREAMS', key, '>')
    end
    return read and read[1][2] or {}
end

-- Gives the entries that an agent gets, and when somebody is to ask again in ms, if tasks stay that then may be taken.
local function take_within(prefix, queue, limits, agent, wanted)
    local taken, again = {}, nil
    if limits.is_paused then return taken, nil end
    local queue_type, now = queue.type, now_in_microseconds()
    local turns, limited = prefix .. 'turns:' .. queue_type, prefix .. 'limited:' .. queue_type
    local lanes, last_turn = lanes_of(prefix, queue_type), nil
    local room = limits.concurrency and limits.concurrency - held_of_type(prefix, queue_type) or math.huge
    local may_take = math.min(wanted, room)

    local function ask_again(at)
        again = again and math.min(again, at) or at
    end

    -- So many entries of a queue as its quota allows, or nothing and when it allows one.
    local function read(key, quota, tasks)
        if not limits.interval then return read_new(key, agent, tasks) end
        local free_at, full = next_of_quota(prefix, queue_type, limits, quota, now)
        if free_at > now then return nil, free_at end
        local entries = read_new(key, agent, math.min(tasks, math.floor((now - free_at) / limits.interval) + 1))
        if #entries > 0 then spend(prefix, queue_type, limits, quota, full, #entries, now) end
        return entries
    end

    local function keep(entries)
        for _, entry in ipairs(entries) do taken[#taken + 1] = entry end
        may_take, room = may_take - #entries, room - #entries
    end

    -- Without keys all tasks wait here; with keys those that were queued before.
    local function take_unkeyed()
        if may_take > 0 then keep(read(queue.key, '', may_take) or {}) end
        if not limits.interval or room <= 0 then return end
        if waiting_and_held(queue.key) > 0 then
            ask_again((next_of_quota(prefix, queue_type, limits, '', now)))
        end
    end

    -- The lane whose turn it is. Gives whether there was one that may be looked at.
    local function take_turn_of_lane()
        local first = redis.call('ZRANGE', turns, 0, 0, 'WITHSCORES')
        local lane, turn = first[1], tonumber(first[2])
        if not lane then return false end
        local quota = limits.has_quotas and quota_of(lane) or ''
        local entries, free_at = read(queue.key .. ':' .. lane, quota, 1)
        if not entries then
            if not limits.has_quotas then
                ask_again(free_at)
                return false
            end
            redis.call('ZREM', turns, lane)
            redis.call('ZADD', limited, free_at, lane)
        elseif #entries == 0 then
            -- Its stream was lost.
            lanes.leave(lane, tonumber(redis.call('HGET', prefix .. 'lanes:' .. queue_type, lane)))
        else
            keep(entries)
            last_turn = turn
            lanes.hold(lane, entries[1][1], agent, math.floor(now / 1000))
            if lanes.leave(lane, 1) > 0 then lanes.take_turn(lane, turn) end
        end
        return true
    end

    local function take_from_lanes()
        if not limits.has_lanes then return end
        local turn = lanes.current_turn()
        local free = redis.call('ZRANGE', limited, '-inf', now, 'BYSCORE', 'LIMIT', 0, looks_left)
        for _, lane in ipairs(free) do
            redis.call('ZREM', limited, lane)
            lanes.take_turn(lane, turn)
        end
        local goes_on = true
        while may_take > 0 and looks_left > 0 and goes_on do
            goes_on = take_turn_of_lane()
            looks_left = looks_left - 1
        end
        if last_turn then redis.call('HSET', prefix .. 'task_type:' .. queue_type, 'turn', last_turn) end
        -- As many as may be held are held: whoever gives one back calls.
        if room <= 0 then return end
        if goes_on and (limits.interval or looks_left == 0) and redis.call('EXISTS', turns) == 1 then ask_again(now) end
        local next_free = redis.call('ZRANGE', limited, 0, 0, 'WITHSCORES')[2]
        if next_free then ask_again(tonumber(next_free)) end
    end

    -- What waits where nothing new comes goes first.
    if limits.has_keys then
        take_unkeyed()
        take_from_lanes()
    else
        take_from_lanes()
        take_unkeyed()
    end
    -- At once only if somebody is known to wait.
    if again and again <= now and redis.call('EXISTS', prefix .. 'waiting:' .. queue_type) == 0 then again = nil end
    return taken, again and math.ceil(again / 1000)
end
