-- Changes what people have done about an escalation of a workflow that nobody coordinates.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, escalation, the handling as it has to be now, as JSON, or '', what it is then, its tier, whose it is
--       or '', what was said as JSON or '', the event as JSON.
-- Gives 'done', 'changed' if it is another one, 'resolved', or 'unknown'.

local prefix, workflow, escalation = KEYS[1], ARGV[1], ARGV[2]
local opened_at, resolution, handling = unpack(
    redis.call('HMGET', prefix .. 'escalation:' .. escalation, 'opened_at', 'resolution', 'handling'))
if not opened_at then return 'unknown' end
-- Sent once more after a connection broke.
if handling == ARGV[4] then return 'done' end
if resolution then return 'resolved' end
if (handling or '') ~= ARGV[3] then return 'changed' end
handle(prefix, escalation, ARGV[4], ARGV[5], ARGV[6], ARGV[7])
pcall(record, prefix, workflow, '[' .. ARGV[8] .. ']')
notify(prefix, workflow, kind_of(ARGV[8]), ARGV[8])
local revision = redis.call('HGET', prefix .. 'workflow:' .. workflow, 'revision') or 0
redis.call('SPUBLISH', prefix .. 'changes:' .. workflow, 'changed ' .. workflow .. ' ' .. revision)
return 'done'
