import CCrypt
import Glibc
public import Messaging
public import Transport

/// Hashes secrets by yescrypt, the way in which the machine keeps its own passwords.
///
/// The text names method, cost and salt: `$y$j9T$salt$hash`. The salt is 128 bits of the machine's
/// source of chance. Source: libxcrypt, crypt(5).
public struct SlowHash: SecretHashing {
    /// The costs that may be set: each takes twice as long as the one before.
    public static let costs = 1...11
    /// The cost that Debian gives its passwords: some 20 ms and 16 MiB.
    public static let costDefault = 5

    private let cost: Int
    /// Texts of other methods are none of ours.
    private static let method = "$y$"
    private static let saltBytes = 16

    /// Makes a hasher with a cost of 1 to 11.
    public init(cost: Int = costDefault) {
        precondition(Self.costs.contains(cost), "a cost must be 1...11, got \(cost)")
        self.cost = cost
    }

    /// Hashes a secret with a new salt, or with that of an earlier hash; nil where the earlier text is
    /// no yescrypt hash or the secret is longer than some 500 bytes.
    public func hash(_ request: HashRequest) -> String? {
        guard let setting = request.earlier ?? newSetting(), setting.hasPrefix(Self.method) else {
            return nil
        }
        // crypt(3) reads up to a zero byte, and refuses a phrase that is longer than it allows.
        let phrase = request.secret
            .replacing("%", with: "%25")
            .replacing("\0", with: "%00")
        guard phrase.utf8.count < CRYPT_MAX_PASSPHRASE_SIZE else { return nil }
        var data: UnsafeMutableRawPointer?
        var size: Int32 = 0
        defer { free(data) }
        guard let result = crypt_ra(phrase, setting, &data, &size) else { return nil }
        let hash = String(cString: result)
        return hash.hasPrefix(Self.method) ? hash : nil
    }

    private func newSetting() -> String? {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<Self.saltBytes).map { _ in
            CChar(truncatingIfNeeded: random.next() & 0xff)
        }
        guard
            let setting = crypt_gensalt_ra(Self.method, UInt(cost), salt, Int32(Self.saltBytes))
        else { return nil }
        defer { free(setting) }
        return String(cString: setting)
    }
}
