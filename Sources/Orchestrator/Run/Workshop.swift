import Chaos
import Checkers
import Evidence
import Foundation
import Journal
import Planning
import Supervision
import Synchronization

/// What a run works with: addresses, sockets, a journal, a guard, a supervisor, a relay.
///
/// `open` makes all of it or nothing; `use` goes through the run and takes all of it away again.
struct Workshop: Sendable {
    private let plan: Plan
    private let directory: RunDirectory
    private let runtime: RuntimeDirectory
    private let journal: PrivateJournal
    private let writer: JournalWriter
    private let guardian: Guard
    private let supervisor: Supervisor
    private let monitor: LiveMonitor
    private let online: OnlineCheck?
    private let failsFast: Bool
    private let relay: RelayClient
    private let run: Run
    private let block: AddressBlock

    /// How long the last record may take to be readable.
    private static let syncLimit = Duration.seconds(30)

    /// Makes everything that a run needs, up to a relay that is ready.
    ///
    /// - Throws: `OperatingError` or `JournalError` where something is not to be had; then nothing
    ///   is left behind.
    static func open(
        _ plan: Plan,
        _ directory: RunDirectory,
        _ options: RunOptions
    ) async throws -> Workshop {
        var phases = PhaseClock()
        phases.enter("prepare")
        let programs = try Programs.folder()
        let block = try AddressBlock(startingAt: plan.seed)
        let topology = Topology(
            block: block.number,
            port: options.port,
            servers: plan.cluster.serverNames,
            clients: plan.cluster.clientNames
        )
        let hosts = topology.servers.flatMap {
            [topology.host(of: $0), topology.relayHost(of: $0)].compactMap(\.self)
        }
        do {
            try AddressBlock.check(port: options.port, hosts: hosts + [topology.echoHost])
        } catch {
            block.release()
            throw error
        }
        let layout = ClusterLayout(
            plan: plan,
            topology: topology,
            programs: programs,
            secret: ClusterSecret(run: directory.id, seed: plan.seed).text,
            directory: directory.path
        )
        let runtime = try RuntimeDirectory.make(run: directory.id)
        var undo: [() async -> Void] = [{ block.release() }, { runtime.remove() }]
        do {
            let guardian = try Guard.start(
                executable: "\(programs)/ordeal",
                run: directory.id,
                runtimePath: runtime.path
            )
            undo.append { guardian.release() }
            let (journal, writer) = try openJournal(directory, runtime)
            undo.append { try? journal.stop() }
            try writer.write(
                .runStarted,
                [.plan: plan.yaml, .seed: String(plan.seed), .version: Version.text],
                at: MonotonicClock.now()
            )
            let supervisor = try Supervisor(
                run: directory.id,
                directory: directory.path,
                runtimePath: runtime.path,
                journalSocket: runtime.journalSocket,
                writer: writer,
                guard: guardian
            )
            undo.append { await supervisor.shutdown() }
            let relay = try await openRelay(layout, runtime, directory, supervisor)
            let monitor = try LiveMonitor(
                path: directory.journal,
                hold: plan.cluster.hold,
                keepsRecords: options.online
            )
            let run = Run(
                plan: plan,
                directory: directory,
                layout: layout,
                writer: writer,
                supervisor: supervisor,
                monitor: monitor,
                relay: relay,
                phases: phases,
                keepsNodes: options.hold
            )
            return Workshop(
                plan: plan,
                directory: directory,
                runtime: runtime,
                journal: journal,
                writer: writer,
                guardian: guardian,
                supervisor: supervisor,
                monitor: monitor,
                online: options.online
                    ? OnlineCheck(settings: CheckSettings(plan, run: directory.id)) : nil,
                failsFast: options.failFast,
                relay: relay,
                run: run,
                block: block
            )
        } catch {
            for step in undo.reversed() {
                await step()
            }
            throw error
        }
    }

    /// Goes through the run, stops everything, and leaves the journal files synced and closed.
    ///
    /// Whatever goes wrong shows in the ending and in the evidence.
    func use(_ interrupts: AsyncStream<Int32>) async -> Result {
        let run = run
        // Listens beside the run and ends with it.
        let listener = Task {
            for await _ in interrupts {
                await run.interrupt()
            }
        }
        let checker = Task { await check() }
        let watcher = Task { await Self.watch(supervisor.events, run, journal) }
        if let limitation = journal.limitation {
            Console.error("ordeal: the journal is limited here: \(limitation)")
        }
        do {
            try await run.execute()
        } catch {
            await run.end(.failed("\(error)"))
        }
        var phases = await run.phases
        phases.enter("collect")
        await relay.close()
        await supervisor.shutdown()
        do {
            try await closeJournal()
        } catch {
            await run.end(.failed("\(error)"))
        }
        guardian.release()
        runtime.remove()
        listener.cancel()
        watcher.cancel()
        checker.cancel()
        await checker.value
        block.release()
        phases.end()
        return Result(
            ending: await run.ending,
            phases: phases,
            online: await online?.result(adding: monitor.takeRecords())
        )
    }

