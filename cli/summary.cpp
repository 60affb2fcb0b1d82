#include "cli/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/progress.h"
#include "engine/base/spelling.h"

namespace dubplate::cli {
namespace {

/// How many columns a UTF-8 text takes, near enough: its code points.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

std::string summary_text(const render::RenderReport& report) {
    std::size_t widest = 4;
    for (const render::OutputReport& output : report.outputs) widest = std::max(widest, width_of(output.file.path));
    const auto padded = [&](const std::string& text) { return text + std::string(widest - width_of(text), ' '); };

    std::string text =
        fmt::format("{}  {:<9}  {:>10}  {:>10}  {:>8}\n", padded("file"), "kind", "peak dBFS", "RMS dBFS", "clipped");
    for (const render::OutputReport& output : report.outputs)
        text +=
            fmt::format("{}  {:<9}  {:>10.2f}  {:>10.2f}  {:>8}\n", padded(output.file.path),
                        render::to_string(output.kind), output.peak_dbfs, output.rms_dbfs, output.file.clipped_samples);
    if (report.stem_sum_residual_dbfs)
        text += fmt::format("\nThe stems sum to the premaster: residual {:.1f} dBFS RMS.\n",
                            *report.stem_sum_residual_dbfs);
    text +=
        fmt::format("{}{} in {:.2f} s: {:.1f} x real time on {}, {}, {} MiB of memory.\n",
                    report.stem_sum_residual_dbfs ? "" : "\n", clock_time(report.audio_seconds), report.wall_seconds,
                    report.times_real_time, report.device, counted(static_cast<std::size_t>(report.threads), "thread"),
                    report.peak_memory_bytes / (1 << 20));
    return text;
}

std::string versions_text(const std::vector<std::string>& rendered, const std::vector<std::string>& not_rendered) {
    if (not_rendered.empty()) return counted(rendered.size(), "version") + " rendered.\n";
    const std::string all = counted(rendered.size() + not_rendered.size(), "version");
    return fmt::format("{} of {} rendered, not {}\n", rendered.size(), all, fmt::join(not_rendered, ", "));
}

}  // namespace dubplate::cli
