import Evidence
import Testing

@testable import Supervision

@Suite("The supervisor's core") struct SupervisorCoreTests {
    typealias Event = SupervisorCore.Event
    typealias Effect = SupervisorCore.Effect

    let start = Instant(nanoseconds: 1_000_000_000)

    func node(
        _ name: String = "a",
        _ readiness: ProcessSpecification.Readiness = .notify(within: .seconds(5))
    ) -> ProcessSpecification {
        ProcessSpecification(
            node: name,
            executable: "/bin/true",
            arguments: [],
            readiness: readiness,
            stopWithin: .seconds(2)
        )
    }

    /// A core whose node `a` runs, and is ready where that is asked.
    func running(isReady: Bool = true) -> SupervisorCore {
        var core = SupervisorCore()
        _ = core.receive(.start(node(), 1), now: start)
        _ = core.receive(.spawned("a", pid: 100), now: start)
        if isReady {
            let ready = Notification(isReady: true)
            _ = core.receive(.notified(pid: 100, group: 100, ready), now: start)
        }
        return core
    }

    func exit(_ effects: [Effect]) -> Exit? {
        for case .recordExit(_, let exit, _) in effects { return exit }
        return nil
    }

    /// Whether who waits is answered that all went well.
    func isDone(_ effects: [Effect], _ ticket: Int) -> Bool {
        effects.contains(.finish(ticket, nil))
    }

    /// What who waits is told that did not go well.
    func failure(_ effects: [Effect], _ ticket: Int) throws -> SupervisionError {
        let errors = effects.compactMap { effect -> SupervisionError? in
            guard case .finish(ticket, let error) = effect else { return nil }
            return error
        }
        return try #require(errors.first)
    }

    @Test("a start is a spawn, its record with the time before the spawn, and waits for READY=1")
    func startWaitsForReady() {
        var core = SupervisorCore()
        let spawn = core.receive(.start(node(), 1), now: start)
        #expect(spawn == [.spawn(node(), incarnation: 0)])
        let spawned = core.receive(.spawned("a", pid: 100), now: start)
        let fields: FieldValues = [.target: "a", .targetIncarnation: "0", .pid: "100"]
        #expect(spawned.first == .record(.spawned, fields, at: start))
        #expect(spawned.contains(.setTimer("a", start + .seconds(5))))
        #expect(!isDone(spawned, 1))
        let now = start + .seconds(1)
        let ready = core.receive(
            .notified(pid: 100, group: nil, Notification(isReady: true)),
            now: now
        )
        let target: FieldValues = [.target: "a", .targetIncarnation: "0"]
        #expect(ready.contains(.record(.ready, target, at: now)))
        #expect(ready.contains(.setTimer("a", nil)))
        #expect(isDone(ready, 1))
    }

    @Test("without a wish for readiness a process is ready once it runs")
    func readyAtOnce() {
        var core = SupervisorCore()
        _ = core.receive(.start(node("a", .none), 1), now: start)
        let effects = core.receive(.spawned("a", pid: 100), now: start)
        #expect(isDone(effects, 1))
    }

    @Test("READY=1 counts from the process and its group, from nobody else, and once")
    func readyFromOthersIsIgnored() {
        var core = running(isReady: false)
        let ready = Notification(isReady: true)
        #expect(core.receive(.notified(pid: 7, group: nil, ready), now: start).isEmpty)
        #expect(core.receive(.notified(pid: 7, group: 8, ready), now: start).isEmpty)
        #expect(!core.receive(.notified(pid: 7, group: 100, ready), now: start).isEmpty)
        #expect(core.receive(.notified(pid: 100, group: 100, ready), now: start).isEmpty)
    }

