import Evidence
import Planning

extension Plan {
    /// How many records a run of the plan may write, generously: for the space that its journal needs.
    var expectedRecords: Int64 {
        let seconds = workload.duration.seconds + drain.atMost.seconds + drain.returnWithin.seconds
        let messages =
            Double(workload.rate.events) * workload.duration.seconds
            / workload.rate.per.seconds
        // A delivery's line in a batch takes less than an eighth of a record of its own.
        let deliveries = workload.records == .batched ? (cluster.clients + 7) / 8 : cluster.clients
        let perMessage = Double(deliveries + 4)
        let beats = 4 / max(0.1, cluster.hold.seconds) * Double(cluster.clients + cluster.servers)
        // At the end each client sends one message more.
        return Int64((messages + Double(cluster.clients)) * perMessage + 2 * beats * seconds)
            + 10_000
    }
}
