import ArgumentParser
import Foundation

/// `ordeal doctor`: what this machine can do, and what is missing.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what this machine can do and what is missing.",
        discussion: """
            Exit code 0: runs can be made here; 69: something that they need is missing.

            Example: ordeal doctor --json
            """
    )

    @Flag(help: "Print a JSON array of objects with name, state, detail, remedy.")
    var json = false

    func run() async throws {
        let findings = await Examination.all()
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Console.show(String(decoding: try encoder.encode(findings), as: UTF8.self))
        } else {
            for finding in findings {
                let name = finding.name.padding(toLength: 18, withPad: " ", startingAt: 0)
                let state = finding.state.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
                Console.show("\(state) \(name) \(finding.detail)")
                if let remedy = finding.remedy {
                    Console.show(String(repeating: " ", count: 28) + "remedy: \(remedy)")
                }
            }
        }
        let isMissing = findings.contains { $0.state == .missing }
        throw Console.exitCode(isMissing ? ExitStatus.unavailable : 0)
    }
}
