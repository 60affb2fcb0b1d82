// Any bytes as a WAV file's header: what is found lies within the file.

#include "engine/audio/posix_file.h"
#include "engine/audio/wav_format.h"
#include "tests/fuzz/fuzz_support.h"

using namespace dubplate;
using fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::MemoryFile memory;
    memory.hold({data, size});
    const auto file = audio::open_for_reading(memory.path());
    promise(file.has_value(), "the file opens");
    const auto bytes = static_cast<std::int64_t>(size);
    const auto found = audio::find_pcm(*file, bytes, memory.path());
    if (!found) {
        promise(!found.error().message.empty() && found.error().where == memory.path(), "an error says what and where");
        return 0;
    }
    if (!*found) return 0;
    const audio::PcmLayout& pcm = **found;
    promise(pcm.channels >= 1 && pcm.channels <= audio::kMaxFileChannels, "the channels are within bounds");
    promise(pcm.sample_rate >= audio::kMinFileRate && pcm.sample_rate <= audio::kMaxFileRate,
            "the rate is within bounds");
    promise(pcm.frames >= 0 && pcm.data_offset >= 0, "nothing is negative");
    promise(pcm.data_offset + pcm.frames * pcm.channels * audio::bytes_of(pcm.type) <= bytes,
            "the samples lie within the file");
    return 0;
}
