import NIOCore

/// Hosts that are written as numbers.
public enum NumericHost {
    /// Whether a text is an address of IPv4 or IPv6, without a port.
    public static func isOne(_ text: String) -> Bool {
        (try? SocketAddress(ipAddress: text, port: 0)) != nil
    }
}
