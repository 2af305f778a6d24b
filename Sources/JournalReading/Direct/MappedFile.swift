import Glibc

/// A file in memory, to read. Its pages are the system's: they count for no process.
struct MappedFile: ~Copyable {
    private let bytes: UnsafeRawBufferPointer

    /// Maps a file that is not empty.
    ///
    /// - Throws: `ReadError` where it cannot be opened or mapped.
    init(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ReadError(
                what: "\(path): it cannot be opened: \(String(cString: strerror(errno)))",
                remedy: "make it readable"
            )
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0,
            let address = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0),
            address != MAP_FAILED
        else {
            throw ReadError(
                what: "\(path): it cannot be mapped: \(String(cString: strerror(errno)))",
                remedy: "free memory or raise the limit of address space"
            )
        }
        madvise(address, Int(status.st_size), MADV_SEQUENTIAL)
        bytes = UnsafeRawBufferPointer(start: address, count: Int(status.st_size))
    }

    /// Calls with the file's bytes, which are there for the time of the call.
    func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try body(bytes)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
}
