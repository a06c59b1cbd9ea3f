import JSON
import Testing
import WorkflowCore

/// Attempts of which nothing is heard, and what they leave to the next one.
@Suite("Silence and partial output")
struct SilenceTests {
    private static let heard =
        #""heartbeat_timeout": "30s", "timeout": "1h", "retry": {"max_attempts": 2, "initial_backoff": "1s"}"#

    @Test("A silence that is over is a reason to ask, and no failure as long as nobody knows what was heard elsewhere")
    func asking() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.heard))
        run.take("only")
        #expect(run.nextDeadline == .seconds(30))
        run.sleepThrough(.seconds(40))
        var workflow = run.workflow
        let isOver = workflow.isSilenceOver(at: run.now)
        #expect(isOver)
        #expect(workflow.stepsHeardOf == [0])
        #expect(run.apply(.clock).history.isEmpty)
        #expect(run.statuses == "only running")
    }

    @Test("What was heard elsewhere counts from when it was heard")
    func elsewhere() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.heard))
        run.take("only")
        run.sleepThrough(.seconds(40))
        let heard = run.hear("only", .seconds(4))
        #expect(heard.history.isEmpty && heard.changedSteps.isEmpty)
        #expect(run.nextDeadline == .seconds(66))
        // News that are older than what is known.
        run.hear("only", .seconds(12))
        #expect(run.nextDeadline == .seconds(66))
    }

    @Test("An attempt of which nothing was heard for longer than it may has failed, and the next one is made")
    func silent() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.heard))
        run.take("only")
        run.sleepThrough(.milliseconds(29_999))
        #expect(run.hear("only", .milliseconds(29_999)).history.isEmpty)
        run.sleepThrough(.milliseconds(1))
        let silent = run.hear("only", .seconds(30))
        #expect(silent.effects == ["dequeue step 0"])
        #expect(silent.history.count == 1)
        #expect(
            silent.history[0].hasPrefix("attempt_failed only #1 by ada (heartbeat_timeout: nothing was heard of it"))
        #expect(run.statuses == "only backing_off")
        run.wait(.seconds(2))
        // The silence of the attempt before is over for good.
        #expect(run.statuses == "only queued")
        run.take("only", by: .bob)
        #expect(run.nextDeadline == .seconds(62))
    }

    @Test("A report is a sign of life, whatever else it says")
    func report() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.heard))
        run.take("only")
        run.sleepThrough(.seconds(29))
        run.report("only", ProgressReport(message: "half"))
        #expect(run.nextDeadline == .seconds(59))
        #expect(run.hear("only", .seconds(29)).history.isEmpty)
    }

    @Test("Of a step without a heartbeat timeout nothing has to be heard")
    func without() throws {
        var run = try WorkflowTranscript(PlanText.only(#""timeout": "1h""#))
        run.take("only")
        #expect(run.workflow.stepsHeardOf.isEmpty)
        #expect(!run.state("only").hasLongWork)
        #expect(run.hear("only", .seconds(3000)).history.isEmpty)
        #expect(run.nextDeadline == .seconds(3600))
    }

    @Test("However often an agent is heard of, as little is remembered")
    func bounded() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.heard))
        run.take("only")
        for _ in 0..<500 {
            run.sleepThrough(.seconds(1))
            run.hear("only")
        }
        #expect(run.workflow.silenceCount <= 70)
    }

    // MARK: Partial output

    @Test("What an attempt has made is stored at once, and the next one has it to go on from")
    func partial() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.heard))
        run.take("only")
        run.report("only", ProgressReport(percent: 20, partial: #"{"pages": 1}"#))
        run.report("only", ProgressReport(percent: 40, partial: #"{"pages": 2}"#))
        run.report("only", ProgressReport(percent: 60))
        #expect(run.state("only").long.partial == #"{"pages": 2}"#)
        run.fail("only", retryAfter: .zero)
        let last = run.wait(.zero)
        _ = last
        #expect(run.statuses == "only queued")
        run.take("only", by: .bob)
        #expect(run.state("only").long.partial == #"{"pages": 2}"#)
        run.complete("only", by: .bob)
        #expect(run.state("only").long.partial == nil)
    }

    @Test("The next attempt is given what was made, and one with another payload is not")
    func given() throws {
        var run = try WorkflowTranscript(PlanText.only(#""retry": {"max_attempts": 1}"#))
        run.take("only")
        run.report("only", ProgressReport(partial: "[1]"))
        run.fail("only")
        #expect(run.resolve(1, .retry(payload: nil)).effects.last?.hasSuffix("partial [1]") == true)
        run.takeAndFail("only")
        let anew = run.resolve(2, .retry(payload: #"{"other": true}"#))
        #expect(anew.effects.last == #"enqueue only #3 {"other": true}"#)
    }

    @Test("Partial outputs count as payloads do, and one that is too much is refused while the attempt goes on")
    func tooMuch() throws {
        var run = try WorkflowTranscript(PlanText.only(#""timeout": "1h""#))
        run.take("only")
        let long = JSONText(
            unchecked: Array(#""\#(String(repeating: "a", count: Workflow.maximumRenderedBytes))""#.utf8))
        let report = run.report("only", ProgressReport(partial: long))
        #expect(report.outcome == .refused(.partialTooLong(limit: Workflow.maximumRenderedBytes)))
        #expect(run.statuses == "only running")
        #expect(run.state("only").progress == nil)
    }
}
