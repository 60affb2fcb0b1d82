#include "kernels/device/twin/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace dubplate::device::twin {
namespace {

using testing::HasSubstr;

constexpr std::int32_t kPoints = 16, kFrames = 10;

class TwinChecks : public testing::Test {
protected:
    Memory memory{1 << 20};

    template <class T>
    T* room(std::size_t count) {
        return static_cast<T*>(memory.allocate(count * sizeof(T)));
    }
    template <class T>
    T* up(const std::vector<T>& values) {
        T* const made = room<T>(values.size());
        std::copy(values.begin(), values.end(), made);
        return made;
    }
    Plane ring(std::int64_t capacity, std::int64_t at) {
        return {room<float>(static_cast<std::size_t>(capacity)), at, capacity};
    }
    /// Of what is right until `spoil` has been at it.
    template <class Entry, class Params, class Spoil>
    std::string said(const std::vector<Entry>& right, Params params, const Spoil& spoil) {
        Entry* const entries = up(right);
        params.entries = entries;
        params.count = static_cast<std::int32_t>(right.size());
        EXPECT_EQ(check(memory, params), "");
        spoil(entries, params);
        return check(memory, params);
    }
};

float on_the_host[64];
Complex bins_on_the_host[64];

TEST_F(TwinChecks, NameKernels) {
    EXPECT_EQ(name_of(Kernel::unpack), "unpack");
    EXPECT_EQ(name_of(Kernel::pack), "pack");
    EXPECT_EQ(name_of(Kernel::overlap), "overlap");
    EXPECT_EQ(name_of(static_cast<Kernel>(99)), "99");
}

TEST_F(TwinChecks, OfATableThatIsTooShort) {
    const std::vector<RetainEntry> entries{{room<Complex>(kPoints), room<Complex>(kPoints)}};
    EXPECT_EQ(said(entries, RetainParams{.points = kPoints}, [](auto*, auto& params) { params.count = 2; }),
              "kernel retain, entry 0: its table does not lie in the device's memory");
}

TEST_F(TwinChecks, OfUnpack) {
    const UnpackEntry right{room<std::byte>(3 * 2 * kFrames - 3), 2, Samples::int24, 1.0f, ring(12, 11), kFrames};
    const UnpackEntry silence{nullptr, 1, Samples::float32, 1.0f, ring(10, 0), 3};
    const auto said_after = [&](auto spoil) {
        return said(std::vector{right, silence}, UnpackParams{.frames = kFrames}, spoil);
    };
    EXPECT_EQ(said_after([](auto* entries, auto&) { entries[0].samples = Samples::int32; }),
              "kernel unpack, entry 0: what it reads does not lie in the device's memory");
    EXPECT_EQ(said_after([](auto*, auto& params) { params.frames = kFrames - 1; }),
              "kernel unpack, entry 0: it has more frames than the longest entry");
    EXPECT_EQ(said_after([](auto* entries, auto&) { entries[1].channels = 0; }),
              "kernel unpack, entry 1: it has no channels");
    for (const auto& [at, capacity] : {std::pair{0, 9}, {-1, 12}, {12, 12}})
        EXPECT_EQ(said_after([=](auto* entries, auto&) {
                      entries[0].to.at = at;
                      entries[0].to.capacity = capacity;
                  }),
                  "kernel unpack, entry 0: the ring it writes is shorter than what is asked of it");
    EXPECT_EQ(said_after([](auto* entries, auto&) { entries[1].to.capacity = 11; }),
              "kernel unpack, entry 1: the ring it writes does not lie in the device's memory");
    EXPECT_EQ(said_after([](auto* entries, auto&) { entries[1].to = entries[0].to; }),
              "kernel unpack, entry 1: it writes what entry 0 touches");
}

TEST_F(TwinChecks, LetEntriesWritePlacesOfARingThatDoNotMeet) {
    const Plane all = ring(12, 0);
    const UnpackEntry first{nullptr, 1, Samples::float32, 1.0f, {all.samples, 9, 12}, 5};  // 9, 10, 11, 0, 1
    UnpackEntry second{nullptr, 1, Samples::float32, 1.0f, {all.samples, 2, 12}, 7};
    const auto said_after = [&](auto spoil) {
        return said(std::vector{first, second}, UnpackParams{.frames = 7}, spoil);
    };
    EXPECT_THAT(said_after([](auto* entries, auto&) { entries[1].to.at = 1; }), HasSubstr("touches"));
    EXPECT_THAT(said_after([](auto* entries, auto&) { entries[1].to.at = 3; }), HasSubstr("touches"));
}

TEST_F(TwinChecks, LetEntriesOfNoFramesBeAnywhere) {
    const std::vector<UnpackEntry> entries{{nullptr, 1, Samples::float32, 1.0f, {nullptr, 12, 12}, 0}};
    EXPECT_EQ(said(entries, UnpackParams{.frames = 7}, [](auto*, auto&) {}), "");
}

TEST_F(TwinChecks, OfEnterAndLeave) {
    const Complex* const roots = room<Complex>(kPoints);
    const EnterEntry enter{ring(2 * kPoints, 3), room<Complex>(kPoints)};
    const auto said_of_enter = [&](auto spoil) {
        return said(std::vector{enter}, EnterParams{.points = kPoints, .roots = roots}, spoil);
    };
    EXPECT_THAT(said_of_enter([](auto*, auto& params) { params.roots = bins_on_the_host; }), HasSubstr("roots"));
    EXPECT_THAT(said_of_enter([](auto* entries, auto&) { --entries->from.capacity; }), HasSubstr("the ring it reads"));
    EXPECT_THAT(said_of_enter([](auto* entries, auto&) { entries->to += 1; }), HasSubstr("the block it writes"));

    const LeaveEntry leave{room<Complex>(kPoints), ring(kPoints, 3)};
    const auto said_of_leave = [&](auto spoil) {
        return said(std::vector{leave}, LeaveParams{.points = kPoints, .roots = roots}, spoil);
    };
    EXPECT_THAT(said_of_leave([](auto*, auto& params) { params.roots = nullptr; }), HasSubstr("roots"));
    EXPECT_THAT(said_of_leave([](auto* entries, auto&) { entries->from -= 1; }), HasSubstr("the block it reads"));
    EXPECT_THAT(said_of_leave([](auto* entries, auto&) { --entries->to.capacity; }), HasSubstr("the ring it writes"));
}

TEST_F(TwinChecks, OfMultiply) {
    constexpr std::int32_t kBlocks = 3, kPartitions = 4;
    const MultiplyPath path{room<Complex>(kBlocks * kPoints), room<Complex>((kPartitions - 1) * kPoints),
                            room<Complex>(kPartitions * kPoints)};
    MultiplyPath* const paths = up(std::vector{path, path});
    const std::vector<MultiplyEntry> entries{{0, 2, room<Complex>(kBlocks * kPoints)},
                                             {1, 1, room<Complex>(kBlocks * kPoints)}};
    const MultiplyParams params{.paths = paths,
                                .points = kPoints,
                                .blocks = kBlocks,
                                .partitions = kPartitions,
                                .kept_slots = kPartitions - 1,
                                .newest_slot = 2};
    const auto said_after = [&](auto spoil) {
        std::copy_n(std::vector{path, path}.begin(), 2, paths);
        return said(entries, params, spoil);
    };
    EXPECT_THAT(said_after([](auto*, auto& wrong) { ++wrong.blocks; }), HasSubstr("the sums it writes"));
    EXPECT_THAT(said_after([](auto*, auto& wrong) { wrong.blocks = 0; }), HasSubstr("no blocks"));
    EXPECT_THAT(said_after([](auto*, auto& wrong) { --wrong.kept_slots; }), HasSubstr("fewer blocks are kept"));
    EXPECT_THAT(said_after([](auto*, auto& wrong) { ++wrong.newest_slot; }), HasSubstr("newest slot"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { ++wrong[1].paths; }), HasSubstr("entry 1: its table of paths"));
    EXPECT_THAT(said_after([&](auto*, auto&) { paths[1].fresh = bins_on_the_host; }), HasSubstr("the input of"));
    EXPECT_THAT(said_after([&](auto*, auto&) { paths[1].kept += 1; }), HasSubstr("looks back on"));
    EXPECT_THAT(said_after([&](auto*, auto&) { paths[0].response += 1; }), HasSubstr("the response of"));
    EXPECT_THAT(said_after([&](auto* wrong, auto&) { wrong[1].to = wrong[0].to; }), HasSubstr("touches"));
    EXPECT_EQ(said_after([&](auto* wrong, auto&) { paths[0].fresh = wrong[1].to; }),
              "kernel multiply, entry 1: it writes what entry 0 touches");
}

TEST_F(TwinChecks, OfCombine) {
    Complex *const from = room<Complex>(2 * kPoints), *const to = room<Complex>(3 * kPoints);
    const std::vector<CombineTerm> right{{from, {0.5f, 1.0f}}, {from + kPoints, {0.0f, 1.0f}}, {from, {1.0f}}};
    CombineTerm* const terms = up(right);
    const std::vector<CombineEntry> entries{{0, 2, 0, {to, to + kPoints}}, {2, 1, 1, {to + 2 * kPoints}}};
    const auto said_after = [&](auto spoil) {
        std::copy(right.begin(), right.end(), terms);
        return said(entries, CombineParams{.terms = terms, .numbers = kPoints}, spoil);
    };
    EXPECT_THAT(said_after([](auto* wrong, auto&) { ++wrong[1].terms; }), HasSubstr("its table of terms"));
    EXPECT_THAT(said_after([](auto*, auto& wrong) { ++wrong.numbers; }), HasSubstr("does not lie in"));
    EXPECT_THAT(said_after([&](auto*, auto&) { terms[1].from = bins_on_the_host; }), HasSubstr("the spectrum of"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].to[0] = bins_on_the_host; }),
                HasSubstr("a sum it writes"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].adds = 3; }), HasSubstr("adds to a sum that is not"));
    EXPECT_THAT(said_after([&](auto*, auto&) { terms[2].weight[3] = 1.0f; }), HasSubstr("not there hears a term"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[0].to[1] = wrong[0].to[0]; }), HasSubstr("one sum twice"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].to[0] = wrong[0].to[0]; }), HasSubstr("touches"));
    EXPECT_THAT(said_after([&](auto*, auto&) { terms[0].from = to + 2 * kPoints; }), HasSubstr("touches"));
}

