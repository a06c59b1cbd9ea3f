import Testing

@testable import GanglionClient

/// What a worker does with notes and orders, and which heartbeats it sends for long tasks.
@Suite("A worker that is told something")
struct WorkerOrderTests {
    @Test("A note goes to its handler once, and is acknowledged as often as it is told")
    func guidance() {
        var worker = WorkerTranscript.polling(slots: 1)
        worker.took(2, ["a"])
        #expect(worker.next() == ["start a#1"])
        worker.now = .seconds(5)
        #expect(worker.next() == ["4 heartbeat a"])
        worker.heard(4, notes: ["a:1", "a:2", "b:1"])
        worker.now = .seconds(10)
        #expect(
            worker.next() == [
                "guide a#1: note 1", "guide a#1: note 2", "5 heartbeat a acknowledged a#1:1 a#1:2",
            ])
        worker.heard(5, notes: ["a:2"])
        worker.now = .seconds(15)
        #expect(worker.next() == ["6 heartbeat a acknowledged a#1:2"])
        worker.heard(6)
        worker.ended("a")
        #expect(worker.next() == ["7 take 1, wait, finished a#1"])
    }

    @Test("A poll that tells a note is followed by one that acknowledges it")
    func notedPoll() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a"])
        #expect(worker.next() == ["start a#1", "4 take 1, wait, running a"])
        worker.took(4, notes: ["a:1"])
        #expect(worker.next() == ["guide a#1: note 1", "5 take 1, wait, running a, acknowledged a#1:1"])
    }

    @Test("A worker that is drained takes nothing new, and leaves when its handlers have ended, however long they take")
    func drain() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a"])
        #expect(worker.next() == ["start a#1", "4 take 1, wait, running a"])
        worker.took(4, drain: true)
        #expect(worker.next() == ["drain"])
        worker.now = .seconds(600)
        #expect(worker.next() == ["5 heartbeat a"])
        worker.heard(5, status: .draining)
        #expect(worker.next().isEmpty)
        worker.ended("a")
        #expect(worker.next() == ["6 answer a#1"])
        worker.answered(6)
        #expect(worker.next() == ["7 deregister"])
        worker.deregistered(7)
        #expect(worker.isOver)
    }

    @Test("A heartbeat that tells of it ends the poll that is open")
    func drainedByHeartbeat() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.now = .seconds(100)
        worker.took(2, ["a"], timeout: .seconds(3))
        #expect(worker.next() == ["start a#1", "4 take 1, wait, running a", "5 heartbeat a"])
        worker.heard(5, status: .draining)
        #expect(worker.next() == ["abandon 4", "drain"])
    }

    @Test("A task that has to be heard of is named three times in its time, also while a poll is open")
    func short() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.now = .seconds(100)
        worker.took(2, ["a"], timeout: .seconds(3))
        #expect(worker.next() == ["start a#1", "4 take 1, wait, running a", "5 heartbeat a"])
        #expect(worker.wakeAt == nil)
        worker.heard(5)
        #expect(worker.wakeAt == .seconds(101))
        worker.now = .seconds(101)
        #expect(worker.next() == ["6 heartbeat a"])
        worker.heard(6)
        worker.ended("a")
        worker.now = .seconds(103)
        #expect(worker.next() == ["7 answer a#1"])
    }

    @Test("What a handler says of its task goes with heartbeats at the usual interval")
    func fingerprints() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a"])
        #expect(worker.next() == ["start a#1", "4 take 1, wait, running a"])
        worker.told("a", fingerprint: "page 1")
        worker.now = .seconds(5)
        #expect(worker.next() == ["5 heartbeat a=page 1"])
        worker.heard(5)
        worker.told("a", fingerprint: "page 2")
        worker.now = .seconds(10)
        #expect(worker.next() == ["6 heartbeat a=page 2"])
    }
}
