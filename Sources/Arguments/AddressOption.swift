public import ArgumentParser
public import Messaging

/// An address on the command line: `host:port`.
public struct AddressOption: ExpressibleByArgument, Sendable {
    /// The address.
    public let address: Address

    /// Reads an address; nil where the text is none.
    public init?(argument: String) {
        guard let address = Address(argument) else { return nil }
        self.address = address
    }
}
