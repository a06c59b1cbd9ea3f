-- Takes tasks of a type that has limits or lanes. Stands before take.lua; needs agents.lua, lanes.lua,
-- directed.lua and limits.lua.

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

-- Of how many requirements a take asks whether the agent meets them, and how many directed tasks it lets others have.
local requirements_at_once, released_at_once = 128, 16

-- Whether an agent has all that is asked for; `traits` is what it has, as {'<type>?<term>' = true, ...}.
local function meets(traits, queue_type, requirement)
    for term in string.gmatch(requirement, '[^&]+') do
        if not traits[queue_type .. '?' .. term] then return false end
    end
    return true
end

-- Takes tasks of a type for an agent, `taker`: {id, node, traits}. Gives the entries that it gets, each with its
-- audience as the third, and {audience, when somebody of it is to ask again in ms, ...}, if tasks stay that may be taken
-- then.
local function take_within(prefix, queue, limits, taker, wanted)
    local taken, again = {}, {}
    if limits.is_paused then return taken, again end
    local agent, queue_type, now = taker.id, queue.type, now_in_microseconds()
    local lanes, last_turn = lanes_of(prefix, queue_type), nil
    local room = limits.concurrency and limits.concurrency - held_of_type(prefix, queue_type) or math.huge
    local may_take = math.min(wanted, room)

    local function ask_again(audience, at)
        again[audience] = again[audience] and math.min(again[audience], at) or at
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

    local function keep(entries, audience)
        for _, entry in ipairs(entries) do
            entry[3] = audience
            taken[#taken + 1] = entry
        end
        may_take, room = may_take - #entries, room - #entries
    end

    -- Without keys all tasks wait here; with keys those that were queued before.
    local function take_unkeyed()
        if may_take > 0 then keep(read(queue.key, '', may_take) or {}, '') end
        if not limits.interval or room <= 0 then return end
        if waiting_and_held(queue.key) > 0 then
            ask_again('', (next_of_quota(prefix, queue_type, limits, '', now)))
        end
    end

    -- The lane of an audience whose turn it is. Gives whether there was one that may be looked at.
    local function take_turn_of_lane(audience, turns, limited)
        local first = redis.call('ZRANGE', turns, 0, 0, 'WITHSCORES')
        local lane, turn = first[1], tonumber(first[2])
        if not lane then return false end
        local quota = limits.has_quotas and quota_of(lane) or ''
        local entries, free_at = read(queue.key .. ':' .. lane, quota, 1)
        if not entries then
            if not limits.has_quotas then
                ask_again(audience, free_at)
                return false
            end
            redis.call('ZREM', turns, lane)
            redis.call('ZADD', limited, free_at, lane)
        elseif #entries == 0 then
            -- Its stream was lost.
            lanes.leave(lane, tonumber(redis.call('HGET', prefix .. 'lanes:' .. queue_type, lane)))
        else
            keep(entries, audience)
            if audience == '' then last_turn = turn end
            lanes.hold(lane, entries[1][1], agent, math.floor(now / 1000))
            if lanes.leave(lane, 1) > 0 then lanes.take_turn(lane, turn) end
        end
        return true
    end

    local function take_from_lanes(audience)
        if not limits.has_lanes then return end
        local turns, limited = lanes.key('turns:', audience), lanes.key('limited:', audience)
        local turn = lanes.current_turn(audience)
        local free = redis.call('ZRANGE', limited, '-inf', now, 'BYSCORE', 'LIMIT', 0, looks_left)
        for _, lane in ipairs(free) do
            redis.call('ZREM', limited, lane)
            lanes.take_turn(lane, turn)
        end
        local goes_on = true
        while may_take > 0 and looks_left > 0 and goes_on do
            goes_on = take_turn_of_lane(audience, turns, limited)
            looks_left = looks_left - 1
        end
        -- As many as may be held are held: whoever gives one back calls.
        if room <= 0 then return end
        if goes_on and (limits.interval or looks_left == 0) and redis.call('EXISTS', turns) == 1 then
            ask_again(audience, now)
        end
        local next_free = redis.call('ZRANGE', limited, 0, 0, 'WITHSCORES')[2]
        if next_free then ask_again(audience, tonumber(next_free)) end
    end

    local function take_from_pool()
        -- What waits where nothing new comes goes first.
        if limits.has_keys then
            take_unkeyed()
            take_from_lanes('')
        else
            take_from_lanes('')
            take_unkeyed()
        end
    end

    local function take_required()
        if not limits.has_requirements then return end
        local waiting = redis.call('HRANDFIELD', prefix .. 'requirements:' .. queue_type, requirements_at_once)
        for _, requirement in ipairs(waiting) do
            if meets(taker.traits(), queue_type, requirement) then
                take_from_lanes(requirement)
            elseif limits.concurrency and room > 0 then
                -- Who made room called this one, who may not use it.
                ask_again(requirement, now)
            end
        end
    end

    if limits.has_directed then
        local released = release_overdue(prefix, queue_type, math.floor(now / 1000), released_at_once)
        for _, audience in ipairs(released) do
            -- Whoever may take it need not be the one who asks.
            if call_agent(prefix, queue_type, taker.node, audience) then ask_again(audience, now) end
            if audience ~= '' then limits.has_requirements = true end
        end
        take_from_lanes(agent)
        -- The next one to be released.
        local next_due = redis.call('ZRANGE', prefix .. 'directed:' .. queue_type, 0, 0, 'WITHSCORES')[2]
        if next_due then ask_again('', tonumber(next_due) * 1000) end
    end
    -- The two take turns to be first.
    if limits.has_requirements and math.floor(now / 1000) % 2 == 0 then
        take_required()
        take_from_pool()
    else
        take_from_pool()
        take_required()
    end
    if last_turn then redis.call('HSET', prefix .. 'task_type:' .. queue_type, 'turn', last_turn) end
    local recalls = {}
    for audience, at in pairs(again) do
        -- At once only if somebody is known to wait.
        if at > now or redis.call('EXISTS', prefix .. 'waiting:' .. queue_type) == 1 then
            recalls[#recalls + 1] = audience
            recalls[#recalls + 1] = math.ceil(at / 1000)
        end
    end
    return taken, recalls
end
