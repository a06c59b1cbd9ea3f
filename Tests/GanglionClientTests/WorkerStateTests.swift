import Testing

@testable import GanglionClient

@Suite("What a worker decides")
struct WorkerStateTests {
    @Test("Registers, then asks for as many tasks as it has slots")
    func beginning() {
        var worker = WorkerTranscript(slots: 2)
        #expect(worker.next() == ["1 register"])
        #expect(worker.next() == [])
        worker.registered(1)
        #expect(worker.next() == ["2 take 2, wait"])
        #expect(worker.next() == [])
    }

    @Test("Asks again for its free slots as soon as it got tasks, and not when all slots are taken")
    func slots() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a"])
        #expect(worker.next() == ["start a#1", "4 take 1, wait, running a"])
        worker.took(4, ["b"])
        #expect(worker.next() == ["start b#1"])
    }

    @Test("With all slots taken, hands in and takes in one request")
    func oneRequest() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a", "b"])
        #expect(worker.next() == ["start a#1", "start b#1"])
        worker.ended("a")
        worker.ended("b")
        #expect(worker.next() == ["5 take 2, wait, finished a#1 b#1"])
    }

    @Test("While a poll is open, a single task is handed in by itself at once, and what ends meanwhile goes together")
    func handingIn() {
        var worker = WorkerTranscript.polling(slots: 8)
        worker.took(2, ["a", "b", "c"])
        #expect(worker.next() == ["start a#1", "start b#1", "start c#1", "6 take 5, wait, running a b c"])
        worker.ended("a")
        #expect(worker.next() == ["7 answer a#1"])
        worker.ended("b")
        worker.ended("c")
        #expect(worker.next() == [])
        worker.answered(7)
        #expect(worker.next() == ["8 take 0, finished b#1 c#1"])
        worker.took(8, accepted: ["b", "c"])
        #expect(worker.next() == [])
    }

    @Test("What waits to be handed in goes with the next poll, and what is on its way is named as running")
    func mixed() {
        var worker = WorkerTranscript.polling(slots: 8)
        worker.took(2, ["a", "b"])
        _ = worker.next()
        worker.ended("a")
        #expect(worker.next() == ["6 answer a#1"])
        worker.ended("b")
        worker.took(5, ["c"])
        #expect(worker.next() == ["start c#1", "8 take 6, wait, running a c, finished b#1"])
    }

    @Test("A failure goes the same way as a result")
    func failures() {
        var worker = WorkerTranscript.polling(slots: 1)
        worker.took(2, ["a"])
        _ = worker.next()
        worker.ended("a", .failure(TaskError(code: "unreadable", message: "")))
        #expect(worker.next() == ["4 take 1, wait, finished a#1!unreadable"])
    }

    @Test("A task that is given again is not begun again")
    func givenAgain() {
        var worker = WorkerTranscript.polling(slots: 3)
        worker.took(2, ["a", "b"])
        _ = worker.next()
        worker.ended("a")
        _ = worker.next()
        worker.took(5, ["a", "b", "c", "a#2"])
        #expect(worker.next() == ["start a#2", "start c#1"])
    }

    // MARK: Stopping tasks

    @Test("Stops a task that is not its own any more, names it no longer, and drops what it gave")
    func cancelling() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a"])
        _ = worker.next()
        worker.took(4, cancel: ["a"])
        #expect(worker.next() == ["cancel a#1", "5 take 1, wait"])
        worker.ended("a")
        #expect(worker.next() == [])
        worker.took(5, ["b"])
        #expect(worker.next() == ["start b#1", "7 take 1, wait, running b"])
    }

    @Test("A word to stop that was said before the task was begun again does not stop the new attempt")
    func oldCancel() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a"])
        #expect(worker.next() == ["start a#1", "4 take 1, wait, running a"])
        worker.ended("a", .failure(TaskError(code: "odd", message: "")))
        #expect(worker.next() == ["5 answer a#1!odd"])
        worker.answered(5)
        worker.took(4, ["a#2"], cancel: ["a"])
        #expect(worker.next() == ["start a#2", "7 take 1, wait, running a"])
        worker.took(7, cancel: ["a"])
        #expect(worker.next() == ["cancel a#2", "8 take 1, wait"])
    }

    @Test("Nor does one that a request of before that time brings later")
    func lateCancel() {
        var worker = WorkerTranscript.polling(slots: 8)
        worker.took(2, ["a", "b", "c", "d"])
        #expect(worker.next().last == "7 take 4, wait, running a b c d")
        worker.ended("b")
        _ = worker.next()
        worker.ended("c")
        worker.ended("d")
        worker.answered(8)
        #expect(worker.next() == ["9 take 0, running a, finished c#1 d#1"])
        worker.took(7, ["a#2"], cancel: ["a"])
        #expect(worker.next() == ["cancel a#1", "start a#2", "11 take 4, wait, running a c d"])
        worker.took(9, accepted: ["c", "d"], cancel: ["a"])
        #expect(worker.next() == [])
    }

    // MARK: Signs of life

    @Test("Asks each second which of its tasks to stop while no take is under way")
    func heartbeats() {
        var worker = WorkerTranscript.polling(slots: 1)
        worker.took(2, ["a"])
        #expect(worker.next() == ["start a#1"])
        #expect(worker.wakeAt == .seconds(1))
        worker.now = .milliseconds(999)
        #expect(worker.next() == [])
        worker.now = .seconds(1)
        #expect(worker.next() == ["4 heartbeat a"])
        #expect(worker.next() == [])
        worker.heard(4, cancel: ["a"])
        #expect(worker.next() == ["cancel a#1"])
        #expect(worker.wakeAt == .seconds(2))
    }

    @Test("An open poll is a sign of life")
    func noHeartbeat() {
        var worker = WorkerTranscript.polling()
        worker.now = .seconds(15)
        #expect(worker.wakeAt == nil)
        #expect(worker.next() == [])
    }

    // MARK: Trouble

    @Test("Registers again when the service does not know it any more, and gives up what it held")
    func lost() {
        var worker = WorkerTranscript.polling(slots: 4)
        worker.took(2, ["a", "b"])
        _ = worker.next()
        worker.ended("b")
        #expect(worker.next() == ["6 answer b#1"])
        worker.failed(5, status: 410)
        #expect(
            worker.next() == ["abandon 6", "cancel a#1", "discard b#1: the agent was lost", "7 register"])
        worker.registered(7, as: "agent_2")
        #expect(worker.next() == ["8 take 3, wait"])
        worker.ended("a")
        #expect(worker.next() == [])
    }

    @Test("Waits for as long as the service asks, then sends everything again")
    func retryAfter() {
        var worker = WorkerTranscript.polling(slots: 1)
        worker.took(2, ["a"])
        _ = worker.next()
        worker.ended("a")
        #expect(worker.next() == ["4 take 1, wait, finished a#1"])
        worker.failed(4, status: 503, retryAfter: .seconds(2))
        #expect(worker.next() == [])
        #expect(worker.wakeAt == .milliseconds(2050))
        worker.now = .milliseconds(2050)
        #expect(worker.next() == ["5 take 1, wait, finished a#1"])
    }

    @Test("Pauses grow while the service is away, and begin anew once it has answered")
    func backoff() {
        var worker = WorkerTranscript(slots: 1)
        #expect(worker.next() == ["1 register"])
        for (number, pause) in [50, 100, 200].enumerated() {
            worker.failed(number + 1, .unreachable("refused"))
            #expect(worker.next() == [])
            #expect(worker.wakeAt == worker.now + .milliseconds(pause))
            worker.now += .milliseconds(pause)
            #expect(worker.next() == ["\(number + 2) register"])
        }
        worker.registered(4)
        #expect(worker.next() == ["5 take 1, wait"])
        worker.failed(5, .noAnswer("reset"))
        #expect(worker.wakeAt == worker.now + .milliseconds(50))
    }

    @Test("A result whose workflow is not available is kept without holding up anything else")
    func unavailableWorkflow() {
        var worker = WorkerTranscript.polling(slots: 4)
        worker.took(2, ["a", "b"])
        _ = worker.next()
        worker.ended("a")
        #expect(worker.next() == ["6 answer a#1"])
        worker.failed(6, status: 503, retryAfter: .seconds(1))
        worker.ended("b")
        #expect(worker.next() == ["7 answer b#1"])
        worker.answered(7)
        #expect(worker.next() == [])
        worker.now = worker.wakeAt ?? .zero
        #expect(worker.now == .milliseconds(1050))
        #expect(worker.next() == ["8 answer a#1"])
    }

    @Test("Of what a take handed in, only what was refused in passing is kept")
    func partlyRefused() {
        var worker = WorkerTranscript.polling(slots: 3)
        worker.took(2, ["a", "b", "c"])
        _ = worker.next()
        for task in ["a", "b", "c"] { worker.ended(task) }
        #expect(worker.next() == ["6 take 3, wait, finished a#1 b#1 c#1"])
        let refused = [WorkerTranscript.refusal("b", 409), WorkerTranscript.refusal("c", 503)]
        // What is not named as running is given again, although it only waits to be handed in.
        worker.took(6, ["c"], accepted: ["a"], refused: refused)
        #expect(worker.next() == ["discard b#1: no", "7 take 2, wait, running c"])
        worker.now = .milliseconds(50)
        #expect(worker.next() == ["8 answer c#1"])
        worker.failed(8, status: 409)
        #expect(worker.next() == ["discard c#1: no"])
    }

    @Test("Finds out which of several results is not acceptable, and fails that task instead")
    func unacceptable() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a", "b"])
        _ = worker.next()
        worker.ended("a")
        worker.ended("b")
        #expect(worker.next() == ["5 take 2, wait, finished a#1 b#1"])
        worker.failed(5, status: 413)
        #expect(worker.next() == ["6 answer a#1"])
        worker.failed(6, status: 413)
        #expect(worker.next() == ["7 answer b#1"])
        worker.answered(7)
        #expect(worker.next() == ["8 take 1, wait, running a", "9 answer a#1!result_refused"])
        worker.failed(9, status: 422)
        #expect(worker.next() == ["discard a#1!result_refused: no"])
    }

    @Test("A question is handed in like a result; one that the step may not ask any more fails the attempt")
    func questions() {
        var worker = WorkerTranscript.polling(slots: 2)
        worker.took(2, ["a", "b"])
        _ = worker.next()
        worker.ended("a", .question(TaskQuestion("which")))
        worker.ended("b", .question(TaskQuestion("what")))
        #expect(worker.next() == ["5 take 2, wait, finished a#1?which b#1?what"])
        worker.took(
            5, accepted: ["b"],
            refused: [WorkerTranscript.refusal("a", 409, type: "/problems/too-many-questions")])
        #expect(worker.next() == ["6 take 1, wait, running a", "7 answer a#1!question_refused"])
    }

    @Test("Large results do not go together")
    func largeResults() throws {
        var worker = WorkerTranscript.polling(slots: 3)
        worker.took(2, ["a", "b", "c"])
        _ = worker.next()
        let large = JSONDocument.string(String(repeating: "x", count: 150_000))
        for task in ["a", "b", "c"] { worker.ended(task, .result(large)) }
        #expect(worker.next() == ["6 take 1, wait, running b c, finished a#1", "7 answer b#1"])
        worker.answered(7)
        #expect(worker.next() == ["8 answer c#1"])
    }

    @Test("A service that answers a poll with nothing at once is asked again after a pause")
    func emptyAnswers() {
        var worker = WorkerTranscript.polling()
        worker.took(2)
        #expect(worker.next() == [])
        #expect(worker.wakeAt == .milliseconds(50))
        worker.now = .milliseconds(50)
        #expect(worker.next() == ["3 take 2, wait"])
        worker.now = .seconds(21)
        worker.took(3)
        #expect(worker.next() == ["4 take 2, wait"])
    }

    @Test("Ends with the error if the service does not take the agent as it is")
    func refusedRegistration() {
        var worker = WorkerTranscript()
        _ = worker.next()
        worker.failed(1, status: 422)
        #expect(worker.next() == [])
        #expect(worker.isOver)
        #expect(worker.state.fatalError?.problem?.status == 422)
    }
}
