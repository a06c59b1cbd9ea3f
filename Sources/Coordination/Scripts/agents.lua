-- What the scripts about agents share. Stands before register.lua, take.lua and depart.lua.

-- A queue's group may have been destroyed, or never made.
local function ensure_group(queue)
    local made = redis.pcall('XGROUP', 'CREATE', queue, 'agents', '0', 'MKSTREAM')
    -- The reply itself, which keeps its code.
    if made.err and string.sub(made.err, 1, 9) ~= 'BUSYGROUP' then error(made) end
end

local function queues_of(prefix, capabilities)
    local queues = {}
    for capability in string.gmatch(capabilities, '%S+') do
        queues[#queues + 1] = {type = capability, name = capability, key = prefix .. 'agent_queue:' .. capability}
    end
    return queues
end

-- The lanes that an agent has taken tasks from, to be looked at like its queues.
local function lanes_of(prefix, agent)
    local lanes = {}
    for _, name in ipairs(redis.call('SMEMBERS', prefix .. 'lanes_of:' .. agent)) do
        lanes[#lanes + 1] = {
            type = string.match(name, '^[^:]*'), name = name, key = prefix .. 'agent_queue:' .. name, is_lane = true,
        }
    end
    return lanes
end

-- The entries that an agent holds of a queue, so many at most: {entry, consumer, idle ms, deliveries} each.
local function held(queue, agent, limit)
    local pending = redis.pcall('XPENDING', queue.key, 'agents', '-', '+', limit, agent)
    if not pending.err then return pending end
    -- An empty lane is gone, and stays so.
    if not queue.is_lane then ensure_group(queue.key) end
    return {}
end

-- An agent holds nothing of a lane any more.
local function forget_lane(prefix, queue, agent)
    redis.call('SREM', prefix .. 'lanes_of:' .. agent, queue.name)
    redis.pcall('XGROUP', 'DELCONSUMER', queue.key, 'agents', agent)
end

-- An entry's fields and values, and the same by name; nil if there is no such entry.
local function read_entry(queue, entry)
    local found = redis.call('XRANGE', queue.key, entry, entry)[1]
    if not found then return nil end
    local fields = {}
    for at = 1, #found[2], 2 do fields[found[2][at]] = found[2][at + 1] end
    return found[2], fields
end
