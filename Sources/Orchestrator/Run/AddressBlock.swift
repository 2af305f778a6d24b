import Glibc

/// A block 127.N.0.0/16 of loopback addresses that one run has for itself.
///
/// Held by a listening socket at a fixed place in the block; the kernel frees it with the process.
struct AddressBlock: Sendable {
    /// The second number of the block's addresses.
    let number: Int
    private let descriptor: Int32

    /// The port of the place that is held.
    private static let port = 6147

    /// Takes a free block, beginning the search at a place that `seed` gives.
    ///
    /// - Throws: `OperatingError` where all blocks are taken.
    init(startingAt seed: UInt64) throws {
        let first = 2 + Int(seed % 250)
        for offset in 0..<250 {
            let number = 2 + (first - 2 + offset) % 250
            if case .success(let descriptor) = Self.listen("127.\(number).255.254", Self.port) {
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

    /// Checks that a run could listen at a port of these hosts of the block.
    ///
    /// - Throws: `OperatingError` naming the first address that is taken.
    static func check(port: Int, hosts: [String]) throws {
        for host in hosts {
            switch listen(host, port, isReused: true) {
            case .success(let descriptor):
                close(descriptor)
            case .failure(let failure):
                throw OperatingError(
                    what: "nobody can listen at \(host):\(port), where the run needs it: "
                        + String(cString: strerror(failure.number)),
                    remedy: "give another port with --port (1024 to 65535); "
                        + "`ss -ltnp 'sport = :\(port)'` shows who listens at this one"
                )
            }
        }
    }

    private struct Failure: Error {
        /// The error's number (errno(3)).
        var number: Int32
    }

    /// Listens at an address. `isReused`: also where connections of an earlier listener fade away.
    private static func listen(
        _ host: String,
        _ port: Int,
        isReused: Bool = false
    ) -> Result<Int32, Failure> {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            return .failure(Failure(number: EINVAL))
        }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .failure(Failure(number: errno)) }
        var option: Int32 = isReused ? 1 : 0
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_REUSEADDR,
            &option,
            socklen_t(MemoryLayout<Int32>.size)
        )
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, Glibc.listen(descriptor, 1) == 0 else {
            let failure = Failure(number: errno)
            close(descriptor)
            return .failure(failure)
        }
        return .success(descriptor)
    }
}
