-- For wrk: GET, or with an argument POST of that many bytes of JSON; prints what was measured as one JSON object.

function init(arguments)
    local size = tonumber(arguments[1] or "0")
    if size > 0 then
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
        local frame = '{"text":""}'
        wrk.body = '{"text":"' .. string.rep("x", size - #frame) .. '"}'
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"refused":%d,"broken":%d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
