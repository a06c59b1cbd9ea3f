/// Stand-in.
package struct PrometheusRegistry: Sendable {
    package init() {}
    func text() -> [UInt8] { [] }
}
