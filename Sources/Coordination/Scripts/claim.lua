-- Makes a node the owner of a workflow, if that has not ended and its owner has.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, node.
-- Gives {owner, status}, {'quarantined'} if nobody may own it, or {} if there is no such workflow.

local prefix, workflow, node = KEYS[1], ARGV[1], ARGV[2]
local stored = redis.call('HMGET', prefix .. 'workflow:' .. workflow, 'owner', 'status', 'quarantined')
local owner, status = stored[1], stored[2]
if stored[3] then return {'quarantined'} end
if not owner then return {} end
if not has_ended(status) and may_claim(prefix, owner, node, now_in_milliseconds()) then
    claim(prefix, workflow, owner, node)
    owner = node
end
return {owner, status}
