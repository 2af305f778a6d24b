import Report

/// Writes the reports of a run into its folder, each as soon as it is made.
struct RunReports {
    let directory: RunDirectory
    let file: RunFile
    let verification: Verification

    /// Writes them all.
    ///
    /// - Throws: what the disk says; what was written before stays.
    func write() throws {
        let report = verification.report(file)
        try directory.write(report.verdictJSON, to: "verdict.json")
        try directory.write(report.junitXML, to: "junit.xml")
        try directory.write(report.summaryMarkdown, to: "summary.md")
        try directory.write(report.html, to: "report.html")
    }
}
