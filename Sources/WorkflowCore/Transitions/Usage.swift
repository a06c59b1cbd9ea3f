package import JSON

/// What work cost, by unit: `{"tokens": 812}`.
package struct Usage: Sendable {
    package private(set) var amounts: [(unit: String, amount: Double)] = []

    private static let maximumUnits = 16

    package init() {}

    /// Reads the member `usage`.
    package init(_ fields: inout JSONObjectReader, problems: inout JSONProblems) {
        guard let node = fields.optional(object: "usage", problems: &problems) else { return }
        let members = node.members
        if members.count > Self.maximumUnits {
            problems.add(fields.pointer("usage"), "\(members.count) units are more than the limit of 16")
            return
        }
        for (unit, value) in members {
            let pointer = "\(fields.pointer("usage"))/\(JSONPointer.escaped(unit))"
            if !Identifier.isValid(unit) {
                problems.add(pointer, "'\(unit.prefix(64))' is not a unit: \(Identifier.rule())")
            } else if let amount = value.double, amount >= 0 {
                amounts.append((unit, amount))
            } else {
                problems.add(pointer, "expected a number, at least 0")
            }
        }
    }

    package var byUnit: [String: Double] { Dictionary(amounts.map { ($0.unit, $0.amount) }) { $0 + $1 } }
}
