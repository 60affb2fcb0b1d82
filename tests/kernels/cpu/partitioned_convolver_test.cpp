#include "kernels/cpu/partitioned_convolver.h"

#include <gtest/gtest.h>

#include "tests/support/direct_convolution.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::AlignedVector;
using kernels::PartitionedConvolver;
using kernels::partitioning_of;
using kernels::ResponseSpectra;

/// Convolves whole signals [channel][frame], cut to whole batches of their length.
std::vector<Signal> convolve(PartitionedConvolver& convolver, const std::vector<Signal>& input) {
    const auto batch = static_cast<std::size_t>(convolver.partitioning().batch_frames());
    std::vector<Signal> output(input.size());
    std::vector<AlignedVector<float>> audio(input.size(), AlignedVector<float>(batch));
    std::vector<float*> places;
    for (AlignedVector<float>& channel : audio) places.push_back(channel.data());
    for (std::size_t start = 0; start + batch <= input[0].size(); start += batch) {
        for (std::size_t channel = 0; channel < input.size(); ++channel)
            std::copy_n(input[channel].begin() + static_cast<std::ptrdiff_t>(start), batch, audio[channel].begin());
        const bool sounds = convolver.convolve(places);
        bool heard = false;
        for (std::size_t channel = 0; channel < input.size(); ++channel) {
            output[channel].insert(output[channel].end(), audio[channel].begin(), audio[channel].end());
            for (const float sample : audio[channel]) heard |= sample != 0.0f;
        }
        EXPECT_EQ(sounds, heard) << "from " << start;
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
        const std::vector<Signal> output = convolve(convolver, input);
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
    const Signal output = convolve(convolver, {input})[0];
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
    const std::vector<Signal> output = convolve(both, {left, right});
    EXPECT_EQ(output[0], convolve(one, {left})[0]);
    EXPECT_EQ(output[1], convolve(other, {right})[0]);
}

TEST(PartitionedConvolver, CrossesChannelsAndDropsWhatLeadsNowhere) {
    const Signal first = noise(131072, 12), second = noise(131072, 13), response = noise(30000, 14);
    PartitionedConvolver crossing(spectra({response}), 3, {{2, 0, 0}, {0, 2, 0}}),
        alone(spectra({response}), 1, {{0, 0, 0}});
    const std::vector<Signal> output = convolve(crossing, {first, second, Signal(131072, 0.0f)});
    EXPECT_EQ(output[0], Signal(131072, 0.0f));
    EXPECT_EQ(output[1], Signal(131072, 0.0f));
    EXPECT_EQ(output[2], convolve(alone, {first})[0]);
    PartitionedConvolver nowhere(spectra({response}), 2, {{1, 1, 0}});
    EXPECT_EQ(convolve(nowhere, {first, Signal(131072, 0.0f)})[1], Signal(131072, 0.0f));
}

TEST(PartitionedConvolver, RestsBeforeItHeardAnything) {
    PartitionedConvolver convolver(spectra({noise(30000, 8)}), 1, {{0, 0, 0}});
    EXPECT_TRUE(convolver.rests());
    EXPECT_EQ(convolve(convolver, {Signal(32768, 0.0f)})[0], Signal(32768, 0.0f));
    EXPECT_TRUE(convolver.rests());
}

}  // namespace
}  // namespace dubplate
