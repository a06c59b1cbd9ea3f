import JSON
import WorkflowCore

/// What record.lua and events.lua do.
extension MemoryStore.State {
    /// The events of one commit are one entry.
    mutating func record(
        _ events: [JSONText], of workflow: WorkflowID, on run: inout MemoryStore.Run, at now: Instant
    ) {
        let entry = StreamPlace(at: now, after: run.history.last?.place.entry)
        run.history += events.enumerated().map { index, event in
            HistoryEntry(place: HistoryPlace(entry: entry, index: index), event: event)
        }
        guard let until = eventsKeptUntil, now < until else { return }
        add(
            events.map { event in
                .event(.init(workflow: workflow, name: run.name, labels: run.labelsText, event: event))
            }, at: now)
    }

    private mutating func add(_ what: [ServiceEvent.What], at now: Instant) {
        let entry = StreamPlace(at: now, after: events.last?.place.entry)
        events += what.enumerated().map { index, what in
            ServiceEvent(place: HistoryPlace(entry: entry, index: index), what: what)
        }
        if events.count > ServiceEvent.capacity { events.removeFirst(events.count - ServiceEvent.capacity) }
    }

    mutating func events(after place: HistoryPlace?, limit: Int, at now: Instant) -> ServiceEventPage {
        if eventsKeptUntil.map({ $0 <= now }) ?? true { add([.gap], at: now) }
        eventsKeptUntil = now + ServiceEvent.memory
        guard let place, let latest = events.last?.place else {
            let beginning = HistoryPlace(entry: StreamPlace(milliseconds: 0, sequence: 0), index: 0)
            return ServiceEventPage(events: [], end: events.last?.place ?? beginning, hasMore: false)
        }
        let found = events.filter { $0.place > place }
        let page = Array(found.prefix(limit))
        return ServiceEventPage(
            events: page, end: page.last?.place ?? min(place, latest), hasMore: found.count > limit)
    }
}

extension StreamPlace {
    /// The next place at a time: always a later one, even if the clock went back.
    init(at now: Instant, after last: StreamPlace?) {
        if let last, last.milliseconds >= now.milliseconds {
            self.init(milliseconds: last.milliseconds, sequence: last.sequence + 1)
        } else {
            self.init(milliseconds: now.milliseconds, sequence: 0)
        }
    }
}
