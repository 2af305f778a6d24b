import Evidence

/// The servers that a client knows, tried in turn, and how long it waits between tries.
struct ServerList: Sendable {
    /// The most servers that are kept: those given first, then those learned from redirects.
    static let addressesMax = 64
    /// The wait after the first failure; it doubles from one to the next.
    static let firstWait: Duration = .milliseconds(50)
    /// The most that a wait may be.
    static let longestWait: Duration = .seconds(1)
    /// After so many redirects in a row the client turns to its own list.
    static let redirectsMax = 5

    private(set) var addresses: [Address]
    private var next = 0
    private var failures = 0
    private var redirects = 0

    init(_ addresses: [Address]) {
        var known: [Address] = []
        for address in addresses where !known.contains(address) {
            known.append(address)
        }
        self.addresses = Array(known.prefix(Self.addressesMax))
    }

    /// The server whose turn it is.
    mutating func take() -> Address {
        let address = addresses[next]
        next = (next + 1) % addresses.count
        return address
    }

    /// How long to wait after one more failure, half of it by chance.
    mutating func wait(random: inout SeededGenerator) -> Duration {
        let doublings = min(failures, 10)
        failures += 1
        let whole = min(Self.firstWait * (1 << doublings), Self.longestWait)
        let half = Int(whole.milliseconds / 2)
        return .milliseconds(Int64(half + random.below(half + 1)))
    }

    /// A session was opened: waits begin anew.
    mutating func succeeded() {
        failures = 0
        redirects = 0
    }

    /// Learns a server from a redirect; whether it should be followed at once.
    mutating func redirected(to address: Address) -> Bool {
        if !addresses.contains(address), addresses.count < Self.addressesMax {
            addresses.append(address)
        }
        redirects += 1
        guard redirects <= Self.redirectsMax else {
            redirects = 0
            return false
        }
        return true
    }
}
