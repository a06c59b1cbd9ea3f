-- No agent waits any more at a node for tasks of a type, and there may be one: another node is told.
--
-- KEYS: the prefix of all keys.
-- ARGV: task type, node.

redis.call('SREM', KEYS[1] .. 'waiting:' .. ARGV[1], ARGV[2])
call_agent(KEYS[1], ARGV[1], ARGV[2])
