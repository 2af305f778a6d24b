/// The mechanisms that carry the guarantees, each of which a test may turn off.
///
/// All are on by default and no program has an option for it: they exist to prove that the simulator
/// sees what breaks without them.
public struct Mechanisms: OptionSet, Sendable, Hashable {
    /// The bits of the mechanisms that are on.
    public let rawValue: Int

    /// Makes a set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Servers drop what they stored already, by (user, stream, number).
    public static let deduplication = Mechanisms(rawValue: 1 << 0)
    /// Clients drop repeats of what they were delivered.
    public static let repeatCheck = Mechanisms(rawValue: 1 << 1)
    /// Clients send again what is not acknowledged, and servers take a number only after the one before.
    public static let resend = Mechanisms(rawValue: 1 << 2)
    /// What is pending for a user is sent at its next login, wherever that is.
    public static let pendingOnFailover = Mechanisms(rawValue: 1 << 3)
    /// Nothing is answered, echoed or delivered before it is held by all that are linked.
    public static let heldBeforeAnswer = Mechanisms(rawValue: 1 << 4)
    /// Voters vote only in their own epoch, and a master steps down for a higher one.
    public static let epochCheck = Mechanisms(rawValue: 1 << 5)
    /// Registrations and epochs take a majority of the voters.
    public static let quorum = Mechanisms(rawValue: 1 << 6)

    /// Where the order is causal, a client is taken only where nothing is missing that it was delivered.
    public static let behindCheck = Mechanisms(rawValue: 1 << 7)
    /// Where the order is total, the master numbers all messages.
    public static let numbering = Mechanisms(rawValue: 1 << 8)
    /// A next epoch's voters get all that the last one's voters know of the numbers.
    public static let orderBase = Mechanisms(rawValue: 1 << 9)

    /// All of them: the default.
    public static let all: Mechanisms = [
        .deduplication, .repeatCheck, .resend, .pendingOnFailover, .heldBeforeAnswer, .epochCheck,
        .quorum, .behindCheck, .numbering, .orderBase,
    ]
}