TEST_F(TwinChecks, OfWeighAndOverlap) {
    const Complex* const roots = room<Complex>(kPoints);
    const WeighEntry weigh{ring(kPoints, 3), room<Complex>(kPoints)};
    const WeighParams weigh_params{.points = kPoints, .window = room<float>(kPoints), .roots = roots};
    const auto said_of_weigh = [&](auto spoil) { return said(std::vector{weigh}, weigh_params, spoil); };
    EXPECT_THAT(said_of_weigh([](auto*, auto& params) { params.roots = bins_on_the_host; }), HasSubstr("roots"));
    EXPECT_THAT(said_of_weigh([](auto*, auto& params) { params.window = on_the_host; }), HasSubstr("the window"));
    EXPECT_THAT(said_of_weigh([](auto* wrong, auto&) { --wrong->from.capacity; }), HasSubstr("the ring it reads"));
    EXPECT_THAT(said_of_weigh([](auto* wrong, auto&) { wrong->to += 1; }), HasSubstr("the block it writes"));

    const Complex* const block = room<Complex>(kPoints);
    const OverlapEntry all{{block, block, block, block}, ring(kPoints / 2, 3), 1};
    const OverlapEntry none{{}, ring(kPoints / 2, 0), 0};
    const OverlapParams overlap_params{.points = kPoints, .roots = roots};
    const auto said_of_overlap = [&](auto spoil) { return said(std::vector{all, none}, overlap_params, spoil); };
    EXPECT_THAT(said_of_overlap([](auto*, auto& params) { params.roots = nullptr; }), HasSubstr("roots"));
    EXPECT_THAT(said_of_overlap([](auto*, auto& params) { --params.points; }), HasSubstr("no two hops"));
    for (const int number : {0, 1, 2, 3})
        EXPECT_THAT(said_of_overlap([=](auto* wrong, auto&) { wrong->from[number] = bins_on_the_host; }),
                    HasSubstr("a block it reads"));
    EXPECT_THAT(said_of_overlap([](auto* wrong, auto&) { --wrong->to.capacity; }), HasSubstr("the ring it writes"));
    EXPECT_THAT(said_of_overlap([](auto* wrong, auto&) { wrong[1].to = wrong[0].to; }), HasSubstr("touches"));
}

