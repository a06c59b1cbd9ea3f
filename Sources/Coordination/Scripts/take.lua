-- An agent's sign of life, and its wish for tasks.
--
-- KEYS: the prefix of all keys.
-- ARGV: agent, how many new tasks it wants, 1 if what it holds and does not name is to be given again or 0, the node
--       that it asks, 1 if it waits there if there is nothing for it or 0, what it says of its load as JSON or '', then
--       the tasks that it works on, each with a space and its fingerprint behind it if the agent says one.
-- Gives {'unknown'}, {'gone'}, or {'alive', the types of which it has a slot for one more, status, tasks to stop, tasks,
-- 1 if it has none for some of its types or 0, {task type, with its audience if it has one, when somebody is to ask for
-- one of it again in ms, ...}, what it has of each type, {task, attempt, heartbeats, since in ms, ...} of those that get
-- nowhere, {task, note, ...}}, each task as {task type, taken at ms, the entry's fields, 1 if its workflow's owner is
-- another node, which was told, or 0, its audience}.

local prefix, agent, wanted, gives_again = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
local node, waits, load, first_named = ARGV[4], ARGV[5] == '1', ARGV[6], 7
local key = prefix .. 'agent:' .. agent
local record = redis.call(
    'HMGET', key, 'capabilities', 'slots', 'lifetime', 'status', 'lanes', 'traits', 'costs', 'directed', 'watches',
    'guided')
local capabilities, slots, lifetime, status = record[1], tonumber(record[2]), record[3], record[4]
if not capabilities then return {'unknown'} end
if status == 'lost' or status == 'left' then return {'gone'} end

local now = now_in_milliseconds()
redis.call('ZADD', prefix .. 'agents', now + lifetime, agent)

