import Glibc
import NIOCore
import NIOPosix

/// Errors of sockets in the words of the system.
enum ErrorText {
    /// `Connection reset by peer` in place of the name of the call that failed.
    static func of(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: "no answer in time"
        case let error as SocketAddressError.UnknownHost: "no host is known as \(error.host)"
        case let error as NIOConnectionError where error.connectionErrors.isEmpty:
            "no host is known as \(error.host)"
        default: "\(error)"
        }
    }
}