TEST_F(TwinChecks, OfRetain) {
    Complex* const from = room<Complex>(2 * kPoints);
    const std::vector<RetainEntry> entries{{from, room<Complex>(kPoints)}, {from + kPoints, room<Complex>(kPoints)}};
    const auto said_after = [&](auto spoil) { return said(entries, RetainParams{.points = kPoints}, spoil); };
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].from += 1; }), HasSubstr("the spectrum it reads"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].to += 1; }), HasSubstr("the spectrum it writes"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].to = wrong[0].to; }), HasSubstr("touches"));
    EXPECT_THAT(said_after([&](auto* wrong, auto&) { wrong[0].to = from + 1; }), HasSubstr("touches"));
}

TEST_F(TwinChecks, OfBlend) {
    const BlendEntry right{ring(12, 5), ring(10, 0), ring(11, 9), room<float>(kFrames), room<float>(kFrames)};
    const BlendEntry bare{.wet = ring(10, 3), .dry = {}, .to = ring(10, 9)};
    const auto said_after = [&](auto spoil) {
        return said(std::vector{right, bare}, BlendParams{.frames = kFrames}, spoil);
    };
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong->wet.samples = on_the_host; }), HasSubstr("convolved"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong->dry.capacity = 9; }), HasSubstr("the dry ring"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong->mix = on_the_host; }), HasSubstr("the row of mix"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong->gain += 1; }), HasSubstr("the row of gain"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].to.samples = nullptr; }), HasSubstr("the ring it writes"));
    EXPECT_EQ(said_after([](auto* wrong, auto&) { wrong->to = wrong->wet; }), "");  // in place
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[0].to = wrong[1].wet; }), HasSubstr("touches"));
}

