-- Puts a workflow in quarantine: nobody owns it any more, and a person is asked what becomes of it. Its tasks stay on
-- their queues and its letters in their box; but whoever waits for what becomes of these is to ask anew.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, node, the error as JSON, escalation, when it is opened in ms, the question as JSON, the event
--       as JSON.
-- Gives 'quarantined', 'ended', or 'fenced' if the node is not the owner.
--
-- What cannot be understood may be anywhere, and keeps none of the rest from being done.

local prefix, workflow, node, escalation = KEYS[1], ARGV[1], ARGV[2], ARGV[4]
local key = prefix .. 'workflow:' .. workflow
local stored = redis.call('HMGET', key, 'owner', 'status', 'created_at', 'revision', 'quarantined')

-- Sent once more after a connection broke.
if stored[5] then return 'quarantined' end
if stored[1] ~= node then return 'fenced' end
if has_ended(stored[2]) then return 'ended' end

local revision = (tonumber(stored[4]) or 0) + 1
redis.call('HSET', key, 'status', 'escalated', 'revision', revision, 'committed_at', ARGV[5], 'quarantined', ARGV[3])
redis.call('HDEL', key, 'owner')
redis.call('SREM', prefix .. 'coordinators:' .. node, workflow)
redis.call('SREM', prefix .. 'inbox:' .. node, workflow)
move_status(prefix, workflow, stored[3], stored[2], 'escalated')

-- It may have been here before: then this is the same question, asked again.
local asked_before = redis.call('HGET', prefix .. 'escalation:' .. escalation, 'opened_at')
if asked_before then
    local member = moment(asked_before, escalation)
    forget_escalation(prefix, member)
    redis.call('ZREM', prefix .. 'index:escalations:of:' .. workflow, member)
end
local name, labels = unpack(redis.call('HMGET', key, 'name', 'labels'))
ask(prefix, workflow, escalation, ARGV[5], ARGV[6], {'kind', 'poisoned', 'name', name, 'labels', labels})
pcall(record, prefix, workflow, '[' .. ARGV[7] .. ']')
notify(prefix, workflow, kind_of(ARGV[7]), ARGV[7])
send_back_mail(prefix, workflow)
redis.call('SPUBLISH', prefix .. 'changes:' .. workflow, 'changed ' .. workflow .. ' ' .. revision)
return 'quarantined'
