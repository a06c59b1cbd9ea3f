-- Lanes: tasks of a type that have a key wait apart, in `agent_queue:<type>:<lane>`, so that no key holds another one
-- up. A lane is called <group>/<quota>: groups take turns with each other, and each quota has a rate of its own. What
-- has no key where others have waits in the lane `/`.
-- Stands before the scripts that put tasks on queues or take them off.
--
-- In lanes:<type> is how many tasks wait in each lane that has some; such a lane stands in turns:<type>, by its turn, or
-- in limited:<type>, by when its quota is free again, in microseconds. groups:<type> counts the lanes of each group.
-- In task_type:<type> are `laned` and `held`, how many wait in lanes and are held of them, and `turn`, whose it is. In
-- lane_tasks:<agent> are the places of those that an agent holds, and since when in ms: it may hold tasks of any lanes.

-- A count that is not kept when it is 0.
local function count(key, field, change)
    local left = redis.call('HINCRBY', key, field, change)
    if left <= 0 then redis.call('HDEL', key, field) end
    return left
end

-- What is done with the lanes of a type. Made when there are some: a function costs every run of the script that
-- defines it.
local function lanes_of(prefix, queue_type)
    local settings, waiting = prefix .. 'task_type:' .. queue_type, prefix .. 'lanes:' .. queue_type
    local turns, limited = prefix .. 'turns:' .. queue_type, prefix .. 'limited:' .. queue_type
    local groups = prefix .. 'groups:' .. queue_type
    local lanes = {}

    -- The group of a lane that may have others; nothing if it is alone.
    local function group_of(lane)
        local group, quota = string.match(lane, '^(.*)/(.*)$')
        return group ~= '' and quota ~= '' and group
    end

    -- A group has one turn for all its lanes: the more there are, the later comes each of them again.
    function lanes.take_turn(lane, turn)
        local group = group_of(lane)
        local stride = group and tonumber(redis.call('HGET', groups, group)) or 1
        redis.call('ZADD', turns, turn + stride, lane)
    end

    function lanes.current_turn()
        return tonumber(redis.call('HGET', settings, 'turn')) or 0
    end

    -- A task waits in a lane.
    function lanes.enter(lane)
        count(settings, 'laned', 1)
        if count(waiting, lane, 1) > 1 then return end
        local group = group_of(lane)
        if group then count(groups, group, 1) end
        lanes.take_turn(lane, lanes.current_turn())
    end

    -- So many tasks of a lane wait no more. Gives how many do.
    function lanes.leave(lane, tasks)
        count(settings, 'laned', -tasks)
        local left = count(waiting, lane, -tasks)
        if left <= 0 then
            redis.call('ZREM', turns, lane)
            redis.call('ZREM', limited, lane)
            local group = group_of(lane)
            if group then count(groups, group, -1) end
        end
        return left
    end

    -- An agent has taken a task.
    function lanes.hold(lane, entry, agent, now)
        count(settings, 'held', 1)
        redis.call('HSET', prefix .. 'lane_tasks:' .. agent, queue_type .. ':' .. lane .. ' ' .. entry, now)
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
