-- What stands before each script that agents beside Redis run, under a line that says which `version` it is of
-- (publish.lua; docs/redis-protocol.md). Needs nothing.

-- Another version of Ganglion has published other scripts, or this Redis has lost what it had: nothing is done.
if redis.call('HGET', KEYS[1] .. 'agent_scripts', 'version') ~= version then
    return redis.error_reply('OUTDATED read the script anew from ' .. KEYS[1] .. 'agent_scripts')
end

local function require_that(is_so, what)
    if not is_so then error(redis.error_reply('INVALID ' .. what)) end
end

local function require_agent(id)
    local is_agent = #(id or '') == 32 and string.find(id, '^agent_[0-7][0-9a-hjkmnp-tv-z]+$')
    require_that(is_agent, "expected an agent's id: 'agent_' and 26 of the digits 0-9, a-h, j, k, m, n, p-t, v-z")
end

local function require_number(text, first, last, what)
    local number = string.find(text or '', '^%d%d?%d?%d?%d?%d?%d?%d?%d?$') and tonumber(text)
    require_that(number and number >= first and number <= last, what .. ': expected ' .. first .. ' to ' .. last)
    return number
end
