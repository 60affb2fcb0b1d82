#include "kernels/cpu/partitioned_convolver.h"

#include <gtest/gtest.h>

#include "tests/support/direct_convolution.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::AlignedVector;
using kernels::ConvolverInput;
using kernels::PartitionedConvolver;
using kernels::partitioning_of;
using kernels::ResponseSpectra;

/// Convolves whole signals [channel][frame], cut to whole batches of their length.
std::vector<Signal> convolve(PartitionedConvolver& convolver, std::vector<Signal> input, int outputs) {
    const auto block = static_cast<std::size_t>(convolver.partitioning().partition_frames);
    const auto batch = static_cast<std::size_t>(convolver.partitioning().batch_frames());
    std::vector<Signal> output(static_cast<std::size_t>(outputs), Signal(input[0].size() / batch * batch));
    for (Signal& channel : input) channel.insert(channel.begin(), block, 0.0f);
    AlignedVector<float> got(batch);
    for (std::size_t end = block; end <= output[0].size(); end += block) {
        std::vector<ConvolverInput> blocks;
        for (const Signal& channel : input) blocks.push_back({channel.data() + end - block, channel.data() + end});
        convolver.take(blocks);
        if (end % batch != 0) continue;
        for (std::size_t channel = 0; channel < output.size(); ++channel) {
            if (!convolver.give(static_cast<int>(channel), got.data())) std::fill(got.begin(), got.end(), 0.0f);
            std::copy(got.begin(), got.end(), output[channel].begin() + static_cast<std::ptrdiff_t>(end - batch));
        }
    }
    return output;
}

std::shared_ptr<const ResponseSpectra> spectra(const std::vector<Signal>& response) {
    return std::make_shared<ResponseSpectra>(response);
}

TEST(Partitioning, FollowsTheLengthOfTheResponse) {
    const auto expect = [](FrameCount length, int partition, FrameCount partitions, int blocks) {
        SCOPED_TRACE(length);
        const auto cut = partitioning_of(length);
        EXPECT_EQ(cut.partition_frames, partition);
        EXPECT_EQ(cut.partitions, partitions);
        EXPECT_EQ(cut.blocks, blocks);
    };
    expect(1, 1024, 1, 1);
    expect(1024, 1024, 1, 1);
    expect(1025, 2048, 1, 1);
    expect(8192, 8192, 1, 1);
    expect(8193, 8192, 2, 1);
    expect(24576, 8192, 3, 1);
    expect(24577, 8192, 4, 4);
    expect(49152, 8192, 6, 4);
    expect(49153, 16384, 4, 4);
    expect(144000, 16384, 9, 4);
}

TEST(PartitionedConvolver, SumsPathsIntoTheirOutputs) {
    for (const std::size_t length : {700u, 20000u, 33000u, 50000u}) {
        SCOPED_TRACE(length);
        const std::vector<Signal> response{noise(length, 1), noise(length, 2), noise(length, 3)};
        PartitionedConvolver convolver(spectra(response), 2, {{0, 0, 0}, {1, 0, 1}, {1, 1, 2}});
        std::vector<Signal> input{noise(10000, 4), noise(10000, 5)};
        for (Signal& channel : input) channel.resize(140000, 0.0f);
        const std::vector<Signal> output = convolve(convolver, input, 2);
        for (Signal& channel : input) channel.resize(10000);
        std::vector<double> left = direct_convolution(input[0], response[0], output[0].size());
        add_direct_convolution(input[1], response[1], left);
        EXPECT_LE(error_db(output[0], left), -120.0);
        EXPECT_LE(error_db(output[1], direct_convolution(input[1], response[2], output[1].size())), -120.0);
    }
}

TEST(PartitionedConvolver, PassesOverSilenceWithoutLosingWhatStillSounds) {
    // Bursts with gaps shorter and longer than a block, a batch and the response.
    const Signal response = noise(40000, 6);
    Signal input(393216, 0.0f);
    for (const std::size_t at : {5000u, 30000u, 90000u, 100000u, 220000u})
        for (std::size_t n = 0; n < 300; ++n) input[at + n] = static_cast<float>(random_at(7, at + n));
    PartitionedConvolver convolver(spectra({response}), 1, {{0, 0, 0}});
    const Signal output = convolve(convolver, {input}, 1)[0];
    std::vector<double> reference(output.size(), 0.0);
    for (const std::size_t at : {5000u, 30000u, 90000u, 100000u, 220000u})
        add_direct_convolution(Signal(input.begin() + at, input.begin() + at + 300), response, reference, at);
    EXPECT_LE(error_db(output, reference), -120.0);
    // Each block of output that no burst reaches is exactly zero: from 260300, rounded up to a batch of 32768.
    for (std::size_t n = 294912; n < output.size(); ++n) ASSERT_EQ(output[n], 0.0f) << n;
    EXPECT_TRUE(convolver.rests());
}

TEST(PartitionedConvolver, GivesEqualChannelsWhatEachWouldGetAlone) {
    // Equal at first, then different, silent on one side, and equal again.
    Signal left = noise(200000, 9), right = left;
    for (std::size_t n = 50000; n < 70000; ++n) right[n] += 0.5f;
    std::fill(right.begin() + 90000, right.begin() + 120000, 0.0f);
    const std::vector<Signal> response{noise(30000, 10), noise(30000, 11)};
    PartitionedConvolver both(spectra(response), 2, {{0, 0, 0}, {1, 1, 1}}),
        one(spectra({response[0]}), 1, {{0, 0, 0}}), other(spectra({response[1]}), 1, {{0, 0, 0}});
    const std::vector<Signal> output = convolve(both, {left, right}, 2);
    EXPECT_EQ(output[0], convolve(one, {left}, 1)[0]);
    EXPECT_EQ(output[1], convolve(other, {right}, 1)[0]);
}

TEST(PartitionedConvolver, RestsBeforeItHeardAnything) {
    PartitionedConvolver convolver(spectra({noise(30000, 8)}), 1, {{0, 0, 0}});
    EXPECT_TRUE(convolver.rests());
    const AlignedVector<float> silence(8192, 0.0f);
    AlignedVector<float> output(32768);
    for (int block = 0; block < 4; ++block) {
        const ConvolverInput input{silence.data(), silence.data()};
        convolver.take({&input, 1});
    }
    EXPECT_FALSE(convolver.give(0, output.data()));
    EXPECT_TRUE(convolver.rests());
}

}  // namespace
}  // namespace dubplate
