/// The steps that others may refer to, and their places: those of a plan, and those that are being added to it.
struct StepNames {
    let planned: [String: Int]
    var added: [String: Int] = [:]

    init(_ planned: [String: Int]) {
        self.planned = planned
    }

    subscript(id: String) -> Int? { planned[id] ?? added[id] }

    var all: [String] { Array(planned.keys) + Array(added.keys) }
}