    @Test("who is not ready in time is killed, and the start says what it last said")
    func notReadyInTime() throws {
        var core = running(isReady: false)
        let status = Notification(status: "loading")
        _ = core.receive(.notified(pid: 100, group: nil, status), now: start)
        let late = core.receive(.timer("a"), now: start + .seconds(5))
        #expect(late.contains(.signalGroup("a", SupervisorCore.kill)))
        let effects = core.receive(.ended("a", .signal(9)), now: start + .seconds(5))
        let failure = try failure(effects, 1)
        #expect(failure.code == .notReady)
        #expect(failure.what.contains("loading"))
        #expect(exit(effects)?.cause == .stopped)
        #expect(exit(effects)?.reason?.contains("not ready within 5.0 seconds") == true)
    }

    @Test("a process that ends before it is ready fails its start, with how it ended")
    func endsEarly() throws {
        var core = running(isReady: false)
        let effects = core.receive(.ended("a", .code(3)), now: start)
        let failure = try failure(effects, 1)
        #expect(failure.code == .endedEarly)
        #expect(failure.what.contains("code 3"))
        #expect(exit(effects)?.cause == .exit)
    }

    @Test("a program that cannot be executed uses no incarnation")
    func spawnFails() throws {
        var core = SupervisorCore()
        _ = core.receive(.start(node(), 1), now: start)
        let failed = Event.spawnFailed("a", why: "no such file", remedy: "check the path")
        let failure = try failure(core.receive(failed, now: start), 1)
        #expect(failure.code == .notExecuted)
        #expect(core.status(of: "a") == NodeStatus())
        let again = core.receive(.start(node(), 2), now: start)
        #expect(again == [.spawn(node(), incarnation: 0)])
    }

    @Test("each later start is the next incarnation, once the last one is wholly gone")
    func incarnationsCount() throws {
        var core = running()
        let early = core.receive(.start(node(), 2), now: start)
        #expect(try failure(early, 2).code == .alreadyRunning)
        _ = core.receive(.ended("a", .code(1)), now: start)
        let sweeping = core.receive(.start(node(), 3), now: start)
        #expect(try failure(sweeping, 3).code == .alreadyRunning)
        _ = core.receive(.swept("a", isEmpty: true), now: start)
        let next = core.receive(.start(node(), 4), now: start)
        #expect(next == [.spawn(node(), incarnation: 1)])
    }

    @Test("a kill is answered when the group is gone, and the exit names the fault")
    func killIsInjected() {
        var core = running()
        let kill = core.receive(.kill("a", signal: 9, fault: "f", 2), now: start)
        #expect(kill.contains(.signal("a", 9)))
        let ended = core.receive(.ended("a", .signal(9)), now: start)
        #expect(exit(ended) == Exit(incarnation: 0, cause: .injected, status: 9, fault: "f"))
        #expect(ended.last == .sweep("a"))
        let first = core.receive(.swept("a", isEmpty: false), now: start)
        #expect(first == [.setTimer("a", start + SupervisorCore.sweepEvery)])
        #expect(core.receive(.timer("a"), now: start) == [.sweep("a")])
        let gone = core.receive(.swept("a", isEmpty: true), now: start)
        #expect(gone == [.forget("a"), .finish(2, nil)])
    }

    @Test("a group that does not end is given up after the limit")
    func sweepIsLimited() {
        var core = running()
        _ = core.receive(.ended("a", .code(0)), now: start)
        let late = start + SupervisorCore.sweepMax
        #expect(core.receive(.swept("a", isEmpty: false), now: late).contains(.forget("a")))
    }

    @Test("a process that lives on after a fault's signal makes the kill fail, not the run")
    func killIsSurvived() throws {
        var core = running()
        _ = core.receive(.kill("a", signal: 15, fault: "f", 2), now: start)
        let late = start + SupervisorCore.injectionMax
        let effects = core.receive(.timer("a"), now: late)
        #expect(try failure(effects, 2).code == .stillRunning)
        let ended = core.receive(.ended("a", .code(4)), now: late)
        #expect(exit(ended)?.cause == .exit)
    }

