-- What nodes are told: hints, which nobody hears who is not connected (redis.io/docs/manual/pubsub, "Sharded Pub/Sub").
-- Stands before the scripts that tell something; NodeMessage.swift reads it. Needs time.lua and ownership.lua.

-- One that is beside Redis, and hears for itself.
local function is_agent(hearer)
    return string.sub(hearer, 1, 6) == 'agent_'
end

-- Gives how many heard it, or will. An agent beside Redis is told in a box of its own, which it reads when it likes, and
-- which is forgotten a minute after the last word.
local function tell(prefix, hearer, message)
    if not is_agent(hearer) then
        return redis.call('SPUBLISH', prefix .. 'to:' .. hearer, message)
    end
    local box = prefix .. 'agent_inbox:' .. hearer
    redis.call('RPUSH', box, message)
    redis.call('LTRIM', box, -1000, -1)
    return redis.call('PEXPIRE', box, 60000)
end

-- A task was put on a queue at a node, for everyone who is capable of its type. If no agent is known to wait there for
-- one of this type, another node is told at which one does. Gives whether it is the node's to call an agent of its own.
local function call_anyone(prefix, queue_type, node)
    local waiting = prefix .. 'waiting:' .. queue_type
    local other = redis.call('SRANDMEMBER', waiting)
    -- Under load nobody waits, and with one node nobody else does.
    if not other then return false end
    if other == node or redis.call('SISMEMBER', waiting, node) == 1 then return true end
    while other do
        -- An agent is called once for each time that it waits.
        local waits_itself = is_agent(other)
        if waits_itself then redis.call('SREM', waiting, other) end
        local is_there = is_alive(prefix, other, now_in_milliseconds(), waits_itself and 'agents')
        if is_there and tell(prefix, other, 'task ' .. queue_type) > 0 then return false end
        redis.call('SREM', waiting, other)
        other = redis.call('SRANDMEMBER', waiting)
    end
    return false
end

-- The same for a task that not everyone may take (lanes.lua). One agent is told where it asked last; its coordinator's
-- node does it itself. Who meets a requirement is known where it waits: all nodes are told.
local function call_agent(prefix, queue_type, node, audience)
    if audience == '' then return call_anyone(prefix, queue_type, node) end
    if not string.find(audience, '=', 1, true) then
        local home = redis.call('HGET', prefix .. 'agent:' .. audience, 'node')
        if home and home ~= node then tell(prefix, home, 'stop ' .. audience) end
        return false
    end
    local is_own = false
    for _, other in ipairs(redis.call('SMEMBERS', prefix .. 'waiting:' .. queue_type)) do
        if other == node then
            is_own = true
        elseif is_alive(prefix, other, now_in_milliseconds()) then
            tell(prefix, other, 'task ' .. queue_type .. ':' .. audience)
        end
    end
    return is_own
end
