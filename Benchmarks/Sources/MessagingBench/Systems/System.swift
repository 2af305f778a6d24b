import Glibc

/// A system that is measured.
protocol System {
    associatedtype SystemWire: Wire

    /// Its name in the tables.
    var name: String { get }
    /// The most servers that it is measured with.
    var serversMax: Int { get }
    var wire: SystemWire { get }
    /// Its version, in its own words.
    var version: String { get }
    /// The system as it is started for clients that connect and do nothing. The default is as for others.
    var forIdleClients: Self { get }

    /// Starts servers that work together, and waits until they do.
    func start(servers: Int, folder: String) throws -> Cluster
}

extension System {
    var forIdleClients: Self { self }
}

/// Servers that work together.
struct Cluster {
    var processes: [ServerProcess]
    var ports: [UInt16]

    func end() {
        for process in processes { process.end() }
    }
}

/// What a program prints when it is asked for its version: the first line that has a digit.
func firstLine(of command: String) -> String {
    guard let stream = popen("\(command) 2>&1", "r") else { return "unknown" }
    defer { pclose(stream) }
    var buffer = [UInt8](repeating: 0, count: 8192)
    let count = fread(&buffer, 1, buffer.count, stream)
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.contains { $0.isNumber } }
    return line.map(String.init) ?? "unknown"
}
