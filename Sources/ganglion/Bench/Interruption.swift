import ArgumentParser
import UnixSignals

/// Ctrl-C and SIGTERM.
enum Interruption {
    /// Runs the body; a signal cancels it, waits for it, and ends the program with the status of one that a signal
    /// ended.
    static func ends<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in signals { return nil }
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            guard let first else {
                while await group.nextResult() != nil {}
                throw ExitCode(130)
            }
            return first
        }
    }
}
