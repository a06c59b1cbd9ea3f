-- Puts a letter in a workflow's mailbox and tells its owner, unless that is the node that sends it. An owner that is gone
-- is followed by that node at once.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, the node that sends, the node that waits for a reply or '-', the letter's number, the event as JSON.
-- Gives 'unknown', 'quarantined' if nobody may own it, 'ended', 'own' or 'mailed'.

local prefix, workflow, node = KEYS[1], ARGV[1], ARGV[2]
local stored = redis.call('HMGET', prefix .. 'workflow:' .. workflow, 'owner', 'status', 'quarantined')
local owner, status = stored[1], stored[2]
if stored[3] then return 'quarantined' end
if not owner then return 'unknown' end
if has_ended(status) then return 'ended' end
if may_claim(prefix, owner, node, now_in_milliseconds()) then
    claim(prefix, workflow, owner, node)
    owner = node
end
if owner == node then return 'own' end

local place = redis.call(
    'XADD', prefix .. 'coordinator_result:' .. workflow, '*', 'to', ARGV[3], 'number', ARGV[4], 'event', ARGV[5])
redis.call('SADD', prefix .. 'inbox:' .. owner, workflow)
tell(prefix, owner, table.concat({'mail', workflow, place, ARGV[3], ARGV[4], ARGV[5]}, ' '))
return 'mailed'
