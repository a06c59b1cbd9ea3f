-- Publishes the scripts that agents beside Redis run. Whichever node started last is right: while nodes of two versions
-- share a Redis, each of them understands what the other's scripts write.
--
-- KEYS: the prefix of all keys.
-- ARGV: how often an agent is to be heard of, and after what silence it is lost, in ms; then the scripts' names and
--       sources.

local version = redis.sha1hex(table.concat(ARGV, '\n'))
local published = {'version', version, 'heartbeat', ARGV[1], 'lost_after', ARGV[2]}
for at = 3, #ARGV, 2 do
    local name, source = ARGV[at], "local version = '" .. version .. "'\n" .. ARGV[at + 1]
    for _, each in ipairs({name, source, name .. '_sha', redis.sha1hex(source)}) do
        published[#published + 1] = each
    end
end
redis.call('HSET', KEYS[1] .. 'agent_scripts', unpack(published))
