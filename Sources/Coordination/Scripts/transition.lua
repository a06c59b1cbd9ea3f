-- Carries out what a transition wants done. Stands before start.lua and commit.lua; needs index.lua, messages.lua,
-- escalations.lua, notify.lua, lanes.lua and record.lua.
--
-- `perform` reads operations from ARGV, each a word and its operands:
--   state   <step> <json>                 the step's state
--   result  <step> <json>                 its result, written once
--   output  <json>                        the workflow's output, written once
--   plan    <step> <json>                 the definition of a step that was added, written once
--   record  <json>                        an entry of the history: an array of events
--   enqueue <step> <task type> <lane, or ''> <how long it waits for the agent that it is directed to in ms, or ''>
--           <how many values> <the entry's fields and values>
--   type    <task type>                   tasks of it are queued here for the first time
--   dequeue <step>                        the step's entry leaves its queue, whoever holds it
--   ask     <escalation> <opened at ms> <json> <kind> <workflow's name> <its labels> <assignee, or ''> <handling, or ''>
--                                         a question to a person
--   handle  <escalation> <handling> <tier> <assignee, or ''> <comment as JSON, or ''>  what people have done about it
--   settle  <escalation> <json>           its end
--   notify  <kind of event> <event as JSON>         webhooks are told of it
--   stop    <agent>                       it may be at work on what is not its any more
--   guide   <agent> <task> <number> <json>          a note to whoever works on the task
--   forget  <agent> <task> <number>                 it is not told of that any more
--   read    <letter>                      it leaves the mailbox
--   reply   <node> <number> <json>        what became of that node's letter

local call = redis.call

