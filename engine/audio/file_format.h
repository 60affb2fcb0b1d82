#pragma once

/// What an output file is written as: its container, how its samples are coded, and how well. Table: docs/formats.md.
///
/// Threads: pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/layout.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dubplate::audio {

/// Rates an output may have. Some formats hold fewer: see check_format().
inline constexpr int kMinOutputRate = 1000;
inline constexpr int kMaxOutputRate = 768'000;

struct FileFormat {
    enum class Kind {
        wav16,
        wav24,
        wav32,
        wav32f,
        wav64f,
        flac16,
        flac24,
        aiff16,
        aiff24,
        aiff32f,
        caf16,
        caf24,
        caf32f,
        ogg,   ///< Vorbis at a quality of 0 (least) to 1
        opus,  ///< at so many kbit/s, all channels together
        mp3,   ///< at a constant rate of so many kbit/s
        mp3v   ///< at a variable rate, 0 (best) to 9
    };
    Kind kind = Kind::wav24;
    std::optional<double> setting = {};  ///< of those that have one; absent: the standard

    friend bool operator==(const FileFormat&, const FileFormat&) = default;

    static const FileFormat wav16, wav24, wav32, wav32f, wav64f, flac16, flac24, aiff16, aiff24, aiff32f, caf16, caf24,
        caf32f, ogg, opus, mp3, mp3v;
};

inline constexpr FileFormat FileFormat::wav16{Kind::wav16};
inline constexpr FileFormat FileFormat::wav24{Kind::wav24};
inline constexpr FileFormat FileFormat::wav32{Kind::wav32};
inline constexpr FileFormat FileFormat::wav32f{Kind::wav32f};
inline constexpr FileFormat FileFormat::wav64f{Kind::wav64f};
inline constexpr FileFormat FileFormat::flac16{Kind::flac16};
inline constexpr FileFormat FileFormat::flac24{Kind::flac24};
inline constexpr FileFormat FileFormat::aiff16{Kind::aiff16};
inline constexpr FileFormat FileFormat::aiff24{Kind::aiff24};
inline constexpr FileFormat FileFormat::aiff32f{Kind::aiff32f};
inline constexpr FileFormat FileFormat::caf16{Kind::caf16};
inline constexpr FileFormat FileFormat::caf24{Kind::caf24};
inline constexpr FileFormat FileFormat::caf32f{Kind::caf32f};
inline constexpr FileFormat FileFormat::ogg{Kind::ogg};
inline constexpr FileFormat FileFormat::opus{Kind::opus};
inline constexpr FileFormat FileFormat::mp3{Kind::mp3};
inline constexpr FileFormat FileFormat::mp3v{Kind::mp3v};

/// "wav24", "ogg:0.6", "opus:160", "mp3:320", "mp3v:2". Errors: bad_argument naming the formats there are.
Result<FileFormat> parse_file_format(std::string_view text);
/// What parse_file_format() reads.
std::string to_string(FileFormat format);
/// Every format's name, in the order of Kind.
std::vector<std::string_view> file_format_names();

std::string_view file_extension(FileFormat format);  ///< ".wav"
int integer_bits(FileFormat format);                 ///< what samples are rounded to, with dither; 0: floats
bool is_lossy(FileFormat format);
/// The standard where none is set; 0 for formats without a setting.
double setting_of(FileFormat format, Layout layout, int sample_rate);

/// Errors: bad_argument, with what to choose instead, where the format cannot hold these channels, this rate, or (where
/// `frames` is not 0) so much audio.
Result<void> check_format(FileFormat format, Layout layout, int sample_rate, FrameCount frames = 0);

/// No file of so many frames becomes larger.
std::int64_t largest_file_bytes(FileFormat format, Layout layout, int sample_rate, FrameCount frames);

}  // namespace dubplate::audio
