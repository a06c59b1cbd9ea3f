import GanglionClient
import Sockets

/// Makes calls until the service has decided on them, and counts how often it did not.
struct Persistence: Sendable {
    let loop: EventLoop
    let journal: Journal
    let isAgent: Bool

    /// A caller that is cancelled gives up.
    func insist<Result>(
        _ call: () async throws(GanglionError) -> Result
    ) async throws(GanglionError) -> Result {
        while true {
            do throws(GanglionError) {
                let result = try await call()
                journal.noteRequest(ofAgent: isAgent) { $0.answered += 1 }
                return result
            } catch {
                guard !Task.isCancelled else { throw .cancelled }
                guard let pause = pause(after: error) else { throw error }
                await loop.pause(for: pause)
            }
        }
    }

    /// `nil` if the service has decided.
    private func pause(after error: GanglionError) -> Duration? {
        switch error {
        case .refused(let problem) where problem.status == 503 || problem.status == 429:
            journal.noteRequest(ofAgent: isAgent) { $0.putOff += 1 }
            return problem.retryAfter ?? .milliseconds(100)
        case .refused(let problem) where problem.status == 502 || problem.status == 504:
            fail("\(problem.status)")
        case .refused, .invalidArgument, .cancelled, .unexpectedAnswer: return nil
        case .unreachable: fail("unreachable")
        case .noAnswer: fail("no answer")
        case .timedOut: fail("timed out")
        }
        return .milliseconds(50)
    }

    private func fail(_ how: String) {
        journal.noteRequest(ofAgent: isAgent) { requests in
            requests.failed += 1
            requests.failures[how, default: 0] += 1
        }
    }
}
