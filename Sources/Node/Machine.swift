import Glibc
import Messaging

/// What a node asks of the machine that it runs on.
enum Machine {
    /// Allows as many open files and connections as the machine does, and says how many that are.
    static func raiseFileLimit() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        if setrlimit(resource, &limit) != 0 { limit.rlim_cur = before }
        return Int(clamping: limit.rlim_cur)
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

    /// A key of the machine's source of chance.
    static func newKey() -> MarkKey {
        var random = SystemRandomNumberGenerator()
        return MarkKey(random.next(), random.next())
    }

    /// 64 bits from the machine's source of chance, in base 36.
    static func newSecret() -> String {
        var random = SystemRandomNumberGenerator()
        return String(random.next(), radix: 36)
    }
}
