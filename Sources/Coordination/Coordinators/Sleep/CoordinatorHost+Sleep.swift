import Sockets
import WorkflowCore

/// Coordinators to whose workflows nothing happens end, and are made anew from the checkpoint when something does: so
/// what a node has in memory is what is going on, however much is open.
extension CoordinatorHost {
    /// How many are looked after with each heartbeat once messages may have been missed.
    private static let looksPerHeartbeat = 100

    func putToSleep(_ id: WorkflowID, until deadline: Instant?) {
        sleepers.add(id, until: deadline)
        setSleepersAlarm()
    }

    /// One that is set for an earlier time stays: it wakes for nothing once.
    private func setSleepersAlarm() {
        guard let next = sleepers.next, sleepersAlarm.map({ next < $0.at }) ?? true else { return }
        sleepersAlarm?.timer.cancel()
        let timer = loop.schedule(after: settings.clock.wait(until: next, at: loop.now)) { [weak self] in
            self?.assumeIsolated { host in
                host.sleepersAlarm = nil
                for id in host.sleepers.wakeDue(at: host.now) { host.add(.wake(id)) }
                host.setSleepersAlarm()
            }
        }
        sleepersAlarm = (next, timer)
    }

    /// Messages may have been missed, such as that a sleeping workflow's task was taken at another node. That is found
    /// at the next look at it, which need not be soon: nobody waits for it.
    func doubtSleepers() { restless = sleepers.ids }

    func lookAfterSleepers() {
        for id in restless.prefix(Self.looksPerHeartbeat) {
            restless.remove(id)
            if sleepers.contains(id) { add(.wake(id)) }
        }
    }

    /// Of workflows that this node owns, those that are neither coordinated nor asleep.
    func unattended(_ owned: [WorkflowID]) -> [WorkflowID] {
        owned.filter { coordinator(of: $0) == nil && !sleepers.contains($0) }
    }
}
