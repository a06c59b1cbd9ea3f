-- Published as `leave`: an agent that is beside Redis goes. What it holds is given back by whichever node looks next for
-- the agents that have gone (depart.lua). Needs published.lua and time.lua.
--
-- KEYS: the prefix of all keys.
-- ARGV: agent.
-- Gives a JSON object: its `status`.

local prefix, agent = KEYS[1], ARGV[1]
require_agent(agent)
local key = prefix .. 'agent:' .. agent
if redis.call('ZREM', prefix .. 'agents', agent) == 1 then
    redis.call('ZADD', prefix .. 'agents:departed', now_in_milliseconds(), agent)
    redis.call('HSET', key, 'status', 'left')
end
return '{"status":"' .. (redis.call('HGET', key, 'status') or 'unknown') .. '"}'