    @Test("a node without a process cannot be killed")
    func killNeedsProcess() throws {
        var core = SupervisorCore()
        let effects = core.receive(.kill("a", signal: 9, fault: "f", 2), now: start)
        #expect(try failure(effects, 2).code == .notRunning)
    }

    @Test("a stop is SIGTERM to the group, then SIGKILL, then the node counts as stuck")
    func stopEscalates() {
        var core = running()
        let stop = core.receive(.stop(["a"], 2), now: start)
        #expect(stop.first == .signalGroup("a", SupervisorCore.terminate))
        #expect(stop.last == .setTimer("a", start + .seconds(2)))
        let kill = core.receive(.timer("a"), now: start + .seconds(2))
        #expect(kill.first == .signalGroup("a", SupervisorCore.kill))
        let stuck = core.receive(.timer("a"), now: start + .seconds(12))
        #expect(stuck == [.announce(.stuck(node: "a", pid: 100)), .finish(2, nil)])
        let ended = core.receive(.ended("a", .signal(9)), now: start + .seconds(13))
        #expect(exit(ended)?.cause == .signal)
        #expect(exit(ended)?.reason?.contains("did not stop within") == true)
    }

    @Test("a stop is answered once for each node that it names")
    func stopAnswersForEach() {
        var core = running()
        let effects = core.receive(.stop(["b", "a", "c"], 2), now: start)
        #expect(effects.count { $0 == .finish(2, nil) } == 2)
        _ = core.receive(.ended("a", .code(0)), now: start)
        let gone = core.receive(.swept("a", isEmpty: true), now: start)
        #expect(gone.count { $0 == .finish(2, nil) } == 1)
    }

    @Test(
        "the cause of an end after a stop: clean and our signals are stopped, all else is its own",
        arguments: [
            (ProcessEnd.code(0), ExitCause.stopped), (.code(143), .stopped), (.code(1), .exit),
            (.signal(15), .stopped), (.signal(9), .signal), (.signal(11), .signal),
        ]
    )
    func causeAfterStop(end: ProcessEnd, cause: ExitCause) {
        var core = running()
        _ = core.receive(.stop(["a"], 2), now: start)
        let effects = core.receive(.ended("a", end), now: start)
        #expect(exit(effects)?.cause == cause)
        #expect(exit(effects)?.status == end.status)
    }

    @Test(
        "the cause of an end that nobody asked for is its own",
        arguments: [
            (ProcessEnd.code(0), ExitCause.exit), (.code(7), .exit), (.signal(9), .signal),
        ]
    )
    func causeUnasked(end: ProcessEnd, cause: ExitCause) {
        var core = running()
        let effects = core.receive(.ended("a", end), now: start)
        #expect(exit(effects)?.cause == cause)
        #expect(exit(effects)?.isUnexpected == true)
    }

    @Test("a shutdown kills all, refuses starts and is answered when all are gone")
    func shutdownKills() throws {
        var core = running()
        let down = core.receive(.shutdown(5), now: start)
        #expect(down.first == .signalGroup("a", SupervisorCore.kill))
        #expect(!isDone(down, 5))
        let refused = core.receive(.start(node("b"), 6), now: start)
        #expect(try failure(refused, 6).code == .shutDown)
        _ = core.receive(.ended("a", .signal(9)), now: start)
        let gone = core.receive(.swept("a", isEmpty: true), now: start)
        #expect(gone.last == .finish(5, nil))
    }

    @Test("a shutdown with nothing to end is answered at once")
    func emptyShutdown() {
        var core = SupervisorCore()
        #expect(core.receive(.shutdown(5), now: start) == [.finish(5, nil)])
    }

    @Test(
        "a specification that cannot be carried out is refused with why",
        arguments: ["", "a/b", "ä", ".hidden", String(repeating: "a", count: 65)]
    )
    func wrongName(name: String) throws {
        var core = SupervisorCore()
        let effects = core.receive(.start(node(name), 1), now: start)
        #expect(try failure(effects, 1).code == .wrongSpecification)
    }
}
