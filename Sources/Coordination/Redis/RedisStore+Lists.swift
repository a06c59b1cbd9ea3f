import JSON
import RedisStreams
package import WorkflowCore

/// Lists, histories and escalations, by pages.
extension RedisStore {
    package func workflows(
        _ filter: WorkflowFilter, _ request: PageRequest
    ) async throws(StoreError) -> Page<WorkflowSummary> {
        // The narrowest index there is: a label, a status, or all; what it does not say is looked at here.
        let index =
            filter.labels.first.map { "index:label:\($0)" } ?? filter.status.map { "index:status:\($0.rawValue)" }
            ?? "index:workflows"
        let fields: RedisArguments = ["name", "status", "revision", "created_at", "checkpoint", "labels"]
        let page = try await list(index, of: "workflow:", fields, request)
        return page.compactMap { WorkflowSummary(id: $0, $1) }.filter { $0.matches(filter) }
    }

    package func history(
        of id: WorkflowID, _ request: PageRequest
    ) async throws(StoreError) -> Page<HistoryEntry>? {
        var after: HistoryPlace?
        if let cursor = request.cursor {
            guard let place = HistoryPlace(cursor) else { return Page([], next: nil) }
            after = place
        }
        // The entry that the page before ended in may have more.
        let from = after.map { RedisArgument($0.entry) } ?? "-"
        let limit = RedisArgument(request.limit + 2)
        let reply = try await read("XRANGE", keys.history(id), from, "+", "COUNT", limit)
        var entries = (reply.array ?? []).flatMap(HistoryEntry.all)
        if let after { entries.removeAll { $0.place <= after } }
        if entries.isEmpty {
            // Behind the last entry there is nothing either; only that tells from a workflow that never was.
            guard request.cursor != nil, try await read("EXISTS", keys.history(id)).integer == 1 else { return nil }
        }
        let shown = Array(entries.prefix(request.limit))
        return Page(shown, next: entries.count > request.limit ? shown.last?.place.description : nil)
    }

    package func escalation(_ id: EscalationID) async throws(StoreError) -> StoredEscalation? {
        let reply = try await read(
            "HMGET", keys.escalation(id), "opened_at", "question", "resolution", "name", "labels", "handling",
            "comments")
        return StoredEscalation(id: id, reply)
    }

    package func escalations(
        _ filter: EscalationFilter, _ request: PageRequest
    ) async throws(StoreError) -> Page<StoredEscalation> {
        let fields: RedisArguments = ["opened_at", "question", "resolution", "name", "labels", "handling", "comments"]
        let page = try await list("index:escalations:\(filter.index)", of: "escalation:", fields, filter.from(request))
        return page.compactMap { id, record in EscalationID(id).flatMap { StoredEscalation(id: $0, record) } }
            .matching(filter)
    }

    /// A page of records with the ids that the index gives them.
    func list(
        _ index: String, of kind: String, _ fields: RedisArguments, _ request: PageRequest
    ) async throws(StoreError) -> Page<(id: String, record: RedisValue)> {
        let arguments: RedisArguments = [
            RedisArgument(index), RedisArgument(kind), RedisArgument(request.cursor ?? ""),
            RedisArgument(request.limit),
        ]
        let reply = try await run(Scripts.list, arguments + fields)
        guard let parts = reply.array, parts.count == 2 else { throw .unexpected(reply, of: "a list") }
        return records(parts[1], hasMore: parts[0])
    }

    /// A page of an index's members and their records, by the members' ids.
    func records(_ members: RedisValue, hasMore: RedisValue) -> Page<(id: String, record: RedisValue)> {
        let found = members.pairs
        let records = found.map { (id: String($0.name.dropFirst(Self.momentLength)), record: $0.value) }
        return Page(records, next: hasMore.integer == 1 ? found.last?.name : nil)
    }

    /// What stands before the id in an index's member: a time of 15 digits and a colon.
    private static let momentLength = 16
}

extension HistoryEntry {
    /// The events of an entry of the stream.
    fileprivate static func all(of entry: RedisValue) -> [HistoryEntry] {
        guard let parts = entry.array, parts.count == 2, let place = parts[0].string.flatMap(StreamPlace.init),
            let events = parts[1].pairs.first?.value.bytes
        else { return [] }
        return JSONNode(JSONText(unchecked: events)).elements.enumerated().map { index, event in
            HistoryEntry(place: HistoryPlace(entry: place, index: index), event: event.text)
        }
    }
}

extension Page {
    func compactMap<Other>(_ transform: (Element) -> Other?) -> Page<Other> {
        Page<Other>(elements.compactMap(transform), next: next)
    }

    func filter(_ isIncluded: (Element) -> Bool) -> Page {
        Page(elements.filter(isIncluded), next: next)
    }
}

extension WorkflowSummary {
    func matches(_ filter: WorkflowFilter) -> Bool {
        if let wanted = filter.status, wanted != status { return false }
        let labels = JSONNode(labels)
        return filter.labels.allSatisfy { labels.member($0.name)?.string == $0.value }
    }

    fileprivate init?(id: String, _ record: RedisValue) {
        guard let id = WorkflowID(id), let values = record.array, values.count == 6,
            let name = values[0].string, let status = values[1].string.flatMap(WorkflowStatus.init(rawValue:)),
            let revision = values[2].integer, let createdAt = values[3].milliseconds,
            let head = values[4].bytes, let labels = values[5].bytes
        else { return nil }
        // Whatever is stored, the list can be read.
        let endedAt = (try? JSONText(validating: head)).flatMap { JSONNode($0).member("ended_at")?.int64 }
        self.init(
            id: id, name: name, status: status, revision: Int(revision), createdAt: createdAt,
            endedAt: endedAt.map(Instant.init(milliseconds:)), labels: JSONText(unchecked: labels))
    }
}

extension StoredEscalation {
    fileprivate init?(id: EscalationID, _ record: RedisValue) {
        guard let values = record.array, values.count == 7, let openedAt = values[0].milliseconds,
            let question = values[1].bytes
        else { return nil }
        self.init(
            id: id, openedAt: openedAt, question: JSONText(unchecked: question),
            resolution: values[2].bytes.map(JSONText.init(unchecked:)))
        workflowName = values[3].string
        labels = values[4].bytes.map(JSONText.init(unchecked:))
        handled = values[5].bytes.map(JSONText.init(unchecked:))
        comments = values[6].bytes.map { JSONText(unchecked: [UInt8(ascii: "[")] + $0 + [UInt8(ascii: "]")]) }
    }
}
