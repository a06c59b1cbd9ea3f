-- Carries out what a transition wants done. Stands before start.lua and commit.lua.
--
-- `perform` reads operations from ARGV, each a word and its operands:
--   state   <step> <json>                 the step's state
--   result  <step> <json>                 its result, written once
--   output  <json>                        the workflow's output, written once
--   record  <json>                        an entry of the history
--   enqueue <step> <task type> <task> <step id> <attempt> <timeout ms> <payload>
--   dequeue <step>                        the step's entry leaves its queue, whoever holds it
--   ask     <escalation> <opened at ms> <json>      a question to a person
--   settle  <escalation> <json>           its end

local operands = {state = 2, result = 2, output = 1, record = 1, enqueue = 7, dequeue = 1, ask = 3, settle = 2}

-- Lua's stack bounds how many arguments one call may have. Even: fields are written in pairs.
local batch = 1000

-- A command on many values, of which a call takes only a batch.
local function call_with(values, command, key, group)
    for first = 1, #values, batch do
        local last = math.min(first + batch - 1, #values)
        if group then
            redis.call(command, key, group, unpack(values, first, last))
        else
            redis.call(command, key, unpack(values, first, last))
        end
    end
end

-- Takes entries off their queues, whoever holds them. A place is '<task type> <entry>'.
local function remove_entries(prefix, places)
    local entries = {}
    for _, place in ipairs(places) do
        local queue_type, entry = string.match(place, '^(%S+) (%S+)$')
        local queue = prefix .. 'agent_queue:' .. queue_type
        entries[queue] = entries[queue] or {}
        table.insert(entries[queue], entry)
    end
    for queue, of_queue in pairs(entries) do
        call_with(of_queue, 'XACK', queue, 'agents')
        call_with(of_queue, 'XDEL', queue)
    end
end

-- Appends the places that these fields of a workflow name.
local function read_places(key, names, places)
    for first = 1, #names, batch do
        local last = math.min(first + batch - 1, #names)
        for _, place in ipairs(redis.call('HMGET', key, unpack(names, first, last))) do
            if place then places[#places + 1] = place end
        end
    end
end

-- `fields` are fields and values of the workflow that are to be written with the others.
local function perform(prefix, workflow, traceparent, first, fields)
    local key = prefix .. 'workflow:' .. workflow
    local function set(name, value)
        fields[#fields + 1] = name
        fields[#fields + 1] = value
    end
    -- Where the entries are that this transition makes, by step; the steps whose stored entries it takes off; and the
    -- entries that it makes and takes off itself.
    local entered, left, removed = {}, {}, {}
    local at = first
    while at <= #ARGV do
        local operation, a, b, c = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
        if operation == 'state' then
            set('s:' .. a, b)
        elseif operation == 'record' then
            redis.call('XADD', prefix .. 'history:' .. workflow, '*', 'event', a)
        elseif operation == 'enqueue' then
            local entry = redis.call(
                'XADD', prefix .. 'agent_queue:' .. b, '*', 'task', c, 'step', ARGV[at + 4], 'attempt', ARGV[at + 5],
                'timeout', ARGV[at + 6], 'trace', traceparent, 'payload', ARGV[at + 7])
            entered[a] = b .. ' ' .. entry
        elseif operation == 'dequeue' then
            if entered[a] then
                removed[#removed + 1] = entered[a]
                entered[a] = nil
            else
                left[#left + 1] = 'q:' .. a
            end
        elseif operation == 'result' then
            set('r:' .. a, b)
        elseif operation == 'output' then
            set('output', a)
        elseif operation == 'ask' then
            local member = moment(b, a)
            redis.call('HSET', prefix .. 'escalation:' .. a, 'opened_at', b, 'question', c)
            redis.call('ZADD', prefix .. 'index:escalations:open', 0, member)
            redis.call('ZADD', prefix .. 'index:escalations:of:' .. workflow, 0, member)
        elseif operation == 'settle' then
            local question = prefix .. 'escalation:' .. a
            local opened_at = redis.call('HGET', question, 'opened_at')
            if opened_at then
                local member = moment(opened_at, a)
                redis.call('HSET', question, 'resolution', b)
                redis.call('ZREM', prefix .. 'index:escalations:open', member)
                redis.call('ZADD', prefix .. 'index:escalations:resolved', 0, member)
            end
        end
        at = at + 1 + operands[operation]
    end
    if #left > 0 then
        read_places(key, left, removed)
        call_with(left, 'HDEL', key)
    end
    if #removed > 0 then remove_entries(prefix, removed) end
    for step, place in pairs(entered) do set('q:' .. step, place) end
    call_with(fields, 'HSET', key)
end

-- A workflow that has ended needs no coordinator, and is forgotten when its time has come (sweep.lua).
local function retire(prefix, workflow, owner, forget_at)
    redis.call('SREM', prefix .. 'coordinators:' .. owner, workflow)
    redis.call('ZADD', prefix .. 'expiry', forget_at, 'workflow:' .. workflow)
end
