/// What a test met is not what it can go on with.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
}
