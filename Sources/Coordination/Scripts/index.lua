-- Indexes are sorted sets whose members all have the score 0 and begin with a time of fixed width, so that they can be
-- read by pages in the order of time, from any member on.

local function moment(milliseconds, id)
    return string.format('%015d:%s', milliseconds, id)
end

-- A workflow leaves those of one status, if it has one, for those of another. One that cannot be understood was in none.
local function move_status(prefix, workflow, created_at, from, to)
    if not tonumber(created_at) then return end
    local member = moment(created_at, workflow)
    if from then redis.call('ZREM', prefix .. 'index:status:' .. from, member) end
    redis.call('ZADD', prefix .. 'index:status:' .. to, 0, member)
end

local function id_in(member)
    return string.sub(member, 17)
end

-- The members of a page, newest first, after the one that the page before ended with or ''; and 1 if more follow or 0.
local function page_of(index, after, limit)
    local from = after == '' and '+' or '(' .. after
    local members = redis.call('ZRANGE', index, from, '-', 'BYLEX', 'REV', 'LIMIT', 0, limit + 1)
    if #members <= limit then return members, 0 end
    members[#members] = nil
    return members, 1
end
