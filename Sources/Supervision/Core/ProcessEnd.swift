/// How the system says that a process ended.
enum ProcessEnd: Sendable, Hashable, CustomStringConvertible {
    /// It exited with this code.
    case code(Int32)
    /// This signal ended it.
    case signal(Int32)

    /// The code or the signal's number.
    var status: Int32 {
        switch self {
        case .code(let code): code
        case .signal(let signal): signal
        }
    }

    /// How it ended, for a sentence.
    var description: String {
        switch self {
        case .code(let code): "it exited with code \(code)"
        case .signal(let signal): "signal \(signal) ended it"
        }
    }
}
