#include "kernels/device/sample_bodies.h"

#include <gtest/gtest.h>

#include <limits>

#include "kernels/cpu/block_functions.h"
#include "kernels/cpu/packed_samples.h"
#include "tests/support/device_run.h"
#include "tests/support/signals.h"

namespace dubplate {
namespace {

using namespace test;
using device::PackEntry;
using device::Samples;
using device::UnpackEntry;

class SampleBodies : public testing::Test {
protected:
    DeviceRun run;
};

std::size_t bytes_of(Samples samples) { return samples == Samples::int16 ? 2 : samples == Samples::int24 ? 3 : 4; }

/// Random, and the least, greatest and smallest values there are; floats also with what is no number.
std::vector<std::byte> random_samples(Samples samples, std::size_t count, std::uint64_t seed) {
    const std::size_t bytes = bytes_of(samples);
    std::vector<std::byte> packed(count * bytes);
    for (std::size_t n = 0; n < count; ++n) {
        auto value = static_cast<std::uint32_t>(static_cast<std::int64_t>(random_at(seed, n) * 0x1p31));
        const std::uint32_t top = 1u << (8 * bytes - 1);
        const std::uint32_t special[] = {top, top - 1, 0, 1, ~0u, 0x80000000u, 0x00000001u, 0x7f800000u, 0x7fc00001u};
        if (n % 5 == 0) value = special[n / 5 % std::size(special)];
        for (std::size_t b = 0; b < bytes; ++b) packed[n * bytes + b] = static_cast<std::byte>(value >> 8 * b);
    }
    return packed;
}

/// Channel `channel` of `channels`, as the CPU reads it.
Signal unpacked_by_cpu(Samples samples, const std::vector<std::byte>& packed, std::size_t channels,
                       std::size_t channel) {
    const std::size_t bytes = bytes_of(samples), frames = packed.size() / bytes / channels;
    std::vector<std::byte> plane;
    for (std::size_t frame = 0; frame < frames; ++frame)
        for (std::size_t b = 0; b < bytes; ++b) plane.push_back(packed[(frame * channels + channel) * bytes + b]);
    plane.resize(plane.size() + kernels::kPackedSlack);
    Signal values(frames);
    const kernels::BlockFunctions& cpu = kernels::block_functions();
    const auto count = static_cast<std::int64_t>(frames);
    switch (samples) {
        case Samples::int16: cpu.unpack_16(plane.data(), count, values.data()); break;
        case Samples::int24: cpu.unpack_24(plane.data(), count, values.data()); break;
        case Samples::int32: cpu.unpack_32(plane.data(), count, values.data()); break;
        case Samples::float32: std::memcpy(values.data(), plane.data(), frames * 4); break;
    }
    return values;
}

TEST_F(SampleBodies, UnpackGivesTheCpusBitsAtEveryPlaceOfARing) {
    constexpr std::size_t kCapacity = 41, kFrames = 37;
    const auto frames_at = [](std::size_t at) { return kFrames - at % 5; };
    for (const Samples samples : {Samples::int16, Samples::int24, Samples::int32, Samples::float32})
        for (const std::size_t channels : {1u, 2u, 3u, 7u}) {
            SCOPED_TRACE(testing::Message() << static_cast<int>(samples) << " of " << channels << " channels");
            const auto packed = random_samples(samples, kFrames * channels, channels);
            const std::byte* const from = run.up(packed);
            float* const rings = run.untouched<float>(kCapacity * kCapacity);
            std::vector<UnpackEntry> entries;
            for (std::size_t at = 0; at < kCapacity; ++at)
                entries.push_back({from + at % channels * bytes_of(samples),
                                   static_cast<std::int32_t>(channels),
                                   samples,
                                   at % 2 == 0 ? 1.0f : -1.0f,
                                   {rings + at * kCapacity, static_cast<std::int64_t>(at), kCapacity},
                                   static_cast<std::int64_t>(frames_at(at))});
            run.launch(device::Kernel::unpack, device::UnpackParams{run.up(entries), kCapacity, kFrames});
            const auto made = bits_of(run.down(rings, kCapacity * kCapacity));
            for (std::size_t at = 0; at < kCapacity; ++at) {
                Signal expected(kCapacity, __builtin_bit_cast(float, kUntouched));
                const Signal values = unpacked_by_cpu(samples, packed, channels, at % channels);
                for (std::size_t n = 0; n < frames_at(at); ++n)
                    expected[(at + n) % kCapacity] = values[n] * (at % 2 == 0 ? 1.0f : -1.0f);
                ASSERT_EQ(std::vector(made.begin() + static_cast<std::ptrdiff_t>(at * kCapacity),
                                      made.begin() + static_cast<std::ptrdiff_t>((at + 1) * kCapacity)),
                          bits_of(expected))
                    << at;
            }
        }
}

TEST_F(SampleBodies, UnpackOfNothingIsZerosOfPositiveSign) {
    float* const ring = run.untouched<float>(8);
    const UnpackEntry entry{.from = nullptr, .sign = -1.0f, .to = {ring, 6, 8}, .frames = 5};
    run.launch(device::Kernel::unpack, device::UnpackParams{run.up(std::vector{entry}), 1, 5});
    EXPECT_EQ(bits_of(run.down(ring, 8)),
              (std::vector<std::uint32_t>{0, 0, 0, kUntouched, kUntouched, kUntouched, 0, 0}));
}

/// Beyond the ends of the range, at them, between two integers, and next to nothing.
Signal loud_and_odd(std::size_t frames, std::uint64_t seed) {
    Signal signal = noise(frames, seed, 1.2);
    const float infinity = std::numeric_limits<float>::infinity();
    const float special[] = {1.0f,         -1.0f,    -0.0f,     1e-42f, -1e-42f,     0.5f / 32768.0f,
                             1.5f / 32768, infinity, -infinity, 1e30f,  0.99999994f, -0.5f / 8388608.0f,
                             1e-30f,       -1.00001f};
    for (std::size_t n = 0; n < frames; n += 3) signal[n] = special[n / 3 % std::size(special)];
    return signal;
}

TEST_F(SampleBodies, PackGivesTheCpusBytesFromAnyFrameOn) {
    constexpr std::int32_t kChannels = 3;
    for (const std::int64_t frames : {0, 1, 2, 3, 4, 5, 63, 1001})
        for (const std::int64_t first : {std::int64_t{0}, std::int64_t{1}, std::int64_t{2}, std::int64_t{3},
                                         std::int64_t{48000 * 3600}, (std::int64_t{1} << 34) - 2, std::int64_t{-7}})
            for (const std::int32_t bits : {16, 24}) {
                SCOPED_TRACE(testing::Message() << frames << " from " << first << " to " << bits << " bits");
                const auto bytes = static_cast<std::size_t>(bits / 8), count = static_cast<std::size_t>(frames);
                std::vector<std::byte> expected(std::max<std::size_t>(count, 1) * kChannels * bytes, std::byte{0xff});
                std::byte* const to = run.untouched<std::byte>(expected.size());
                std::vector<PackEntry> entries;
                for (const std::uint32_t channel : {0u, 2u}) {  // the one between stays as it is
                    const Signal from = loud_and_odd(count, channel);
                    const std::int32_t dither = channel == 0 ? 1 : 0;
                    entries.push_back({run.up(from), to + channel * bytes, kChannels, bits, 0x12345678u, 0x9abcdef0u,
                                       channel + 5, first, dither});
                    std::vector<std::uint32_t> words(count);
                    std::vector<std::int32_t> integers(count);
                    const kernels::BlockFunctions& cpu = kernels::block_functions();
                    if (dither)
                        cpu.dither_words(0x12345678u, 0x9abcdef0u, channel + 5, first, static_cast<int>(count),
                                         words.data());
                    cpu.quantise(from.data(), words.data(), static_cast<int>(count), bits, integers.data());
                    for (std::size_t n = 0; n < count; ++n)
                        std::memcpy(&expected[(n * kChannels + channel) * bytes], &integers[n], bytes);
                }
                run.launch(device::Kernel::pack, device::PackParams{run.up(entries), 2, frames});
                ASSERT_EQ(run.down(to, expected.size()), expected);
            }
}

}  // namespace
}  // namespace dubplate
