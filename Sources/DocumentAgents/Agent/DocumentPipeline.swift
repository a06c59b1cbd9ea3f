package import JSON

/// The plan that reviews one document: classify, extract, validate, summarize, each step an agent's task.
package enum DocumentPipeline {
    package static let defaultName = "contract-review"

    /// The plan alone, as a definition is stored.
    package static func plan(name: String = defaultName) -> JSONText {
        var writer = JSONWriter()
        writer.object { write(name, to: &$0) }
        return writer.text
    }

    /// What a workflow of the plan starts with.
    package static func input(name: String, text: String) -> JSONText {
        var writer = JSONWriter(reservingCapacity: text.utf8.count + 256)
        writer.object { writer in
            writer.field("name", name)
            writer.field("text", text)
        }
        return writer.text
    }

    /// The plan with its input, as a workflow is started.
    package static func workflow(name: String = defaultName, input: JSONText) -> JSONText {
        var writer = JSONWriter(reservingCapacity: input.bytes.count + 2048)
        writer.object { writer in
            write(name, to: &writer)
            writer.field("input", raw: input)
        }
        return writer.text
    }

    private static func write(_ name: String, to writer: inout JSONWriter) {
        let text = ("text", "${input.text}")
        let kind = ("kind", "${steps.classify.result.kind}")
        let extraction = ("extraction", "${steps.extract.result}")
        writer.field("name", name)
        writer.name("steps")
        writer.beginArray()
        step(.classify, after: [], payload: [text], to: &writer)
        step(.extract, after: [.classify], payload: [text, kind], to: &writer)
        step(.validate, after: [.classify, .extract], payload: [text, kind, extraction], to: &writer) { writer in
            writer.name("retry")
            writer.object { writer in
                writer.field("max_attempts", 2)
                writer.field("initial_backoff", "200ms")
            }
            writer.field("on_exhausted", "escalate")
        }
        step(.summarize, after: [.extract, .validate], payload: [text, extraction], to: &writer)
        writer.endArray()
        writer.name("output")
        writer.object { writer in
            writer.field("kind", "${steps.classify.result.kind}")
            writer.field("title", "${steps.extract.result.title}")
            writer.field("version", "${steps.extract.result.version}")
            writer.field("missing", "${steps.validate.result.missing}")
            writer.field("summary", "${steps.summarize.result.text}")
        }
    }

    /// A step is called after its task type.
    private static func step(
        _ agent: DocumentAgent, after: [DocumentAgent], payload: [(name: String, value: String)],
        to writer: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }
    ) {
        writer.object { writer in
            writer.field("id", agent.taskType)
            writer.field("task_type", agent.taskType)
            if !after.isEmpty { writer.field("after", after.map(\.taskType)) }
            writer.name("payload")
            writer.object { writer in
                for field in payload { writer.field(field.name, field.value) }
            }
            more(&writer)
        }
    }
}
