import JSON
import RedisStreams
import WorkflowCore

/// What happens to all workflows.
extension RedisStore {
    package func events(after place: HistoryPlace?, limit: Int) async throws(StoreError) -> ServiceEventPage {
        // The entry that was read last may have more, and the one after the page tells that there is one.
        let arguments: RedisArguments = [
            place.map { RedisArgument($0.entry) } ?? "", RedisArgument(limit + 2),
            RedisArgument(ServiceEvent.memory.wholeMilliseconds),
        ]
        let reply = try await run(Scripts.events, arguments)
        guard let parts = reply.array, parts.count == 3, let first = parts[0].string.flatMap(StreamPlace.init),
            let latest = ServiceEvent.all(of: parts[1]).last?.place, let entries = parts[2].array
        else { throw .unexpected(reply, of: "events") }
        guard let place else { return ServiceEventPage(events: [], end: latest, hasMore: false) }
        var events = entries.prefix(limit + 1).flatMap(ServiceEvent.all).filter { $0.place > place }
        // What is kept begins later: it may have been more once.
        if place.entry < first { events.insert(ServiceEvent(place: place.next, what: .gap), at: 0) }
        return ServiceEventPage(events: events, end: events.last?.place ?? place, hasMore: entries.count > limit + 1)
    }
}

extension HistoryPlace {
    /// Later than this place, and earlier than those in other entries.
    fileprivate var next: HistoryPlace { HistoryPlace(entry: entry, index: index == .max ? index : index + 1) }
}

extension ServiceEvent {
    /// The events of an entry of the stream, as events.lua gives it.
    fileprivate static func all(of entry: RedisValue) -> [ServiceEvent] {
        guard let parts = entry.array, let place = parts.first?.string.flatMap(StreamPlace.init) else { return [] }
        guard parts.count == 5, let workflow = parts[1].string.flatMap(WorkflowID.init), let name = parts[2].string,
            let labels = parts[3].bytes, let events = parts[4].bytes
        else { return [ServiceEvent(place: HistoryPlace(entry: place, index: 0), what: .gap)] }
        return JSONNode(JSONText(unchecked: events)).elements.enumerated().map { index, event in
            let event = WorkflowEvent(
                workflow: workflow, name: name, labels: labels.isEmpty ? .null : JSONText(unchecked: labels),
                event: event.text)
            return ServiceEvent(place: HistoryPlace(entry: place, index: index), what: .event(event))
        }
    }
}
