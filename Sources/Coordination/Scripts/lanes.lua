-- Lanes: tasks of a type that have a key wait apart, in `agent_queue:<type>:<lane>`, so that no key holds another one
-- up. A lane is called <group>/<quota>: groups take turns with each other, and each quota has a rate of its own.
-- Stands before the scripts that put tasks on queues or take them off.
--
-- In lanes:<type> is how many tasks wait in each lane that has some; such a lane stands in turns:<type>, by its turn, or
-- in limited:<type>, by when its quota is free again, in microseconds. groups:<type> counts the lanes of each group.
-- In task_type:<type> are `laned` and `held`, how many wait in lanes and are held of them, and `turn`, whose it is.

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

-- An entry leaves its queue, whoever holds it. Of a lane nothing is left when it is empty: there may be one for each key
-- that was ever seen.
local function leave_queue(prefix, queue, entry)
    local key = prefix .. 'agent_queue:' .. queue
    local was_held = redis.call('XACK', key, 'agents', entry) == 1
    local was_there = redis.call('XDEL', key, entry) == 1
    if not string.find(queue, ':', 1, true) then return end
    local queue_type, lane = split_queue(queue)
    if was_held then
        count(prefix .. 'task_type:' .. queue_type, 'held', -1)
    elseif was_there then
        leave_lane(prefix, queue_type, lane, 1)
    end
    if redis.call('XLEN', key) == 0 then redis.call('UNLINK', key) end
end
