-- Leases, and who coordinates a workflow. Stands before the scripts that ask or change it.

-- In place of the end of a lease: the node has left, or others have taken it for dead. It is long before now.
local gone = 0

-- Whether the node's lease has not ended yet, or the lifetime of an agent.
local function is_alive(prefix, node, now, registry)
    local lease_end = redis.call('ZSCORE', prefix .. (registry or 'nodes'), node)
    return lease_end and tonumber(lease_end) > now
end

-- Whether what a node owns may be claimed for another: it is gone, or its lease has ended and the other is one to judge.
-- Who was itself away does not judge: if Redis stood still, nobody had a chance to renew a lease.
local function may_claim(prefix, owner, node, now)
    local lease_end = tonumber(redis.call('ZSCORE', prefix .. 'nodes', owner) or gone)
    if owner == node or lease_end > now then return false end
    if lease_end == gone then return true end
    local record = redis.call('HMGET', prefix .. 'node:' .. node, 'judges_from', 'heartbeat_at', 'longest_gap')
    if not record[1] then return true end
    return tonumber(record[1]) <= now and now - record[2] <= tonumber(record[3])
end

local function owns_workflows(prefix, node)
    return redis.call('EXISTS', prefix .. 'coordinators:' .. node) == 1
end

-- Whoever owns workflows is in `nodes`, so that its end is noticed. A node that is not was away for so long that it was
-- forgotten: it is as good as taken for dead.
local function own(prefix, workflow, node)
    redis.call('SADD', prefix .. 'coordinators:' .. node, workflow)
    redis.call('ZADD', prefix .. 'nodes', 'NX', gone, node)
end

-- From here on every commit of the former owner is refused, and so is its next heartbeat.
local function claim(prefix, workflow, former, node)
    local key = prefix .. 'workflow:' .. workflow
    redis.call('HSET', key, 'owner', node)
    redis.call('HINCRBY', key, 'takeovers', 1)
    redis.call('SREM', prefix .. 'coordinators:' .. former, workflow)
    redis.call('ZADD', prefix .. 'nodes', gone, former)
    own(prefix, workflow, node)
    if redis.call('SREM', prefix .. 'inbox:' .. former, workflow) == 1 then
        redis.call('SADD', prefix .. 'inbox:' .. node, workflow)
    end
end

local function has_ended(status)
    return status == 'completed' or status == 'failed' or status == 'cancelled'
end
