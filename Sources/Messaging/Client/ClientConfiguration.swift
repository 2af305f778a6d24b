/// Who a client is, where its servers are, and how long it waits.
public struct ClientConfiguration: Sendable {
    /// The user's name; `anonymous` needs neither secret nor registration.
    public var user: String
    /// The user's secret.
    public var secret: String
    /// The client's id: the same over all its reconnects, never used by another process. Streams are
    /// named after it; it must hold no slash.
    public var client: String
    /// The servers that it knows, in the order in which they are tried: at least one, at most 64 are kept.
    public var servers: [Address]
    /// Whether it registers the user before it logs in for the first time. The default is true.
    public var registers = true
    /// Whether it speaks the stock protocol only: no acknowledgements, no resume. The default is false.
    public var isStock = false
    /// How long a silent user still counts as connected; a server's word replaces it. The default is
    /// 2 s.
    public var hold: Duration = .seconds(2)
    /// In so many sessions in a row, each closed by its server, a message may be the oldest that is not
    /// acknowledged; then it is given up. nil: it is never given up. The default is nil.
    public var sendAttemptsMax: Int?
    /// The seed of its chance decisions: the jitter of its waits. The default is 0.
    public var seed: UInt64 = 0
    /// Which of several cores in one process it is: its dials and timers carry this number. 0 … 15;
    /// the default is 0.
    public var lane: Int64 = 0
    /// Which mechanisms are on: for tests alone. The default is all.
    public var mechanisms = Mechanisms.all

    /// Makes a configuration.
    public init(user: String, secret: String, client: String, servers: [Address]) {
        precondition(!servers.isEmpty, "a client must know a server")
        precondition(!client.contains("/"), "a client's id must not hold a slash, got \(client)")
        self.user = user
        self.secret = secret
        self.client = client
        self.servers = servers
    }

    /// Whether the user is the anonymous one.
    public var isAnonymous: Bool { user == ClientRequest.anonymous }

    /// Whether the client acknowledges and resumes.
    public var resumes: Bool { !isStock && !isAnonymous }
}
