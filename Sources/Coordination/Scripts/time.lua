-- Redis's clock is the only one that counts.
local function now_in_milliseconds()
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end
