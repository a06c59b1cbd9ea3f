-- Who coordinates a workflow. Stands before the scripts that ask or change it.

-- Whether the node's lease has not ended yet.
local function is_alive(prefix, node, now)
    local lease_end = redis.call('ZSCORE', prefix .. 'nodes', node)
    return lease_end and tonumber(lease_end) > now
end

-- From here on every commit of the former owner is refused.
local function claim(prefix, workflow, former, node)
    local key = prefix .. 'workflow:' .. workflow
    redis.call('HSET', key, 'owner', node)
    redis.call('HINCRBY', key, 'takeovers', 1)
    redis.call('SREM', prefix .. 'coordinators:' .. former, workflow)
    redis.call('SADD', prefix .. 'coordinators:' .. node, workflow)
    if redis.call('SREM', prefix .. 'inbox:' .. former, workflow) == 1 then
        redis.call('SADD', prefix .. 'inbox:' .. node, workflow)
    end
end

local function has_ended(status)
    return status == 'completed' or status == 'failed' or status == 'cancelled'
end
