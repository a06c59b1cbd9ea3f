-- How many members some indexes have.
--
-- KEYS: the prefix of all keys.
-- ARGV: the indexes.
-- Gives a number for each.

local counts = {}
for at = 1, #ARGV do counts[at] = redis.call('ZCARD', KEYS[1] .. 'index:' .. ARGV[at]) end
return counts
