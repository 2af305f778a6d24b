import Evidence
import Glibc
import Journal
import Testing

@testable import Supervision

extension ProcessTests {
    @Suite("Guard and leftovers") struct GuardTests {
        let bench: Bench

        init() async throws {
            bench = try Bench()
            // Its processes are ours alone here, and orphans are not to come to us.
            await bench.supervisor.shutdown()
        }

        /// Starts a process of a run outside of any supervisor; it outlives the thread.
        func stray(
            _ run: String,
            _ script: String = "exec sleep 1000"
        ) throws -> ChildProcess {
            var request = SpawnRequest("/bin/sh", ["-c", script])
            // It names us, so that a sweep of somebody else meanwhile lets it live.
            request.environment = [
                ("PATH", "/usr/bin:/bin"), ("ORDEAL_RUN", run), ("ORDEAL_NODE", "x"),
                (ProcessTable.orchestratorVariable, ProcessTable.identity(of: getpid()) ?? ""),
            ]
            request.parentDeathSignal = 0
            let child = try request.start()
            // The system shows an environment a moment after it let us go on.
            for _ in 0..<1_000 where ProcessTable.membership(child.pid)?.run != run {
                usleep(1_000)
            }
            return child
        }

        /// A short runtime directory with its claim.
        func runtime(_ name: String, _ run: String, pid: Int32) throws -> String {
            let path = try folder(name)
            try Files.write("\(run)\n\(pid)\n", to: "\(path)/run")
            return path
        }

        /// A directory with such a name as runs give theirs.
        func folder(_ name: String) throws -> String {
            let path = "\(bench.path)/ordeal-\(name)"
            try Files.makeDirectory(path)
            return path
        }

        /// Makes a file or directory seem old.
        func age(_ path: String) {
            var times = [timespec](repeating: timespec(tv_sec: 1_000_000_000, tv_nsec: 0), count: 2)
            utimensat(AT_FDCWD, path, &times, 0)
        }

        /// Lets the guard's own loop run with these orders, up to the end of its input.
        func serve(_ orders: String, run: String, runtimePath: String) throws -> Bool {
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            defer { close(ends[0]) }
            let bytes = Array(orders.utf8)
            #expect(write(ends[1], bytes, bytes.count) == bytes.count)
            // The orchestrator is gone.
            close(ends[1])
            return GuardProcess(run: run, runtimePath: runtimePath, input: ends[0]).serve()
        }

        @Test(
            "at the end of its input the guard ends the run's processes and removes its directory"
        )
        func guardSweeps() throws {
            let path = try runtime("0000000a", bench.run, pid: 1)
            let one = try stray(bench.run)
            let forking = try stray(bench.run, "while :; do sleep 0.001 & done")
            let other = try stray("\(bench.run)-other")
            #expect(try serve("", run: bench.run, runtimePath: path))
            #expect(!Bench.isAlive(one.pid))
            #expect(!Bench.isAlive(forking.pid))
            #expect(ProcessTable.members().allSatisfy { $0.run != bench.run })
            #expect(!Files.exists(path))
            #expect(Bench.isAlive(other.pid))
            other.signalGroup(SIGKILL)
            for child in [one, forking, other] { reap(child) }
        }

        @Test("a registered group dies even without the run's variables; one that is gone does not")
        func guardKillsGroups() throws {
            func plain() throws -> ChildProcess {
                var request = SpawnRequest("/bin/sleep", ["1000"])
                request.parentDeathSignal = 0
                return try request.start()
            }
            let registered = try plain()
            let gone = try plain()
            let orders =
                "group \(registered.pid)\ngroup \(gone.pid)\ngroup x\n?\ngone \(gone.pid)\n"
            #expect(try serve(orders, run: bench.run, runtimePath: "/nowhere"))
            #expect(registered.waitForEnd(.seconds(20)))
            #expect(Bench.isAlive(gone.pid))
            gone.signalGroup(SIGKILL)
            for child in [registered, gone] { reap(child) }
        }

        @Test("a program that is no guard is refused before anything relies on it")
        func noGuard() async throws {
            for program in ["/bin/true", "/bin/cat", "/nowhere/ordeal"] {
                let began = MonotonicClock.now()
                #expect(throws: (any Error).self) {
                    try Guard.start(executable: program, run: bench.run, runtimePath: bench.path)
                }
                #expect(MonotonicClock.now() - began < .seconds(5))
            }
        }

        @Test("a released guard sweeps nothing")
        func releasedGuard() throws {
            let path = try runtime("a", bench.run, pid: 1)
            let child = try stray(bench.run)
            #expect(try !serve("group \(child.pid)\nrelease\n", run: bench.run, runtimePath: path))
            #expect(Bench.isAlive(child.pid))
            #expect(Files.exists(path))
            child.signalGroup(SIGKILL)
            reap(child)
        }

        @Test("a directory that belongs to another run is not removed")
        func foreignDirectoryStays() throws {
            let path = try runtime("0000000a", "other", pid: 1)
            #expect(try serve("", run: bench.run, runtimePath: path))
            #expect(Files.exists(path))
        }

