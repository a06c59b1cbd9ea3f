-- Takes agents out of the registry: one that leaves, or those whose lifetime has ended; and tells what all those that
-- have gone still hold.
--
-- KEYS: the prefix of all keys.
-- ARGV: the node that gives back what it is told of, the agent that leaves, or '' for those that are lost; how many
--       agents, how many tasks at most; for how long no other node is told the same, in ms; how long a departed agent is
--       remembered when it holds nothing any more, in ms.
-- Gives {those that are lost by this, {agent, 'lost' or 'left', {task, attempt, ...}, ...}, the types, each with its
-- audience if it has one, of which the node is to call agents of its own}; 'unknown' if the agent that leaves does not
-- exist. What was directed to an agent goes to the pool. One that holds nothing any more is forgotten by the queues, and
-- is not told of again.

local prefix, node, leaving, agents, tasks = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local turn, memory = tonumber(ARGV[5]), tonumber(ARGV[6])
local now = now_in_milliseconds()
local departed = prefix .. 'agents:departed'
local lost = {}

local function depart(agent, status)
    if redis.call('ZREM', prefix .. 'agents', agent) == 0 then return end
    redis.call('ZADD', departed, now, agent)
    redis.call('HSET', prefix .. 'agent:' .. agent, 'status', status)
    redis.call('UNLINK', prefix .. 'watched:' .. agent, prefix .. 'guidance:' .. agent)
    if status == 'lost' then lost[#lost + 1] = agent end
end

-- What an agent holds, as {task, attempt, ...}, and whether that is all.
local function holdings(queues, agent)
    local places, holds = held_of_lanes(prefix, agent), {}
    for _, queue in ipairs(queues) do
        for _, pending in ipairs(held(queue, agent, tasks + 1)) do places[#places + 1] = {queue, pending[1]} end
    end
    for _, place in ipairs(places) do
        if tasks == 0 then return holds, false end
        local entry, fields = read_entry(place[1], place[2])
        if entry then
            holds[#holds + 1] = fields.task
            holds[#holds + 1] = fields.attempt
            tasks = tasks - 1
        else
            forget_entry(prefix, place[1], place[2], agent)
        end
    end
    return holds, true
end

local told, calls = {}, {}

-- What others may take from now on. Gives whether that is all that was directed to the agent.
local function release_directed(queues, agent)
    for _, queue in ipairs(queues) do
        local audiences = tasks > 0 and release_of(prefix, queue.type, agent, tasks) or {}
        tasks = tasks - #audiences
        for _, audience in ipairs(audiences) do
            if call_agent(prefix, queue.type, node, audience) then
                calls[#calls + 1] = queue.type .. (audience == '' and '' or ':' .. audience)
            end
        end
    end
    return redis.call('HEXISTS', prefix .. 'agent:' .. agent, 'directed') == 0
end

-- Tells what an agent still holds, or lets it be forgotten.
local function settle(agent)
    local key = prefix .. 'agent:' .. agent
    local record = redis.call('HMGET', key, 'capabilities', 'status', 'told')
    local is_others_turn = tonumber(redis.call('ZSCORE', departed, agent) or 0) > now
    if is_others_turn and record[3] ~= node then return end
    local queues = queues_of(prefix, record[1] or '')
    local is_released = redis.call('HEXISTS', key, 'directed') == 0 or release_directed(queues, agent)
    local holds, is_all = holdings(queues, agent)
    if #holds > 0 then
        told[#told + 1] = agent
        told[#told + 1] = record[2] or 'lost'
        told[#told + 1] = holds
        redis.call('ZADD', departed, now + turn, agent)
        redis.call('HSET', key, 'told', node)
    elseif is_all and is_released and redis.call('ZREM', departed, agent) == 1 then
        for _, queue in ipairs(queues) do redis.call('XGROUP', 'DELCONSUMER', queue.key, 'agents', agent) end
        redis.call('ZADD', prefix .. 'expiry', now + memory, 'agent:' .. agent)
    end
end

if leaving ~= '' then
    if redis.call('EXISTS', prefix .. 'agent:' .. leaving) == 0 then return 'unknown' end
    depart(leaving, 'left')
    settle(leaving)
    return {lost, told, calls}
end

for _, agent in ipairs(redis.call('ZRANGE', prefix .. 'agents', '-inf', now, 'BYSCORE', 'LIMIT', 0, agents)) do
    depart(agent, 'lost')
end
repeat
    local some = redis.call('ZRANGE', departed, 0, agents - 1)
    for _, agent in ipairs(some) do
        if tasks > 0 then settle(agent) end
    end
    -- If all of these were forgotten, others may stand behind them.
until #some < agents or redis.call('ZSCORE', departed, some[1])
return {lost, told, calls}
