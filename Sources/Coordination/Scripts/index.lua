-- Indexes are sorted sets whose members all have the score 0 and begin with a time of fixed width, so that they can be
-- read by pages in the order of time, from any member on.

local function moment(milliseconds, id)
    return string.format('%015d:%s', milliseconds, id)
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
