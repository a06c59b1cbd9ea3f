-- Claims workflows of a node whose lease has ended, as many as one batch holds.
--
-- KEYS: the prefix of all keys.
-- ARGV: the node that is gone, the node that claims, the number of its claim, how many at most.
-- Gives the claimed workflows; fewer than asked for when no more are left, and then the node is forgotten. The last
-- claim of a node, sent once more, gives the same; one before it gives nothing, and does nothing.

local prefix, former, node, number, limit = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local record = prefix .. 'node:' .. node
local owned = prefix .. 'coordinators:' .. former

local last = redis.call('HMGET', record, 'claim', 'claimed')
local claimed = {}
if last[1] and tonumber(last[1]) >= number then
    if tonumber(last[1]) == number then
        for workflow in string.gmatch(last[2], '%S+') do claimed[#claimed + 1] = workflow end
    end
    return claimed
end

local is_gone = may_claim(prefix, former, node, now_in_milliseconds())
while is_gone and #claimed < limit do
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
if is_gone and not owns_workflows(prefix, former) then redis.call('ZREM', prefix .. 'nodes', former) end
redis.call('HSET', record, 'claim', number, 'claimed', table.concat(claimed, ' '))
return claimed
