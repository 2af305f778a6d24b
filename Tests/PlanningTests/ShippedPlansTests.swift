import Foundation
import Planning
import Testing

@Suite struct ShippedPlansTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Plans")

    private static var files: [String] {
        let found = FileManager.default.enumerator(atPath: folder.path)
        return (found?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
    }

    @Test("the shipped plans are found")
    func found() {
        let shipped = [
            "mutants/drop.yaml", "mutants/duplicate.yaml", "mutants/reorder.yaml",
            "quickstart.yaml",
        ]
        #expect(Set(Self.files).isSuperset(of: shipped))
    }

    @Test("every shipped plan is right, and so is its resolved text", arguments: files)
    func right(file: String) throws {
        let path = Self.folder.appending(path: file).path
        let plan = try PlanLoader.load(path: path)
        #expect(try PlanLoader.load(text: plan.yaml, file: file) == plan)
    }

    @Test("the quickstart has its size and expects the ten of the first run to hold")
    func quickstart() throws {
        let plan = try PlanLoader.load(path: Self.folder.appending(path: "quickstart.yaml").path)
        #expect(plan.cluster.servers == 6 && plan.cluster.clients == 20)
        #expect(plan.workload.duration == .seconds(15))
        #expect(plan.workload.rate == Rate(events: 100, per: .seconds(1)))
        let codes = ["D1", "D2", "D3", "D4", "O1", "R1", "L2", "P1", "E1", "E2"]
        #expect(Set(plan.expect.map(\.code)).isSuperset(of: codes))
        #expect(plan.expect.allSatisfy { $0.result == .holds })
    }

    @Test(
        "each mutant expects its own guarantee alone to be violated",
        arguments: [("drop", "D1"), ("duplicate", "D2"), ("reorder", "O1")]
    )
    func mutants(name: String, code: String) throws {
        let path = Self.folder.appending(path: "mutants/\(name).yaml").path
        let plan = try PlanLoader.load(path: path)
        #expect(plan.expect.filter { $0.result == .violated }.map(\.code) == [code])
        #expect(plan.expect.contains { $0.result == .holds && $0.code.hasPrefix("D") })
    }
}
