import ArgumentParser
import Glibc
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

/// An ordering on the command line: `fifo`, `causal`, `total`.
struct OrderingOption: ExpressibleByArgument {
    let ordering: MessageOrdering

    init?(argument: String) {
        guard let ordering = MessageOrdering(rawValue: argument) else { return nil }
        self.ordering = ordering
    }

    static var allValueStrings: [String] { MessageOrdering.allCases.map(\.rawValue) }
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

/// What a node asks of the machine that it runs on.
enum Machine {
    /// Allows as many open files and connections as the machine does.
    static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// The machine's name in its network; 127.0.0.1 where it has none.
    static var hostName: String {
        var name = [UInt8](repeating: 0, count: 256)
        let result = name.withUnsafeMutableBytes { bytes -> Int32 in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return start.map { gethostname($0, bytes.count - 1) } ?? -1
        }
        let text = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        return result == 0 && !text.isEmpty ? text : "127.0.0.1"
    }

    /// 64 bits from the machine's source of chance, in base 36.
    static func newSecret() -> String {
        var random = SystemRandomNumberGenerator()
        return String(random.next(), radix: 36)
    }
}
