/// All that a run has measured.
struct Results {
    var machine: [String]
    var date: String
    /// How long each throughput was measured, in seconds.
    var seconds: Double
    var versions: [String] = []
    /// What a run with evidence printed; empty where there was none.
    var evidence = ""
    var rows: [Row] = []
    var idle: [Idle] = []

    /// The row of a system and a shape; nil where it was not measured.
    func row(_ system: String, _ shape: Shape) -> Row? {
        rows.first { $0.system == system && $0.shape == shape }
    }

    func idle(_ system: String) -> Idle? {
        idle.first { $0.system == system }
    }
}
