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

-- Lua's stack bounds how many arguments one call may have.
local function set_fields(key, fields)
    for first = 1, #fields, 1000 do
        redis.call('HSET', key, unpack(fields, first, math.min(first + 999, #fields)))
    end
end

local function dequeue(prefix, key, step)
    local place = redis.call('HGET', key, 'q:' .. step)
    if not place then return end
    local queue_type, entry = string.match(place, '^(%S+) (%S+)$')
    local queue = prefix .. 'agent_queue:' .. queue_type
    redis.pcall('XACK', queue, 'agents', entry)
    redis.call('XDEL', queue, entry)
    redis.call('HDEL', key, 'q:' .. step)
end

local function perform(prefix, workflow, traceparent, first)
    local key = prefix .. 'workflow:' .. workflow
    local history = prefix .. 'history:' .. workflow
    local fields = {}
    local function set(name, value)
        fields[#fields + 1] = name
        fields[#fields + 1] = value
    end
    local at = first
    while at <= #ARGV do
        local operation, a, b, c = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
        if operation == 'state' then
            set('s:' .. a, b)
        elseif operation == 'result' then
            set('r:' .. a, b)
        elseif operation == 'output' then
            set('output', a)
        elseif operation == 'record' then
            redis.call('XADD', history, '*', 'event', a)
        elseif operation == 'enqueue' then
            local entry = redis.call(
                'XADD', prefix .. 'agent_queue:' .. b, '*', 'task', c, 'step', ARGV[at + 4], 'attempt', ARGV[at + 5],
                'timeout', ARGV[at + 6], 'trace', traceparent, 'payload', ARGV[at + 7])
            -- At once, and not with the other fields: a later operation of this transition may take it off again.
            redis.call('HSET', key, 'q:' .. a, b .. ' ' .. entry)
        elseif operation == 'dequeue' then
            dequeue(prefix, key, a)
        elseif operation == 'ask' then
            redis.call('HSET', prefix .. 'escalation:' .. a, 'opened_at', b, 'question', c)
            redis.call('ZADD', prefix .. 'index:escalations:open', 0, moment(b, a))
            redis.call('ZADD', prefix .. 'index:escalations:of:' .. workflow, 0, moment(b, a))
        elseif operation == 'settle' then
            local question = prefix .. 'escalation:' .. a
            redis.call('HSET', question, 'resolution', b)
            local member = moment(redis.call('HGET', question, 'opened_at'), a)
            redis.call('ZREM', prefix .. 'index:escalations:open', member)
            redis.call('ZADD', prefix .. 'index:escalations:resolved', 0, member)
        end
        at = at + 1 + operands[operation]
    end
    set_fields(key, fields)
end

-- A workflow that has ended needs no coordinator, and is forgotten when its time has come (sweep.lua).
local function retire(prefix, workflow, owner, forget_at)
    redis.call('SREM', prefix .. 'coordinators:' .. owner, workflow)
    redis.call('ZADD', prefix .. 'expiry', forget_at, 'workflow:' .. workflow)
end
