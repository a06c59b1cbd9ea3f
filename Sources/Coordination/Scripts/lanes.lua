-- Lanes: tasks of a type that have a key wait apart, in `agent_queue:<type>:<lane>`, so that no key holds another one
-- up. A lane is called <group>/<quota>: groups take turns with each other, and each quota has a rate of its own. What
-- has no key where others have waits in the lane `/`.
-- Stands before the scripts that put tasks on queues or take them off.
--
-- In lanes:<type> is how many tasks wait in each lane that has some; such a lane stands in turns:<type>, by its turn, or
-- in limited:<type>, by when its quota is free again, in microseconds. groups:<type> counts the lanes of each group.
-- In task_type:<type> are `laned` and `held`, how many wait in lanes and are held of them, and `turn`, whose it is. In
-- lane_tasks:<agent> are the places of those that an agent holds, and since when in ms: it may hold tasks of any lanes.

local function split_queue(queue)
    local queue_type, lane = string.match(queue, '^([^:]*):(.*)$')
    return queue_type or queue, lane
end

-- A count that is not kept when it is 0.
local function count(key, field, change)
    local left = redis.call('HINCRBY', key, field, change)
    if left <= 0 then redis.call('HDEL', key, field) end
    return left
end

-- A group has one turn for all its lanes: the more there are, the later comes each of them again.
local function take_turn(prefix, queue_type, lane, turn)
    local group, quota = string.match(lane, '^(.*)/(.*)$')
    local stride = 1
    if group ~= '' and quota ~= '' then
        stride = tonumber(redis.call('HGET', prefix .. 'groups:' .. queue_type, group)) or 1
    end
    redis.call('ZADD', prefix .. 'turns:' .. queue_type, turn + stride, lane)
end

local function current_turn(prefix, queue_type)
    return tonumber(redis.call('HGET', prefix .. 'task_type:' .. queue_type, 'turn')) or 0
end

local function count_lane_of_group(prefix, queue_type, lane, change)
    local group, quota = string.match(lane, '^(.*)/(.*)$')
    if group ~= '' and quota ~= '' then count(prefix .. 'groups:' .. queue_type, group, change) end
end

-- A task waits in a lane.
local function enter_lane(prefix, queue_type, lane)
    count(prefix .. 'task_type:' .. queue_type, 'laned', 1)
    if count(prefix .. 'lanes:' .. queue_type, lane, 1) > 1 then return end
    count_lane_of_group(prefix, queue_type, lane, 1)
    take_turn(prefix, queue_type, lane, current_turn(prefix, queue_type))
end

-- So many tasks of a lane wait no more. Gives how many do.
local function leave_lane(prefix, queue_type, lane, tasks)
    count(prefix .. 'task_type:' .. queue_type, 'laned', -tasks)
    local left = count(prefix .. 'lanes:' .. queue_type, lane, -tasks)
    if left <= 0 then
        redis.call('ZREM', prefix .. 'turns:' .. queue_type, lane)
        redis.call('ZREM', prefix .. 'limited:' .. queue_type, lane)
        count_lane_of_group(prefix, queue_type, lane, -1)
    end
    return left
end

-- An agent has taken a task of a lane.
local function hold_of_lane(prefix, queue_type, lane, entry, agent, now)
    count(prefix .. 'task_type:' .. queue_type, 'held', 1)
    redis.call('HSET', prefix .. 'lane_tasks:' .. agent, queue_type .. ':' .. lane .. ' ' .. entry, now)
end

-- Who holds an entry of a queue, if anybody does.
local function holder_of(key, entry)
    local pending = redis.pcall('XPENDING', key, 'agents', entry, entry, 1)
    return not pending.err and pending[1] and pending[1][2]
end

-- An entry leaves its queue, whoever holds it. Of a lane nothing is left when it is empty: there may be one for each key
-- that was ever seen.
local function leave_queue(prefix, queue, entry)
    local key = prefix .. 'agent_queue:' .. queue
    local is_in_lane = string.find(queue, ':', 1, true)
    local agent = is_in_lane and holder_of(key, entry)
    redis.call('XACK', key, 'agents', entry)
    local was_there = redis.call('XDEL', key, entry) == 1
    if not is_in_lane then return end
    local queue_type, lane = split_queue(queue)
    if agent then
        count(prefix .. 'task_type:' .. queue_type, 'held', -1)
        redis.call('HDEL', prefix .. 'lane_tasks:' .. agent, queue .. ' ' .. entry)
    elseif was_there then
        leave_lane(prefix, queue_type, lane, 1)
    end
    if redis.call('XLEN', key) == 0 then
        redis.call('UNLINK', key)
    elseif agent and #redis.call('XPENDING', key, 'agents', '-', '+', 1, agent) == 0 then
        redis.call('XGROUP', 'DELCONSUMER', key, 'agents', agent)
    end
end
