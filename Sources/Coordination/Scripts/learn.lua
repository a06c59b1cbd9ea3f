-- Adds to what is known of agents how attempts of theirs ended. In `reliability` of an agent's record is, by task type,
-- how many succeeded, failed, and were tried again, how many ms those that succeeded took, and when that was written.
-- What was before counts less, half as much after each half-life (Reliability.swift).
--
-- KEYS: the prefix of all keys.
-- ARGV: the half-life in ms, then agent, task type, succeeded, failed, tried again and ms of each.

local prefix, half_life, now = KEYS[1], tonumber(ARGV[1]), now_in_milliseconds()

local function weight(age)
    local lives = math.max(age, 0) / half_life
    local whole = math.floor(lives)
    return (1 - (lives - whole) / 2) / 2 ^ whole
end

for at = 2, #ARGV, 6 do
    local key = prefix .. 'agent:' .. ARGV[at]
    if redis.call('EXISTS', key) == 1 then
        local known = cjson.decode(redis.call('HGET', key, 'reliability') or '{}')
        local before = known[ARGV[at + 1]] or {0, 0, 0, 0, now}
        local rest = weight(now - before[5])
        for part = 1, 4 do before[part] = before[part] * rest + tonumber(ARGV[at + 1 + part]) end
        before[5] = math.max(before[5], now)
        known[ARGV[at + 1]] = before
        redis.call('HSET', key, 'reliability', cjson.encode(known))
    end
end
