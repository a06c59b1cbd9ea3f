import Foundation
import JMESPath
import JSON
import Testing

/// A way in which an expression nests within itself.
private struct Nesting: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: @Sendable (Int) -> String

    init(_ open: String, _ inner: String, _ close: String) {
        testDescription = open + inner + close
        text = { String(repeating: open, count: $0) + inner + String(repeating: close, count: $0) }
    }
}

/// Parsing and evaluating recurse: they may go only as deep as a small stack holds.
@Suite("Depth", .timeLimit(.minutes(1)))
struct DepthTests {
    /// Less than any thread of ours has, and this build is not optimized.
    private static let smallStack = 1 << 20

    private static let nestings = [
        Nesting("(", "a", ")"), Nesting("!", "a", ""), Nesting("[", "a", "]"), Nesting("{a: ", "a", "}"),
        Nesting("a[*].", "a", ""), Nesting("a.*.", "a", ""), Nesting("a[].", "a", ""), Nesting("a[?a].", "a", ""),
        Nesting("a[?", "a", "]"), Nesting("not_null(", "a", ")"), Nesting("map(&", "a", ", a)"),
        Nesting("a || (", "a", ")"),
        Nesting("a == (", "a", ")"), Nesting("a | (", "a", ")"), Nesting("[*]", "", ""), Nesting("[]", "", ""),
        Nesting("to_array(", "a", ")"), Nesting("a && !(", "a", ")"), Nesting("*.", "a", ""),
    ]

    @Test(
        "However an expression nests, it is refused or evaluated, and never overflows a small stack",
        arguments: nestings)
    private func nests(_ nesting: Nesting) throws {
        let value = try deepValue()
        onSmallStack {
            var accepted = 0
            for depth in Array(1...120) + [500, 1000, 2000] {
                do throws(JMESPathError) {
                    let expression = try Expression(nesting.text(depth))
                    accepted = depth
                    _ = expression.rootPaths
                    _ = expression.fieldPath
                    _ = try expression.evaluate(value)
                } catch {
                    #expect(error.kind != .unknownFunction)
                }
            }
            #expect(accepted >= 24, "\(accepted) levels are fewer than people write")
        }
    }

    @Test("Chains cost no depth", arguments: [".a", "[0]", " | a", " || a", " && a"])
    func chains(_ link: String) throws {
        let expression = try Expression("a" + String(repeating: link, count: 2000))
        #expect(try expression.evaluate(.null) == .null)
    }

    /// Objects in arrays in objects, as deep as the validator lets through.
    private func deepValue() throws -> JSONValue {
        let text = String(repeating: #"{"a":["#, count: 32) + String(repeating: "]}", count: 32)
        return JSONValue(parsing: try JSONText(validating: Array(text.utf8)))
    }

    private func onSmallStack(_ work: @escaping @Sendable () -> Void) {
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            work()
            done.signal()
        }
        thread.stackSize = Self.smallStack
        thread.start()
        done.wait()
    }
}
