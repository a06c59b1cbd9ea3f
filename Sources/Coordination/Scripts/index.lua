-- Indexes are sorted sets whose members all have the score 0 and begin with a time of fixed width, so that they can be
-- read by pages in the order of time, from any member on.

local function moment(milliseconds, id)
    return string.format('%015d:%s', milliseconds, id)
end

local function id_in(member)
    return string.sub(member, 17)
end
