#pragma once

/// One output file being written: quantised, dithered, encoded beside its target, complete before it gets its name.
///
/// Shapes: planar float32, in[channel][frame], +-1 at full scale. Frames must come in order, without gaps, from the
/// first frame the sink was created with.
/// Formats: file_format.h. Integers get TPDF dither of +-1 LSB (Philox keyed by seed, name, channel; counter = absolute
/// frame), floats keep their bits (-0 becomes +0). WAV: WAVE_FORMAT_EXTENSIBLE with the layout's mask for more than two
/// channels; a BW64 header where the file passes 4 GiB. CAF: a channel bitmap. Ogg: channels in the order of Vorbis, a
/// serial number made of seed and name. No PEAK chunk, no date: same input, same bytes, however the frames are cut into
/// calls (Vorbis, Opus, MP3: with the same build of the encoder). Samples beyond full scale (|sample| > 1) are counted
/// and, in integers, clipped; lossy formats count them because players clip them; floats clip nothing and count 0.
/// Threads: one caller at a time, any thread. Errors: io with the path and the system's words; bad_argument for NaN or
/// infinite samples (with the frame), and as check_format(). After an error a sink can only be destroyed. Destroyed
/// before complete() it leaves nothing behind.

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "engine/audio/file_format.h"
#include "engine/audio/output_file.h"

namespace dubplate::audio {

struct SinkSettings {
    std::string path;  ///< the final name; the temporary one is beside it
    FileFormat format = FileFormat::wav24;
    Layout layout;
    int sample_rate = 48000;
    FrameCount first_frame = 0;      ///< absolute frame of the first sample: keys the dither
    FrameCount expected_frames = 0;  ///< for preallocation; the file may end up shorter or longer
    bool length_is_certain =
        false;                ///< hash while writing; where expected_frames does not come true the file is read back
    bool past_cache = false;  ///< OutputFile::pass_cache()
    std::uint64_t seed = 0;
    std::string name;  ///< the output's name ("mix", "stem/Drums"): keys the dither
};

struct SinkReport {
    std::string path;
    std::string sha256;
    std::int64_t bytes = 0;
    FrameCount frames = 0;
    std::int64_t clipped_samples = 0;
    double peak = 0.0;         ///< largest |sample| before quantisation
    double mean_square = 0.0;  ///< over all channels, before quantisation
};

/// Whole and closed under its temporary name; `file` gives it its final one (see commit_all).
struct CompletedFile {
    SinkReport report;
    OutputFile file;
};

class FileSink {
public:
    static Result<std::unique_ptr<FileSink>> create(const SinkSettings& settings);
    virtual ~FileSink() = default;
    virtual Result<void> write(const float* const* in, int frames) = 0;
    /// Writes what is left, hashes the file and closes it. Last call. Errors: also cancelled, once `stop` is asked for.
    virtual Result<CompletedFile> complete(std::stop_token stop) = 0;
    /// complete(), and the file's final name.
    Result<SinkReport> finish();
};

}  // namespace dubplate::audio
