import JSON
package import Sockets
package import WorkflowCore

/// What happens, to those who watch.
extension Node {
    /// Hands over what happens to a workflow after a place, each event once and in order, until it has ended, the node
    /// stops, the task is cancelled or `hear` throws. After each `silence` without an event it hands over none.
    ///
    /// Those who watch the same workflow here cost one reading of its history together.
    package func follow(
        _ id: WorkflowID, after place: HistoryPlace?, silence: Duration, on loop: EventLoop,
        _ hear: ([HistoryEntry]) async throws -> Void
    ) async throws {
        let place = place.map(reached)
        try await historyFeeds.watching(id, after: place, on: loop) { feed in
            await self.fill(feed, of: id, on: loop)
        } _: { feed in
            var place = place
            while !Task.isCancelled, !isStopping {
                switch await feed.next(after: place, within: silence, on: loop) {
                case .items(let entries):
                    try await hear(entries)
                    place = entries.last?.place
                case .behind:
                    let page = PageRequest(cursor: place?.description, limit: Self.entriesPerReading)
                    let missed = try await history(of: id, page, on: loop).elements
                    guard let last = missed.last else { return }
                    try await hear(missed)
                    place = last.place
                case .silence: try await hear([])
                case .over: return
                }
            }
        }
    }

    /// Whether a workflow has ended, and nothing happened after the place.
    package func hasNothing(
        of id: WorkflowID, after place: HistoryPlace?, on loop: EventLoop
    ) async throws(CoordinationError) -> Bool {
        let found = try await history(of: id, PageRequest(cursor: place?.description, limit: 1), on: loop)
        guard found.elements.isEmpty else { return false }
        return await hasEnded(id, on: loop)
    }

    /// One in quarantine has not; and what cannot be read now may have.
    private func hasEnded(_ id: WorkflowID, on loop: EventLoop) async -> Bool {
        (try? await workflow(id, on: loop))?.workflow.status.isTerminal ?? false
    }

    private static let entriesPerReading = 500

    /// A place that nobody can have seen would keep what happens before it from all who watch. The clocks may differ by
    /// a little.
    private func reached(_ place: HistoryPlace) -> HistoryPlace {
        place.reached(by: clock.now(at: .now) + .seconds(1))
    }

    /// Returns when the workflow has ended, or what happens to it cannot be read.
    private func fill(_ feed: Feed<HistoryEntry>, of id: WorkflowID, on loop: EventLoop) async {
        try? await changes.watching(id) { () async throws(CoordinationError) in
            // Whoever begins after the last event does not see that it is the last.
            var hasEnded = false
            while !Task.isCancelled, !isStopping {
                let mark = changes.mark(id)
                let page = PageRequest(cursor: feed.end?.description, limit: Self.entriesPerReading)
                let found = try await history(of: id, page, on: loop)
                feed.append(found.elements)
                if found.next != nil { continue }
                if let last = found.elements.last {
                    if last.endsWorkflow { return }
                } else if hasEnded {
                    return
                } else {
                    hasEnded = await self.hasEnded(id, on: loop)
                    if hasEnded { continue }
                }
                await changes.change(of: id, since: mark, within: Self.longestSilence, on: loop)
            }
        }
    }

    /// The same for all workflows, from the place or, for `nil`, from now on. What happens is heard of within a tenth
    /// of a second; of the place of an event nothing is known but that it is later than those before.
    package func followAll(
        _ filter: ServiceEventFilter, after place: HistoryPlace?, silence: Duration, on loop: EventLoop,
        _ hear: ([ServiceEvent]) async throws -> Void
    ) async throws {
        var place = place.map(reached)
        if place == nil {
            place = try await ask(loop) { store throws(StoreError) in
                try await store.events(after: nil, limit: 1).end
            }
        }
        try await serviceFeeds.watching(.all, after: place, on: loop) { feed in
            await self.fill(feed, on: loop)
        } _: { feed in
            var lastHeard = loop.now
            while !Task.isCancelled, !isStopping {
                var events: [ServiceEvent] = []
                switch await feed.next(after: place, within: silence, on: loop) {
                case .items(let items): events = items
                case .behind:
                    events = try await ask(loop) { [place] store throws(StoreError) in
                        try await store.events(after: place, limit: Self.entriesPerReading).events
                    }
                    if events.isEmpty { return }
                case .silence: break
                case .over: return
                }
                if let last = events.last { place = last.place }
                let wanted = events.filter(filter.includes)
                guard !wanted.isEmpty || loop.now - lastHeard >= silence else { continue }
                lastHeard = loop.now
                try await hear(wanted)
            }
        }
    }

    /// Returns when what happens cannot be read.
    private func fill(_ feed: Feed<ServiceEvent>, on loop: EventLoop) async {
        while !Task.isCancelled, !isStopping {
            let page: ServiceEventPage
            do throws(CoordinationError) {
                page = try await ask(loop) { store throws(StoreError) in
                    try await store.events(after: feed.end, limit: Self.entriesPerReading)
                }
            } catch {
                return
            }
            feed.append(page.events)
            if !page.hasMore { await loop.pause(for: .milliseconds(100)) }
        }
    }
}

/// There is one feed of all workflows.
enum ServiceTopic: Hashable {
    case all
}

extension HistoryEntry: Placed {
    /// Whether it is the last one of a workflow that nobody begins anew.
    var endsWorkflow: Bool {
        let type = JSONNode(event).member("type")?.string
        return type.flatMap(HistoryEvent.Kind.init(rawValue:))?.endsWorkflow ?? false
    }
}

extension HistoryEvent.Kind {
    fileprivate var endsWorkflow: Bool {
        switch self {
        case .workflowCompleted, .workflowFailed, .workflowCancelled: true
        default: false
        }
    }
}
