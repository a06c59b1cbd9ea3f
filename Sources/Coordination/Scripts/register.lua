-- Registers an agent.
--
-- KEYS: the prefix of all keys.
-- ARGV: agent, name, slots, lifetime in ms, then its capabilities.
-- Gives the time in ms.

local prefix, agent = KEYS[1], ARGV[1]
-- Sent once more after a connection broke.
local before = redis.call('HGET', prefix .. 'agent:' .. agent, 'registered_at')
if before then return tonumber(before) end

local now = now_in_milliseconds()
local capabilities = {unpack(ARGV, 5)}
for _, capability in ipairs(capabilities) do ensure_group(prefix .. 'agent_queue:' .. capability) end
redis.call(
    'HSET', prefix .. 'agent:' .. agent, 'name', ARGV[2], 'slots', ARGV[3], 'lifetime', ARGV[4], 'status', 'alive',
    'capabilities', table.concat(capabilities, ' '), 'registered_at', now, 'heartbeat_at', now)
redis.call('ZADD', prefix .. 'agents', now + ARGV[4], agent)
redis.call('ZADD', prefix .. 'index:agents', 0, moment(now, agent))
return now
