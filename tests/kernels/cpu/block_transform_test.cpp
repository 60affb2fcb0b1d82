#include "kernels/cpu/block_transform.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/cpu/aligned.h"
#include "tests/support/signals.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::AlignedVector;
using kernels::BlockTransform;

constexpr int kSizes[] = {64, 1024, 2048, 4096, 8192, 16384};  // all numbers of parts

std::size_t size_of(const BlockTransform& transform) {
    return static_cast<std::size_t>(transform.parts()) * transform.part_floats();
}

/// The spectrum of a block and the one before it, [part][bin][re, im].
AlignedVector<float> spectrum_of(const BlockTransform& transform, const Signal& before, const Signal& block) {
    const std::size_t part = transform.part_floats(), stride = part + 16;
    AlignedVector<float> points(static_cast<std::size_t>(transform.parts()) * stride), spectrum(size_of(transform));
    transform.split(before.data(), block.data(), points.data(), stride);
    for (std::size_t at = 0, from = 0; at < spectrum.size(); at += part, from += stride)
        transform.forward(points.data() + from, spectrum.data() + at);
    return spectrum;
}

/// Bins [first, first + count) of a part by the definition: z at the roots exp(pi i (1 - 4 (part + parts bin)) / 2P).
std::vector<double> naive_bins(const Signal& before, const Signal& block, int parts, int part, int first, int count) {
    const auto frames = static_cast<std::int64_t>(block.size());
    std::vector<double> bins;
    for (int bin = first; bin < first + count; ++bin) {
        const std::int64_t quarters = 1 - 4 * (part + std::int64_t{parts} * bin);
        double re = 0.0, im = 0.0;
        for (std::int64_t j = 0; j < frames; ++j) {
            const double angle =
                M_PI * static_cast<double>(quarters * j % (4 * frames)) / static_cast<double>(2 * frames);
            const double c = std::cos(angle), s = std::sin(angle);
            const double x = before[static_cast<std::size_t>(j)], y = block[static_cast<std::size_t>(j)];
            re += x * c - y * s;
            im += x * s + y * c;
        }
        bins.push_back(re);
        bins.push_back(im);
    }
    return bins;
}

Signal bins_of(const AlignedVector<float>& spectrum, std::size_t part_at, int first, int count) {
    const auto at = spectrum.begin() + static_cast<std::ptrdiff_t>(part_at) + 2 * first;
    return {at, at + 2 * count};
}

TEST(BlockTransform, GivesTheValuesOfABlockAndTheOneBeforeAtItsRoots) {
    for (const int frames : kSizes) {
        const BlockTransform transform(frames);
        const Signal before = noise(static_cast<std::size_t>(frames), 1), block = noise(before.size(), 2);
        const AlignedVector<float> spectrum = spectrum_of(transform, before, block);
        const int bins = frames / transform.parts();
        for (int part = 0; part < transform.parts(); ++part)
            for (const int first : {0, bins / 3, bins - 8}) {
                SCOPED_TRACE(testing::Message() << frames << " frames, part " << part << " from bin " << first);
                EXPECT_LE(
                    error_db(bins_of(spectrum, static_cast<std::size_t>(part) * transform.part_floats(), first, 8),
                             naive_bins(before, block, transform.parts(), part, first, 8)),
                    -130.0);
            }
    }
}

TEST(BlockTransform, ReturnsTheBlockTimesItsLength) {
    for (const int frames : kSizes) {
        SCOPED_TRACE(frames);
        const BlockTransform transform(frames);
        const Signal before = noise(static_cast<std::size_t>(frames), 3), block = noise(before.size(), 4);
        const std::size_t part = transform.part_floats(), stride = part + 16;
        AlignedVector<float> spectrum = spectrum_of(transform, before, block);
        AlignedVector<float> points(static_cast<std::size_t>(transform.parts()) * stride);
        for (std::size_t at = 0, to = 0; at < spectrum.size(); at += part, to += stride)
            transform.back(spectrum.data() + at, points.data() + to);
        Signal back(block.size());
        transform.join(points.data(), stride, back.data());
        std::vector<double> reference;
        for (const float sample : block) reference.push_back(static_cast<double>(sample) * frames);
        EXPECT_LE(error_db(back, reference), -130.0);
    }
}

TEST(BlockTransform, GivesAPartitionsFloat64SpectrumRoundedOnce) {
    for (const int frames : {2048, 4096, 16384}) {
        SCOPED_TRACE(frames);
        const BlockTransform transform(frames);
        const Signal partition = noise(static_cast<std::size_t>(frames) - 500, 6);  // zeros follow
        AlignedVector<float> spectrum(size_of(transform));
        kernels::UninitialisedVector<double> scratch;
        transform.precise(partition, 0.25, spectrum.data(), transform.part_floats(), scratch);
        Signal whole = partition;
        whole.resize(static_cast<std::size_t>(frames), 0.0f);
        const int last = transform.parts() - 1, bins = frames / transform.parts();
        std::vector<double> reference =
            naive_bins(whole, Signal(whole.size(), 0.0f), transform.parts(), last, bins / 2, 64);
        for (double& value : reference) value *= 0.25;
        // Half a unit in the last place of 24 bits is -150 dB; sums in float32 would lie 15 dB above.
        EXPECT_LE(error_db(bins_of(spectrum, static_cast<std::size_t>(last) * transform.part_floats(), bins / 2, 64),
                           reference),
                  -149.0);
    }
}

}  // namespace
}  // namespace dubplate
