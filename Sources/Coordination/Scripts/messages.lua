-- What nodes are told: hints, which nobody hears who is not connected (redis.io/docs/manual/pubsub, "Sharded Pub/Sub").
-- Stands before the scripts that tell something; NodeMessage.swift reads it. Needs time.lua and ownership.lua.

-- Gives how many heard it.
local function tell(prefix, node, message)
    return redis.call('SPUBLISH', prefix .. 'to:' .. node, message)
end

-- A task was put on a queue at a node. If no agent is known to wait there for one of this type, another node is told at
-- which one does. Gives whether it is the node's to call an agent of its own.
local function call_agent(prefix, queue_type, node)
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
