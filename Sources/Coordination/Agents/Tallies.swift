import JSON
import Synchronization
import WorkflowCore

/// What a node has seen of agents since it last told the store: the coordinators count, once for each commit.
package final class Tallies: Sendable {
    private let state = Mutex<[TallyKey: AgentTally]>([:])

    package init() {}

    /// Counts how an attempt ended.
    func count(_ event: HistoryEvent, of type: String, _ step: StepState) {
        guard let agent = event.agent else { return }
        let startedAt = event.attempt.flatMap { step.attempt($0)?.startedAt }
        state.withLock { tallies in
            var tally = tallies[TallyKey(agent: agent, type: type)] ?? AgentTally()
            if event.kind == .stepCompleted {
                tally.succeeded += 1
                tally.milliseconds += startedAt.map { max(event.at - $0, .zero).wholeMilliseconds } ?? 0
            } else {
                tally.failed += 1
                if event.until != nil { tally.retried += 1 }
            }
            tallies[TallyKey(agent: agent, type: type)] = tally
        }
    }

    /// What is to be told now; from here on it is counted anew.
    func take() -> [(key: TallyKey, tally: AgentTally)] {
        let tallies = state.withLock { tallies in
            defer { tallies = [:] }
            return tallies
        }
        return tallies.map { (key: $0.key, tally: $0.value) }
            .sorted { ($0.key.agent.description, $0.key.type) < ($1.key.agent.description, $1.key.type) }
    }
}
