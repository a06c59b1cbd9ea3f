-- Questions to people: their records, and the indexes that they stand in. Stands before the scripts that open, change or
-- resolve escalations; needs index.lua.

-- The indexes of all escalations of a status, 'open' or 'resolved', that one stands in: that of all, and one for each
-- thing that people look for. What cannot be understood is not looked for.
local function drawers(prefix, status, key)
    local kind, name, labels, tier, assignee = unpack(
        redis.call('HMGET', key, 'kind', 'name', 'labels', 'tier', 'assignee'))
    local all = prefix .. 'index:escalations:' .. status
    local found = {all, all .. ':tier:' .. (tier or '1')}
    if kind then found[#found + 1] = all .. ':kind:' .. kind end
    if name then found[#found + 1] = all .. ':name:' .. name end
    if assignee then found[#found + 1] = all .. ':assignee:' .. assignee end
    local is_read, pairs_of_labels = pcall(cjson.decode, labels or '{}')
    if is_read and type(pairs_of_labels) == 'table' then
        for label, value in pairs(pairs_of_labels) do
            found[#found + 1] = all .. ':label:' .. label .. ':' .. tostring(value)
        end
    end
    return found
end

local function file(prefix, status, key, member)
    for _, drawer in ipairs(drawers(prefix, status, key)) do redis.call('ZADD', drawer, 0, member) end
end

local function unfile(prefix, status, key, member)
    for _, drawer in ipairs(drawers(prefix, status, key)) do redis.call('ZREM', drawer, member) end
end

-- A question to a person. `facts` are further fields of its record and their values; an empty value is none.
local function ask(prefix, workflow, escalation, opened_at, question, facts)
    local key, member = prefix .. 'escalation:' .. escalation, moment(opened_at, escalation)
    local fields = {'opened_at', opened_at, 'question', question}
    for at = 1, #facts, 2 do
        if facts[at + 1] and facts[at + 1] ~= '' then
            fields[#fields + 1] = facts[at]
            fields[#fields + 1] = facts[at + 1]
        end
    end
    redis.call('HSET', key, unpack(fields))
    file(prefix, 'open', key, member)
    redis.call('ZADD', prefix .. 'index:escalations:of:' .. workflow, 0, member)
end

-- What people have done about it: the handling as JSON, its tier, whose it is or '', and what was said, as JSON, or ''.
local function handle(prefix, escalation, handling, tier, assignee, comment)
    local key = prefix .. 'escalation:' .. escalation
    local opened_at, former_tier, former_assignee, said = unpack(
        redis.call('HMGET', key, 'opened_at', 'tier', 'assignee', 'comments'))
    if not opened_at then return end
    local moves = (former_tier or '1') ~= tier or (former_assignee or '') ~= assignee
    local member = moment(opened_at, escalation)
    if moves then unfile(prefix, 'open', key, member) end
    redis.call('HSET', key, 'handling', handling, 'tier', tier)
    if assignee == '' then
        redis.call('HDEL', key, 'assignee')
    else
        redis.call('HSET', key, 'assignee', assignee)
    end
    if moves then file(prefix, 'open', key, member) end
    if comment ~= '' then redis.call('HSET', key, 'comments', said and said .. ',' .. comment or comment) end
end

-- Its end.
local function settle(prefix, escalation, resolution)
    local key = prefix .. 'escalation:' .. escalation
    local opened_at = redis.call('HGET', key, 'opened_at')
    if not opened_at then return end
    local member = moment(opened_at, escalation)
    unfile(prefix, 'open', key, member)
    redis.call('HSET', key, 'resolution', resolution)
    file(prefix, 'resolved', key, member)
end

-- Nothing of it is left but its place among its workflow's.
local function forget_escalation(prefix, member)
    local key = prefix .. 'escalation:' .. id_in(member)
    unfile(prefix, redis.call('HEXISTS', key, 'resolution') == 1 and 'resolved' or 'open', key, member)
    redis.call('UNLINK', key)
end
