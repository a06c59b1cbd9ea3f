-- Claims workflows of a node whose lease has ended, as many as one batch holds.
--
-- KEYS: the prefix of all keys.
-- ARGV: the node that is gone, the node that claims, how many at most.
-- Gives the claimed workflows; fewer than asked for when no more are left, and then the node is forgotten.

local prefix, former, node, limit = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
if former == node or is_alive(prefix, former, now_in_milliseconds()) then return {} end

local claimed = {}
local owned = prefix .. 'coordinators:' .. former
while #claimed < limit do
    -- Each round takes its members out of the set, so that there is a last one.
    local members = redis.call('SRANDMEMBER', owned, limit - #claimed)
    if #members == 0 then break end
    for _, workflow in ipairs(members) do
        local stored = redis.call('HMGET', prefix .. 'workflow:' .. workflow, 'owner', 'status')
        if stored[1] == former and not has_ended(stored[2]) then
            claim(prefix, workflow, former, node)
            claimed[#claimed + 1] = workflow
        else
            redis.call('SREM', owned, workflow)
        end
    end
end
if not owns_workflows(prefix, former) then redis.call('ZREM', prefix .. 'nodes', former) end
return claimed
