import ArgumentParser

/// Who decides what comes next in a workflow.
enum CoordinatorKind: String, CaseIterable, Hashable, Sendable, ExpressibleByArgument {
    /// Each workflow's own coordinator: the product.
    case distributed
    /// One for all workflows, for comparisons: see `CentralStore`.
    case central
}
