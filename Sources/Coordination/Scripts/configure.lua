-- Sets what holds for the tasks of a type, in place of what was set before, and tells all nodes.
--
-- KEYS: the prefix of all keys.
-- ARGV: task type, the settings as JSON, or '' for none, then fields and values of those that tell what agents may take.

local prefix, queue_type, settings = KEYS[1], ARGV[1], ARGV[2]
local key = prefix .. 'task_type:' .. queue_type
redis.call('HDEL', key, 'paused', 'max_concurrency', 'interval', 'burst', 'quotas', 'keys')
if #ARGV > 2 then redis.call('HSET', key, unpack(ARGV, 3)) end
if settings == '' then
    redis.call('HDEL', prefix .. 'settings', queue_type)
else
    redis.call('HSET', prefix .. 'settings', queue_type, settings)
    redis.call('ZADD', prefix .. 'index:task_types', 0, queue_type)
end
redis.call('INCR', prefix .. 'settings:revision')
-- Lanes that waited for what was set before are looked at anew.
local function look_anew(audience)
    local limited = prefix .. 'limited:' .. queue_type .. audience
    redis.call('ZUNIONSTORE', limited, 1, limited, 'WEIGHTS', 0)
end

look_anew('')
for _, requirement in ipairs(redis.call('HKEYS', prefix .. 'requirements:' .. queue_type)) do
    look_anew(':' .. requirement)
end
tell(prefix, 'nodes', 'settings ' .. queue_type)
