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

/// A whole number or a range of them on the command line: `64`, `64..1024`.
struct RangeOption: ExpressibleByArgument {
    let range: ClosedRange<Int>

    init(_ range: ClosedRange<Int>) {
        self.range = range
    }

    init?(argument: String) {
        guard let (from, to) = RangeText.ends(argument), let from = Int(from), let to = Int(to),
            from <= to
        else { return nil }
        range = from...to
    }
}

extension RangeOption: CustomStringConvertible {
    var description: String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
    }
}

/// A duration or a range of them on the command line: `1s`, `100ms..4s`.
struct DurationRangeOption: ExpressibleByArgument {
    let range: ClosedRange<Duration>

    init?(argument: String) {
        guard let (from, to) = RangeText.ends(argument), let from = DurationText.parse(from),
            let to = DurationText.parse(to), from <= to
        else { return nil }
        range = from...to
    }
}

/// What a client does at each churn, on the command line: `logout,vanish`.
struct ChurnKindsOption: ExpressibleByArgument {
    let kinds: [ChurnKind]

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        kinds = words.compactMap { ChurnKind(rawValue: String($0)) }
        guard kinds.count == words.count else { return nil }
    }
}

/// Ranges as text: `from..to`, or one text for both.
enum RangeText {
    static func ends(_ text: String) -> (from: String, to: String)? {
        guard let dots = text.firstRange(of: "..") else { return (text, text) }
        let (from, to) = (text[..<dots.lowerBound], text[dots.upperBound...])
        return from.isEmpty || to.isEmpty ? nil : (String(from), String(to))
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
