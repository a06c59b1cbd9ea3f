-- What lies beside a workflow's checkpoint: who holds its open tasks and since when, and its mail.
--
-- KEYS: the prefix of all keys.
-- ARGV: workflow, the place after which letters are wanted, how many letters at most, then steps.
-- Gives {{agent, taken at ms, ...}, letters}: the first in the order of the steps, with '' and 0 for what nobody holds;
-- letters as XRANGE gives them.

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
        holders[2 * at - 1] = is_held and pending[1][2] or ''
        holders[2 * at] = is_held and now - pending[1][3] or 0
    end
end
local mailbox = prefix .. 'coordinator_result:' .. workflow
return {holders, redis.call('XRANGE', mailbox, '(' .. ARGV[2], '+', 'COUNT', ARGV[3])}
