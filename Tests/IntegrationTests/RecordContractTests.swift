import Evidence
import Foundation
import JournalReading
import Testing

/// The public contract of records, held against the reader and the records of a run: the JSON Schema and
/// the journal's message catalog.
@Suite(.serialized, .timeLimit(.minutes(3))) struct RecordContractTests {
    private let validator: SchemaValidator

    init() throws {
        validator = try SchemaValidator(Ordeal.package.appending(path: "docs/records.schema.json"))
    }

    /// The members of a record of a kind, each with a text of its type.
    private func members(_ kind: EventKind) -> [String: String] {
        let schema = EventSchema(kind)
        var members = [
            "MESSAGE": "text", "_PID": "7", "ORDEAL_RUN": "r1", "ORDEAL_NODE": "client.1",
            "ORDEAL_INCARNATION": "0", "ORDEAL_SEQ": "7", "ORDEAL_TIME": "12",
            "ORDEAL_EVENT": kind.rawValue,
        ]
        for field in schema.required + schema.optional {
            members[field.rawValue] = sample(FieldSchema(field).type)
        }
        return members
    }

    private func sample(_ type: FieldType) -> String {
        switch type {
        case .text, .stream: "a\nb"
        case .natural, .nanoseconds, .seed: "3"
        case .integer: "-3"
        case .digest: "00000000000000ff"
        case .message: "u/x/s/1"
        case .links: "a -> b, b -> a"
        case .deliveries: (1...3).map { "\($0) 00000000000000ff u/s/\($0)" }.joined(separator: "\n")
        case .oneOf(let words): words[0]
        }
    }

    /// Whether the reader takes the entry.
    private func isRecord(_ members: [String: String]) -> Bool {
        let fields = members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        switch RecordParser.parse(fields: fields, journalSequence: 1, place: "test") {
        case .record: return true
        case .malformed, .notARecord: return false
        }
    }

    @Test("schema and reader take and refuse the same entries", arguments: EventKind.allCases)
    func agreement(kind: EventKind) throws {
        let whole = members(kind)
        #expect(isRecord(whole))
        #expect(try validator.problem(whole) == nil)
        var changed: [[String: String]] = []
        let schema = EventSchema(kind)
        let others = Field.allCases.filter { whole[$0.rawValue] == nil }.prefix(3)
        let own = Field.allCases.filter { whole[$0.rawValue] != nil }
        #expect(own.count == 6 + schema.required.count + schema.optional.count)
        for field in own + others {
            // One is gone, one is there that does not belong, one has another text.
            for text in [nil, "", "-1", "x", "a b", "1", "/", "a/b/0", "A -> B", "\n", "ok"] {
                // That a batch has as many lines as its count says is beyond a schema.
                if kind == .deliverBatch, field == .count, text == "1" { continue }
                var members = whole
                members[field.rawValue] = text
                changed.append(members)
            }
        }
        changed.append(whole.merging(["ORDEAL_OTHER": "1"]) { $1 })
        var refused = 0
        for members in changed {
            let takes = isRecord(members)
            let problem = try validator.problem(members)
            #expect((problem == nil) == takes, "\(members): \(problem ?? "fits")")
            refused += takes ? 0 : 1
        }
        #expect(refused > own.count)
        #expect(refused < changed.count)
    }

    private func output(_ program: String, _ arguments: [String]) async throws -> String {
        let result = try await Ordeal.run(
            URL(fileURLWithPath: "/usr/bin/\(program)"),
            arguments
        )
        try #require(result.status == 0, "\(arguments): \(result.errors)")
        return result.output
    }

    @Test("every record of a run fits the schema, and the journal's catalog explains it")
    func run() async throws {
        try await Ordeal.withFolder { folder in
            let plan = folder.appending(path: "plan.yaml")
            try RunTests.small.write(to: plan, atomically: true, encoding: .utf8)
            let runs = folder.path + "/runs"
            let result = try await Ordeal.run(["run", plan.path, "--runs", runs])
            #expect(result.status == 0, "\(result.output)\n\(result.errors)")
            let journal = "\(runs)/latest/journal"
            let lines = try await output(
                "journalctl",
                ["-q", "--directory", journal, "-o", "json", "--all"]
            ).split(separator: "\n")
            var records = 0
            for line in lines {
                let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
                let members = try #require(value as? [String: Any])
                guard members["ORDEAL_RUN"] != nil else { continue }
                records += 1
                let problem = try validator.problem(members)
                #expect(problem == nil, "\(problem ?? "") in \(line)")
            }
            #expect(records == Array(try JournalDirectory.read(journal).records).count)
            try await explain(journal, in: folder)
        }
    }

    /// The catalog is installed below a folder of the test's own, and asked about a record.
    private func explain(_ journal: String, in folder: URL) async throws {
        let root = folder.path + "/root"
        let database = "\(root)/var/lib/systemd/catalog"
        let sources = "\(root)/usr/lib/systemd/catalog"
        for path in [database, sources] {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true
            )
        }
        try FileManager.default.copyItem(
            at: Ordeal.package.appending(path: "docs/ordeal.catalog"),
            to: URL(fileURLWithPath: "\(sources)/ordeal.catalog")
        )
        _ = try await output("journalctl", ["--root", root, "--update-catalog"])
        let listed = try await output("journalctl", ["--root", root, "--list-catalog"])
        #expect(listed.split(separator: "\n").count == EventKind.allCases.count)
        for kind in EventKind.allCases {
            #expect(listed.contains("\(EventSchema(kind).messageID) Ordeal: "), "\(kind)")
        }

        // `-x` asks the system's database alone, so that is another one in a namespace of its own.
        let script = """
            mount --bind "$0" /var/lib/systemd/catalog &&
            exec journalctl -q -x --directory "$1" -n 1 ORDEAL_EVENT=deliver
            """
        let unshare = URL(fileURLWithPath: "/usr/bin/unshare")
        let explained = try await Ordeal.run(
            unshare,
            ["--user", "--map-root-user", "--mount", "sh", "-c", script, database, journal]
        )
        guard explained.status == 0 else {
            try Test.cancel("no mount namespace is to be had here: \(explained.errors)")
        }
        let text = explained.output
        #expect(text.contains("Subject: Delivered user-"), "\(text)")
        #expect(text.contains("Defined-By: Ordeal"))
        #expect(text.contains("A client hands a message to its application"))
        #expect(text.contains("ORDEAL_USER = user-"), "\(text)")
        #expect(!text.contains("@ORDEAL_"), "\(text)")
    }
}
