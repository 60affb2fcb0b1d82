#pragma once

/// The headers of WAV, RF64 and BW64 files: finding the samples in those of others, writing our own.
///
/// Standards: Microsoft RIFF WAVE with WAVE_FORMAT_EXTENSIBLE; EBU Tech 3306 (RF64); ITU-R BS.2088 (BW64).
/// Threads: pure functions. Errors: io; corrupt_input where the data chunk claims more than the file holds;
/// unsupported where the bytes of a frame are not those of its samples.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/audio/pcm.h"
#include "engine/audio/posix_file.h"
#include "engine/base/layout.h"
#include "engine/base/time.h"

namespace dubplate::audio {

/// Beyond these a file is taken for damaged or hostile.
inline constexpr int kMaxFileChannels = 256;
inline constexpr int kMinFileRate = 1000;
inline constexpr int kMaxFileRate = 1'536'000;

/// A file whose samples can be read where they lie.
struct PcmLayout {
    SampleType type = SampleType::int16;
    int channels = 0;
    int sample_rate = 0;
    std::int64_t data_offset = 0;  ///< bytes from the file's start
    FrameCount frames = 0;
    std::string format;  ///< "WAV (Microsoft), Signed 24 bit PCM"
};

/// Walks the chunks of a file of `file_bytes` bytes. Nothing: no WAV, or none with PCM of 16, 24, 32 bits or floats
/// (libsndfile may know what to do with it). A data size of 0xFFFFFFFF, or of 0 in a file whose RIFF size is wrong too,
/// means "up to the end": the header of a stream that was never patched.
Result<std::optional<PcmLayout>> find_pcm(const Descriptor& file, std::int64_t file_bytes, const std::string& path);

/// The header of a file of our own, complete up to the first sample: RIFF, JUNK (room for ds64), fmt, fact for floats,
/// data. Where the file passes 4 GiB, BW64 with ds64 in the place of JUNK. The length does not depend on `frames`.
std::vector<std::byte> wav_header(SampleType type, Layout layout, int sample_rate, FrameCount frames);

/// 1 if a pad byte must follow so many frames.
int wav_padding(SampleType type, Layout layout, FrameCount frames);

}  // namespace dubplate::audio
