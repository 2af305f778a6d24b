import Checkers
import Foundation
import Planning
import Testing

/// The rules of the house, held by a test: what it finds is a list of `file:line: what`.
@Suite struct TidyTests {
    private let tree: SourceTree

    init() throws {
        tree = try SourceTree()
    }

    private func expectNone(_ findings: [String]) {
        #expect(findings.isEmpty, "\n\(findings.joined(separator: "\n"))")
    }

    @Test("the walk sees the project")
    func walk() {
        let paths = Set(tree.files.map(\.path))
        #expect(paths.isSuperset(of: ["Package.swift", "Plans/quickstart.yaml"]))
        #expect(paths.allSatisfy { !$0.hasPrefix(".build") && !$0.hasPrefix("runs/") })
    }

    @Test("no file of code is longer than 400 lines")
    func length() {
        expectNone(tree.files(ending: ".swift", ".c", ".h", ".yaml").flatMap(TextRules.length))
        expectNone(tree.files.filter { $0.path.hasPrefix("ci/") }.flatMap(TextRules.length))
    }

    @Test("every target imports only what the table of ARCHITECTURE.md allows")
    func imports() {
        expectNone(tree.files(ending: ".swift").flatMap(ImportRules.findings))
    }

    @Test("no code holds a banned word")
    func tokens() {
        expectNone(tree.files(ending: ".swift").flatMap(TokenRules.findings))
    }

    @Test("every plan begins with what it proves")
    func plans() {
        let plans = tree.files(ending: ".yaml").filter { $0.path.hasPrefix("Plans/") }
        #expect(!plans.isEmpty)
        expectNone(plans.flatMap(TextRules.header))
    }

    @Test("every link of a page leads to a file of the project")
    func links() {
        let exists = { (path: String) in
            FileManager.default.fileExists(atPath: SourceTree.root.appending(path: path).path)
        }
        expectNone(tree.files(ending: ".md").flatMap { TextRules.links($0, exists: exists) })
    }

    @Test("the scripts can be run")
    func scripts() {
        let scripts = tree.files.filter {
            $0.text.hasPrefix("#!") && ($0.path.hasPrefix("ci/") || $0.path.hasPrefix(".ci/"))
        }
        let found = scripts.filter {
            !FileManager.default.isExecutableFile(
                atPath: SourceTree.root.appending(path: $0.path).path
            )
        }
        expectNone(found.map { "\($0.path): not executable" })
    }

    @Test("plans and checkers know the same guarantees")
    func guarantees() {
        let planned = GuaranteeName.all.map { "\($0.code) \($0.name)" }
        #expect(planned == Guarantee.allCases.map { "\($0.code) \($0.name)" })
        // What a plan expects without `expect` is promised by the system.
        for servers in 1...3 {
            for ordering in Cluster.Ordering.allCases {
                for registration in Cluster.Registration.allCases {
                    var cluster = Cluster(servers: servers, clients: 1)
                    cluster.ordering = ordering
                    cluster.registration = registration
                    let expected = GuaranteeName.all.filter { $0.isExpectedByDefault(in: cluster) }
                    let promised = Guarantee.promises(
                        servers: servers,
                        isCausal: ordering == .causal,
                        isTotal: ordering == .total,
                        isAvailable: registration == .available
                    ).filter { $0 != .noResurrection }
                    #expect(expected.map(\.code) == promised.map(\.code))
                }
            }
        }
        let always = GuaranteeName.all.filter(\.isAlwaysExpected).map(\.code)
        #expect(always == Guarantee.allCases.filter(\.isAlwaysExpected).map(\.code))
    }
}
