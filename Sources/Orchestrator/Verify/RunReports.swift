import Checkers
import Planning
import Report

/// Judges a run that has ended and writes its reports into its folder, each as soon as it is made.
struct RunReports {
    let directory: RunDirectory
    let file: RunFile

    /// Judges, writes, shows; returns the exit code.
    func judgeAndWrite(_ ending: Run.Ending, json: Bool) throws -> Int32 {
        let verification = try Verification(journal: directory.journal)
        let report = verification.report(file)
        try directory.write(report.verdictJSON, to: "verdict.json")
        try directory.write(report.junitXML, to: "junit.xml")
        try directory.write(report.summaryMarkdown, to: "summary.md")
        try directory.write(report.html, to: "report.html")
        verification.show(json: json, file: file)
        switch ending {
        case .completed: break
        case .interrupted: Console.error("ordeal: interrupted")
        case .failed(let why): Console.error("ordeal: the run failed: \(why)")
        case .diskFull(let why): Console.error("ordeal: the run was cut short: \(why)")
        }
        if !json {
            print("evidence and reports: \(directory.path)")
        }
        return verification.outcome.exitCode
    }
}
