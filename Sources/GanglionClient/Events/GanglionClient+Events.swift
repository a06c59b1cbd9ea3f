import HTTP
import HTTPTypes
import HTTPWire
import JSON
import Sockets

/// What happens, as it happens.
extension GanglionClient {
    /// Calls `handle` for each event of a workflow, from its beginning or the event with the id `place` on, until it
    /// has ended: each once and in order, over all broken connections and nodes that stop. Throws what `handle` throws,
    /// and otherwise only when the service cannot be reached for `Options.retryFor`.
    public func watch(
        _ id: String, after place: String? = nil, _ handle: @escaping @Sendable (HistoryEvent) async throws -> Void
    ) async throws {
        try await messages(from: Target("/v1/workflows/", id, "/events"), after: place) { message in
            try await handle(try HistoryEvent(try Self.fields(of: message)))
        }
    }

    /// The same for the workflows with this name and all of these labels, and the events of these types; from now or
    /// the event with the id `place` on, until the task is cancelled or `handle` throws.
    public func watchAll(
        workflowName: String? = nil, labels: [String: String] = [:], types: [String] = [], after place: String? = nil,
        _ handle: @escaping @Sendable (ServiceEvent) async throws -> Void
    ) async throws {
        var target = Target("/v1/events").with("workflow_name", workflowName)
        for (name, value) in labels.sorted(by: <) { target = target.with("label", "\(name):\(value)") }
        for type in types { target = target.with("type", type) }
        try await messages(from: target, after: place) { message in
            try await handle(try ServiceEvent(try Self.fields(of: message)))
        }
    }

    private static func fields(of message: EventStreamParser.Message) throws(GanglionError) -> Fields {
        guard let node = try JSONDocument(parsing: message.data).root.node else {
            throw .unexpectedAnswer("an event is empty")
        }
        return try Fields(node, "the event")
    }

    /// How a connection's part of a stream ended.
    private enum StreamEnd {
        /// There is nothing more to come.
        case over
        case broken(GanglionError, wasOpen: Bool)
        case given(any Error)
    }

    /// Reads a stream, over any number of connections, until the service says that it is over.
    func messages(
        from target: Target, after place: String?,
        _ handle: @escaping @Sendable (EventStreamParser.Message) async throws -> Void
    ) async throws {
        var place = place
        var schedule = RetrySchedule(budget: options.retryFor)
        var lastSuccess = ContinuousClock.now
        while true {
            let (end, last) = await read(target, after: place, handle)
            let error: GanglionError
            switch end {
            case .over: return
            case .given(let error): throw error
            case .broken(let reason, let wasOpen):
                error = reason
                // Nothing need have happened: a service that opens the stream is there.
                if wasOpen { lastSuccess = .now }
            }
            if Task.isCancelled { throw GanglionError.cancelled }
            if last != place { schedule = RetrySchedule(budget: options.retryFor) }
            place = last
            let pause = schedule.pause(
                after: error, isRepeatable: true, elapsed: .now - lastSuccess, jitter: .random(in: 0...1))
            guard let pause else { throw error }
            await loop.pause(for: pause)
        }
    }

    /// The service sends something every 15 s.
    private static let longestSilence = Duration.seconds(45)

    /// Reads what comes over one connection; gives how that ended, and the id of the last message.
    private func read(
        _ target: Target, after place: String?,
        _ handle: @escaping @Sendable (EventStreamParser.Message) async throws -> Void
    ) async -> (StreamEnd, String?) {
        var call = Call.get(target)
        if let place { call.headerFields[Self.lastEventID] = place }
        let request = ClientRequest(call.method, call.target, headerFields: call.headerFields)
        do {
            return try await http.withResponse(to: request, timeout: options.timeout) { response in
                if response.status == .noContent { return (.over, place) }
                guard response.status == .ok else {
                    return (.broken(await Self.refusal(response), wasOpen: false), place)
                }
                var parser = EventStreamParser()
                var last = place
                do throws(ClientError) {
                    while let piece = try await response.next(timeout: Self.longestSilence) {
                        for message in parser.feed(piece) {
                            do { try await handle(message) } catch { return (.given(error), last) }
                            last = message.id
                        }
                    }
                } catch {
                    return (.broken(GanglionError(error), wasOpen: true), last)
                }
                return (.broken(.noAnswer("the stream ended"), wasOpen: true), last)
            }
        } catch let error as ClientError {
            return (.broken(GanglionError(error), wasOpen: false), place)
        } catch {
            return (.given(error), place)
        }
    }

    private static func refusal(_ response: StreamedResponse) async -> GanglionError {
        do throws(ClientError) {
            var body: [UInt8] = []
            while let piece = try await response.next(timeout: longestSilence) { body += piece }
            return .refused(
                Problem(
                    ClientResponse(status: response.status, headerFields: response.headerFields, body: body)))
        } catch {
            return GanglionError(error)
        }
    }

    private static let lastEventID: HTTPField.Name = {
        guard let name = HTTPField.Name("Last-Event-ID") else { preconditionFailure("a field's name is a token") }
        return name
    }()
}
