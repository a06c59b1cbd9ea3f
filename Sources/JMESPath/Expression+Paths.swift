/// What an expression reads, known without evaluating it.
extension Expression {
    /// The chains of fields that it reads from the root value, each up to the first step that is no field:
    /// `steps.a.result.kind != 'x' && input.b[0].c` reads `steps.a.result.kind` and `input.b`.
    package var rootPaths: [[String]] { RootPaths(root).paths }
}

extension Node {
    var fieldPath: [String]? {
        switch form {
        case .current: return []
        case .field(let name): return [name]
        case .sequence(let parts):
            var path: [String] = []
            for part in parts {
                guard case .field(let name) = part.form else { return nil }
                path.append(name)
            }
            return path
        default: return nil
        }
    }
}
