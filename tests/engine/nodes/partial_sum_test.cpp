#include "engine/nodes/partial_sum.h"

#include <gtest/gtest.h>

#include <memory>

namespace dubplate::nodes {
namespace {

TEST(PartialSum, AddsSixteenAtATimeInFloat64AndRoundsEachNodeOnce) {
    for (const int count : {1, 2, 16, 17, 40, 300}) {
        std::vector<std::unique_ptr<Stream>> streams;
        std::vector<const Stream*> partials;
        std::vector<float> values;
        for (int k = 0; k < count; ++k) {
            values.push_back(1.0f / static_cast<float>(3 + k));
            const std::vector<float> audio(64, values.back());
            const float* rows[] = {audio.data()};
            streams.push_back(std::make_unique<Stream>(1, 64));
            streams.back()->write(0, 64, rows);
            partials.push_back(streams.back().get());
        }
        // The tree by hand: sums of sixteen neighbours, again and again.
        std::vector<float> level = values;
        while (level.size() > 1) {
            std::vector<float> next;
            for (std::size_t k = 0; k < level.size(); k += 16) {
                double sum = 0.0;
                for (std::size_t m = k; m < std::min(k + 16, level.size()); ++m) sum += level[m];
                next.push_back(static_cast<float>(sum));
            }
            level = next;
        }
        float out[64];
        EXPECT_EQ(PartialSum(partials).read(0, 64, 0, out)[5], level[0]) << count;
    }
}

/// Of forty partials, the second sixteen and the last eight come as one stream each.
TEST(PartialSum, NodesThatAreAddedElsewhereChangeNoBit) {
    std::vector<std::unique_ptr<Stream>> streams;
    const auto add = [&](float value) {
        const std::vector<float> audio(64, value);
        const float* rows[] = {audio.data()};
        streams.push_back(std::make_unique<Stream>(1, 64));
        streams.back()->write(0, 64, rows);
        return streams.back().get();
    };
    std::vector<const Stream*> partials;
    for (int k = 0; k < 40; ++k) partials.push_back(add(1.0f / static_cast<float>(3 + k)));
    const auto sum_of = [&](std::size_t first, std::size_t last) {
        float out[64];
        return add(PartialSum({partials.begin() + static_cast<std::ptrdiff_t>(first),
                               partials.begin() + static_cast<std::ptrdiff_t>(last)})
                       .read(0, 64, 0, out)[0]);
    };
    std::vector<const Stream*> mixed(partials.begin(), partials.begin() + 16);
    std::vector<std::size_t> leaves(16, 1);
    mixed.insert(mixed.end(), {sum_of(16, 32), sum_of(32, 40)});
    leaves.insert(leaves.end(), {16, 8});
    float whole[64], out[64];
    EXPECT_EQ(PartialSum(mixed, leaves).read(0, 64, 0, out)[0], PartialSum(partials).read(0, 64, 0, whole)[0]);
    const Stream* const all = sum_of(0, 40);
    EXPECT_EQ(PartialSum({all}, {40}).read(0, 64, 0, out)[0], whole[0]);
}

TEST(PartialSum, OfNothingIsSilence) {
    float out[64] = {1.0f};
    const PartialSum sum;
    EXPECT_TRUE(sum.is_silent(0, 64));
    EXPECT_EQ(sum.read(0, 64, 0, out)[0], 0.0f);
}

}  // namespace
}  // namespace dubplate::nodes
