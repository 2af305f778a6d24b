import Evidence
import Glibc
import Journal
import Transport

/// What both subcommands do around their core.
enum ClientProgram {
    /// Runs a core to its end and leaves the process with its exit code.
    static func run(_ body: () throws -> Int32) -> Never {
        ControlInput.holdSignals()
        do {
            exit(try body())
        } catch let error as ShellError {
            complain("\(error)")
            exit(EX_UNAVAILABLE)
        } catch {
            complain("\(error)")
            exit(EX_SOFTWARE)
        }
    }

    /// An id that no other client process has: the incarnation's name with 32 bits of chance.
    static func clientID(_ name: String) -> String {
        let instant = UInt64(bitPattern: MonotonicClock.now().nanoseconds)
        var random = SeededGenerator(seed: instant, stream: "\(name).\(getpid())")
        let incarnation = (try? JournalEnvironment.current())??.incarnation ?? 0
        let tail = String(random.next() & 0xffff_ffff, radix: 16)
        let safe = String(name.map { $0 == "/" || $0 == "~" ? "-" : $0 })
        return "\(safe)-\(incarnation)-\(tail)"
    }

    static func complain(_ line: String) {
        Console.complain("ordeal-client: \(line)")
    }
}
