#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "engine/base/visible_text.h"

namespace dubplate::cli {
ProgressStyle progress_style(bool quiet) {
    if (quiet) return ProgressStyle::none;
    return isatty(STDERR_FILENO) != 0 ? ProgressStyle::terminal : ProgressStyle::lines;
}

std::string clock_time(double seconds) {
    if (!(seconds >= 0.0) || seconds > 1e9) return "?";
    const auto whole = static_cast<long>(seconds);
    if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

ProgressDisplay::ProgressDisplay(ProgressStyle style, int sample_rate, std::string what)
    : style_(style), sample_rate_(sample_rate), what_(std::move(what)) {}

ProgressDisplay::~ProgressDisplay() {
    if (line_is_drawn_) fmt::print(stderr, "\r\x1b[K");
}

bool ProgressDisplay::show(const render::Progress& progress) {
    const double total = static_cast<double>(std::max<FrameCount>(progress.frames_total, 1));
    const double done = std::min(static_cast<double>(progress.frames_done) / total, 1.0);
    const auto line = [&]() -> std::string {
        if (progress.stage == render::Stage::finishing) return "finishing files";
        if (progress.frames_total <= 0) return "reading files";
        return fmt::format("{:3.0f} %  {} of {}  {:.1f} x real time  {} left", std::floor(done * 100.0),
                           clock_time(static_cast<double>(progress.frames_done) / sample_rate_),
                           clock_time(total / sample_rate_), progress.times_real_time,
                           clock_time(std::ceil(progress.seconds_left)));
    };
    if (style_ == ProgressStyle::terminal) {
        fmt::print(stderr, "\r{}{}\x1b[K", visible_text(what_), line());
        line_is_drawn_ = true;
    } else if (style_ == ProgressStyle::lines) {
        const int tenths = static_cast<int>(done * 10.0);
        if (tenths > tenths_shown_) fmt::print(stderr, "{}{}\n", visible_text(what_), line());
        tenths_shown_ = std::max(tenths, tenths_shown_);
    }
    return !interrupt_.asked();
}

}  // namespace dubplate::cli
