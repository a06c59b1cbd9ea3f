import ArgumentParser
import GanglionClient

/// Why a command did not do what it was asked, in words, and as an exit status for scripts (docs/cli.md).
struct CommandError: Error, CustomStringConvertible {
    let kind: Kind
    let description: String
    /// What the service said, if it said something.
    var problem: Problem?

    /// What a script can tell apart. The numbers are a promise.
    enum Kind: Int32, CaseIterable {
        /// The service said no, or something else went wrong.
        case refused = 1
        /// The service was not reached, or gave no answer in time.
        case unreachable = 2
        /// There is no such thing, or several begin like that.
        case unknown = 3
        /// The plan is not accepted.
        case badPlan = 4
        /// The workflow has ended, and not well.
        case notCompleted = 5
        /// `doctor` found something that has to be mended.
        case unwell = 6

        var name: String {
            switch self {
            case .refused: "refused"
            case .unreachable: "unreachable"
            case .unknown: "unknown"
            case .badPlan: "bad_plan"
            case .notCompleted: "not_completed"
            case .unwell: "unwell"
            }
        }
    }

    init(_ kind: Kind, _ description: String, problem: Problem? = nil) {
        self.kind = kind
        self.description = description
        self.problem = problem
    }

    init(_ error: GanglionError, at address: ServiceAddress) {
        switch error {
        case .refused(let problem):
            let kind: Kind = problem.status == 404 ? .unknown : problem.status == 503 ? .unreachable : .refused
            self.init(kind, problem.description.printableLines, problem: problem)
        case .unreachable(let reason):
            self.init(
                .unreachable,
                "No service at \(address.url) (\(address.origin)): \(reason.printable)\nStart one with "
                    + "'ganglion serve', or say where it is with --url, GANGLION_URL or a profile.")
        case .noAnswer, .timedOut, .unexpectedAnswer:
            self.init(.unreachable, "\(address.url): \(error.description.printable)")
        case .cancelled, .invalidArgument:
            self.init(.refused, error.description.printable)
        }
    }

    var exitCode: ExitCode { ExitCode(kind.rawValue) }

    /// For programs: `{"error": {"kind": …, "message": …, "problem": …}}`.
    var document: JSONDocument {
        var members: [(String, JSONDocument)] = [
            ("kind", .string(kind.name)), ("message", .string(description)),
        ]
        if let document = problem?.document { members.append(("problem", document)) }
        return ["error": .object(members)]
    }
}

extension String {
    /// Several lines, each of which commands no terminal.
    fileprivate var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map(\.printable).joined(separator: "\n")
    }
}
