import ArgumentParser

/// What `ganglion bench` can measure.
enum Scenario: String, CaseIterable, Hashable, Sendable, ExpressibleByArgument {
    case contractReview = "contract-review"
    case chain
    case fanOut = "fan-out"
    case shipments
    case idle

    /// How many steps a workflow has if nobody says it.
    var defaultSteps: Int {
        switch self {
        case .contractReview, .idle: 4
        case .chain: 10
        case .fanOut: 100
        case .shipments: 1
        }
    }

    /// Whether the number of steps may be chosen.
    var hasSteps: Bool { self == .chain || self == .fanOut }

    var defaultConcurrency: Int {
        switch self {
        case .contractReview, .chain: 200
        case .fanOut: 8
        case .shipments: 500
        case .idle: 64
        }
    }

    /// `steps` counts where more of them are more work.
    func defaultWorkflows(steps: Int) -> Int {
        switch self {
        case .contractReview: 5000
        case .chain, .fanOut: min(max(20_000 / max(steps, 1), 4), 5000)
        case .shipments: 50_000
        case .idle: 10_000
        }
    }
}
