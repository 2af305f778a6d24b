/// The style sheet of `report.html`: readable in light and dark, on paper and on a small screen.
enum HTMLStyle {
    static let text = """
        :root{color-scheme:light dark;--bg:#fbfbf9;--fg:#1d2329;--mute:#66707a;--line:#dfe2e4;\
        --card:#fff;--good:#1a7f43;--bad:#c62828;--warn:#9a6700;--kill:#d5443b;--cut:#d98a00;\
        --other:#7a5bd0;--accent:#2563ad}
        @media(prefers-color-scheme:dark){:root{--bg:#14181c;--fg:#e4e7ea;--mute:#97a1ab;\
        --line:#2c333a;--card:#1b2127;--good:#56c980;--bad:#ff7a70;--warn:#e0b04a;--kill:#ff7066;\
        --cut:#f0b040;--other:#a98bff;--accent:#6fb0ff}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
        main{max-width:1080px;margin:0 auto;padding:28px 20px 60px}
        h1{font-size:26px;margin:0 0 2px}h2{font-size:18px;margin:34px 0 10px}
        p{margin:6px 0}.mute,.note{color:var(--mute)}
        .result{display:inline-block;margin:10px 0 0;padding:4px 14px;border-radius:16px;\
        font-weight:600;border:1.5px solid currentColor}
        .good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
        .numbers{display:flex;flex-wrap:wrap;gap:8px 26px;margin:18px 0 0}
        .numbers div{color:var(--mute)}.numbers b{display:block;font-size:19px;color:var(--fg);\
        font-variant-numeric:tabular-nums}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--line);\
        border-radius:8px}
        th,td{text-align:left;padding:7px 12px;border-bottom:1px solid var(--line);vertical-align:top}
        tr:last-child td{border-bottom:0}th{font-size:13px;color:var(--mute);font-weight:600}
        .number{text-align:right;font-variant-numeric:tabular-nums}
        td.verdict{font-weight:600}td .mute{font-weight:400}
        code,pre{font:13px/1.45 ui-monospace,Menlo,Consolas,monospace}
        pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px;\
        overflow-x:auto;margin:8px 0}
        details{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:8px 0;\
        padding:8px 14px}summary{cursor:pointer}
        details ul{margin:6px 0;padding-left:20px}
        .witness{display:block;color:var(--mute)}
        svg.timeline{width:100%;min-width:640px;height:auto;background:var(--card);\
        border:1px solid var(--line);border-radius:8px}
        svg text{font:11px system-ui,sans-serif;fill:var(--mute)}svg text.label{fill:var(--fg)}
        .grid{stroke:var(--line)}.curve{fill:none;stroke:var(--accent);stroke-width:1.6}
        .area{fill:var(--accent);opacity:.13}.phase{stroke:var(--mute);stroke-dasharray:2 3}
        text.phase{stroke:none}.shade{opacity:.13}
        .kill{fill:var(--kill)}.cut{fill:var(--cut)}.other{fill:var(--other)}
        @media print{details{break-inside:avoid}}
        """
}
