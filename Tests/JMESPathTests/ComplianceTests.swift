import JMESPath
import JSON
import Testing

@Suite(.enabled(if: ComplianceCase.folder != nil, "the compliance data is not on this machine"))
struct ComplianceTests {
    @Test("Every case of the official data gives what it says", arguments: ComplianceCase.all)
    func gives(_ entry: ComplianceCase) {
        let outcome: Result<JSONValue, JMESPathError>
        do throws(JMESPathError) {
            outcome = .success(try Expression(entry.expression).evaluate(entry.given))
        } catch {
            outcome = .failure(error)
        }
        switch (entry.outcome, outcome) {
        case (.anything, .success): break
        case (.result(let expected), .success(let value)):
            #expect(value == expected, "expected \(JSONText(expected)), found \(JSONText(value))")
        case (.error(let kind), .failure(let error)):
            #expect(error.kind.rawValue == kind, "expected \(kind), found \(error)")
        case (.error(let kind), .success(let value)):
            Issue.record("expected the error \(kind), found \(JSONText(value))")
        case (_, .failure(let error)):
            Issue.record("expected a result, found \(error)")
        }
    }

    @Test("The data is not empty")
    func isThere() {
        #expect(ComplianceCase.all.count > 800)
    }
}
