-- Registers an agent.
--
-- KEYS: the prefix of all keys.
-- ARGV: agent, name, slots, lifetime in ms, its capabilities with spaces between them, all that it says of itself as
--       JSON, what it has as `<type>?<term>`, and how many slots tasks take as `<type>=<slots>`, where that is not one;
--       both with spaces between them, or ''.

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
    'capabilities', capabilities, 'registered_at', now, 'heartbeat_at', now, 'profile', ARGV[6])
if ARGV[7] ~= '' then redis.call('HSET', key, 'traits', ARGV[7]) end
if ARGV[8] ~= '' then redis.call('HSET', key, 'costs', ARGV[8]) end
redis.call('ZADD', prefix .. 'agents', now + ARGV[4], agent)
redis.call('ZADD', prefix .. 'index:agents', 0, moment(now, agent))
