-- Has an agent take nothing new, or take tasks again; what it has it keeps.
--
-- KEYS: the prefix of all keys.
-- ARGV: agent, 'alive', 'paused' or 'draining'.
-- Gives 'unknown', 'gone', or the status.

local prefix, agent, status = KEYS[1], ARGV[1], ARGV[2]
local key = prefix .. 'agent:' .. agent
local record = redis.call('HMGET', key, 'status', 'node')
if not record[1] then return 'unknown' end
if record[1] == 'lost' or record[1] == 'left' then return 'gone' end
if record[1] ~= status then
    redis.call('HSET', key, 'status', status)
    -- Wherever it waits.
    if record[2] then tell(prefix, record[2], 'stop ' .. agent) end
end
return status
