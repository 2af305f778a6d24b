import Glibc

/// A block 127.N.0.0/16 of loopback addresses that one run has for itself.
///
/// Held by a listening socket at a fixed place in the block; the kernel frees it with the process.
struct AddressBlock: Sendable {
    /// The second number of the block's addresses.
    let number: Int
    private let descriptor: Int32

    /// Takes a free block, beginning the search at a place that `seed` gives.
    ///
    /// - Throws: `OperatingError` where all blocks are taken.
    init(startingAt seed: UInt64) throws {
        let first = 2 + Int(seed % 250)
        for offset in 0..<250 {
            let number = 2 + (first - 2 + offset) % 250
            if let descriptor = Self.claim("127.\(number).255.254") {
                self.number = number
                self.descriptor = descriptor
                return
            }
        }
        throw OperatingError(
            what: "no block of loopback addresses is free: 250 runs hold one each",
            remedy: "wait until one of them ends, or see `ordeal clean`"
        )
    }

    /// Gives the block back; the kernel does it at the end of the process at the latest.
    func release() {
        close(descriptor)
    }

    private static func claim(_ host: String) -> Int32? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(6147).bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(descriptor, 1) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
