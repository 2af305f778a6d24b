import ArgumentParser
import Arguments
import Messaging

/// What all servers of a system are given alike: how names are registered, in which order messages are
/// delivered, and from which load on newcomers are sent elsewhere.
struct SystemOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What a side without a majority of the voters does with registrations: quorum, available.",
            discussion: """
                quorum refuses them, so that no name is ever registered twice; available takes over after \
                hold and goes on. The default is quorum.
                """
        ),
        transform: { text in
            guard let mode = RegistrationMode(rawValue: text) else {
                throw ValidationError("must be quorum or available, not \(text)")
            }
            return mode
        }
    )
    var registration = RegistrationMode.quorum

    @Option(
        help: ArgumentHelp(
            "In which order messages are delivered: fifo, causal, total.",
            discussion: """
                It must be the same for all servers of a system. With total the master numbers all messages, \
                which needs --registration quorum. The default is fifo.
                """
        ),
        transform: { text in
            guard let ordering = MessageOrdering(rawValue: text) else {
                throw ValidationError("must be fifo, causal or total, not \(text)")
            }
            return ordering
        }
    )
    var ordering = MessageOrdering.fifo

    @Option(
        help: """
            From which load on new clients are sent elsewhere, MIN..MAX sessions: below MIN never, from \
            MAX always. The default is 200..400.
            """,
        transform: ThresholdsOption.parse
    )
    var redirectClients: ThresholdsOption?

    @Option(
        help: """
            From which load on joining servers are sent elsewhere, MIN..MAX peers. The default is 16..32.
            """,
        transform: ThresholdsOption.parse
    )
    var redirectServers: ThresholdsOption?

    func validate() throws {
        guard ordering != .total || registration == .quorum else {
            throw ValidationError(
                "--ordering total needs --registration quorum: else two masters would number messages"
            )
        }
    }

    /// Sets what was given.
    func apply(to configuration: inout ServerConfiguration) {
        configuration.registration = registration
        configuration.ordering = ordering
        if let redirectClients { configuration.clientRedirect = redirectClients.thresholds }
        if let redirectServers { configuration.serverRedirect = redirectServers.thresholds }
    }
}

/// Thresholds on the command line: `200..400`.
struct ThresholdsOption: TextOption {
    static let wanted = "MIN..MAX, two whole numbers, MIN not above MAX: 200..400"

    let thresholds: RedirectThresholds

    init?(argument: String) {
        guard let thresholds = RedirectThresholds(argument) else { return nil }
        self.thresholds = thresholds
    }
}
