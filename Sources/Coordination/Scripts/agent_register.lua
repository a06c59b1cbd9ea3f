-- Published as `register`: registers an agent that is beside Redis. Needs published.lua, and register.lua as a function.
--
-- KEYS: the prefix of all keys.
-- ARGV: agent, name, slots, then the task types that it is capable of.
-- Gives a JSON object: how often it is to be heard of, and after what silence it is lost, in ms.

local agent, name, slots = ARGV[1], ARGV[2] or '', ARGV[3]
require_agent(agent)
require_that(#name >= 1 and #name <= 128, 'name: expected 1 to 128 bytes')
require_number(slots, 1, 1000, 'slots')
require_that(#ARGV >= 4 and #ARGV <= 67, 'capabilities: expected 1 to 64 task types')
for at = 4, #ARGV do
    local is_type = #ARGV[at] <= 64 and string.find(ARGV[at], '^[%a_][%w_-]*$')
    require_that(is_type, "capabilities: expected 1 to 64 letters, digits, '_' and '-', the first no digit and no '-'")
end

local terms = redis.call('HMGET', KEYS[1] .. 'agent_scripts', 'heartbeat', 'lost_after')
local profile = '{"capabilities":["' .. table.concat(ARGV, '","', 4) .. '"]}'
register(KEYS, {agent, name, slots, terms[2], table.concat(ARGV, ' ', 4), profile, '', ''})
return '{"heartbeat_ms":' .. terms[1] .. ',"lost_after_ms":' .. terms[2] .. '}'
