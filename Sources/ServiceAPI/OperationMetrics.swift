import CoreMetrics
import HTTPTypes
import Metrics

/// How often an operation was asked for, what it answered, and how long that took.
struct OperationMetrics: Sendable {
    private let time: Timer
    private let answers: [Counter]

    init(_ operation: String) {
        time = Timer(label: "ganglion_http_request_seconds", dimensions: [("operation", operation)])
        answers = (1...5).map { kind in
            Counter(
                label: "ganglion_http_requests_total",
                dimensions: [("operation", operation), ("status", "\(kind)xx")])
        }
    }

    func answered(_ status: HTTPResponse.Status, after duration: Duration) {
        time.record(duration: duration)
        let kind = status.code / 100
        if answers.indices.contains(kind - 1) { answers[kind - 1].increment() }
    }
}
