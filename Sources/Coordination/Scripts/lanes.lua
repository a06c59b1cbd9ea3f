-- Lanes: tasks of a type that are told apart wait apart, in `agent_queue:<type>:<lane>`, so that none holds others up.
-- A lane is called <group>/<quota>: groups take turns with each other, and each quota has a rate of its own. What has no
-- key where others have waits in the lane `/`. Tasks that not every agent may take wait in lanes of an audience:
-- <group>/<quota>/<requirement>, which has to be met, or <group>/<quota>/<requirement>/<agent>, which they are directed
-- to; each audience has turns of its own.
-- Stands before the scripts that put tasks on queues or take them off.
--
-- In lanes:<type> is how many tasks wait in each lane that has some; such a lane stands in turns:<type>, by its turn, or
-- in limited:<type>, by when its quota is free again, in microseconds. groups:<type> counts the lanes of each group. For
-- an audience these three are called turns:<type>:<audience> and so on. requirements:<type> counts the tasks that wait
-- for each requirement; in directed:<type> are those that wait for an agent, <lane> <entry>, by until when, in ms.
-- In task_type:<type> are `laned` and `held`, how many wait in lanes and are held of them, `required` and `directed`,
-- how many of the former do so for a requirement or an agent, and `turn`, whose it is. In lane_tasks:<agent> are the
-- places of those that an agent holds, and since when in ms: it may hold tasks of any lanes.

-- A count that is not kept when it is 0.
local function count(key, field, change)
    local left = redis.call('HINCRBY', key, field, change)
    if left <= 0 then redis.call('HDEL', key, field) end
    return left
end

-- The group, the quota, the requirement and the agent of a lane, '' for each that it does not have.
local function parts_of(lane)
    return string.match(lane, '^([^/]*)/([^/]*)/?([^/]*)/?([^/]*)$')
end

-- Who may take what waits in a lane: '' for everyone who is capable of its type.
local function audience_of(lane)
    local _, _, requirement, agent = parts_of(lane)
    return agent ~= '' and agent or requirement
end

-- Where a directed task waits when its agent's time is over: a lane, or '' for where all wait that are not told apart.
local function without_agent(lane)
    local group, quota, requirement = parts_of(lane)
    if requirement ~= '' then return group .. '/' .. quota .. '/' .. requirement end
    return group == '' and quota == '' and '' or group .. '/' .. quota
end

local function is_directed(lane)
    local _, _, _, agent = parts_of(lane)
    return agent ~= ''
end

-- What is done with the lanes of a type. Made when there are some: a function costs every run of the script that
-- defines it.
local function lanes_of(prefix, queue_type)
    local settings, waiting = prefix .. 'task_type:' .. queue_type, prefix .. 'lanes:' .. queue_type
    local requirements, directed = prefix .. 'requirements:' .. queue_type, prefix .. 'directed:' .. queue_type
    local lanes = {}

    -- The key of what an audience has for itself.
    function lanes.key(name, audience)
        return prefix .. name .. queue_type .. (audience == '' and '' or ':' .. audience)
    end

    -- The group of a lane that may have others, and whose audience it is; nothing if it is alone.
    local function group_of(lane)
        local group, quota = parts_of(lane)
        return group ~= '' and quota ~= '' and group
    end

    -- A group has one turn for all its lanes: the more there are, the later comes each of them again.
    function lanes.take_turn(lane, turn)
        local group, audience = group_of(lane), audience_of(lane)
        local stride = group and tonumber(redis.call('HGET', lanes.key('groups:', audience), group)) or 1
        redis.call('ZADD', lanes.key('turns:', audience), turn + stride, lane)
    end

    -- Of an audience nothing is kept when it has no tasks: it begins where its first lane is.
    function lanes.current_turn(audience)
        if audience == '' then return tonumber(redis.call('HGET', settings, 'turn')) or 0 end
        return tonumber(redis.call('ZRANGE', lanes.key('turns:', audience), 0, 0, 'WITHSCORES')[2]) or 0
    end

    local function count_audience(lane, change)
        local _, _, requirement, agent = parts_of(lane)
        if agent ~= '' then
            count(settings, 'directed', change)
            count(prefix .. 'agent:' .. agent, 'directed', change)
        elseif requirement ~= '' then
            count(settings, 'required', change)
            count(requirements, requirement, change)
        end
    end

    -- A task waits in a lane; if that is an agent's, until a time in ms.
    function lanes.enter(lane, entry, until_time)
        count(settings, 'laned', 1)
        count_audience(lane, 1)
        if until_time then redis.call('ZADD', directed, until_time, lane .. ' ' .. entry) end
        if count(waiting, lane, 1) > 1 then return end
        local group, audience = group_of(lane), audience_of(lane)
        if group then count(lanes.key('groups:', audience), group, 1) end
        lanes.take_turn(lane, lanes.current_turn(audience))
    end

    -- So many tasks of a lane wait no more. Gives how many do.
    function lanes.leave(lane, tasks)
        count(settings, 'laned', -tasks)
        count_audience(lane, -tasks)
        local left = count(waiting, lane, -tasks)
        if left <= 0 then
            local group, audience = group_of(lane), audience_of(lane)
            redis.call('ZREM', lanes.key('turns:', audience), lane)
            redis.call('ZREM', lanes.key('limited:', audience), lane)
            if group then count(lanes.key('groups:', audience), group, -1) end
        end
        return left
    end

    -- An agent has taken a task.
    function lanes.hold(lane, entry, agent, now)
        count(settings, 'held', 1)
        redis.call('HSET', prefix .. 'lane_tasks:' .. agent, queue_type .. ':' .. lane .. ' ' .. entry, now)
        if is_directed(lane) then redis.call('ZREM', directed, lane .. ' ' .. entry) end
    end

    -- An entry leaves its lane, whoever holds it. Of a lane nothing is left when it is empty: there may be one for each
    -- key that was ever seen.
    function lanes.remove(lane, entry)
        local queue = queue_type .. ':' .. lane
        local key = prefix .. 'agent_queue:' .. queue
        local pending = redis.pcall('XPENDING', key, 'agents', entry, entry, 1)
        local agent = not pending.err and pending[1] and pending[1][2]
        redis.call('XACK', key, 'agents', entry)
        local was_there = redis.call('XDEL', key, entry) == 1
        if agent then
            count(settings, 'held', -1)
            redis.call('HDEL', prefix .. 'lane_tasks:' .. agent, queue .. ' ' .. entry)
        elseif was_there then
            if is_directed(lane) then redis.call('ZREM', directed, lane .. ' ' .. entry) end
            lanes.leave(lane, 1)
        end
        if redis.call('XLEN', key) == 0 then
            redis.call('UNLINK', key)
        elseif agent and #redis.call('XPENDING', key, 'agents', '-', '+', 1, agent) == 0 then
            redis.call('XGROUP', 'DELCONSUMER', key, 'agents', agent)
        end
    end

    return lanes
end

-- An entry leaves its queue, whoever holds it.
local function leave_queue(prefix, queue, entry)
    local colon = string.find(queue, ':', 1, true)
    if colon then
        lanes_of(prefix, string.sub(queue, 1, colon - 1)).remove(string.sub(queue, colon + 1), entry)
    else
        local key = prefix .. 'agent_queue:' .. queue
        redis.call('XACK', key, 'agents', entry)
        redis.call('XDEL', key, entry)
    end
end
