/// The version of this build.
public enum Version {
    /// As `--version` of all programs, their first records and run.json give it.
    public static let text = "0.1.0"
}
