import Glibc
import NIOCore

/// Errors of sockets in the words of the system.
enum ErrorText {
    /// `Connection reset by peer` in place of the name of the call that failed.
    static func of(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "no answer in time"
        default: "\(error)"
        }
    }
}
