import JSON
import WorkflowCore

/// Lists by pages, newest first, with the members of Redis's indexes as cursors; histories, oldest first.
extension MemoryStore.State {
    func workflows(_ filter: WorkflowFilter, _ request: PageRequest) -> Page<WorkflowSummary> {
        // As in Redis, one filter chooses the index, and the page is of that; the others thin it out.
        let indexed = runs.filter { _, run in
            if let label = filter.labels.first {
                return run.labels.contains { WorkflowFilter.Label(name: $0.key, value: $0.value) == label }
            }
            return filter.status.map { $0 == run.status } ?? true
        }
        let members = indexed.map { id, run in
            IndexMember(
                at: run.createdAt, id: id.description,
                record: WorkflowSummary(
                    id: id, name: run.name, status: run.status, revision: run.revision, createdAt: run.createdAt,
                    endedAt: JSONNode(run.head).member("ended_at")?.int64.map(Instant.init(milliseconds:)),
                    labels: run.labelsText))
        }
        return IndexMember.page(of: members, request).filter { $0.matches(filter) }
    }

    func history(of id: WorkflowID, _ request: PageRequest) -> Page<HistoryEntry>? {
        guard let run = runs[id] else { return request.cursor == nil ? nil : Page([], next: nil) }
        var entries = run.history[...]
        if let cursor = request.cursor {
            guard let place = HistoryPlace(cursor) else { return Page([], next: nil) }
            entries = entries.drop { $0.place <= place }
        }
        let page = Array(entries.prefix(request.limit))
        return Page(page, next: entries.count > request.limit ? page.last?.place.description : nil)
    }

    func escalation(_ id: EscalationID) -> StoredEscalation? {
        runs[id.workflow]?.escalations[id.number].map { StoredEscalation(id, $0) }
    }

    func escalations(_ filter: EscalationFilter, _ request: PageRequest) -> Page<StoredEscalation> {
        var members: [IndexMember<StoredEscalation>] = []
        for (workflow, run) in runs where filter.workflow == nil || filter.workflow == workflow {
            for (number, question) in run.escalations {
                // A workflow's index has both, and is thinned out; the others have the one or the other.
                guard filter.workflow != nil || (question.resolution == nil) == filter.isOpen else { continue }
                let id = EscalationID(workflow: workflow, number: number)
                members.append(
                    IndexMember(at: question.openedAt, id: id.description, record: StoredEscalation(id, question)))
            }
        }
        return IndexMember.page(of: members, filter.from(request)).matching(filter)
    }

    var counts: StoreCounts {
        var workflows: [WorkflowStatus: Int] = [:]
        var openEscalations = 0
        for run in runs.values {
            workflows[run.status, default: 0] += 1
            openEscalations += run.escalations.values.count { $0.resolution == nil }
        }
        return StoreCounts(workflows: workflows, openEscalations: openEscalations)
    }

    func agent(_ id: AgentID) -> RegisteredAgent? {
        agents[id].map(RegisteredAgent.init)
    }

    func agents(_ request: PageRequest) -> Page<RegisteredAgent> {
        let members = agents.map { id, record in
            IndexMember(at: record.registeredAt, id: id.description, record: RegisteredAgent(record))
        }
        return IndexMember.page(of: members, request)
    }

    func nodes(_ request: PageRequest, at now: Instant) -> Page<RegisteredNode> {
        let members = nodes.map { id, record in
            IndexMember(
                at: record.startedAt, id: id.description,
                record: RegisteredNode(
                    record, status(of: id, at: now), workflows: owned[id]?.count ?? 0, at: now))
        }
        return IndexMember.page(of: members, request)
    }
}

/// A record with its place in an index: index.lua's time of fixed width, and the id.
private struct IndexMember<Record: Sendable> {
    let member: String
    let record: Record

    init(at moment: Instant, id: String, record: Record) {
        member = IndexMoment.text(of: moment) + id
        self.record = record
    }

    static func page(of members: [IndexMember], _ request: PageRequest) -> Page<Record> {
        let left = members.filter { member in request.cursor.map { member.member < $0 } ?? true }
        let page = left.sorted { $0.member > $1.member }.prefix(request.limit)
        return Page(page.map(\.record), next: left.count > page.count ? page.last?.member : nil)
    }
}

extension StoredEscalation {
    fileprivate init(_ id: EscalationID, _ asked: MemoryStore.AskedQuestion) {
        self.init(id: id, openedAt: asked.openedAt, question: asked.question, resolution: asked.resolution)
        (workflowName, labels, handled) = (asked.name, asked.labels, asked.handled)
        guard !asked.comments.isEmpty else { return }
        var writer = JSONWriter()
        writer.array(asked.comments) { $0.raw($1) }
        comments = writer.text
    }
}

extension RegisteredAgent {
    fileprivate init(_ record: MemoryStore.AgentRecord) {
        let registration = record.registration
        self.init(
            id: registration.id, name: registration.name, profile: registration.profile, slots: registration.slots,
            status: record.status, held: record.holds, load: record.load, reliability: record.reliability,
            registeredAt: record.registeredAt, heartbeatAt: record.heartbeatAt)
    }
}

extension RegisteredNode {
    fileprivate init(_ record: MemoryStore.NodeRecord, _ status: NodeStatus, workflows: Int, at now: Instant) {
        let report = record.report
        self.init(
            id: report.id, status: status, startedAt: record.startedAt, heartbeatAt: record.heartbeatAt,
            heartbeatAge: now - record.heartbeatAt, workflows: workflows, process: report.process,
            loops: report.loops, coordinators: report.coordinators, claims: report.claims,
            fencedCommits: report.fencedCommits, finished: report.finished)
    }
}
