-- What is known of tasks that agents work on for long. Stands before take.lua; needs agents.lua.
--
-- Of a task that has to be heard of, or to get anywhere, `watched:<agent>` has: its attempt, when the agent named it
-- last, how many heartbeats in a row may have the same fingerprint (0 for any number), how many had, the first of them
-- when, and the fingerprint.

-- The agent begins to work on what an entry holds, or does so anew. Gives whether that has to be heard of.
local function watch(prefix, agent, fields, now)
    local task, attempt, limit, is_watched = nil, nil, '0', false
    for at = 1, #fields, 2 do
        local name, value = fields[at], fields[at + 1]
        if name == 'task' then task = value end
        if name == 'attempt' then attempt = value end
        if name == 'stuck' then limit = value end
        is_watched = is_watched or name == 'heartbeat' or name == 'stuck'
    end
    if not is_watched then return false end
    redis.call(
        'HSET', prefix .. 'watched:' .. agent, task, table.concat({attempt, now, limit, 0, now, ''}, ' '))
    return true
end

-- Notes that the agent works on tasks that it names and holds. `fingerprints` are what it says of some of them. What it
-- does not hold any more is forgotten if `holds_all`, the tasks that it names and that it was given, is all that it has.
-- Gives {task, attempt, heartbeats, since, ...} of those that got nowhere in too many heartbeats.
local function hear(prefix, agent, named, holds_all, fingerprints, now)
    local key, stalled = prefix .. 'watched:' .. agent, {}
    local watched = redis.call('HGETALL', key)
    for at = 1, #watched, 2 do
        local task = watched[at]
        if named[task] then
            local attempt, _, limit, count, since, former =
                string.match(watched[at + 1], '^(%d+) (%d+) (%d+) (%d+) (%d+) (.*)$')
            local fingerprint = fingerprints[task]
            if fingerprint and limit ~= '0' then
                if fingerprint ~= former then count, since, former = 0, now, fingerprint end
                count = count + 1
                -- Once more each time, should the one who was told have died.
                if count % limit == 0 then
                    for _, value in ipairs({task, attempt, count, since}) do stalled[#stalled + 1] = value end
                end
            end
            redis.call('HSET', key, task, table.concat({attempt, now, limit, count, since, former}, ' '))
        elseif holds_all and not holds_all[task] then
            redis.call('HDEL', key, task)
        end
    end
    return stalled
end

-- What the agent is to be told of tasks that it works on: {task, note, ...}. A note is told again after a while, until
-- it is acknowledged. `holds_all` as above.
local function notes_for(prefix, agent, named, holds_all, now, pause)
    local key, told = prefix .. 'guidance:' .. agent, {}
    local notes = redis.call('HGETALL', key)
    for at = 1, #notes, 2 do
        local task = string.match(notes[at], '^%S+')
        local told_at, note = string.match(notes[at + 1], '^(%d+) (.*)$')
        if named[task] or holds_all and holds_all[task] then
            if told_at + pause <= now then
                told[#told + 1] = task
                told[#told + 1] = note
                redis.call('HSET', key, notes[at], now .. ' ' .. note)
            end
        elseif holds_all then
            redis.call('HDEL', key, notes[at])
        end
    end
    return told
end
