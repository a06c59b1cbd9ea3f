/// What a figure is to whoever counts. To Prometheus the last two are one type.
enum MetricKind: String, Sendable {
    case counter, gauge
    case time, amount

    /// As a TYPE line has it.
    var type: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .time, .amount: "histogram"
        }
    }

    /// How the names of such figures end, by Prometheus's conventions (prometheus.io/docs/practices/naming).
    var suffix: String {
        switch self {
        case .counter: "_total"
        case .time: "_seconds"
        case .gauge, .amount: ""
        }
    }
}

/// A figure that is kept.
protocol MetricCell: AnyObject, Sendable {
    /// Writes its samples; `labels` as `MetricName.labels` made them.
    func write(_ name: String, _ labels: String, to writer: inout ExpositionWriter)
}
