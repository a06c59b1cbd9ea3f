import Testing

/// Files, functions and lines stay small enough to be read.
@Suite("Sizes")
struct SizeTests {
    @Test("A file has at most 400 lines")
    func files() {
        let found = Repository.all.filter { $0.source.lines.count > 401 }.map { "\($0.path): \($0.source.lines.count)" }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("A function has at most 70 lines")
    func functions() {
        let found = Repository.all.flatMap { file in
            FunctionLengths.of(file.source).filter { $0.length > 70 }.map { "\(file.path):\($0.line): \($0.length)" }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("A line has at most 120 characters")
    func lines() {
        let found = Repository.all.flatMap { file in
            file.violations(in: file.source.lines) { $0.count > 120 ? "\($0.count) characters" : nil }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("Functions are measured by their braces, not by those in strings, comments and closures")
    func measuring() {
        let source = SourceText(
            ##"""
            protocol P { func required(); init() }
            struct S {
                func one() { print("}") }
                init(_ f: () -> Void = { }) {
                    // }
                    let text = #"{ "a": \#(map { $0 }) }"#
                    self.init(text) { inner in
                        /* { */
                    }
                }
                var computed: Int { 1 }
                func generic<T>(_ value: [T]) async throws -> T
                where T: Equatable {
                    """
                    } \(value) {
                    """
                }
            }
            """##)
        let functions = FunctionLengths.of(source)
        #expect(
            functions == [.init(line: 3, length: 1), .init(line: 4, length: 7), .init(line: 12, length: 6)])
    }
}
