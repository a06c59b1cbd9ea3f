/// What is sent next.
extension WorkerState {
    /// The most that the results in one request make, in bytes, unless a single one is larger: the service takes bodies
    /// of 1 MiB.
    private static let bytesPerTake = 256 * 1024
    /// The most tasks that one request may name in each of its lists.
    private static let tasksPerTake = 1000

    /// The next request to be sent, with its number; `nil` if there is nothing to be sent at this time.
    mutating func nextRequest(at now: Duration) -> (number: Int, request: WorkerRequest)? {
        advance(to: now)
        guard fatalError == nil, now >= pausedUntil else { return nil }
        guard let agent else {
            guard !isStopping, !inFlight.values.contains(where: { $0.request == .register }) else { return nil }
            return sent(.register, at: now)
        }
        if let poll = poll(at: now) ?? handIn(at: now) { return poll }
        if isStopping, running.isEmpty, kept.isEmpty, inFlight.isEmpty { return sent(.deregister, at: now) }
        let isSilent = now >= heardAt + min(agent.heartbeatInterval, Self.longestSilence) && !isSignOfLifeUnderWay
        guard isSilent || heartbeatDueAt.map({ $0 <= now }) ?? false else { return nil }
        beatAt = now
        var fingerprints: [String: String] = [:]
        // At the interval that the service counts with, however often it is told that tasks go on.
        if toldAt.map({ now >= $0 + agent.heartbeatInterval }) ?? true {
            for (key, task) in running where !task.isAbandoned { fingerprints[key.taskID] = task.fingerprint }
            if !fingerprints.isEmpty { toldAt = now }
        }
        let beat = WorkerRequest.heartbeat(
            running: names(), fingerprints: fingerprints, acknowledged: takeReceipts())
        return sent(beat, at: now)
    }

    /// What the service does not hear of now it tells again.
    private mutating func takeReceipts() -> [GuidanceReceipt] {
        defer { receipts = [] }
        return receipts
    }

    /// Hands in what is finished and asks for as many tasks as there are free slots.
    private mutating func poll(at now: Duration) -> (number: Int, request: WorkerRequest)? {
        guard !isStopping, !inFlight.values.contains(where: { $0.request.isPoll }) else { return nil }
        let batch = batch(at: now)
        let held = running.count + kept.count - batch.count + inFlight.values.reduce(0) { $0 + $1.kept.count }
        let free = min(settings.slots - held, Self.tasksPerTake)
        guard free > 0 else { return nil }
        return sendTake(of: batch, max: free, wait: settings.wait, at: now)
    }

    /// Hands in what is finished, by itself.
    private mutating func handIn(at now: Duration) -> (number: Int, request: WorkerRequest)? {
        guard !inFlight.values.contains(where: { !$0.request.isPoll && !$0.kept.isEmpty }),
            let first = kept.firstIndex(where: { $0.notBefore <= now })
        else { return nil }
        let batch = batch(at: now)
        if batch.count > 1 { return sendTake(of: batch, max: 0, wait: .zero, at: now) }
        // A single one costs the service less this way: a take also looks through all that the agent holds.
        let item = kept.remove(at: first)
        return sent(.answer(item.task), [item], at: now)
    }

    private mutating func sendTake(
        of batch: [Int], max: Int, wait: Duration, at now: Duration
    ) -> (number: Int, request: WorkerRequest) {
        var items: [Kept] = []
        if batch.count == kept.count {
            swap(&items, &kept)
        } else {
            items = batch.map { kept[$0] }
            for index in batch.reversed() { kept.remove(at: index) }
        }
        let take = WorkerRequest.take(
            max: max, wait: wait, running: names(), finished: items.map(\.task), acknowledged: takeReceipts())
        return sent(take, items, at: now)
    }

    /// The places in `kept` of those that may go together now.
    private func batch(at now: Duration) -> [Int] {
        var batch: [Int] = []
        var bytes = 0
        for (index, item) in kept.enumerated() where !item.goesAlone && item.notBefore <= now {
            bytes += item.task.approximateSize
            guard batch.isEmpty || bytes <= Self.bytesPerTake else { break }
            batch.append(index)
            if batch.count == Self.tasksPerTake { break }
        }
        return batch
    }

    /// All that the agent works on, or has to hand in otherwise than with the next request: what a take does not name
    /// is taken for lost, and given again.
    private func names() -> [String] {
        var names: [String] = []
        names.reserveCapacity(running.count)
        for (key, task) in running where !task.isAbandoned { names.append(key.taskID) }
        for item in kept { names.append(item.task.taskID) }
        for open in inFlight.values {
            for item in open.kept { names.append(item.task.taskID) }
        }
        return names
    }

    private mutating func sent(
        _ request: WorkerRequest, _ items: [Kept] = [], at now: Duration
    ) -> (number: Int, request: WorkerRequest) {
        let number = nextNumber()
        inFlight[number] = InFlight(request: request, sentAt: now, kept: items)
        return (number, request)
    }
}

extension FinishedTask {
    /// About the bytes that it makes in a request.
    fileprivate var approximateSize: Int {
        switch outcome {
        case .result(let result): 256 + result.bytes.count
        case .failure(let error): 256 + error.message.utf8.count
        case .question(let question):
            question.options.reduce(256 + question.question.utf8.count + (question.context?.bytes.count ?? 0)) {
                $0 + $1.bytes.count
            }
        }
    }
}
