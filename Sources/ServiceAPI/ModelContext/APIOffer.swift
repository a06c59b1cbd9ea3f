import HTTP
import HTTPTypes
import HTTPWire
import JSON

/// The API for models: tools and resources are its operations, which check, do and word everything.
struct APIOffer: ModelContextOffer {
    let service: API
    /// What brought the question.
    let request: Request

    var tools: JSONText { Tool.definitions }
    var resourceTemplates: JSONText { Resource.templates }

    var server: JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("name", "ganglion")
            writer.field("title", "Ganglion")
            writer.field("version", API.version)
        }
        return writer.text
    }

    var instructions: String {
        """
        Ganglion runs workflows: steps whose tasks are done by agents elsewhere, each of which takes tasks of some \
        types. \
        See with list_task_types what agents can do, start a workflow with start_workflow, and wait for its end with \
        get_workflow. If it does not go on, explain_workflow says why. What agents or failed steps ask of people is in \
        list_escalations; answer with resolve_escalation only what you know or were told.
        """
    }

    // MARK: Tools

    func call(_ name: String, with arguments: JSONNode) async throws(RPCError) -> ToolResult {
        guard let tool = Tool.all.first(where: { $0.name == name }) else {
            let nearest = Suggestion.text(for: name, among: Tool.all.map(\.name))
            throw .invalidParameters("Unknown tool: '\(name.prefix(64))'\(nearest)")
        }
        var path = request.path
        do throws(ProblemDocument) {
            let call = try tool.request(arguments, in: request)
            path = call.path
            let content = try await perform(tool.operation, call)
            return ToolResult(content: content, text: content.string)
        } catch {
            return ToolResult(content: error.json(at: path), text: error.text, isError: true)
        }
    }

    private func perform(
        _ operation: any Operation.Type, _ request: Request
    ) async throws(ProblemDocument) -> JSONText {
        do throws(ProblemDocument) {
            let response = try await operation.respond(to: request, of: service)
            guard case .bytes(let bytes) = response.body else { return .null }
            return JSONText(unchecked: bytes)
        } catch {
            service.log(error, of: request)
            throw error
        }
    }

    // MARK: Resources

    /// First the lists, then workflows, newest first.
    func resources(after cursor: String?) async throws(RPCError) -> JSONText {
        guard let workflows = Resource.all.first(where: { $0.operation == ListWorkflows.self }) else {
            throw .internalError("There are no workflows to list")
        }
        let query = cursor.map { "?cursor=\(PercentEncoding.encode($0))" } ?? ""
        let page = JSONNode(try await read(workflows.address + query))
        var writer = JSONWriter(reservingCapacity: 8192)
        writer.beginObject()
        writer.name("resources")
        writer.beginArray()
        for list in Resource.all where cursor == nil && !list.isTemplate {
            writer.object { list.write("uri", list.address, to: &$0) }
        }
        for workflow in page.member("workflows")?.elements ?? [] {
            writer.object { Self.write(workflow, to: &$0) }
        }
        writer.endArray()
        writer.field("nextCursor", optional: page.member("next_cursor")?.string)
        writer.endObject()
        return writer.text
    }

    private static func write(_ workflow: JSONNode, to writer: inout JSONWriter) {
        let text: (String) -> String = { workflow.member($0)?.string ?? "" }
        writer.field("uri", "\(Resource.scheme)workflows/\(text("id"))")
        writer.field("name", text("id"))
        writer.field("title", text("name"))
        writer.field("description", "A workflow, \(text("status")), started at \(text("created_at"))")
        writer.field("mimeType", "application/json")
    }

    func read(_ uri: String) async throws(RPCError) -> JSONText {
        guard let (operation, request) = Resource.request(uri, in: request) else {
            let known = Resource.all.map(\.address).joined(separator: ", ")
            throw .unknownResource("There is no resource '\(uri.prefix(128))'; there are \(known)")
        }
        do throws(ProblemDocument) {
            return try await perform(operation, request)
        } catch {
            let data = error.json(at: request.path)
            switch error.status {
            case .notFound: throw .unknownResource(error.text, data: data)
            case .badRequest, .unprocessableContent: throw .invalidParameters(error.text, data: data)
            default: throw .internalError(error.text, data: data)
            }
        }
    }
}
