import JSON

/// For programs: one object, whose names hold the units. What could not be seen is not there.
extension BenchResult {
    var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writeSettings(to: &writer)
            writer.field("workflows", tally.completed)
            writer.field("errors", tally.errors)
            let figures = throughput + latencies + costs + (settings.scenario == .idle ? memory : [])
            for (name, value) in figures {
                guard let value else { continue }
                writer.name(name)
                writer.double(value)
            }
            if !warnings.isEmpty { writer.field("service_warnings", warnings.count) }
        }
        return writer.text.string
    }

    private func writeSettings(to writer: inout JSONWriter) {
        writer.field("scenario", settings.scenario.rawValue)
        writer.field("coordinator", settings.urls.isEmpty ? coordinator.rawValue : "given")
        switch load {
        case .closed(let concurrency):
            writer.field("loop", "closed")
            writer.field("concurrency", concurrency)
        case .open(let rate):
            writer.field("loop", "open")
            writer.name("rate_per_second")
            writer.double(rate)
        }
        writer.field("steps_per_workflow", settings.steps)
        writer.field("agents", settings.agents)
        writer.field("tasks_per_agent", settings.batch)
    }

    private typealias Figures = [(name: String, value: Double?)]

    private var throughput: Figures {
        [
            ("seconds", seconds), ("workflows_per_second", workflowsPerSecond), ("steps_per_second", stepsPerSecond),
        ]
    }

    private var latencies: Figures {
        let percentiles = [("p50_ms", 50.0), ("p90_ms", 90), ("p99_ms", 99), ("p999_ms", 99.9)]
        var figures: Figures = percentiles.map { ($0.0, tally.workflows.percentile($0.1)) }
        figures.append(("max_ms", tally.workflows.longest))
        if !tally.dispatches.isEmpty {
            figures += [
                ("dispatch_p50_ms", tally.dispatches.percentile(50)),
                ("dispatch_p99_ms", tally.dispatches.percentile(99)),
            ]
        }
        if !tally.delays.isEmpty { figures.append(("start_delay_p99_ms", tally.delays.percentile(99))) }
        return figures
    }

    private var costs: Figures {
        [
            ("client_and_agents_cpu_ms_per_workflow", milliseconds(perWorkflow: cost.client)),
            ("service_cpu_ms_per_workflow", milliseconds(perWorkflow: cost.service)),
            ("redis_cpu_ms_per_workflow", milliseconds(perWorkflow: cost.redis)),
            ("client_and_agents_cpu_us_per_step", microseconds(perStep: cost.client)),
            ("service_cpu_us_per_step", microseconds(perStep: cost.service)),
            ("redis_cpu_us_per_step", microseconds(perStep: cost.redis)),
            ("redis_commands_per_workflow", perWorkflow(cost.redisCommands)),
            ("redis_scripts_per_workflow", perWorkflow(cost.redisScripts)),
        ]
    }

    private var memory: Figures {
        func bytes(_ count: Int?) -> Double? { count.map { Double($0) } }
        return [
            ("service_bytes_per_workflow", serviceBytesPerWorkflow),
            ("service_resident_bytes_before", bytes(cost.before.service?.residentBytes)),
            ("service_resident_bytes_after", bytes(cost.after.service?.residentBytes)),
            ("redis_bytes_per_workflow", redisBytesPerWorkflow),
            ("redis_used_bytes_before", bytes(cost.before.redis?.usedBytes)),
            ("redis_used_bytes_after", bytes(cost.after.redis?.usedBytes)),
            ("redis_resident_bytes_before", bytes(cost.before.redis?.residentBytes)),
            ("redis_resident_bytes_after", bytes(cost.after.redis?.residentBytes)),
        ]
    }
}
