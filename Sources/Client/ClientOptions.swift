import ArgumentParser
import Evidence
import Glibc
import Journal
import Messaging
import Transport

/// A duration on the command line: `250ms`, `2s`.
struct DurationOption: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        guard let duration = DurationText.parse(argument) else { return nil }
        self.duration = duration
    }
}

/// A rate on the command line: `5/s`, `1/10s`, `0/s`.
struct RateOption: ExpressibleByArgument {
    /// The time from one event to the next; nil: never.
    let interval: Duration?

    init?(argument: String) {
        switch RateText.parse(argument) {
        case .never?: interval = nil
        case .every(let duration)?: interval = duration
        case nil: return nil
        }
    }
}

/// An address on the command line: `host:port`.
struct AddressOption: ExpressibleByArgument {
    let address: Address

    init?(argument: String) {
        guard let address = Address(argument) else { return nil }
        self.address = address
    }
}

/// The version of this build.
enum ProgramVersion {
    static let text = "0.1.0"
}

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
