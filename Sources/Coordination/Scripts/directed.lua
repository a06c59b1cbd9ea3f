-- Tasks that are directed to an agent and go to the pool after all. Stands before take.lua and depart.lua; needs
-- messages.lua and lanes.lua.

-- A task that waits for an agent goes where others may take it, as if it came now. Gives for whom, or nothing if it
-- does not wait any more.
local function release(prefix, queue_type, place)
    local lane, entry = string.match(place, '^(%S+) (%S+)$')
    local lanes, queue = lanes_of(prefix, queue_type), prefix .. 'agent_queue:' .. queue_type
    local found = redis.call('XRANGE', queue .. ':' .. lane, entry, entry)[1]
    lanes.remove(lane, entry)
    redis.call('ZREM', prefix .. 'directed:' .. queue_type, place)
    if not found then return nil end
    local task
    for at = 1, #found[2], 2 do
        if found[2][at] == 'task' then task = found[2][at + 1] end
    end
    local workflow, step = string.match(task, '^task_(%w+_%w+)_(%d+)$')
    local key, field = prefix .. 'workflow:wf_' .. workflow, 'q:' .. step
    if redis.call('HGET', key, field) ~= queue_type .. ':' .. place then return nil end
    local pool = without_agent(lane)
    local suffix = pool == '' and '' or ':' .. pool
    local moved = redis.call('XADD', queue .. suffix, '*', unpack(found[2]))
    if pool ~= '' then lanes.enter(pool, moved) end
    redis.call('HSET', key, field, queue_type .. suffix .. ' ' .. moved)
    return pool == '' and '' or audience_of(pool)
end

-- Those whose agent did not take them in time, so many at most. Gives for whom they are now.
local function release_overdue(prefix, queue_type, now, limit)
    local audiences = {}
    local due = redis.call('ZRANGE', prefix .. 'directed:' .. queue_type, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)
    for _, place in ipairs(due) do audiences[#audiences + 1] = release(prefix, queue_type, place) end
    return audiences
end

-- Those that wait for one agent, so many at most.
local function release_of(prefix, queue_type, agent, limit)
    local directed, lanes = prefix .. 'directed:' .. queue_type, lanes_of(prefix, queue_type)
    local places, audiences = {}, {}
    for _, name in ipairs({'turns:', 'limited:'}) do
        for _, lane in ipairs(redis.call('ZRANGE', lanes.key(name, agent), 0, -1)) do
            local queue = prefix .. 'agent_queue:' .. queue_type .. ':' .. lane
            for _, entry in ipairs(redis.call('XRANGE', queue, '-', '+')) do
                local place = lane .. ' ' .. entry[1]
                if #places < limit and redis.call('ZSCORE', directed, place) then places[#places + 1] = place end
            end
        end
    end
    for _, place in ipairs(places) do audiences[#audiences + 1] = release(prefix, queue_type, place) end
    return audiences
end
