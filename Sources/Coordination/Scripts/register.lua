-- Registers an agent.
--
-- KEYS: the prefix of all keys.
-- ARGV: agent, name, slots, lifetime in ms, its capabilities with spaces between them.

local prefix, agent, capabilities = KEYS[1], ARGV[1], ARGV[5]
local key = prefix .. 'agent:' .. agent
-- Sent once more after a connection broke.
if redis.call('EXISTS', key) == 1 then return end

local now = now_in_milliseconds()
for _, queue in ipairs(queues_of(prefix, capabilities)) do
    ensure_group(queue.key)
    redis.call('ZADD', prefix .. 'index:task_types', 0, queue.type)
end
redis.call(
    'HSET', key, 'name', ARGV[2], 'slots', ARGV[3], 'lifetime', ARGV[4], 'status', 'alive',
    'capabilities', capabilities, 'registered_at', now, 'heartbeat_at', now)
redis.call('ZADD', prefix .. 'agents', now + ARGV[4], agent)
redis.call('ZADD', prefix .. 'index:agents', 0, moment(now, agent))
