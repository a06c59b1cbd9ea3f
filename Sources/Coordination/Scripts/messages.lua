-- What nodes are told: hints, which nobody hears who is not connected (redis.io/docs/manual/pubsub, "Sharded Pub/Sub").
-- Stands before the scripts that tell something; NodeMessage.swift reads it. Needs time.lua and ownership.lua.

-- Gives how many heard it.
local function tell(prefix, node, message)
    return redis.call('SPUBLISH', prefix .. 'to:' .. node, message)
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
        if is_alive(prefix, other, now_in_milliseconds()) and tell(prefix, other, 'task ' .. queue_type) > 0 then
            return false
        end
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
