-- What the scripts about agents share. Stands before register.lua, take.lua and depart.lua; needs lanes.lua.

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

-- The entries that an agent holds of a queue, so many at most: {entry, consumer, idle ms, deliveries} each.
local function held(queue, agent, limit)
    local pending = redis.pcall('XPENDING', queue.key, 'agents', '-', '+', limit, agent)
    if not pending.err then return pending end
    ensure_group(queue.key)
    return {}
end

-- The same for all lanes: {queue, entry, since when in ms} each.
local function held_of_lanes(prefix, agent)
    local held = {}
    local places = redis.call('HGETALL', prefix .. 'lane_tasks:' .. agent)
    for at = 1, #places, 2 do
        local name, entry = string.match(places[at], '^(%S+) (%S+)$')
        local queue = {type = string.match(name, '^[^:]*'), name = name, key = prefix .. 'agent_queue:' .. name}
        held[#held + 1] = {queue, entry, places[at + 1]}
    end
    return held
end

-- There is no such entry any more, which somebody took off its queue who should not.
local function forget_entry(prefix, queue, entry, agent)
    leave_queue(prefix, queue.name, entry)
    redis.call('HDEL', prefix .. 'lane_tasks:' .. agent, queue.name .. ' ' .. entry)
end

-- An entry's fields and values, and the same by name; nil if there is no such entry.
local function read_entry(queue, entry)
    local found = redis.call('XRANGE', queue.key, entry, entry)[1]
    if not found then return nil end
    local fields = {}
    for at = 1, #found[2], 2 do fields[found[2][at]] = found[2][at + 1] end
    return found[2], fields
end
