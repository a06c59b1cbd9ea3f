/// The bounds of what a plan may hold; `PlanReader` names the one that was passed.
package struct PlanLimits: Sendable {
    package var steps = 10_000
    /// Of the definitions of all steps that are added after the start, whose plan is bounded by its request.
    package var addedBytes = 16 << 20
    package var identifierLength = 64
    package var nameLength = 128
    package var labels = 16
    package var labelValueLength = 128

    package init() {}
}
