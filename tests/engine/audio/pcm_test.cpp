#include "engine/audio/pcm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <vector>

namespace dubplate::audio {
namespace {

struct Case {
    SampleType type;
    int bits;
};
constexpr Case kIntegers[] = {{SampleType::int16, 16}, {SampleType::int24, 24}, {SampleType::int32, 32}};

std::vector<std::int32_t> awkward_integers(int bits, std::size_t count) {
    const std::int64_t most = (std::int64_t{1} << (bits - 1)) - 1;
    std::vector<std::int32_t> values = {0, 1, -1, static_cast<std::int32_t>(most),
                                        static_cast<std::int32_t>(-most - 1)};
    std::uint32_t state = 1;
    while (values.size() < count) {
        state = state * 1664525 + 1013904223;
        values.push_back(static_cast<std::int32_t>(state) >> (32 - bits));
    }
    values.resize(count);
    return values;
}

TEST(Pcm, PackedIntegersComeBackAsTheirFloats) {
    for (const Case& c : kIntegers) {
        for (const std::size_t count : {1u, 3u, 7u, 8u, 9u, 31u, 64u, 1000u}) {
            SCOPED_TRACE(testing::Message() << c.bits << " bits, " << count << " samples");
            const auto values = awkward_integers(c.bits, count);
            std::vector<std::byte> packed(count * static_cast<std::size_t>(bytes_of(c.type)) + kPackedSlack);
            pack(c.type, values.data(), static_cast<std::int64_t>(count), packed.data());
            std::vector<float> floats(count);
            unpack(c.type, packed.data(), static_cast<std::int64_t>(count), floats.data());
            for (std::size_t k = 0; k < count; ++k)
                ASSERT_EQ(floats[k], static_cast<float>(values[k] / std::pow(2.0, c.bits - 1))) << "sample " << k;
        }
    }
}

TEST(Pcm, BytesAreLittleEndian) {
    const std::int32_t value = 0x123456;
    std::byte packed[3 + kPackedSlack];
    pack(SampleType::int24, &value, 1, packed);
    EXPECT_EQ(packed[0], std::byte{0x56});
    EXPECT_EQ(packed[1], std::byte{0x34});
    EXPECT_EQ(packed[2], std::byte{0x12});
}

TEST(Pcm, PlanesArePackedFrameByFrame) {
    for (const SampleType type : {SampleType::int16, SampleType::int24, SampleType::int32, SampleType::float64})
        for (const int channels : {1, 2, 3, 16})
            for (const int frames : {1, 8, 17, 64, 65, 200}) {
                SCOPED_TRACE(testing::Message() << channels << " channels, " << frames << " frames");
                std::vector<std::vector<std::int32_t>> planes;
                std::vector<const std::int32_t*> pointers;
                std::vector<std::int32_t> in_turn(static_cast<std::size_t>(channels * frames));
                for (int channel = 0; channel < channels; ++channel) {
                    planes.push_back(awkward_integers(16, static_cast<std::size_t>(frames + channel)));
                    planes.back().erase(planes.back().begin(), planes.back().begin() + channel);
                    for (int frame = 0; frame < frames; ++frame)
                        in_turn[static_cast<std::size_t>(frame * channels + channel)] =
                            planes.back()[static_cast<std::size_t>(frame)];
                }
                for (const auto& plane : planes) pointers.push_back(plane.data());
                const std::size_t bytes = in_turn.size() * static_cast<std::size_t>(bytes_of(type));
                std::vector<std::byte> expected(bytes + kPackedSlack), packed(bytes + kPackedSlack);
                pack(type, in_turn.data(), std::ssize(in_turn), expected.data());
                pack_planes(type, pointers.data(), channels, frames, packed.data());
                expected.resize(bytes);
                packed.resize(bytes);
                EXPECT_EQ(packed, expected);
            }
}

TEST(Pcm, InterleavingAndPickingAreInverse) {
    for (const int channels : {1, 2, 3, 6, 16}) {
        for (const int frames : {1, 7, 8, 9, 100}) {
            SCOPED_TRACE(testing::Message() << channels << " channels, " << frames << " frames");
            std::vector<std::vector<std::int32_t>> planes;
            std::vector<const std::int32_t*> pointers;
            for (int channel = 0; channel < channels; ++channel) {
                planes.emplace_back(static_cast<std::size_t>(frames));
                std::iota(planes.back().begin(), planes.back().end(), channel * 1000);
            }
            for (const auto& plane : planes) pointers.push_back(plane.data());
            std::vector<std::int32_t> interleaved(static_cast<std::size_t>(channels * frames));
            interleave(pointers.data(), channels, frames, interleaved.data());
            EXPECT_EQ(interleaved[static_cast<std::size_t>(channels * frames - 1)], (channels - 1) * 1000 + frames - 1);

            const std::vector<float> floats(interleaved.begin(), interleaved.end());
            for (int channel = 0; channel < channels; ++channel) {
                std::vector<float> picked(static_cast<std::size_t>(frames));
                pick_channel(floats.data(), channels, channel, frames, picked.data());
                for (int frame = 0; frame < frames; ++frame)
                    ASSERT_EQ(picked[static_cast<std::size_t>(frame)], static_cast<float>(channel * 1000 + frame));
            }
        }
    }
}

TEST(Pcm, FindsTheFirstSampleThatIsNotFinite) {
    std::vector<float> samples(37, 1.0f);
    samples[3] = std::numeric_limits<float>::max();
    samples[4] = std::numeric_limits<float>::denorm_min();
    EXPECT_EQ(first_not_finite(samples.data(), 37), std::nullopt);
    samples[36] = -std::numeric_limits<float>::infinity();
    EXPECT_EQ(first_not_finite(samples.data(), 37), 36);
    EXPECT_EQ(first_not_finite(samples.data(), 36), std::nullopt);
    samples[11] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(first_not_finite(samples.data(), 37), 11);
}

}  // namespace
}  // namespace dubplate::audio
