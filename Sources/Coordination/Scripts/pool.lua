-- What agents can do, and how much they have to do.
--
-- KEYS: the prefix of all keys.
-- ARGV: agents.
-- Gives {name, slots, status, slots taken when last heard of, how many tasks wait for it alone, all that it says of
-- itself, and how its attempts ended, as JSON or nothing} for each.

local found = {}
for at = 1, #ARGV do
    found[at] = redis.call(
        'HMGET', KEYS[1] .. 'agent:' .. ARGV[at], 'name', 'slots', 'status', 'holds', 'directed', 'profile',
        'reliability')
end
return found
