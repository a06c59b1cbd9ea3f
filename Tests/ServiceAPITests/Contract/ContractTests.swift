import Coordination
import HTTP
import HTTPTypes
import JSON
import Logging
import OrderedCollections
import Sockets
import TestKit
import Testing
import WorkflowCore

@testable import ServiceAPI

/// What the contract has and what is served are the same.
@Suite("The contract")
struct ContractTests {
    private let contract = ContractDocument.shared

    @Test("It has exactly the operations that are served, by id, method and path")
    func operations() {
        let described = contract.operations.map(\.name).sorted()
        let served = API.operations.map { "\($0.id): \($0.method) \($0.path)" }.sorted()
        #expect(described == served)
        #expect(Set(API.operations.map { $0.id }).count == API.operations.count)
    }

    @Test("Every operation that is served has a route, and beside them there are only the pages")
    func routes() throws {
        let loops = try EventLoopGroup(count: 1)
        let store = MemoryStore { Instant(milliseconds: 0) }
        let messages = MemoryMessages(store, on: loops.loops[0])
        let node = Node(loops: loops, stores: [], messages: messages, logger: .quiet)
        let routes = API(node: node, metrics: PrometheusRegistry()).router.routes
        let described = contract.operations.map { "\($0.method) \($0.path)" }
        let pages = API.pages.map { "\($0.method) \($0.path)" }
        #expect(pages == ["GET /", "GET /dashboard/{file}"])
        #expect(routes.map { "\($0.method) \($0.template)" }.sorted() == (described + pages).sorted())
    }

    @Test("The version that nodes give is the contract's")
    func version() {
        #expect(contract.root["info"]["version"] == .string(API.version))
    }

    @Test("Its schemas use only keywords that the checker knows")
    func keywords() {
        let known = SchemaChecker.keywords.union(SchemaChecker.annotations)
        var found: Set<String> = []
        func walk(_ schema: JSONValue) {
            for (keyword, value) in schema.members {
                found.insert(keyword)
                switch keyword {
                case "properties": value.members.values.forEach(walk)
                case "allOf", "anyOf", "oneOf": value.elements.forEach(walk)
                case "items", "additionalProperties", "propertyNames", "if", "then": walk(value)
                default: break
                }
            }
        }
        func walkAll(_ node: JSONValue) {
            for (name, value) in node.members where name != "examples" && name != "example" {
                if name == "schema" { walk(value) } else if name == "schemas" { value.members.values.forEach(walk) }
                if name != "schemas" { walkAll(value) }
            }
            node.elements.forEach(walkAll)
        }
        walkAll(contract.root)
        #expect(found.subtracting(known) == [])
        // And the checker has none that the contract does not use: it would be tested by nothing.
        #expect(SchemaChecker.keywords.subtracting(found) == [])
    }

    @Test(
        "The checker finds what is wrong",
        arguments: [
            (["type": "object", "required": ["a"]], ["b": 1]),
            (["type": "object", "properties": ["a": ["type": "string"]]], ["a": 1]),
            (["properties": ["a": [:]]], ["a": 1, "b": 2]),
            (["properties": ["a": [:]], "additionalProperties": false], ["b": 2]),
            (["additionalProperties": ["type": "string"]], ["b": 2]),
            (["propertyNames": ["$ref": "#/components/schemas/Identifier"]], ["0": 2]),
            (["maxProperties": 1], ["a": 1, "b": 2]), (["minProperties": 1], [:]), (["exclusiveMinimum": 0], 0),
            (["items": ["type": "integer"]], [1, "2"]),
            (["minItems": 1], []), (["maxItems": 1], [1, 2]), (["uniqueItems": true], [1, 1]),
            (["pattern": "^a$"], "b"), (["minLength": 1], ""), (["maxLength": 1], "é"),
            (["minimum": 1], 0), (["maximum": 1], 2), (["const": 1], 2), (["enum": [1, 2]], 3),
            (["type": ["string", "null"]], 1), (["type": "number"], "1"),
            (["format": "date-time"], "2026-13-01T00:00:00.000Z"), (["format": "uri-reference"], "a\"b"),
            (["format": "json-pointer"], "a/b"), (["format": "of nobody"], ""),
            (["allOf": [["type": "integer"], ["minimum": 5]]], 4),
            (["anyOf": [["type": "string"], ["type": "null"]]], 4),
            (["oneOf": [["required": ["a"]], ["required": ["b"]]]], ["a": 1, "b": 1]),
            (["if": ["required": ["a"]], "then": ["required": ["b"]]], ["a": 1]),
            (["unheardOf": 1], 4), (["$ref": "#/components/schemas/Identifier"], "0"),
        ] as [(JSONValue, JSONValue)])
    func checker(_ schema: JSONValue, _ value: JSONValue) {
        var checker = SchemaChecker(contract: contract)
        checker.check(value, schema, at: "")
        #expect(!checker.problems.isEmpty)
    }

    @Test("A schema of several parts speaks of the members of all of them")
    func parts() {
        var checker = SchemaChecker(contract: contract)
        let schema: JSONValue = [
            "allOf": [["properties": ["a": ["type": "integer"]], "required": ["a"]]],
            "properties": ["b": ["type": ["string", "null"]]], "oneOf": [["required": ["a"]], ["required": ["c"]]],
        ]
        checker.check(["a": 1, "b": nil], schema, at: "")
        #expect(checker.problems == [])
    }
}
