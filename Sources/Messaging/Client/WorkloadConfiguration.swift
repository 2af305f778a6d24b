import Evidence

/// What one workload client does: who it is, how often it sends, leaves and intrudes.
public struct WorkloadConfiguration: Sendable {
    /// Its own user's client; `WorkloadConfiguration.user` and `.secret` give name and secret.
    public var client: ClientConfiguration
    /// How many clients the run has: their users are `user-1` … ; intruders use these names.
    public var others: Int
    /// The time from one send to the next; nil: it sends nothing but its last message. The default is
    /// nil.
    public var sendInterval: Duration?
    /// How many messages it sends at once, ever so much less often: 1 … 64. The default is 1.
    public var burst = 1
    /// The length of a message's body in bytes: 0 … 1 MiB. The default is 64.
    public var bodyBytes = 64
    /// The longest body, where lengths vary: each is drawn from `bodyBytes` to this. nil, the default:
    /// they do not vary.
    public var bodyBytesMax: Int?
    /// The mean time from one leaving, by LOGOUT or without a word, to the next; nil: never. The
    /// default is nil.
    public var churnInterval: Duration?
    /// What it does at each churn, in turn. The default is to log out, then to vanish.
    public var churnKinds = [ChurnKind.logout, .vanish]
    /// How long it stays away once it left; drawn between both. nil, the default: 100 ms to 100 ms and
    /// twice `hold`, sooner or later than the system takes it for gone.
    public var away: ClosedRange<Duration>?
    /// The mean time from one registration of a name that others want too to the next; nil: none. The
    /// default is nil.
    public var rivalInterval: Duration?
    /// The mean time from one operation that must fail to the next; nil: none. The default is nil.
    public var intruderInterval: Duration?
    /// How long the workload lasts after `start`; nil: until `rest`. The default is nil.
    public var duration: Duration?
    /// How long it tries to be logged in for the first time before it ends with exit code 69. The
    /// default is 60 s.
    public var readyWithin: Duration = .seconds(60)

    /// Makes a configuration that sends nothing, never leaves and does not intrude.
    public init(client: ClientConfiguration, others: Int = 1) {
        self.client = client
        self.others = others
    }

    /// The user of a client: `user-3` for `client.3`, else the client's own name.
    public static func user(of client: String) -> String {
        client.hasPrefix("client.") ? "user-" + client.dropFirst("client.".count) : client
    }

    /// The secret of a user in a run with this seed: the same for every incarnation.
    public static func secret(of user: String, seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed, stream: "secret.\(user)")
        return Hexadecimal.text(bytes: 16, &random)
    }
}

/// Random hexadecimal digits.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    /// So many digits, each as likely as the other.
    static func text(bytes count: Int, _ random: inout SeededGenerator) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(count)
        while text.count < count {
            var bits = random.next()
            for _ in 0..<min(16, count - text.count) {
                text.append(digits[Int(bits & 15)])
                bits >>= 4
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
