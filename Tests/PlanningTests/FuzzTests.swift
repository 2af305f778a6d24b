import Planning
import Testing

@Suite struct FuzzTests {
    @Test(
        "damaged text is a plan or has errors inside the text, and never ends the program",
        arguments: 0..<150
    )
    func damaged(seed: UInt64) {
        var random = RandomPlan(seed: seed &+ 1000)
        let text = random.next().yaml
        for _ in 0..<8 {
            let broken = random.damaged(text)
            let lines = broken.split(separator: "\n", omittingEmptySubsequences: false).count
            do {
                let plan = try PlanLoader.load(text: broken, file: "f")
                #expect(throws: Never.self) { try PlanLoader.load(text: plan.yaml, file: "f") }
            } catch {
                #expect(
                    error.errors.allSatisfy { (1...lines + 1).contains($0.line) && $0.column >= 1 }
                )
                #expect(error.errors.allSatisfy { !$0.what.isEmpty && !$0.remedy.isEmpty })
            }
        }
    }

    @Test("deep and wide text ends in errors")
    func extremes() {
        let head = "plan: a\ncluster: {servers: 1, clients: 1}\n"
        let texts = [
            String(repeating: "[", count: 100_000), String(repeating: "- ", count: 50_000),
            String(repeating: "{a: ", count: 5000), String(repeating: "a", count: 2_000_000),
            head + "story: [" + String(repeating: "{},", count: 2000) + "]",
            String(repeating: "a: 1\n", count: 500),
        ]
        for (index, text) in texts.enumerated() {
            #expect(throws: PlanErrors.self, "text \(index)") {
                try PlanLoader.load(text: text, file: "f")
            }
        }
    }
}