-- The tasks that it names, by the places of their entries. A task's id holds its workflow's and the step; so an entry
-- and its payload are read only if they are given.
local named, names, fingerprints = {}, {}, {}
for at = first_named, #ARGV do
    local task, fingerprint = string.match(ARGV[at], '^(%S+) ?(.*)$')
    names[#names + 1] = task
    if fingerprint ~= '' then fingerprints[task] = fingerprint end
    local workflow, step = string.match(task, '^task_(%w+_%w+)_(%d+)$')
    local place = workflow and redis.call('HGET', prefix .. 'workflow:wf_' .. workflow, 'q:' .. step)
    if place then named[place] = task end
end

-- The clock of the work runs from here on: the owner hears of it from the node that it shares with the agent, or else
-- from here.
local function is_owner_told(fields, taken_at)
    local task, attempt
    for at = 1, #fields, 2 do
        if fields[at] == 'task' then task = fields[at + 1] end
        if fields[at] == 'attempt' then attempt = fields[at + 1] end
    end
    local workflow = string.match(task, '^task_(%w+_%w+)_')
    local owner = redis.call('HGET', prefix .. 'workflow:wf_' .. workflow, 'owner')
    if not owner or owner == node then return 0 end
    tell(prefix, owner, table.concat({'taken', task, attempt, agent, taken_at}, ' '))
    return 1
end

local queues = queues_of(prefix, capabilities)
local tasks, keeps, again, used, has_lanes = {}, {}, {}, 0, false
-- Tasks that are given now, and whether something is to be heard of one.
local given, has_watches = {}, false

-- How many slots a task of a type takes, where that is not one.
local costs = {}
for queue_type, slots in string.gmatch(record[7] or '', '(%S+)=(%d+)') do costs[queue_type] = tonumber(slots) end

local function cost_of(queue) return costs[queue.type] or 1 end

local taker, traits = {id = agent, node = node}, nil

-- What it has, read when it is asked for.
function taker.traits()
    if not traits then
        traits = {}
        for trait in string.gmatch(record[6] or '', '%S+') do traits[trait] = true end
    end
    return traits
end

local function give(queue, fields, taken_at, audience)
    tasks[#tasks + 1] = {queue.type, taken_at, fields, is_owner_told(fields, taken_at), audience}
    has_watches = watch(prefix, agent, fields, now) or has_watches
    for at = 1, #fields, 2 do
        if fields[at] == 'task' then given[fields[at + 1]] = true end
    end
end

local function hold(queue, place, taken_at)
    used = used + cost_of(queue)
    local task = named[queue.name .. ' ' .. place]
    if task then
        keeps[task] = true
    elseif gives_again then
        local entry = read_entry(queue, place)
        if entry then
            give(queue, entry, taken_at, '')
        else
            forget_entry(prefix, queue, place, agent)
            used = used - cost_of(queue)
        end
    end
end

for _, queue in ipairs(queues) do
    for _, pending in ipairs(held(queue, agent, slots)) do hold(queue, pending[1], now - pending[3]) end
end
if record[5] then
    for _, task in ipairs(held_of_lanes(prefix, agent)) do
        hold(unpack(task))
        has_lanes = true
    end
end

-- What it holds is known for certain only if what it does not name is given to it again.
local holds_all = nil
if gives_again then
    holds_all = {}
    for task in pairs(keeps) do holds_all[task] = true end
    for task in pairs(given) do holds_all[task] = true end
end
local stalled, notes = {}, {}
if record[9] then stalled = hear(prefix, agent, keeps, holds_all, fingerprints, now) end
if record[10] then notes = notes_for(prefix, agent, keeps, holds_all, now, lifetime / 3) end

local stop = {}
for _, task in ipairs(names) do
    if not keeps[task] then
        stop[#stop + 1] = task
        keeps[task] = true
    end
end

-- How many tasks of a queue it has slots for.
local function room_for(queue)
    return math.floor((slots - used) / cost_of(queue))
end

local free = wanted - #tasks
if status == 'alive' and free > 0 then
    -- Begins with another queue each time, so that a full one does not starve the others.
    local first = now % #queues
    for offset = 0, #queues - 1 do
        local queue = queues[(first + offset) % #queues + 1]
        local may_take = math.min(free, room_for(queue))
        if may_take > 0 then
            local limits, taken, recalls = limits_of(prefix, queue.type), nil, {}
            if limits then
                taken, recalls = take_within(prefix, queue, limits, taker, may_take)
                has_lanes = has_lanes or limits.has_lanes
            else
                taken = read_new(queue.key, agent, may_take)
            end
            for at = 1, #recalls, 2 do
                again[#again + 1] = queue.type .. (recalls[at] == '' and '' or ':' .. recalls[at])
                again[#again + 1] = recalls[at + 1]
            end
            for _, entry in ipairs(taken) do
                give(queue, entry[2], now, entry[3] or '')
                free = free - 1
                used = used + cost_of(queue)
            end
        end
    end
end
-- What is directed to one that takes nothing new is for others.
if status ~= 'alive' and record[8] then
    for _, queue in ipairs(queues) do
        for _, audience in ipairs(release_of(prefix, queue.type, agent, math.huge)) do
            if call_agent(prefix, queue.type, node, audience) then
                again[#again + 1] = queue.type .. (audience == '' and '' or ':' .. audience)
                again[#again + 1] = now
            end
        end
    end
end
-- The slots that are taken are for whoever chooses an agent, or asks why tasks wait.
redis.call('HSET', key, 'heartbeat_at', now, 'node', node, 'holds', used)
if load ~= '' then redis.call('HSET', key, 'load', load) end
if has_lanes and not record[5] then
    redis.call('HSET', key, 'lanes', 1)
elseif record[5] and not has_lanes then
    redis.call('HDEL', key, 'lanes')
end
if has_watches and not record[9] then
    redis.call('HSET', key, 'watches', 1)
elseif record[9] and redis.call('EXISTS', prefix .. 'watched:' .. agent) == 0 then
    redis.call('HDEL', key, 'watches')
end
if record[10] and redis.call('EXISTS', prefix .. 'guidance:' .. agent) == 0 then redis.call('HDEL', key, 'guided') end
local open = {}
for _, queue in ipairs(queues) do
    if room_for(queue) > 0 then open[#open + 1] = queue.type end
end
if waits and status == 'alive' and #tasks == 0 then
    for _, queue_type in ipairs(open) do redis.call('SADD', prefix .. 'waiting:' .. queue_type, node) end
end
return {
    'alive', table.concat(open, ' '), status, stop, tasks, #open < #queues and 1 or 0, again, record[6] or '', stalled,
    notes,
}
