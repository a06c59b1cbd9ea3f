import Testing

@testable import GanglionClient

@Suite("How a worker stops")
struct WorkerShutdownTests {
    @Test("With nothing to do it leaves at once")
    func idle() {
        var worker = WorkerTranscript.polling()
        worker.shutDown()
        #expect(worker.next() == ["abandon 2", "3 deregister"])
        #expect(!worker.isOver)
        worker.deregistered(3)
        #expect(worker.isOver)
    }

    @Test("Lets handlers end, hands in what they gave, takes nothing new, and leaves")
    func draining() {
        var worker = WorkerTranscript.polling(slots: 4)
        worker.took(2, ["a", "b"])
        _ = worker.next()
        worker.shutDown()
        #expect(worker.next() == ["abandon 5"])
        worker.took(5, ["c"])
        #expect(worker.next() == [])
        worker.ended("a")
        #expect(worker.next() == ["6 answer a#1"])
        worker.answered(6)
        worker.now = .seconds(5)
        #expect(worker.next() == ["7 heartbeat b"])
        worker.heard(7)
        worker.ended("b")
        #expect(worker.next() == ["8 answer b#1"])
        #expect(!worker.isOver)
        worker.answered(8)
        #expect(worker.next() == ["9 deregister"])
        worker.failed(9, .unreachable(""))
        #expect(worker.isOver)
    }

    @Test("What an open poll carried is handed in again")
    func carried() {
        var worker = WorkerTranscript.polling(slots: 1)
        worker.took(2, ["a"])
        _ = worker.next()
        worker.ended("a")
        #expect(worker.next() == ["4 take 1, wait, finished a#1"])
        worker.shutDown()
        #expect(worker.next() == ["abandon 4", "5 answer a#1"])
        worker.answered(5)
        #expect(worker.next() == ["6 deregister"])
    }

    @Test("After the grace period handlers are stopped: results still count, failures do not")
    func graceOver() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a", "b"])
        _ = worker.next()
        worker.shutDown()
        #expect(worker.wakeAt == .seconds(1))
        worker.now = .seconds(10)
        #expect(worker.next() == ["5 heartbeat a b", "cancel a#1", "cancel b#1"])
        worker.heard(5)
        worker.ended("a", .failure(TaskError(code: "agent_error", message: "cancelled")))
        worker.ended("b")
        #expect(worker.next() == ["6 answer b#1"])
        worker.answered(6)
        #expect(worker.next() == ["7 deregister"])
    }

    @Test("At the end of the grace period all that is left is tried once more, and then given up")
    func lastTry() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a", "b"])
        _ = worker.next()
        worker.ended("a")
        worker.ended("b")
        _ = worker.next()
        worker.shutDown()
        #expect(worker.next() == ["abandon 5", "6 take 0, finished a#1 b#1"])
        worker.failed(6, status: 503, retryAfter: .seconds(60))
        #expect(worker.wakeAt == .seconds(10))
        worker.now = .seconds(10)
        #expect(worker.next() == ["7 take 0, finished a#1 b#1"])
        worker.failed(7, .unreachable("refused"))
        #expect(
            worker.next() == [
                "discard a#1: the service could not be reached", "discard b#1: the service could not be reached",
                "8 deregister",
            ])
    }

    @Test("A worker that is not registered yet leaves what it does not have")
    func unregistered() {
        var worker = WorkerTranscript()
        #expect(worker.next() == ["1 register"])
        worker.shutDown()
        #expect(worker.next() == [])
        #expect(!worker.isOver)
        worker.registered(1)
        #expect(worker.next() == ["2 deregister"])
        worker.deregistered(2)
        #expect(worker.isOver)

        var unlucky = WorkerTranscript()
        _ = unlucky.next()
        unlucky.failed(1, .unreachable("refused"))
        unlucky.shutDown()
        #expect(unlucky.isOver)
    }

    @Test("A worker that is lost while it stops does not register again")
    func lost() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a"])
        _ = worker.next()
        worker.shutDown()
        _ = worker.next()
        worker.now = .seconds(5)
        #expect(worker.next() == ["5 heartbeat a"])
        worker.failed(5, status: 410)
        #expect(worker.next() == ["cancel a#1"])
        #expect(!worker.isOver)
        worker.ended("a")
        #expect(worker.next() == [])
        #expect(worker.isOver)
    }
}