-- A command on many values. Lua's stack bounds how many arguments one call may have.
local function call_with(command, key, values)
    for first = 1, #values, 1000 do
        call(command, key, unpack(values, first, math.min(first + 999, #values)))
    end
end

-- An agent is told something, with its next request or at once if it waits somewhere.
local function guide(prefix, owner, agent, task, number, note)
    local record = prefix .. 'agent:' .. agent
    local known = call('HMGET', record, 'node', 'status')
    local node, status = known[1], known[2]
    if not node or status == 'lost' or status == 'left' then return end
    call('HSET', prefix .. 'guidance:' .. agent, task .. ' ' .. number, '0 ' .. note)
    call('HSET', record, 'guided', 1)
    if node ~= owner then tell(prefix, node, 'stop ' .. agent) end
end

-- These letters leave the mailbox; the owner of an empty one has no mail. It stays as long as the workflow goes on: a
-- stream that is made anew gives places again that it gave before, and letters are known by theirs.
local function clear_mail(prefix, workflow, owner, letters)
    if #letters == 0 then return end
    local mailbox = prefix .. 'coordinator_result:' .. workflow
    call_with('XDEL', mailbox, letters)
    if call('XLEN', mailbox) == 0 then call('SREM', prefix .. 'inbox:' .. owner, workflow) end
end

-- Whoever waits for what becomes of a letter is to ask anew.
local function send_back_mail(prefix, workflow)
    for _, letter in ipairs(call('XRANGE', prefix .. 'coordinator_result:' .. workflow, '-', '+')) do
        -- Its fields: to, number, event. An agent's own begins with the step, and its number is the attempt.
        local hearer, number, event = letter[2][2], letter[2][4], letter[2][6]
        local step = is_agent(hearer) and string.match(event, '^%d+')
        local task = step and ' task_' .. string.sub(workflow, 4) .. '_' .. step or ''
        tell(prefix, hearer, 'again ' .. number .. task)
    end
end

-- `fields` are fields and values of the workflow that are to be written with the others, `places` where the entries of
-- steps are that leave their queues. Gives whether it is the owner's to call agents of its own for new tasks.
local function perform(prefix, workflow, owner, traceparent, first, fields, places)
    local key = prefix .. 'workflow:' .. workflow
    -- Where the entries are that this transition makes, by step; and the fields of those that it takes off.
    local entered, left, letters, calls = {}, {}, {}, false
    local at, last = first, #ARGV
    while at <= last do
        local operation, a, b = ARGV[at], ARGV[at + 1], ARGV[at + 2]
        if operation == 'record' then
            record(prefix, workflow, a)
            at = at + 2
        elseif operation == 'state' then
            fields[#fields + 1] = 's:' .. a
            fields[#fields + 1] = b
            at = at + 3
        elseif operation == 'enqueue' then
            local lane, wait, values = ARGV[at + 3], ARGV[at + 4], tonumber(ARGV[at + 5])
            -- Whoever is gone, or goes, gets nothing more.
            if wait ~= '' and redis.call('HGET', prefix .. 'agent:' .. audience_of(lane), 'status') ~= 'alive' then
                lane, wait = without_agent(lane), ''
            end
            local queue = lane == '' and b or b .. ':' .. lane
            local entry = call(
                'XADD', prefix .. 'agent_queue:' .. queue, '*', 'trace', traceparent,
                unpack(ARGV, at + 6, at + 5 + values))
            entered[a] = queue .. ' ' .. entry
            if lane ~= '' then
                lanes_of(prefix, b).enter(lane, entry, wait ~= '' and now_in_milliseconds() + wait)
            end
            calls = call_agent(prefix, b, owner, lane == '' and '' or audience_of(lane)) or calls
            at = at + 6 + values
        elseif operation == 'type' then
            call('ZADD', prefix .. 'index:task_types', 0, a)
            at = at + 2
        elseif operation == 'dequeue' then
            local place = entered[a] or places[a]
            if place then
                local queue, entry = string.match(place, '^(%S+) (%S+)$')
                leave_queue(prefix, queue, entry)
                if not entered[a] then left[#left + 1] = 'q:' .. a end
                entered[a] = nil
            end
            at = at + 2
        elseif operation == 'result' then
            fields[#fields + 1] = 'r:' .. a
            fields[#fields + 1] = b
            at = at + 3
        elseif operation == 'plan' then
            fields[#fields + 1] = 'p:' .. a
            fields[#fields + 1] = b
            at = at + 3
        elseif operation == 'output' then
            fields[#fields + 1] = 'output'
            fields[#fields + 1] = a
            at = at + 2
        elseif operation == 'ask' then
            ask(prefix, workflow, a, b, ARGV[at + 3], {
                'kind', ARGV[at + 4], 'name', ARGV[at + 5], 'labels', ARGV[at + 6], 'assignee', ARGV[at + 7],
                'handling', ARGV[at + 8],
            })
            at = at + 9
        elseif operation == 'handle' then
            handle(prefix, a, b, unpack(ARGV, at + 3, at + 5))
            at = at + 6
        elseif operation == 'settle' then
            settle(prefix, a, b)
            at = at + 3
        elseif operation == 'notify' then
            notify(prefix, workflow, a, b)
            at = at + 3
        elseif operation == 'stop' then
            local node = call('HGET', prefix .. 'agent:' .. a, 'node')
            if node and node ~= owner then tell(prefix, node, 'stop ' .. a) end
            at = at + 2
        elseif operation == 'guide' then
            guide(prefix, owner, a, b, ARGV[at + 3], ARGV[at + 4])
            at = at + 5
        elseif operation == 'forget' then
            call('HDEL', prefix .. 'guidance:' .. a, b .. ' ' .. ARGV[at + 3])
            at = at + 4
        elseif operation == 'read' then
            letters[#letters + 1] = a
            at = at + 2
        elseif operation == 'reply' then
            tell(prefix, a, 'reply ' .. b .. ' ' .. ARGV[at + 3])
            at = at + 4
        else
            error('no such operation: ' .. operation)
        end
    end
    for step, place in pairs(entered) do
        fields[#fields + 1] = 'q:' .. step
        fields[#fields + 1] = place
    end
    call_with('HDEL', key, left)
    call_with('HSET', key, fields)
    clear_mail(prefix, workflow, owner, letters)
    return calls
end

-- A workflow that has ended needs no coordinator, and is forgotten when its time has come (sweep.lua). Whoever sent a
-- letter that came too late is to ask anew.
local function retire(prefix, workflow, owner, forget_at)
    send_back_mail(prefix, workflow)
    redis.call('UNLINK', prefix .. 'coordinator_result:' .. workflow)
    redis.call('SREM', prefix .. 'inbox:' .. owner, workflow)
    redis.call('SREM', prefix .. 'coordinators:' .. owner, workflow)
    redis.call('ZADD', prefix .. 'expiry', forget_at, 'workflow:' .. workflow)
end
