-- What happened to a workflow goes into its history and, as long as somebody watches all workflows, into their events
-- (events.lua).
local function record(prefix, workflow, events)
    redis.call('XADD', prefix .. 'history:' .. workflow, '*', 'events', events)
    if redis.call('EXISTS', prefix .. 'events:watched') == 1 then
        redis.call('XADD', prefix .. 'events', 'MAXLEN', '~', 10000, '*', 'workflow', workflow, 'events', events)
    end
end
