-- Who holds entries of queues, and since when.
--
-- KEYS: the prefix of all keys.
-- ARGV: places, each '<task type> <entry>'.
-- Gives {agent, taken at ms, ...} in the order of the places, with '' and 0 for what nobody holds.

local prefix, now = KEYS[1], now_in_milliseconds()
local holders = {}
for at = 1, #ARGV do
    local queue_type, entry = string.match(ARGV[at], '^(%S+) (%S+)$')
    -- There is no group before the first agent that is capable of this type.
    local pending = redis.pcall('XPENDING', prefix .. 'agent_queue:' .. queue_type, 'agents', entry, entry, 1)
    local is_held = not pending.err and pending[1]
    holders[2 * at - 1] = is_held and pending[1][2] or ''
    holders[2 * at] = is_held and now - pending[1][3] or 0
end
return holders