    /// What a run came to, before its evidence is judged.
    struct Result: Sendable {
        /// How it ended.
        var ending: Run.Ending
        /// How long its phases took.
        var phases: PhaseClock
        /// What checking it while it went on came to; nil where that was not asked for.
        var online: OnlineResult?
    }

    /// Checks what the live journal shows, until this task is cancelled; tells what is violated.
    private func check() async {
        guard let online else { return }
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(100))
            let new = await online.take(monitor.takeRecords())
            if let notice = await online.takeNotice() {
                await monitor.stopKeeping()
                Console.error("ordeal: \(notice)")
            }
            for standing in new {
                let guarantee = standing.guarantee
                let what =
                    "\(guarantee.code) \(guarantee.name) is violated: \(standing.finding.summary)"
                Console.error("ordeal: \(what)")
                if failsFast, await online.isFailure(standing) {
                    await run.end(.violated(what))
                }
            }
        }
    }

    /// Ends a run whose evidence cannot be written any more, and tells of processes that do not end.
    private static func watch(
        _ events: AsyncStream<SupervisorEvent>,
        _ run: Run,
        _ journal: PrivateJournal
    ) async {
        for await event in events {
            switch event {
            case .evidenceLost(let why):
                let cause = journal.failure.map { " (\($0))" } ?? ""
                await run.end(.failed("the journal takes no more records: \(why)\(cause)"))
            case .stuck(let node, let pid):
                Console.error("ordeal: \(node) (process \(pid)) does not end of SIGKILL")
            case .spawned, .ready, .exited:
                break
            }
        }
    }

    /// Writes the last record, waits until it can be read, and ends journald in any case.
    private func closeJournal() async throws {
        var failure: (any Error)?
        do {
            try writer.write(.barrier, [:], at: MonotonicClock.now())
            _ = try await monitor.wait(within: Self.syncLimit) { $0.hasBarrier ? true : nil }
        } catch {
            failure = error
        }
        try journal.stop()
        if let failure { throw failure }
    }

    private static func openJournal(
        _ directory: RunDirectory,
        _ runtime: RuntimeDirectory
    ) throws -> (PrivateJournal, JournalWriter) {
        let identity = WriterIdentity(
            run: directory.id,
            node: "orchestrator",
            incarnation: 0,
            program: "ordeal"
        )
        let holder = WriterHolder()
        let journal = try PrivateJournal.start(runtime: runtime, directory: directory.journal) {
            reason in
            try? holder.writer?.write(
                .journalRestarted,
                [.reason: reason],
                at: MonotonicClock.now()
            )
        }
        do {
            let writer = try JournalWriter(
                identity: identity,
                socketPath: runtime.journalSocket,
                ackPagePath: "\(directory.acks)/orchestrator.0"
            )
            holder.writer = writer
            return (journal, writer)
        } catch {
            try? journal.stop()
            throw error
        }
    }

    private static func openRelay(
        _ layout: ClusterLayout,
        _ runtime: RuntimeDirectory,
        _ directory: RunDirectory,
        _ supervisor: Supervisor
    ) async throws -> RelayClient {
        let controlPath = "\(runtime.path)/relay"
        let configuration = layout.topology.relayConfiguration(controlPath: controlPath)
        let text = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
        try directory.write(text, to: "relay.json")
        let ignoresCuts = ProcessInfo.processInfo.environment["ORDEAL_TEST_IGNORE_CUTS"] == "1"
        do {
            try await supervisor.start(
                layout.relay(
                    configurationPath: "\(directory.path)/relay.json",
                    ignoresCuts: ignoresCuts
                )
            )
        } catch {
            throw OperatingError(
                what: "the relay did not start: \(error)",
                remedy: "see what it says above; `ordeal doctor` says what this machine lacks"
            )
        }
        return try await RelayClient(path: controlPath)
    }

    /// Hands the writer, which needs the journal, to the journal's own watcher.
    private final class WriterHolder: Sendable {
        private let value = Mutex<JournalWriter?>(nil)

        var writer: JournalWriter? {
            get { value.withLock { $0 } }
            set { value.withLock { $0 = newValue } }
        }
    }
}
