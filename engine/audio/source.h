#pragma once

/// Sound files as audio at the session's rate, readable at any frame.
///
/// 16/24/32-bit integer and 32/64-bit float PCM in WAV/RF64/BW64 at the session's rate and speed 1 is read straight from
/// the file (pread, SIMD unpack). Everything else is decoded by libsndfile once, front to back, resampled by libsoxr
/// (very high quality) where rate or speed ask for it, and kept as float32 in an unlinked scratch file.
///
/// Shapes: planar, out[channel][frame]. Samples are +-1 at full scale.
/// Threads: open() may run on several threads for different files; read() is safe from several threads at once.
/// Determinism: a frame's value depends on file, rate and speed alone, never on how it is cut into reads.
/// Errors: not_found, io, unsupported, corrupt_input (with the file's path); a file that ends early, NaN or Inf in a
/// float file are corrupt_input with the frame.

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "engine/audio/byte_ranges.h"
#include "engine/audio/pcm.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dubplate::audio {

/// What the receipt says of an input.
struct SourceInfo {
    std::string path;
    std::int64_t bytes = 0;
    std::int64_t modified_ns = 0;  ///< since 1970
    std::string format;            ///< "WAV (Microsoft), Signed 24 bit PCM"
    int sample_rate = 0;           ///< of the file
    int channels = 0;
    FrameCount frames = 0;      ///< of the file, at its own rate; 0: its header does not tell
    bool is_plain_pcm = false;  ///< read straight from the file where rate and speed allow
};

class Source {
public:
    virtual ~Source() = default;
    virtual const SourceInfo& info() const = 0;
    int channels() const { return info().channels; }
    /// Length at the session's rate and the speed it was opened with.
    virtual FrameCount frames() const = 0;
    /// What read_packed() gives.
    virtual SampleType sample_type() const = 0;
    /// Frames [start, start + count), all of them within the source, [frame][channel] with all channels; `packed` has
    /// room for kPackedSlack bytes more.
    virtual Result<void> read_packed(FrameCount start, int count, std::byte* packed) const = 0;
    /// Fills out[k][0..count) with source channel channels[k] (from 0) of frames [start, start + count); zeros outside
    /// the file.
    Result<void> read(FrameCount start, int count, std::span<const int> channels, float* const* out) const;
    /// Asks the system to have these frames at hand soon; returns at once.
    virtual void prefetch(FrameCount start, FrameCount count) const = 0;
    /// Where these frames lie in the file, behind all that tells how to read them; nothing where the whole file was decoded.
    virtual std::optional<ByteRange> byte_range(FrameCount, FrameCount) const { return std::nullopt; }

    /// A number that sources of the same samples have, and no others in this process; 0: not known. Given by who opens them.
    std::uint64_t identity() const { return identity_; }
    void set_identity(std::uint64_t identity) { identity_ = identity; }

private:
    std::uint64_t identity_ = 0;
};

class InputFile;

/// Reads the header only. For `check`, which must list every bad file quickly.
Result<SourceInfo> probe_source(const std::string& path);
Result<SourceInfo> probe_source(const InputFile& file);

/// Opens a file for a session. `speed` 2 plays twice as fast, an octave up. Decodes and resamples here if it must:
/// slow, meant to run as a task before the render. The scratch file lies in `scratch_folder`. Errors: also cancelled,
/// once `stop` is asked for.
Result<std::unique_ptr<Source>> open_source(const std::string& path, int session_rate, double speed,
                                            const std::string& scratch_folder, const std::stop_token& stop = {});
Result<std::unique_ptr<Source>> open_source(std::shared_ptr<const InputFile> file, int session_rate, double speed,
                                            const std::string& scratch_folder, const std::stop_token& stop = {});

/// XXH3-128 of a whole file, 32 hex digits. Errors: also cancelled, once `stop` is asked for.
Result<std::string> hash_file_xxh3(const std::string& path, std::stop_token stop = {});
/// SHA-256 of a whole file, 64 hex digits. Errors: also cancelled, once `stop` is asked for.
Result<std::string> hash_file_sha256(const std::string& path, std::stop_token stop = {});

}  // namespace dubplate::audio