        @Test("leftovers are the processes and directories of runs whose orchestrator is gone")
        func leftovers() throws {
            let dead = try runtime("dead0000", "\(bench.run)-dead", pid: deadPID())
            let held = try runtime("beef0001", "\(bench.run)-held", pid: deadPID())
            let alive = try runtime("beef0002", "\(bench.run)-alive", pid: getpid())
            let claim = RuntimeClaim.take(held)
            #expect(claim != nil)
            let children = try ["dead", "held", "alive", "none"].map {
                try stray("\(bench.run)-\($0)")
            }
            let run = bench.run
            let scope = Leftovers.Scope(
                parent: bench.path,
                isMeant: { $0.hasPrefix(run) },
                isAlive: { _ in false }
            )
            let found = try Leftovers.find(scope)
            #expect(found.directories == [dead])
            #expect(
                found.processes.map(\.pid).sorted() == [children[0].pid, children[3].pid].sorted()
            )
            #expect(found.processes.allSatisfy { $0.node == "x" })
            var real = scope
            real.isAlive = ProcessTable.isAlive
            #expect(try Leftovers.find(real).processes.isEmpty)
            #expect(try Leftovers.sweep(scope) == found)
            #expect(!Files.exists(dead))
            #expect(Files.exists(held) && Files.exists(alive))
            #expect(children.map { Bench.isAlive($0.pid) } == [false, true, true, false])
            withExtendedLifetime(claim) {}
            for child in children {
                child.signalGroup(SIGKILL)
                reap(child)
            }
            #expect(try Leftovers.find(scope).processes.isEmpty)
        }

        @Test("a process that only got the orchestrator's pid later is not taken for it")
        func pidIsNotEnough() throws {
            let run = "\(bench.run)-old"
            let path = try runtime("01d00000", run, pid: getpid())
            #expect(RuntimeClaim.read(path) == .held(run: run))
            // The claim is older than this process.
            age("\(path)/run")
            #expect(RuntimeClaim.read(path) == .abandoned(run: run))
        }

        @Test("a directory that no run made is nobody's to sweep, whatever its age")
        func foreignDirectories() throws {
            let gone = try deadPID()
            // Its name: digits are missing, or there are too many, or others.
            let names = try ["runs", "dead", "dead00001", "DEAD0000"].map {
                try runtime($0, bench.run, pid: gone)
            }
            // Its content: no claim, or one of another form.
            var others: [String] = []
            for (index, text) in ["", "one\n", "one\ntwo\n", "one\n\(gone)\nmore\n", "\n1\n"]
                .enumerated()
            {
                let path = try folder("0000000\(index)")
                try Files.write("mine", to: "\(path)/file")
                if index > 0 { try Files.write(text, to: "\(path)/run") }
                others.append(path)
            }
            let linked = try folder("0000000f")
            #expect(symlink("\(names[0])/run", "\(linked)/run") == 0)
            let bare = try folder("0000000b")
            let begun = try folder("0000000c")
            try Files.write("", to: "\(begun)/run")
            // No process of another run on this machine is meant: its claim is not in this folder.
            let own = bench.run
            let scope = Leftovers.Scope(
                parent: bench.path,
                isMeant: { $0.isEmpty || $0 == "one" || $0.hasPrefix(own) },
                isAlive: { _ in true }
            )
            #expect(try Leftovers.find(scope).directories == [])
            for path in names + others + [linked, bare, begun] { age(path) }
            // Only of one that has nothing in it, nobody can have an advantage.
            #expect(try Leftovers.sweep(scope).directories == [bare, begun])
            for path in names + others + [linked] { #expect(Files.exists(path)) }
            #expect(!Files.exists(bare) && !Files.exists(begun))
        }

        @Test(
            "what runs in another namespace of process ids is not ended: its orchestrator may live there"
        )
        func otherNamespace() throws {
            let child = try stray(bench.run, "exec unshare -Urpf sleep 1000")
            var inner: ProcessTable.Membership?
            for _ in 0..<5_000 where inner == nil {
                inner = ProcessTable.members().first { $0.run == bench.run && $0.pid != child.pid }
                usleep(1_000)
            }
            let pid = try #require(inner?.pid)
            let run = bench.run
            let scope = Leftovers.Scope(
                parent: bench.path,
                isMeant: { $0 == run },
                isAlive: { _ in false }
            )
            #expect(try Leftovers.sweep(scope).processes.map(\.pid) == [child.pid])
            #expect(Bench.isAlive(pid))
            kill(pid, SIGKILL)
            reap(child)
        }

        /// The pid of a process that has ended.
        func deadPID() throws -> Int32 {
            let child = try SpawnRequest("/bin/true").start()
            #expect(child.waitForEnd(.seconds(5)))
            reap(child)
            return child.pid
        }

        func reap(_ child: ChildProcess) {
            _ = child.waitForEnd(.seconds(5))
            _ = child.reap()
        }
    }
}
