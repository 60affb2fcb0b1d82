#include "kernels/cpu/block_functions.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/cpu/aligned.h"
#include "kernels/cpu/packed_samples.h"
#include "kernels/cpu/quantise.h"
#include "kernels/kernel_set.h"
#include "tests/support/signals.h"

namespace dubplate::kernels {
namespace {

using test::noise;
using test::random_at;
using test::Signal;

/// The sets that run here.
std::vector<Isa> isas() { return best_isa() == Isa::v4 ? std::vector{Isa::v3, Isa::v4} : std::vector{Isa::v3}; }

std::vector<float*> rows_of(std::vector<Signal>& planes) {
    std::vector<float*> rows;
    for (Signal& plane : planes) rows.push_back(plane.data());
    return rows;
}

class BlockFunctionsOn : public testing::TestWithParam<Isa> {
protected:
    const BlockFunctions& functions() const { return *kernel_set(GetParam())->blocks; }
};

TEST_P(BlockFunctionsOn, TurnPlanesIntoLanesWithSilenceInIdleOnesAndBack) {
    for (const int width : {1, 4, 8, 16})
        for (int lanes = 1; lanes <= width; ++lanes)
            for (const int frames : {16, 64, 512}) {
                SCOPED_TRACE(testing::Message() << width << " wide, " << lanes << " lanes, " << frames << " frames");
                std::vector<Signal> planes, back;
                for (int lane = 0; lane < lanes; ++lane) {
                    planes.push_back(noise(static_cast<std::size_t>(frames), static_cast<std::uint64_t>(lane)));
                    back.emplace_back(frames + 1, 9.0f);
                }
                const auto rows = rows_of(planes), back_rows = rows_of(back);
                Signal audio(static_cast<std::size_t>(frames * width), 7.0f);
                functions().planes_to_lanes(width, rows.data(), frames, lanes, audio.data());
                for (int frame = 0; frame < frames; ++frame)
                    for (int lane = 0; lane < width; ++lane)
                        ASSERT_EQ(audio[static_cast<std::size_t>(frame * width + lane)],
                                  lane < lanes ? rows[static_cast<std::size_t>(lane)][frame] : 0.0f);
                functions().lanes_to_planes(width, audio.data(), frames, lanes, back_rows.data());
                for (int lane = 0; lane < lanes; ++lane) {
                    const auto at = static_cast<std::size_t>(lane);
                    EXPECT_EQ(back[at].back(), 9.0f);
                    back[at].pop_back();
                    ASSERT_EQ(back[at], planes[at]);
                }
            }
}

TEST_P(BlockFunctionsOn, UnpackIntoLanesWhatUnpackingAndTurningGive) {
    struct Format {
        PackedType type;
        std::size_t bytes;
        void (*BlockFunctions::*unpack)(const std::byte*, std::int64_t, float*);
    };
    for (const Format& format :
         {Format{PackedType::int16, 2, &BlockFunctions::unpack_16},
          Format{PackedType::int24, 3, &BlockFunctions::unpack_24},
          Format{PackedType::int32, 4, &BlockFunctions::unpack_32}, Format{PackedType::float32, 4, nullptr}})
        for (const int channels : {1, 2})
            for (const int width : {1, 4, 8, 16})
                for (int members = 1; members * channels <= width; ++members)
                    for (const int frames : {4, 64, 512}) {
                        SCOPED_TRACE(testing::Message() << format.bytes << " bytes, " << channels << " channels, "
                                                        << width << " wide, " << members << ", " << frames);
                        const auto samples = static_cast<std::size_t>(frames * channels);
                        std::vector<std::vector<std::byte>> bytes;
                        std::vector<const std::byte*> packed;
                        std::vector<Signal> expected;  // [member], [frame][channel]
                        for (int member = 0; member < members; ++member) {
                            const bool silent = member % 5 == 3;
                            auto& own = bytes.emplace_back(samples * format.bytes + kPackedSlack);
                            for (std::size_t k = 0; k < own.size(); ++k)
                                own[k] = static_cast<std::byte>(
                                    256 * (0.5 + 0.5 * random_at(static_cast<std::uint64_t>(member), k)));
                            Signal& plain = expected.emplace_back(samples, 0.0f);
                            if (!format.unpack) {
                                const Signal values = noise(samples, static_cast<std::uint64_t>(member));
                                std::memcpy(own.data(), values.data(), samples * sizeof(float));
                                const float zero = -0.0f;
                                std::memcpy(own.data() + 4, &zero, sizeof zero);
                            }
                            packed.push_back(silent ? nullptr : own.data());
                            if (silent) continue;
                            if (format.unpack)
                                (functions().*format.unpack)(own.data(), static_cast<std::int64_t>(samples),
                                                             plain.data());
                            else
                                std::memcpy(plain.data(), own.data(), samples * sizeof(float));
                            for (float& sample : plain) sample = sample + 0.0f;
                        }
                        Signal audio(static_cast<std::size_t>(frames * width), 7.0f);
                        functions().unpack_to_lanes(format.type, channels, packed, width, frames, audio.data());
                        for (int frame = 0; frame < frames; ++frame)
                            for (int lane = 0; lane < width; ++lane) {
                                const float actual = audio[static_cast<std::size_t>(frame * width + lane)];
                                const float wanted =
                                    lane < members * channels
                                        ? expected[static_cast<std::size_t>(lane / channels)]
                                                  [static_cast<std::size_t>(frame * channels + lane % channels)]
                                        : 0.0f;
                                ASSERT_EQ(std::memcmp(&actual, &wanted, sizeof actual), 0)
                                    << "frame " << frame << ", lane " << lane << ": " << actual << ", not " << wanted;
                            }
                    }
}

TEST_P(BlockFunctionsOn, PackIntegersAndUnpackThemAtAnyLengthWithinTheSlack) {
    struct Format {
        int bits;
        void (*BlockFunctions::*pack)(const std::int32_t*, std::int64_t, std::byte*);
        void (*BlockFunctions::*unpack)(const std::byte*, std::int64_t, float*);
    };
    for (const Format& format : {Format{16, &BlockFunctions::pack_16, &BlockFunctions::unpack_16},
                                 Format{24, &BlockFunctions::pack_24, &BlockFunctions::unpack_24}})
        for (std::size_t count = 0; count <= 70; ++count) {
            SCOPED_TRACE(testing::Message() << format.bits << " bits, " << count << " samples");
            const double most = std::ldexp(1.0, format.bits - 1);
            std::vector<std::int32_t> values;
            for (std::size_t k = 0; k < count; ++k)
                values.push_back(k == 0   ? static_cast<std::int32_t>(-most)
                                 : k == 1 ? static_cast<std::int32_t>(most - 1)
                                          : static_cast<std::int32_t>(most * random_at(5, k)));
            const std::size_t bytes = count * static_cast<std::size_t>(format.bits) / 8;
            std::vector<std::byte> packed(bytes + kPackedSlack);  // the sanitizer watches its end
            (functions().*format.pack)(values.data(), static_cast<std::int64_t>(count), packed.data());
            std::vector<float> floats(count + 1, 9.0f);
            (functions().*format.unpack)(packed.data(), static_cast<std::int64_t>(count), floats.data());
            for (std::size_t k = 0; k < count; ++k) {
                std::int32_t value = 0;
                std::memcpy(&value, packed.data() + k * static_cast<std::size_t>(format.bits) / 8,
                            static_cast<std::size_t>(format.bits) / 8);
                ASSERT_EQ(value & ((1 << format.bits) - 1), values[k] & ((1 << format.bits) - 1)) << k;
                ASSERT_EQ(floats[k], static_cast<float>(values[k] / most)) << k;
            }
            ASSERT_EQ(floats[count], 9.0f);
        }
}

TEST_P(BlockFunctionsOn, PackPairsLikeSamplesInTurn) {
    for (std::size_t frames = 0; frames <= 40; ++frames) {
        SCOPED_TRACE(frames);
        std::vector<std::int32_t> sides[2], in_turn;
        for (std::size_t k = 0; k < frames; ++k)
            for (const std::size_t side : {0u, 1u}) {
                sides[side].push_back(static_cast<std::int32_t>(0x1p23 * random_at(6 + side, k)));
                in_turn.push_back(sides[side].back());
            }
        std::vector<std::byte> packed(6 * frames + kPackedSlack), expected(6 * frames + kPackedSlack);
        functions().pack_24_pairs(sides[0].data(), sides[1].data(), static_cast<std::int64_t>(frames), packed.data());
        functions().pack_24(in_turn.data(), std::ssize(in_turn), expected.data());
        packed.resize(6 * frames);
        expected.resize(6 * frames);
        EXPECT_EQ(packed, expected);
    }
}

TEST_P(BlockFunctionsOn, ReadIntegersOfThirtyTwoBits) {
    for (const std::size_t count : {1u, 7u, 16u, 33u}) {
        std::vector<std::byte> packed(count * 4 + kPackedSlack);
        std::vector<std::int32_t> values;
        for (std::size_t k = 0; k < count; ++k) values.push_back(static_cast<std::int32_t>(0x1p31 * random_at(3, k)));
        std::memcpy(packed.data(), values.data(), count * 4);
        std::vector<float> floats(count);
        functions().unpack_32(packed.data(), static_cast<std::int64_t>(count), floats.data());
        for (std::size_t k = 0; k < count; ++k) ASSERT_EQ(floats[k], static_cast<float>(values[k] / 0x1p31)) << k;
    }
}

TEST_P(BlockFunctionsOn, MixingTellsOfASumThatIsNotFiniteWhereverItLies) {
    constexpr int kFrames = 192;
    for (const Stores stores : {Stores::into_caches, Stores::past_caches})
        for (const std::size_t row_count : {1, 2})
            for (std::size_t bad = 0; bad < kFrames; ++bad) {
                SCOPED_TRACE(bad);
                std::vector<Signal> planes{noise(kFrames, 1), noise(kFrames, 2)};
                AlignedVector<float> left(kFrames), right(kFrames);
                const std::array<float*, 2> rows{left.data(), right.data()};
                const std::array<MixTerm, 2> terms{
                    {{planes[0].data(), {0.5, 0.25}, {}}, {planes[1].data(), {1e30, 1e30}, {}}}};
                const auto mix = [&] {
                    return functions().mix(terms, kFrames, stores, std::span(rows).first(row_count));
                };
                EXPECT_TRUE(mix());
                planes[bad % 2][bad] =
                    bad % 2 == 0 ? std::nanf("") : 1e30f;  // the latter: too large once it is a float
                EXPECT_FALSE(mix());
            }
}

INSTANTIATE_TEST_SUITE_P(Sets, BlockFunctionsOn, testing::ValuesIn(isas()),
                         [](const auto& set) { return set.param == Isa::v4 ? "v4" : "v3"; });

TEST(BlockFunctions, GiveTheSameBitsInBothSets) {
    if (best_isa() != Isa::v4) GTEST_SKIP() << "no x86-64-v4 on this machine, or not in this build";
    const BlockFunctions &v3 = *kernel_set(Isa::v3)->blocks, &v4 = *kernel_set(Isa::v4)->blocks;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE(seed);
        const auto drawn = [&](std::uint64_t which, int most) {
            return static_cast<int>((random_at(seed, which) + 1.0) * 0.5 * most);
        };
        const int frames = 64 * (1 + drawn(1, 8)), count = drawn(2, 600);
        const std::int64_t first = drawn(3, 1000000) - 500000;
        std::vector<std::uint32_t> words[2] = {std::vector<std::uint32_t>(static_cast<std::size_t>(count)),
                                               std::vector<std::uint32_t>(static_cast<std::size_t>(count))};
        v3.dither_words(11, 12, 3, first, count, words[0].data());
        v4.dither_words(11, 12, 3, first, count, words[1].data());
        ASSERT_EQ(words[0], words[1]);
        const Signal loud = noise(static_cast<std::size_t>(count), seed, 1.1);
        std::array<double, kSquares> squares[2] = {};
        EXPECT_EQ(v3.add_squares(loud.data(), first, count, squares[0].data()),
                  v4.add_squares(loud.data(), first, count, squares[1].data()));
        EXPECT_EQ(squares[0], squares[1]);
        for (const int bits : {2, 16, 24, 32}) {
            std::vector<std::int32_t> out[2] = {std::vector<std::int32_t>(static_cast<std::size_t>(count)),
                                                std::vector<std::int32_t>(static_cast<std::size_t>(count))};
            v3.quantise(loud.data(), words[0].data(), count, bits, out[0].data());
            v4.quantise(loud.data(), words[0].data(), count, bits, out[1].data());
            ASSERT_EQ(out[0], out[1]) << bits;
        }
        const auto length = static_cast<std::size_t>(frames);
        std::vector<Signal> planes;
        std::vector<double> moving(length);
        for (std::size_t f = 0; f < length; ++f) moving[f] = random_at(seed + 1, f);
        std::vector<MixTerm> terms;
        for (int plane = 0; plane < 1 + drawn(4, 16); ++plane)
            planes.push_back(noise(length, seed * 32 + static_cast<std::uint64_t>(plane)));
        for (const Signal& plane : planes) {
            MixTerm term{.in = plane.data(), .gain = {random_at(seed, terms.size()), 0.3}};
            if (terms.size() % 3 == 1) term.gains[terms.size() % 2] = moving.data();
            terms.push_back(term);
        }
        Signal left[2] = {Signal(length), Signal(length)}, right[2] = {Signal(length), Signal(length)};
        for (const int set : {0, 1}) {
            const std::array<float*, 2> rows{left[static_cast<std::size_t>(set)].data(),
                                             right[static_cast<std::size_t>(set)].data()};
            EXPECT_TRUE((set == 0 ? v3 : v4).mix(terms, frames, Stores::into_caches, rows));
        }
        EXPECT_EQ(left[0], left[1]);
        EXPECT_EQ(right[0], right[1]);
        for (const BlockFunctions* set : {&v3, &v4}) {
            AlignedVector<float> far_left(length), far_right(length);
            const std::array<float*, 2> rows{far_left.data(), far_right.data()};
            EXPECT_TRUE(set->mix(terms, frames, Stores::past_caches, rows));
            EXPECT_TRUE(std::equal(far_left.begin(), far_left.end(), left[0].begin()));
            EXPECT_TRUE(std::equal(far_right.begin(), far_right.end(), right[0].begin()));
        }
        std::vector<const float*> all;
        for (const Signal& plane : planes) all.push_back(plane.data());
        v3.sum_planes(all, frames, left[0].data());
        v4.sum_planes(all, frames, left[1].data());
        EXPECT_EQ(left[0], left[1]);
        std::vector<double> rest[2] = {moving, moving}, expected = moving;
        for (const Signal& plane : planes)
            for (std::size_t f = 0; f < length; ++f) expected[f] -= double{plane[f]};
        v3.subtract_planes(all, frames, rest[0].data());
        v4.subtract_planes(all, frames, rest[1].data());
        EXPECT_EQ(rest[0], expected);
        EXPECT_EQ(rest[1], expected);
    }
}

}  // namespace
}  // namespace dubplate::kernels
