/// The ranges of a plan's values; docs/plans.md says them too.
enum Limits {
    static let servers = 1...500
    /// The guarantees of a plan's own.
    static let ownMax = 16
    static let own: ClosedRange<Duration> = .milliseconds(100) ... .seconds(3600)
    /// The words of a program with its arguments.
    static let words = 1...64
    static let clients = 0...5000
    static let superPeers = 1...64
    static let hold: ClosedRange<Duration> = .milliseconds(100) ... .seconds(60)
    static let within: ClosedRange<Duration> = .milliseconds(100) ... .seconds(600)
    static let drain: ClosedRange<Duration> = .milliseconds(100) ... .seconds(3600)
    static let workload: ClosedRange<Duration> = .milliseconds(100) ... .seconds(86_400)
    static let messagesPerSecond = 100_000
    static let churnPerSecond = 1000
    static let burst = 1...64
    static let away: ClosedRange<Duration> = .zero ... .seconds(3600)
    static let redirect = 0...10_000
    static let bodyBytes = 0...(1 << 20)
    static let at: ClosedRange<Duration> = .zero ... .seconds(86_400)
    static let fault: ClosedRange<Duration> = .milliseconds(1) ... .seconds(86_400)
    /// A cut is seen in force by probes that stay unanswered for 100 ms: a shorter one cannot be seen.
    static let cut: ClosedRange<Duration> = .milliseconds(250) ... .seconds(86_400)
    static let restart: ClosedRange<Duration> = .zero ... .seconds(3600)
    /// Each link of a cut has probes of its own, and each of them a socket.
    static let cutLinks = 4000
    static let spread = 0...5000
    static let instants = 100
    static let bound: ClosedRange<Duration> = .microseconds(1) ... .seconds(3600)
    static let tampered = 1...1000
    static let matchingBytes = 1...1000
    static let steps = 1000
}

extension Rate {
    /// Nothing happens.
    static let never = Rate(events: 0, per: .seconds(1))
}
