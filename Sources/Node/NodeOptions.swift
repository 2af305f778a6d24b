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

/// How many files and connections the process may have open.
enum FileLimit {
    /// Allows as many as the machine does.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
