-- Does what a person decided about a workflow in quarantine: a node owns it again, or it ends as failed.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, node, escalation, the decision as JSON, now in ms; when to forget it in ms if it ends, and then the
--       failure and what becomes of its other escalations as JSON, or '' each; what people have to have done about the
--       escalation, as JSON or ''; then events as JSON.
-- Gives 'done', 'before' if it was decided before, 'changed' if people have done something else, or 'unknown' if it was
-- never in quarantine.
--
-- What cannot be understood may be anywhere, and keeps none of the rest from being done.

local prefix, workflow, node, escalation, forget_at = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[6]
local key = prefix .. 'workflow:' .. workflow
local stored = redis.call('HMGET', key, 'created_at', 'revision', 'checkpoint', 'quarantined')
local known = redis.call('HMGET', prefix .. 'escalation:' .. escalation, 'opened_at', 'resolution', 'handling')
if not known[1] then return 'unknown' end
-- The same one was sent once more after a connection broke, or somebody was faster.
if not stored[4] then return known[2] == ARGV[4] and 'done' or 'before' end
if (known[3] or '') ~= ARGV[9] then return 'changed' end

local created_at, head, revision = stored[1], stored[3] or '', (tonumber(stored[2]) or 0) + 1
redis.call('HDEL', key, 'quarantined')
redis.call('HSET', key, 'owner', node, 'revision', revision, 'committed_at', ARGV[5])
settle(prefix, escalation, ARGV[4])
pcall(record, prefix, workflow, '[' .. table.concat(ARGV, ',', 10) .. ']')

for at = 10, #ARGV do notify(prefix, workflow, kind_of(ARGV[at]), ARGV[at]) end

if forget_at == '' then
    local status = string.match(head, '^{"status":"(%l+)"')
    if status ~= 'escalated' then status = 'running' end
    redis.call('HSET', key, 'status', status)
    move_status(prefix, workflow, created_at, 'escalated', status)
    own(prefix, workflow, node)
    local letters = redis.pcall('XLEN', prefix .. 'coordinator_result:' .. workflow)
    if type(letters) == 'number' and letters > 0 then
        redis.call('SADD', prefix .. 'inbox:' .. node, workflow)
    end
else
    -- A person ends it, and seldom: so one script may do it all, however many steps there are.
    for _, field in ipairs(redis.call('HKEYS', key)) do
        if string.sub(field, 1, 2) == 'q:' then
            local queue, entry = string.match(redis.call('HGET', key, field), '^(%S+) (%S+)$')
            pcall(leave_queue, prefix, queue or '', entry or '')
            redis.call('HDEL', key, field)
        end
    end
    for _, member in ipairs(redis.call('ZRANGE', prefix .. 'index:escalations:of:' .. workflow, 0, -1)) do
        local other = id_in(member)
        if redis.call('HEXISTS', prefix .. 'escalation:' .. other, 'resolution') == 0 then
            settle(prefix, other, ARGV[8])
        end
    end
    redis.call(
        'HSET', key, 'status', 'failed', 'checkpoint', string.format(
            '{"status":"failed","created_at":%s,"escalations":%s,"ended_at":%s,"failure":%s}', created_at or '0',
            string.match(head, '"escalations":(%d+)') or '0', ARGV[5], ARGV[7]))
    move_status(prefix, workflow, created_at, 'escalated', 'failed')
    retire(prefix, workflow, node, forget_at)
end
redis.call('SPUBLISH', prefix .. 'changes:' .. workflow, 'changed ' .. workflow .. ' ' .. revision)
return 'done'
