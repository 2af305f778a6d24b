/// The version of Ordeal.
enum Version {
    /// As `ordeal --version` and run.json give it.
    static let text = "0.1.0"
}
