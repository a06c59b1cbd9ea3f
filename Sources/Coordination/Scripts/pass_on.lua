-- No agent waits any more at a node for tasks of a type, or none that meets a requirement, and there may be one: another
-- node is told.
--
-- KEYS: the prefix of all keys.
-- ARGV: task type, node, the requirement or ''.

-- Others may wait there who do not meet it.
if ARGV[3] == '' then redis.call('SREM', KEYS[1] .. 'waiting:' .. ARGV[1], ARGV[2]) end
call_agent(KEYS[1], ARGV[1], ARGV[2], ARGV[3])
