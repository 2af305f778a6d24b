import Evidence
import Foundation
import JournalReading
import Testing

/// A system that is not ours, in Python, with the writer of `Writers/`.
@Suite(.serialized, .timeLimit(.minutes(3))) struct OwnSystemTests {
    private static let plan = Ordeal.package.appending(path: "Plans/own-broker.yaml").path

    private func verdicts(_ folder: URL) throws -> [String: String] {
        let data = try Data(contentsOf: folder.appending(path: "runs/latest/verdict.json"))
        let verdict = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(verdict["guarantees"] as? [[String: Any]])
        return Dictionary(
            uniqueKeysWithValues: rows.compactMap { row in
                guard let code = row["code"] as? String else { return nil }
                return (code, row["verdict"] as? String ?? "")
            }
        )
    }

    @Test("a broker in Python is killed and cut off, and keeps what it promises")
    func holds() async throws {
        let validator = try SchemaValidator(
            Ordeal.package.appending(path: "docs/records.schema.json")
        )
        try await Ordeal.withFolder { folder in
            let result = try await Ordeal.run(
                ["run", Self.plan, "--runs", folder.path + "/runs"]
            )
            #expect(result.status == 0, "\(result.output)\n\(result.errors)")
            let verdicts = try verdicts(folder)
            for code in ["D1", "D2", "D3", "D4", "O1", "O2", "O3", "L1", "P1", "E1", "E2"] {
                #expect(verdicts[code] == "holds", "\(code)")
            }
            let records = try JournalDirectory.read(folder.path + "/runs/latest/journal").records
            var deliveries = 0
            for record in records {
                var members = [
                    "ORDEAL_RUN": record.run, "ORDEAL_NODE": record.node,
                    "ORDEAL_INCARNATION": String(record.incarnation),
                    "ORDEAL_SEQ": String(record.sequence),
                    "ORDEAL_TIME": String(record.time.nanoseconds),
                    "ORDEAL_EVENT": record.event.rawValue,
                ]
                for (field, value) in record.fields.pairs { members[field.rawValue] = value }
                let problem = try validator.problem(members)
                #expect(problem == nil, "\(problem ?? ""): \(members)")
                deliveries += record.event == .deliver ? 1 : 0
            }
            #expect(deliveries > 500)
        }
    }

    @Test("a broker in Python that forgets what it acknowledged is caught")
    func mutant() async throws {
        try await Ordeal.withFolder { folder in
            let text = try String(contentsOfFile: Self.plan, encoding: .utf8)
                .replacing("./own-broker/", with: Ordeal.package.path + "/Plans/own-broker/")
                .replacing("server: [python3", with: "server: [env, OWN_BROKER_DROP=50, python3")
            let plan = folder.appending(path: "mutant.yaml")
            try text.write(to: plan, atomically: true, encoding: .utf8)
            let result = try await Ordeal.run(
                ["run", plan.path, "--runs", folder.path + "/runs"]
            )
            #expect(result.status == 1, "\(result.output)\n\(result.errors)")
            let verdicts = try verdicts(folder)
            #expect(verdicts["D1"] == "violated")
            for code in ["D2", "D3", "D4", "O1", "O2", "O3", "L1", "P1", "E1", "E2"] {
                #expect(verdicts[code] == "holds", "\(code)")
            }
        }
    }
}
