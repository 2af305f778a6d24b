/// Starts nodes that are down; there is nothing to heal.
struct StartInjector: Injector {
    let nodes: [String]
    let processes: any ProcessControl

    func apply() async throws {
        for node in nodes where await processes.isRunning(node) {
            throw FaultError("\(node) runs already")
        }
        try await processes.start(nodes)
    }

    func verify() async throws -> String {
        for node in nodes where await !processes.isRunning(node) {
            throw FaultError("\(node) was ready and ended again")
        }
        return "the node is ready"
    }

    func heal() async throws {}

    func verifyHealed() async throws -> String { "the node stays up, as planned" }

    func isExercised() async throws -> Bool? { nil }
}
