import CoreMetrics
import Metrics
import Testing

@testable import ServiceAPI

@Suite("Metrics")
struct PrometheusRegistryTests {
    private let registry = PrometheusRegistry(help: ["c_total": "Back\\slash and\nline."])

    private var text: String { String(decoding: registry.text(), as: UTF8.self) }
    private var lines: [String] { text.split(separator: "\n").map(String.init) }

    // MARK: Figures

    @Test("Without figures there is no text")
    func empty() { #expect(text.isEmpty) }

    @Test("A counter counts up only, exactly, and begins again when it is reset")
    func counter() {
        let counter = Counter(label: "c", factory: registry)
        counter.increment()
        counter.increment(by: (1 << 53) + 1)
        counter.increment(by: -5)
        #expect(
            lines == [#"# HELP c_total Back\\slash and\nline."#, "# TYPE c_total counter", "c_total 9007199254740994"])
        counter.reset()
        #expect(lines.last == "c_total 0")
    }

    @Test("A counter of fractions adds them to the whole")
    func fractions() {
        let counter = FloatingPointCounter(label: "f", factory: registry)
        for amount in [0.5, 0.25, -1, .nan, .infinity] { counter.increment(by: amount) }
        Counter(label: "f", factory: registry).increment(by: 2)
        #expect(lines == ["# TYPE f_total counter", "f_total 2.75"])
    }

    @Test("A gauge has the last value, and a meter goes up and down from it")
    func gauge() {
        Gauge(label: "g", factory: registry).record(7)
        let meter = Meter(label: "g", factory: registry)
        #expect(lines == ["# TYPE g gauge", "g 7"])
        meter.increment(by: 1.5)
        meter.decrement(by: 10)
        #expect(lines.last == "g -1.5")
        for (value, written) in [(Double.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1e300, "1e+300")] {
            meter.set(value)
            #expect(lines.last == "g \(written)")
        }
    }

    @Test("A timer is a histogram in seconds whose buckets hold all that is below them")
    func timer() {
        let timer = Timer(label: "t", factory: registry)
        timer.recordNanoseconds(500_000)
        timer.recordNanoseconds(500_001)
        timer.recordMilliseconds(2000)
        timer.recordSeconds(61)
        #expect(
            lines == [
                "# TYPE t_seconds histogram", #"t_seconds_bucket{le="0.0005"} 1"#, #"t_seconds_bucket{le="0.001"} 2"#,
                #"t_seconds_bucket{le="0.0025"} 2"#, #"t_seconds_bucket{le="0.005"} 2"#,
                #"t_seconds_bucket{le="0.01"} 2"#,
                #"t_seconds_bucket{le="0.025"} 2"#, #"t_seconds_bucket{le="0.05"} 2"#, #"t_seconds_bucket{le="0.1"} 2"#,
                #"t_seconds_bucket{le="0.25"} 2"#, #"t_seconds_bucket{le="0.5"} 2"#, #"t_seconds_bucket{le="1"} 2"#,
                #"t_seconds_bucket{le="2.5"} 3"#, #"t_seconds_bucket{le="5"} 3"#, #"t_seconds_bucket{le="10"} 3"#,
                #"t_seconds_bucket{le="30"} 3"#, #"t_seconds_bucket{le="60"} 3"#, #"t_seconds_bucket{le="+Inf"} 4"#,
                "t_seconds_sum 63.001000001", "t_seconds_count 4",
            ])
    }

    @Test("A recorder is a histogram of amounts")
    func recorder() {
        let recorder = Recorder(label: "r", dimensions: [("a", "1")], factory: registry)
        recorder.record(0)
        recorder.record(64)
        recorder.record(Double.nan)
        #expect(lines.contains(#"r_bucket{a="1",le="1"} 1"#))
        #expect(lines.contains(#"r_bucket{a="1",le="64"} 2"#))
        #expect(lines.contains(#"r_bucket{a="1",le="1073741824"} 2"#))
        #expect(lines.suffix(2) == [#"r_sum{a="1"} 64"#, #"r_count{a="1"} 2"#])
    }

    // MARK: Names

    @Test("A name that ends as it should is not made longer, and what Prometheus forbids becomes an underscore")
    func names() {
        for label in ["a_total", "b", "1c.d-é", ""] { Counter(label: label, factory: registry).increment() }
        _ = Timer(label: "e_seconds", factory: registry)
        #expect(
            lines.filter { $0.hasPrefix("# TYPE") } == [
                "# TYPE _1c_d___total counter", "# TYPE __total counter", "# TYPE a_total counter",
                "# TYPE b_total counter",
                "# TYPE e_seconds histogram",
            ])
    }

