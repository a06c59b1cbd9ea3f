import GanglionClient

/// What is done to many workflows, one after the other, with each told: cancelling, trying again.
struct WorkflowAct: Sendable {
    /// The last part of the operation's path, and what has become of the workflow then.
    let verb: String
    let done: String
    let by: String
    let reason: String?

    private var body: JSONDocument {
        .object([("by", .string(by))] + (reason.map { [("reason", .string($0))] } ?? []))
    }

    /// All of them, even if one cannot be: then throws, at the end.
    func perform(_ workflows: [String], _ session: ServiceSession) async throws {
        let lookup = Lookup(session: session)
        let start = ContinuousClock.now
        var bar = ProgressBar(done, total: workflows.count)
        let isLong = workflows.count > 10 && !session.terminal.isInteractive
        var failure: CommandError?
        for text in workflows {
            do {
                let id = try await lookup.workflow(text)
                let document = try await session.client.post(
                    ["v1", "workflows", id, verb], GanglionClient.Query(), body)
                let status = try WorkflowStatus(document)
                session.print(document) { [StyledText("\(status.id)  ") + status.status.styled] }
            } catch let error as GanglionError {
                failure = CommandError(error, at: session.address)
            } catch let error as CommandError {
                failure = error
            }
            if let failure, workflows.count > 1 { Terminal.error.print("\(text.printable): \(failure)") }
            if failure?.kind == .unreachable { break }
            bar.done += 1
            if isLong { Terminal.error.show(bar.line(elapsed: .now - start)) }
        }
        if isLong { Terminal.error.clear() }
        guard let failure else { return }
        if workflows.count == 1 { throw failure }
        throw CommandError(failure.kind, "not all of the \(workflows.count.grouped) workflows could be \(done)")
    }
}
