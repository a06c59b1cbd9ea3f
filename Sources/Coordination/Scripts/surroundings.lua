-- What lies beside a workflow's checkpoint: who holds its open tasks and since when, and its mail.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, the place after which letters are wanted, how many letters at most, then steps.
-- Gives {{agent, taken at ms, named last at ms, ...}, letters}: the first in the order of the steps, with '' and 0 for
-- what nobody holds, and 0 for what need not be heard of; letters as XRANGE gives them.

local prefix, workflow, now = KEYS[1], ARGV[1], now_in_milliseconds()
local holders = {}
if #ARGV > 3 then
    local places = {}
    for at = 4, #ARGV do places[at - 3] = 'q:' .. ARGV[at] end
    for at, place in ipairs(redis.call('HMGET', prefix .. 'workflow:' .. workflow, unpack(places))) do
        local queue_type, entry = string.match(place or '', '^(%S+) (%S+)$')
        -- There is no group before the first agent that is capable of this type.
        local pending = entry
            and redis.pcall('XPENDING', prefix .. 'agent_queue:' .. queue_type, 'agents', entry, entry, 1)
        local is_held = pending and not pending.err and pending[1]
        local agent, task = is_held and pending[1][2] or '', 'task_' .. string.sub(workflow, 4) .. '_' .. ARGV[3 + at]
        local watched = is_held and redis.call('HGET', prefix .. 'watched:' .. agent, task)
        holders[3 * at - 2] = agent
        holders[3 * at - 1] = is_held and now - pending[1][3] or 0
        holders[3 * at] = watched and tonumber(string.match(watched, '^%d+ (%d+)')) or 0
    end
end
local mailbox = prefix .. 'coordinator_result:' .. workflow
return {holders, redis.call('XRANGE', mailbox, '(' .. ARGV[2], '+', 'COUNT', ARGV[3])}
