import ArgumentParser
import Evidence

/// `ordeal-client`: a client of the super-peer messaging system.
struct ClientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ordeal-client",
        abstract: "A client of the super-peer messaging system.",
        discussion: """
            chat is for people; workload is what a run starts.

              ordeal-client chat --server 127.0.0.1:3780 -u ann
              ordeal-client -rh 127.0.0.1 -rp 3780 -u ann -s secret
            """,
        version: Version.text,
        subcommands: [ChatCommand.self, WorkloadCommand.self],
        defaultSubcommand: ChatCommand.self
    )
}
