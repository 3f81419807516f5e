"""Sentences for whoever runs the system: its public log, witnesses and backups."""

from __future__ import annotations

from web.words.later import N_

RUNNING: dict[str, str] = {
    # the log that strangers check
    "log-busy": N_("另一个签名程序正在运行，请稍后再试。"),
    "log-history-shrank": N_(
        "账本变短了：签过 {signed} 条，现在只有 {found} 条。没有签名，请马上查原因。"
    ),
    "log-history-differs": N_("第 {event} 条记录和签过的不一样。没有签名，请马上查原因。"),
    "log-damaged": N_("公开日志的文件不对（{why}）。没有签名，请马上查原因。"),
    "log-rolled-back": N_(
        "签名程序记得 {remembered} 条，公开的已有 {published} 条：它被恢复成旧的了。没有签名。"
    ),
    "witness-silent": N_("它没有回答（{why}）。请看它的机器和网络。"),
    "witness-says-no": N_("它不签（状态码 {status}）。请和它的管理人核对公钥和名单。"),
    "witness-saw-more": N_("它签过 {seen} 条，这里只有 {size} 条。请马上查原因。"),
    "witness-saw-other": N_("它签过的前 {seen} 条和这里的不一样。请马上查原因。"),
    "witness-untrue": N_("它的签字不对（{why}）。请和它的管理人核对公钥和时钟。"),
    "witness-forgot": N_("这里记着的 {origin} 不见了或者坏了。没有签字，请恢复或换一把钥匙。"),
    "witness-unknown": N_("文件夹 {folder} 里没有完整的见证人（{why}）。请先建立。"),
    "county-log-shrank": N_(
        "{origin} 的账变短了：上次 {seen} 条，现在 {size} 条。没有收，请马上查原因。"
    ),
    "county-log-differs": N_(
        "{origin} 的账和上次收的（{seen} 条）接不上（{why}）。没有收，请马上查原因。"
    ),
    "county-log-silent": N_("{origin} 没有取到（{why}）。下次再取。"),
    "county-log-untrusted": N_("{origin} 的检查点不能信（{why}）。没有收，请核对信任文件。"),
    "federation-unknown": N_("文件夹 {folder} 里没有联合日志（{why}）。请先建立。"),
    "not-in-federation": N_("联合日志里没有 {origin} 的这个检查点（{size} 条）。"),
    "policy-wrong": N_("这不是信任文件，也不是公钥（{why}）。"),
    "not-logged-yet": N_("第 {event} 条还没有进公开日志，请过一分钟再来。"),
    "not-published": N_("公开日志里没有这个文件。"),
    "folder-not-empty": N_("这个文件夹里已经有东西，请换一个空的。"),
    # backups
    "backup-not-sqlite": N_("这里的库不在文件里，请用部署目录里的脚本备份。"),
    "backup-not-there": N_("这里没有可用的库或备份：{path}。"),
    "backup-damaged": N_("备份坏了（{file}），没有恢复。请换一份备份。"),
    "backup-other-layout": N_("备份和现在的设置不是一种放法（一个文件还是一县一个文件）。"),
    "backup-keys-beside": N_("钥匙不能和备份放在一起，请换一个地方：{path}。"),
    "target-not-empty": N_("那里已经有东西，不会覆盖：{path}。请换一个空的地方。"),
    "entries-missing": N_(
        "备份只有 {has} 条记录，比公示的少 {missing} 条（第 {first} 到 {last} 条），没有恢复。"
        "请找更新的备份；确实没有，恢复时写明认可缺少 {missing} 条。"
    ),
    "board-differs": N_(
        "备份里的前 {size} 条记录和公示的不一样，没有恢复。请保留原样，找审计人员。"
    ),
    "board-unproven": N_("给出的公示检查点不能用（{why}）。"),
    "restored-not-sound": N_("备份里有 {found} 处不对（{first}），没有恢复。"),
}
