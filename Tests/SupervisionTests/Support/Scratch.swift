import Glibc
import Journal

/// A directory of a test's own under a short path, removed with everything in it at the end.
final class Scratch: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/os-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw JournalError(.space, what: "mkdtemp: errno \(errno)", remedy: "check /tmp")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        Files.remove(path)
    }
}
