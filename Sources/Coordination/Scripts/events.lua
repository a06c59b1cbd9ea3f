-- What happened to all workflows after a place. Who asks watches: from here on and for a while it is kept.
--
-- KEYS: the prefix of all keys.
-- ARGV: the entry of the stream to begin with or '' for none of them, how many at most, for how long it is kept in ms.
-- Gives {the first entry's id, the last entry, entries}, each entry as {id, workflow, its name, its labels, events}; one
-- without a workflow says that nothing was kept before it.

local prefix, from, limit = KEYS[1], ARGV[1], ARGV[2]
local stream = prefix .. 'events'
if not redis.call('SET', prefix .. 'events:watched', '1', 'PX', ARGV[3], 'GET') then
    redis.call('XADD', stream, 'MAXLEN', '~', 10000, '*', 'gap', '1')
end

local function described(entry, about)
    local id, fields = entry[1], entry[2]
    if fields[1] ~= 'workflow' then return {id} end
    local workflow = fields[2]
    about[workflow] = about[workflow] or redis.call('HMGET', prefix .. 'workflow:' .. workflow, 'name', 'labels')
    return {id, workflow, about[workflow][1] or '', about[workflow][2] or '', fields[4]}
end

local entries, about = {}, {}
if from ~= '' then
    for _, entry in ipairs(redis.call('XRANGE', stream, from, '+', 'COUNT', limit)) do
        entries[#entries + 1] = described(entry, about)
    end
end
local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
return {first[1], described(last, about), entries}
