-- Forgets what has ended long enough ago: workflows with all that belongs to them, agents, and nodes.
--
-- KEYS: the prefix of all keys.
-- ARGV: how many at most.
-- Gives how many were forgotten.

local prefix, limit = KEYS[1], ARGV[1]
-- How many escalations one run forgets: a workflow with more of them is forgotten by several. Each stands in five indexes
-- or more.
local escalations_left = 150

-- Whether nothing of it is left.
local function forget_escalations(workflow)
    local questions = prefix .. 'index:escalations:of:' .. workflow
    local some = redis.call('ZRANGE', questions, 0, escalations_left - 1)
    for _, question in ipairs(some) do
        forget_escalation(prefix, question)
    end
    if #some == 0 then return true end
    escalations_left = escalations_left - #some
    redis.call('ZREMRANGEBYRANK', questions, 0, #some - 1)
    return redis.call('EXISTS', questions) == 0
end

local function forget_workflow(workflow)
    local key = prefix .. 'workflow:' .. workflow
    local stored = redis.call('HMGET', key, 'created_at', 'status', 'labels', 'key')
    if not stored[1] then return end
    local member = moment(stored[1], workflow)
    redis.call('ZREM', prefix .. 'index:workflows', member)
    redis.call('ZREM', prefix .. 'index:status:' .. stored[2], member)
    for name, value in pairs(cjson.decode(stored[3])) do
        redis.call('ZREM', prefix .. 'index:label:' .. name .. ':' .. value, member)
    end
    -- What started it and nothing else any more.
    local slot = stored[4]
    local started = slot and redis.call('GET', slot) or ''
    if string.find(started, workflow .. ' ', 1, true) == 1 then redis.call('DEL', slot) end
    redis.call('UNLINK', key, prefix .. 'history:' .. workflow)
end

-- An agent or a node: its record, and where it is listed.
local function forget_record(member, index, since)
    local key = prefix .. member
    local time = redis.call('HGET', key, since)
    if time then redis.call('ZREM', prefix .. index, moment(time, string.match(member, '^%a+:(.+)$'))) end
    redis.call('UNLINK', key)
end

local forgotten = 0
local due = redis.call('ZRANGE', prefix .. 'expiry', '-inf', now_in_milliseconds(), 'BYSCORE', 'LIMIT', 0, limit)
for _, member in ipairs(due) do
    local kind, id = string.match(member, '^(%a+):(.+)$')
    if kind == 'workflow' then
        if escalations_left == 0 or not forget_escalations(id) then break end
        forget_workflow(id)
    elseif kind == 'agent' then
        forget_record(member, 'index:agents', 'registered_at')
    else
        forget_record(member, 'index:nodes', 'started_at')
    end
    redis.call('ZREM', prefix .. 'expiry', member)
    forgotten = forgotten + 1
end
return forgotten
