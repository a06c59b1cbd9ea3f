/// Why the store did not do what was asked.
package enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It cannot be reached, or does not take writes. Whether anything was done is not known, and asking again is safe.
    case unavailable(String)
    /// What it holds cannot be understood, or it refused what it should not refuse.
    case damaged(String)

    package var description: String {
        switch self {
        case .unavailable(let reason): reason
        case .damaged(let reason): reason
        }
    }
}