TEST_F(TwinChecks, OfMix) {
    MixSource* const sources =
        up(std::vector<MixSource>{{ring(12, 5), 1.0, room<double>(kFrames)}, {ring(10, 5), 1.0}});
    const std::vector<MixSource> right(sources, sources + 2);
    std::int32_t* const failed = room<std::int32_t>(1);
    const std::vector<MixEntry> entries{{0, 2, room<float>(kFrames), failed}, {1, 1, room<float>(kFrames), failed}};
    const auto said_after = [&](auto spoil) {
        std::copy(right.begin(), right.end(), sources);
        return said(entries, MixParams{.sources = sources, .frames = kFrames}, spoil);
    };
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].sources = 2; }), HasSubstr("its table of sources"));
    EXPECT_THAT(said_after([&](auto*, auto&) { sources[1].from.capacity = 9; }), HasSubstr("the ring of a source"));
    EXPECT_THAT(said_after([&](auto*, auto&) { sources[0].gains += 1; }), HasSubstr("the gains of a source"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].to = on_the_host; }), HasSubstr("the row it writes"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].failed += 1; }), HasSubstr("its flag"));
    EXPECT_THAT(said_after([&](auto* wrong, auto&) { wrong[1].to = sources[0].from.samples; }), HasSubstr("touches"));
}

TEST_F(TwinChecks, OfPack) {
    std::byte* const to = room<std::byte>(2 * 3 * kFrames);
    const std::vector<PackEntry> entries{{room<float>(kFrames), to, 2, 24}, {room<float>(kFrames), to + 3, 2, 24}};
    const auto said_after = [&](auto spoil) { return said(entries, PackParams{.frames = kFrames}, spoil); };
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].bits = 20; }), HasSubstr("neither 16 nor 24"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].channels = 0; }), HasSubstr("no channels"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].from += 1; }), HasSubstr("the row it reads"));
    EXPECT_THAT(said_after([](auto* wrong, auto&) { wrong[1].to += 1; }), HasSubstr("what it writes"));
}

}  // namespace
}  // namespace dubplate::device::twin
