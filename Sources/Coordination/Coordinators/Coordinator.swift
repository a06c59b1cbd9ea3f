import DequeModule
import JSON
import Sockets
import WorkflowCore

/// The one owner of one workflow's progress: applies what arrives, commits it, and only then answers.
///
/// It knows no other coordinator. Everything it knows is in the store after each commit, so that any node can go on
/// in its place. What arrives while a commit is on its way is applied together by the next one.
actor Coordinator {
    nonisolated let id: WorkflowID
    nonisolated let loop: EventLoop
    /// The node that it commits as.
    nonisolated var node: NodeID { settings.node }
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let store: any WorkflowStore
    let settings: CoordinatorSettings
    private let shifts: Shifts<Coordinator>
    private let traceparent: String
    private let takeovers: Int
    private(set) var workflow: Workflow
    private var revision: Int
    private var committedAt: Instant

    private var mail = Deque<Arrival>()
    private var mailbox = MailboxProgress()
    /// There may be letters, and tasks may have been taken, of which nobody told.
    private var mustLookAround = false
    private var uncommitted = Uncommitted()
    /// Pieces of the transition that is being stored.
    private var unstored: ArraySlice<CommitPiece>
    /// What the last of them takes in.
    private var unstoredLetters: [AnsweredLetter] = []
    /// Who is to be told what, as soon as that is stored.
    private var receipts: [(sender: CheckedContinuation<Delivery?, Never>, delivery: Delivery)] = []
    private var readers: [CheckedContinuation<WorkflowView?, Never>] = []
    private var watchers = Watchers()
    /// What was found beside the checkpoint is applied.
    private var hasBegun = false
    /// Nobody waits for news here any more.
    private var isDraining = false
    private var isStopping = false
    /// Its node was taken for dead, and is another one by now.
    private var isAbandoned = false
    /// Another node may own the workflow by now, which only a commit will tell.
    private var isDoubted = false
    /// Set when it is over: whoever comes later is sent to the store.
    private(set) var ending: Ending?

    /// When something last happened to the workflow.
    private var lastBusy: ContinuousClock.Instant
    private var sleeper: CheckedContinuation<Void, Never>?
    private var alarm: (at: Instant, timer: LoopTimer)?

    /// Applied together by one commit at most.
    private static let arrivalsPerCommit = 64
    /// An event, or a letter that holds none, and who is told what becomes of it.
    private typealias Arrival = (event: Event?, sender: Sender)

    private enum Sender {
        case nobody
        case here(CheckedContinuation<Delivery?, Never>)
        /// The commit that takes the letter in.
        case mailbox(StreamPlace, ReplyAddress?)
    }

    /// `unstored` are the pieces of its first transition that its start did not store.
    init(
        _ workflow: Workflow, revision: Int, committedAt: Instant, takeovers: Int, traceparent: String,
        unstored: ArraySlice<CommitPiece> = [], store: any WorkflowStore, settings: CoordinatorSettings,
        shifts: Shifts<Coordinator>, on loop: EventLoop
    ) {
        id = workflow.id
        self.workflow = workflow
        self.revision = revision
        self.committedAt = committedAt
        self.takeovers = takeovers
        self.traceparent = traceparent
        self.store = store
        self.settings = settings
        self.shifts = shifts
        self.loop = loop
        self.unstored = unstored
        lastBusy = loop.now
    }

    // MARK: What others ask of it

    // To wait for a continuation is a call like any other, before which the caller may have to wait for its turn on the
    // loop: what holds before it need not hold in it, and is asked in it.

    /// Applies an event, and answers when that is stored; `nil` if the coordinator ended before.
    func deliver(_ event: Event) async -> Delivery? {
        await withCheckedContinuation { sender in
            guard ending == nil else { return sender.resume(returning: nil) }
            mail.append((event, .here(sender)))
            wake()
        }
    }

    /// The same for what nobody waits for.
    func post(_ event: Event) {
        guard ending == nil else { return }
        mail.append((event, .nobody))
        wake()
    }

    /// The same for a letter, which may have been received before.
    func receive(_ mailed: MailedLetter) {
        guard ending == nil, mailbox.add(mailed.place) else { return }
        mail.append((mailed.letter?.event, .mailbox(mailed.place, mailed.reply)))
        wake()
    }

    /// Messages may have been missed: looks at what the store has beside the checkpoint.
    func lookAround() {
        mustLookAround = true
        wake()
    }

    /// The workflow as it is stored, which what has been applied by now is first; `nil` if the coordinator has ended.
    func view() async -> WorkflowView? {
        await withCheckedContinuation { reader in
            guard ending == nil else { return reader.resume(returning: nil) }
            if isStored { return reader.resume(returning: currentView) }
            readers.append(reader)
            wake()
        }
    }

    /// Returns when there are such news; `nil` when the time is over or the coordinator has ended, which is for the
    /// store to tell.
    func news(_ news: News, within duration: Duration) async -> WorkflowView? {
        guard ending == nil else { return nil }
        if news.isIn(currentView) { return await view() }
        guard !isDraining else { return nil }
        let waiter = Waiter<WorkflowView>()
        watchers.add(waiter, for: news)
        let view = await waiter.wait(for: duration, on: loop)
        if view == nil { watchers.remove(waiter) }
        return view
    }

    /// Finds out whether the workflow is still this node's: commits, be there something to store or not.
    func verify() {
        isDoubted = true
        wake()
    }

    /// Ends without storing anything more: its node was taken for dead, and is another one by now.
    func abandon() {
        isAbandoned = true
        wake()
    }

    /// Stores what is not stored yet, and ends.
    func stop() {
        isStopping = true
        wake()
    }

    /// How much has arrived and is not applied yet.
    var mailCount: Int { mail.count }

    private var now: Instant { settings.clock.now(at: loop.now) }

    /// Whether the store has all that is known here.
    private var isStored: Bool { hasBegun && uncommitted.isEmpty && unstored.isEmpty }

    private var currentView: WorkflowView {
        WorkflowView(
            workflow: workflow, revision: revision, committedAt: committedAt, node: settings.node, takeovers: takeovers)
    }

    /// Whether it got anywhere.
    private(set) var hasCommitted = false

    // MARK: Its life

    /// Coordinates until the workflow, the ownership, the connection to the store or the process ends. What was found
    /// beside the checkpoint comes first.
    func run(_ found: Surroundings) async -> Ending {
        var ending = await storeRest()
        if ending == nil {
            takeNote(of: found, listenedTo: workflow.stepsHeardOf)
            add(workflow.resume(at: now))
            hasBegun = true
        }
        while ending == nil {
            ending = await work()
            if ending == nil, isIdle { ending = .asleep(until: workflow.nextDeadline()) }
            if ending == nil { await sleep() }
        }
        return end(ending ?? .stopped)
    }

    /// Whether it is of no use for a while: all is stored, nobody waits here, and nothing has happened for long.
    private var isIdle: Bool {
        let isNeeded = !mail.isEmpty || !readers.isEmpty || !watchers.isEmpty || isStopping || isAbandoned
        guard !isNeeded, isStored, !isDoubted, !mustLookAround else { return false }
        guard loop.now - lastBusy >= settings.idleAfter else { return false }
        return workflow.nextDeadline().map { $0 - now >= settings.idleAfter } ?? true
    }

    /// Applies all that is there, and stores it as far as it has to be.
    private func work() async -> Ending? {
        while true {
            if isAbandoned { return .abandoned }
            // What arrives while the store is asked may be an answer to a task that was taken after it was.
            let count = min(mail.count, Self.arrivalsPerCommit)
            if mustLookAround || mailbox.isReadingDue || missesNews(at: now) {
                do throws(StoreError) {
                    try await readSurroundings()
                } catch {
                    return .interrupted(error)
                }
                if let ending { return ending }
            }
            let now = self.now
            applyMail(count, at: now)
            if receipts.contains(where: \.delivery.needsProof) { isDoubted = true }
            if mustCommit(at: now) {
                let changedSteps = uncommitted.steps.sortedOnce()
                unstored = CommitPieces.of(effects: uncommitted.effects, changedSteps: changedSteps, in: workflow)[...]
                unstoredLetters = uncommitted.letters
                uncommitted = Uncommitted()
                isDoubted = false
                if let ending = await storeRest() { return ending }
            }
            for (sender, delivery) in receipts { sender.resume(returning: delivery) }
            receipts = []
            answerReaders()
            if workflow.status.isTerminal { return .finished }
            if isStopping, mail.isEmpty { return .stopped }
            if mail.isEmpty { return nil }
        }
    }

    /// What arrived first: while a commit was on its way it may have been in time.
    private func applyMail(_ count: Int, at now: Instant) {
        if count > 0 { lastBusy = loop.now }
        for _ in 0..<count {
            let arrival = mail.removeFirst()
            let (delivery, transition) = arrival.event.map { workflow.deliver($0, at: now) } ?? (.unreadable, .none)
            add(transition)
            switch arrival.sender {
            case .nobody: break
            case .here(let sender): receipts.append((sender, delivery))
            case .mailbox(let place, let reply):
                uncommitted.add(AnsweredLetter(place: place, reply: reply, delivery: delivery))
            }
        }
        if let deadline = workflow.nextDeadline(), deadline <= now { add(workflow.apply(.clock, at: now)) }
    }

    private func missesNews(at now: Instant) -> Bool {
        workflow.missesNews(of: mail.prefix(Self.arrivalsPerCommit).lazy.map { $0.event }, at: now)
    }

    private func readSurroundings() async throws(StoreError) {
        mustLookAround = false
        let waiting = workflow.steps.indices.filter { workflow.steps[$0].status == .queued }
        // All of them, although few may have been silent for long: so the next question is due later.
        let (running, asOf) = (workflow.stepsHeardOf, now)
        let shift = shifts.begin(self, at: loop.now)
        defer { shifts.end(shift) }
        let found = try await store.surroundings(of: id, steps: waiting + running, after: mailbox.readThrough)
        if ending == nil { takeNote(of: found, listenedTo: running, asOf: asOf) }
    }

    /// Without `asOf`, when it was asked, no attempt is given up for what was not heard.
    private func takeNote(of found: Surroundings, listenedTo running: [Int], asOf: Instant? = nil) {
        for take in found.takes(of: workflow) { add(workflow.apply(take, at: now)) }
        for heard in found.heard(of: workflow, running, asOf: asOf) { add(workflow.apply(heard, at: now)) }
        for letter in found.letters { receive(letter) }
        if let last = found.letters.last { mailbox.read(through: last.place) }
    }

    private func add(_ transition: Transition) {
        guard !transition.isEmpty else { return }
        uncommitted.add(transition, dueAt: now + settings.commitDelay)
    }

    private func mustCommit(at now: Instant) -> Bool {
        // Whose is what has ended does not matter any more, and nothing of it is to be stored again.
        if isDoubted, !workflow.status.isTerminal { return true }
        guard !uncommitted.isEmpty else { return false }
        if uncommitted.isDurable || isStopping || !readers.isEmpty { return true }
        return uncommitted.dueAt.map { $0 <= now } ?? false
    }

    // MARK: Storing

    /// Stores what is unstored, piece by piece; gives the coordinator's ending if that could not be.
    private func storeRest() async -> Ending? {
        guard !unstored.isEmpty else { return nil }
        while let piece = unstored.first {
            if isAbandoned { return .abandoned }
            let commit = Commit(
                piece, of: workflow, isLast: unstored.count == 1, revision: revision, traceparent: traceparent,
                at: now, letters: unstoredLetters, settings)
            let before = loop.now
            let shift = shifts.begin(self, at: before)
            defer { shifts.end(shift) }
            let outcome: CommitOutcome
            do throws(StoreError) {
                outcome = try await store.commit(commit)
            } catch {
                return .interrupted(error)
            }
            if let ending { return ending }
            if outcome == .fenced { return .fenced }
            settings.metrics.committed(in: loop.now - before)
            settings.taskTypes.list(commit.newTypes)
            revision += 1
            hasCommitted = true
            committedAt = commit.at
            unstored.removeFirst()
            announce(commit, mustCall: outcome == .committedForAgentsHere)
        }
        unstoredLetters = []
        if !watchers.isEmpty { watchers.tell(currentView) }
        return nil
    }

    // MARK: Waiting

    private func wake() {
        sleeper?.resume()
        sleeper = nil
    }

    /// Until something arrives, a deadline passes, or what waits for a commit has waited enough.
    private func sleep() async {
        await withCheckedContinuation { sleeper in
            let isBusy = isStopping || isAbandoned || isDoubted || mustLookAround
            guard mail.isEmpty, !isBusy, readers.isEmpty else { return sleeper.resume() }
            setAlarm([workflow.nextDeadline(), uncommitted.dueAt].compactMap(\.self).min())
            self.sleeper = sleeper
        }
    }

    /// One that is set for an earlier time stays: it wakes for nothing once, which costs less than another timer. None
    /// is set further ahead than the moment at which it may have been idle for long, and so seldom in vain: most
    /// deadlines are met long before, and each of a step's deadlines is earlier than the one before it.
    private func setAlarm(_ due: Instant?) {
        let idle = now + settings.idleAfter
        let at = due.map { min($0, idle) } ?? idle
        if let alarm, alarm.at <= at { return }
        alarm?.timer.cancel()
        let delay = settings.clock.wait(until: at, at: loop.now)
        let timer = loop.schedule(after: delay) { [weak self] in
            self?.assumeIsolated { coordinator in
                coordinator.alarm = nil
                coordinator.wake()
            }
        }
        alarm = (at, timer)
    }

    // MARK: Answering

    private func answerReaders() {
        guard !readers.isEmpty, isStored else { return }
        let view = currentView
        for reader in readers { reader.resume(returning: view) }
        readers = []
    }

    /// The process is about to end: whoever waits for news, or comes for them, is told at once that there are none.
    func drain() {
        isDraining = true
        watchers.dismiss()
    }

    /// It has waited too long for the store: who waits for it is sent on, and what its task still hears is ignored.
    /// A commit on its way does no harm: the store takes it or its successor's, both made from one revision (0012).
    func giveUp() { _ = end(.stuck) }

    private func end(_ ending: Ending) -> Ending {
        if let former = self.ending { return former }
        self.ending = ending
        alarm?.timer.cancel()
        for (sender, _) in receipts { sender.resume(returning: nil) }
        for arrival in mail {
            // A letter stays in the mailbox.
            if case .here(let sender) = arrival.sender { sender.resume(returning: nil) }
        }
        for reader in readers { reader.resume(returning: nil) }
        watchers.dismiss()
        receipts = []
        mail = []
        readers = []
        if ending == .finished, let endedAt = workflow.endedAt {
            settings.metrics.workflowEnded(workflow.status, after: endedAt - workflow.createdAt)
        }
        return ending
    }
}
