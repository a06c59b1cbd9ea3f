/// Finds by looking at the tree which fields of the root value an expression can read.
///
/// Each part gives either a path, a chain of fields that began at the root and may still go on, or nothing when its
/// result is of its own making. Paths are noted where they end: at the first step that is no field.
struct RootPaths {
    /// Longer paths are noted by their beginnings, so that a hostile expression cannot buy much work.
    private static let maximumLength = 32

    private(set) var paths: [[String]] = []
    private var noted: Set<[String]> = []

    init(_ root: Node) {
        note(follow(root, from: []))
    }

    private mutating func note(_ path: [String]?) {
        if let path, noted.insert(path).inserted { paths.append(path) }
    }

    private mutating func follow(_ node: Node, from path: [String]?) -> [String]? {
        switch node.form {
        case .current: return path
        case .field(let name): return path.map { $0.count < Self.maximumLength ? $0 + [name] : $0 }
        case .literal: return nil
        case .index, .slice:
            note(path)
            return nil
        case .sequence(let parts):
            var path = path
            for part in parts { path = follow(part, from: path) }
            return path
        case .projection(let source, _), .valueProjection(let source, _), .filterProjection(let source, _, _),
            .flatten(let source):
            // What happens to the elements is no longer named by fields alone.
            note(follow(source, from: path))
            return nil
        case .multiselectList, .multiselectHash, .or, .and, .not, .comparison, .call:
            for child in node.form.children { note(follow(child, from: path)) }
            return nil
        case .reference:
            // Evaluated on elements of another argument.
            return nil
        }
    }
}
