#include "session-format/import/time_references.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace dubplate::session {
namespace {

/// Beyond this a time reference is no time of day, not even that of a session that runs past midnight.
constexpr double kMostSeconds = 100.0 * 3600.0;
/// A silence that is worth a word.
constexpr double kLongSilence = 600.0;

std::optional<double> seconds_of(const SoundFile& file) {
    if (!file.time_reference) return {};
    const double seconds = static_cast<double>(*file.time_reference) / file.sample_rate;
    if (seconds > kMostSeconds) return {};
    return seconds;
}

/// round(frames at one rate as frames at another), exactly: frames < 100 h * 1.5 MHz.
FrameCount at_rate(std::uint64_t frames, int from, int to) {
    __extension__ using Wide = __int128;
    return static_cast<FrameCount>((Wide{frames} * to * 2 + from) / (Wide{from} * 2));
}

void warn_of_silence(std::span<const SoundFile> files, const PlacedFiles& placed, int sample_rate,
                     Diagnostics& warnings) {
    std::vector<std::size_t> order(files.size());
    for (std::size_t file = 0; file < files.size(); ++file) order[file] = file;
    std::ranges::stable_sort(order, {}, [&](std::size_t file) { return placed.starts[file]; });
    double end = 0.0;
    for (const std::size_t file : order) {
        const double start = static_cast<double>(placed.starts[file]) / sample_rate;
        if (start - end > kLongSilence)
            warnings.push_back({fmt::format("nothing sounds before it for {}: is its time reference, {}, right?",
                                            time_of_day(start - end), time_of_day(start + placed.day_seconds)),
                                files[file].path});
        end = std::max(end, start + static_cast<double>(files[file].frames) / files[file].sample_rate);
    }
}

}  // namespace

Result<double> parse_time_of_day(const std::string& text) {
    double parts[3] = {};
    const char* at = text.data();
    const char* const end = at + text.size();
    bool whole = true;
    for (int part = 0; part < 3 && whole; ++part) {
        const bool is_last = part == 2;
        whole = at != end && *at >= '0' && *at <= '9';
        if (!whole) break;
        const auto [next, error] = std::from_chars(at, end, parts[part], std::chars_format::fixed);
        whole = error == std::errc{} && (is_last ? next == end : next != end && *next == ':') &&
                (is_last || parts[part] == std::floor(parts[part]));
        at = whole && !is_last ? next + 1 : next;
    }
    const bool fits = whole && parts[0] < 100.0 && parts[1] < 60.0 && parts[2] < 60.0;
    if (!fits)
        return fail(
            ErrorCode::bad_argument,
            fmt::format("'{}' is no time of day such as 10:00:00 or 09:59:58.5 (hours, minutes, seconds)", text));
    return parts[0] * 3600.0 + parts[1] * 60.0 + parts[2];
}

std::string time_of_day(double seconds) {
    const auto milliseconds = static_cast<std::int64_t>(std::llround(seconds * 1000.0));
    const std::int64_t whole = milliseconds / 1000;
    std::string text = fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    if (milliseconds % 1000 != 0) text += fmt::format(".{:03}", milliseconds % 1000);
    return text;
}

Result<PlacedFiles> place_by_time_reference(std::span<const SoundFile> files, int sample_rate,
                                            std::optional<double> day_seconds, Diagnostics& warnings) {
    PlacedFiles placed;
    placed.starts.resize(files.size());
    const SoundFile* first = nullptr;
    double earliest = std::numeric_limits<double>::infinity();
    for (const SoundFile& file : files) {
        const auto seconds = seconds_of(file);
        if (!seconds) {
            warnings.push_back({file.time_reference
                                    ? "its time reference is beyond any day: it starts with the session"
                                    : "says nothing of when it was recorded: it starts with the session",
                                file.path});
        } else if (*seconds < earliest) {
            earliest = *seconds;
            first = &file;
        }
    }
    if (first == nullptr) return placed;
    placed.any = true;
    placed.day_seconds = day_seconds.value_or(earliest);
    if (placed.day_seconds > earliest)
        return fail(ErrorCode::bad_argument,
                    fmt::format("begins at {}, before the session would: let it start at that time or earlier",
                                time_of_day(earliest)),
                    first->path);
    const FrameCount origin = day_seconds ? std::llround(*day_seconds * sample_rate)
                                          : at_rate(*first->time_reference, first->sample_rate, sample_rate);
    for (std::size_t file = 0; file < files.size(); ++file)
        if (seconds_of(files[file]))
            placed.starts[file] = std::max<FrameCount>(
                at_rate(*files[file].time_reference, files[file].sample_rate, sample_rate) - origin, 0);
    warn_of_silence(files, placed, sample_rate, warnings);
    return placed;
}

}  // namespace dubplate::session
