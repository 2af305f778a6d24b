import Journal

/// What the reactor holds for one incarnation: the process, its pipes and their tokens.
final class RunningProcess {
    let incarnation: Int
    let child: ChildProcess
    let outputs: [OutputChannel]
    let control: ControlPipe?
    /// Where its processes say that they are ready.
    let notify: NotifySocket
    /// The token of the notify socket.
    var notifyToken: UInt64?
    /// Descendants outside of the process group that were killed and are not reaped yet.
    var strays: Set<Int32> = []
    /// The token of the pidfd; nil once it was seen to end.
    var endToken: UInt64?
    /// The tokens of the outputs, at the same places; nil where one has ended.
    var outputTokens: [UInt64?]
    /// The token of the control pipe, while something waits.
    var controlToken: UInt64?

    init(
        incarnation: Int,
        child: ChildProcess,
        outputs: [OutputChannel],
        control: ControlPipe?,
        notify: NotifySocket
    ) {
        self.incarnation = incarnation
        self.child = child
        self.outputs = outputs
        self.control = control
        self.notify = notify
        outputTokens = outputs.map { _ in nil }
    }

    /// The last lines of its standard error.
    var errorTail: [String] {
        outputs.first { $0.name == .stderr }?.tail ?? []
    }
}
