/// What went through in one run.
struct Throughput {
    /// The length of the run.
    var seconds: Double
    /// Deliveries to receivers.
    var delivered: Int
    /// Deliveries to senders, where a system makes such.
    var echoed: Int
    /// Time of the servers on a core.
    var serverSeconds: Double
    /// Time of the load generator on a core.
    var loadSeconds: Double
    /// Deliveries that never came.
    var lost: Int
    /// Deliveries that came twice or out of order.
    var disorder: Int

    /// Deliveries to receivers in one second.
    var rate: Double { Double(delivered) / seconds }
    /// Deliveries to receivers in one second of the servers' time.
    var perServerSecond: Double { Double(delivered) / max(serverSeconds, 1e-9) }
    /// The servers' time for a delivery to a receiver, in microseconds.
    var microsecondsEach: Double { serverSeconds * 1e6 / Double(max(delivered, 1)) }
    /// The share of its core that the load generator used.
    var loadShare: Double { loadSeconds / seconds }
}

/// How long deliveries take at a moderate rate, in nanoseconds.
struct Latency {
    var median: Int64
    var percentile99: Int64
    /// Deliveries that never came.
    var lost: Int
}

/// One shape of load.
struct Shape: Hashable {
    var servers: Int
    var senders: Int
    var receivers: Int
}

/// All that was measured of one system under one shape of load.
struct Row {
    var system: String
    var shape: Shape
    var throughput: Throughput
    var latency: Latency
}

/// What a system costs while nothing happens.
struct Idle {
    var system: String
    /// The memory of one connected client, in KiB (PSS).
    var clientKiB: Double
    /// The memory of a server without clients, in KiB (PSS).
    var serverKiB: Int64
    /// From the spawn to the first accepted connection, in milliseconds.
    var startMilliseconds: Double
}
