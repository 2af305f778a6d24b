import Glibc
import Messaging
import Transport

/// `ordeal-node --take-over`: tells a running server to decide the next epoch alone.
enum TakeOver {
    /// Sends TAKE_OVER and gives the exit code; the answer is shown on standard output.
    static func send(to server: Address, secret: String) throws -> Int32 {
        var settings = ShellSettings()
        settings.connectTimeout = OperatorCore.answerWithin
        let shell = try Shell.launch(
            OperatorCore(server: server, secret: secret),
            settings,
            ShellHooks(show: Console.show)
        )
        ControlInput.forwardSignals(to: shell.control)
        return try shell.wait()
    }
}
