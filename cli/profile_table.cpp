#include "cli/profile_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace dubplate::cli {
namespace {

/// Rows that took less than this say nothing.
constexpr double kLeastSeconds = 0.0005;

std::string per_sample(const render::WorkRow& row) {
    if (row.samples == 0) return "";
    return fmt::format("{:.3f}", 1e9 * row.cpu_seconds / static_cast<double>(row.samples));
}

/// What a device did, beside the threads; nothing where there was none.
std::string device_table(const render::ProfileReport& report) {
    if (report.elsewhere.empty()) return {};
    constexpr const char* kAny = "any of them";
    std::size_t widest = std::string_view(kAny).size();
    for (const render::ElsewhereRow& row : report.elsewhere) widest = std::max(widest, row.work.size());
    std::string text =
        fmt::format("\n{:<{}}  {:>8}  {:>8}  {:>8}  {:>8}\n", "device", widest, "s", "asked s", "chunks", "GB");
    for (const render::ElsewhereRow& row : report.elsewhere)
        text +=
            fmt::format("{:<{}}  {:>8.3f}  {:>8.3f}  {:>8}  {:>8}\n", row.work, widest, row.seconds, row.asked_seconds,
                        row.chunks, row.bytes > 0 ? fmt::format("{:.3f}", 1e-9 * static_cast<double>(row.bytes)) : "");
    return text + fmt::format("{:<{}}  {:>8.3f}\n", kAny, widest, report.elsewhere_seconds);
}

}  // namespace

std::string profile_table(const render::ProfileReport& report) {
    std::string text = fmt::format("{:<14}  {:>8}  {:>8}  {:>6}  {:>8}\n", "stage", "wall s", "CPU s", "busy", "tasks");
    for (const render::ProfileStage& stage : report.stages)
        text += fmt::format("{:<14}  {:>8.3f}  {:>8.3f}  {:>6}  {:>8}\n", stage.time.name, stage.time.seconds,
                            stage.time.cpu_seconds, stage.tasks > 0 ? fmt::format("{:.1f} %", 100.0 * stage.busy) : "",
                            stage.tasks);
    std::size_t widest = 4;
    for (const render::WorkRow& row : report.rows) widest = std::max(widest, row.work.size());
    text += fmt::format("\n{:<14}  {:<{}}  {:>8}  {:>7}  {:>9}  {:>10}  {:>13}\n", "stage", "work", widest, "CPU s",
                        "share", "ns/sample", "calls", "samples");
    for (const render::WorkRow& row : report.rows)
        if (row.cpu_seconds >= kLeastSeconds)
            text += fmt::format("{:<14}  {:<{}}  {:>8.3f}  {:>5.1f} %  {:>9}  {:>10}  {:>13}\n", row.stage, row.work,
                                widest, row.cpu_seconds, 100.0 * row.share, per_sample(row),
                                row.calls > 0 ? std::to_string(row.calls) : "",
                                row.samples > 0 ? std::to_string(row.samples) : "");
    return text + device_table(report);
}

}  // namespace dubplate::cli
