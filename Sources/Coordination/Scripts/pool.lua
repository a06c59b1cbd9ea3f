-- What agents can do, and how much they have to do.
--
-- KEYS: the prefix of all keys.
-- ARGV: agents.
-- Gives {name, capabilities, slots, status, tasks held when last heard of} for each.

local found = {}
for at = 1, #ARGV do
    found[at] = redis.call('HMGET', KEYS[1] .. 'agent:' .. ARGV[at], 'name', 'capabilities', 'slots', 'status', 'holds')
end
return found
