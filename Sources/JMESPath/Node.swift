import JSON

/// A part of a compiled expression. It knows how deep it is, so that no tree is built that a stack could not walk.
struct Node: Sendable {
    let form: Form
    let depth: Int
    /// What it gives are parts of its input, each at most once: never more than there was.
    let isSelection: Bool

    indirect enum Form: Sendable {
        case current
        case field(String)
        case index(Int)
        case slice(Slice)
        case literal(JSONValue)
        /// Each part is evaluated on the result of the part before it: sub-expressions, indexes and pipes.
        case sequence([Node])
        case projection(of: Node, each: Node)
        case valueProjection(of: Node, each: Node)
        case filterProjection(of: Node, where: Node, each: Node)
        case flatten(Node)
        case multiselectList([Node])
        case multiselectHash([Member])
        case or([Node])
        case and([Node])
        case not(Node)
        case comparison(Comparator, Node, Node)
        case call(Function, [Node], offset: Int)
        /// `&expression`, only ever an argument of a function.
        case reference(Node)
    }

    /// A named part of a multi-select hash.
    struct Member: Sendable {
        let name: String
        let value: Node
    }

    static let current = Node(.current)

    init(_ form: Form) {
        self.form = form
        self.depth = 1 + form.children.reduce(0) { max($0, $1.depth) }
        self.isSelection = form.isSelection
    }
}

extension Node.Form {
    var children: [Node] {
        switch self {
        case .current, .field, .index, .slice, .literal: []
        case .sequence(let parts), .multiselectList(let parts), .or(let parts), .and(let parts): parts
        case .projection(let source, let each), .valueProjection(let source, let each): [source, each]
        case .filterProjection(let source, let condition, let each): [source, condition, each]
        case .flatten(let node), .not(let node), .reference(let node): [node]
        case .multiselectHash(let members): members.map(\.value)
        case .comparison(_, let left, let right): [left, right]
        case .call(_, let arguments, _): arguments
        }
    }

    fileprivate var isSelection: Bool {
        switch self {
        case .current, .field, .index, .slice: true
        case .sequence(let parts): parts.allSatisfy(\.isSelection)
        case .projection(let source, let each), .valueProjection(let source, let each),
            .filterProjection(let source, _, let each):
            source.isSelection && each.isSelection
        case .flatten(let source): source.isSelection
        case .literal, .multiselectList, .multiselectHash, .or, .and, .not, .comparison, .call, .reference: false
        }
    }
}