    @Test("Labels are escaped, sorted, and never those that Prometheus has for itself")
    func labels() {
        let dimensions = [("z", "a\\b\"c\nd"), ("le", "1"), ("__name__", "2"), ("a-b", "é")]
        Counter(label: "c", dimensions: dimensions, factory: registry).increment()
        #expect(lines.last == #"c_total{a_b="é",label__name__="2",le_="1",z="a\\b\"c\nd"} 1"#)
    }

    @Test("The same labels in another order are the same figure")
    func sameFigure() {
        Counter(label: "c", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment()
        Counter(label: "c", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment()
        #expect(lines.last == #"c_total{a="1",b="2"} 2"#)
    }

    @Test("One name is one type: a second one gets another name")
    func otherType() {
        Gauge(label: "x", factory: registry).record(1)
        Recorder(label: "x", factory: registry).record(1)
        #expect(lines.filter { $0.hasPrefix("# TYPE") } == ["# TYPE x gauge", "# TYPE x_amount histogram"])
    }

    @Test("A figure that is destroyed is not written any more, and the others of its name are")
    func destroying() {
        let first = Counter(label: "c", dimensions: [("a", "1")], factory: registry)
        let second = Counter(label: "c", dimensions: [("a", "2")], factory: registry)
        first.destroy()
        #expect(lines.dropFirst(2) == [#"c_total{a="2"} 0"#])
        second.destroy()
        #expect(text.isEmpty)
    }

    // MARK: The whole

    @Test("Whatever is counted, every line follows the format, and the text is the same each time")
    func format() throws {
        let names = ["b", "a", "9", "x.y", "", "ganglion_commit"]
        let values = ["", "plain", "q\"uote", "back\\", "line\n", "é😀"]
        for (index, name) in names.enumerated() {
            let dimensions = [("one", values[index]), ("two", values[values.count - 1 - index])]
            Counter(label: name, dimensions: dimensions, factory: registry).increment(by: index)
            Timer(label: name, dimensions: dimensions, factory: registry).recordNanoseconds(Int64(index) << 30)
            Recorder(label: "r\(name)", factory: registry).record(1.5e9)
            Gauge(label: name, dimensions: dimensions, factory: registry).record(-0.25)
        }
        let text = text
        #expect(text.hasSuffix("\n"))
        let sample = try Regex(
            #"^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)+\})? "#
                + #"(-?[0-9.]+(e[+-][0-9]+)?|[+-]Inf|NaN)$"#)
        let type = try Regex(#"^# TYPE [a-zA-Z_:][a-zA-Z0-9_:]* (counter|gauge|histogram)$"#)
        var types: Set<String> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE") {
                #expect(line.wholeMatch(of: type) != nil, "\(line)")
                #expect(types.insert(String(line.split(separator: " ")[2])).inserted, "\(line) twice")
            } else {
                #expect(line.wholeMatch(of: sample) != nil, "\(line)")
            }
        }
        #expect(types.count == names.count * 4)
        #expect(text == self.text)
    }

    @Test("Every figure counts what several threads count at once")
    func threads() async {
        let counter = Counter(label: "c", factory: registry)
        let fractions = FloatingPointCounter(label: "f", factory: registry)
        let meter = Meter(label: "m", factory: registry)
        let recorder = Recorder(label: "r", factory: registry)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { @concurrent in
                    for _ in 0..<5000 {
                        counter.increment()
                        fractions.increment(by: 0.5)
                        meter.increment(by: 1)
                        recorder.record(1)
                    }
                }
            }
        }
        #expect(lines.contains("c_total 40000"))
        #expect(lines.contains("f_total 20000"))
        #expect(lines.contains("m 40000"))
        #expect(lines.contains("r_sum 40000"))
        #expect(lines.contains("r_count 40000"))
    }

    @Test("Every known name is one that its kind of figure would have")
    func known() {
        for name in MetricHelp.known.keys {
            let kinds = [MetricKind.counter, .gauge, .time].filter { MetricName.text(name, $0) == name }
            #expect(kinds.contains(name.hasSuffix("_total") ? .counter : name.hasSuffix("_seconds") ? .time : .gauge))
        }
    }
}
